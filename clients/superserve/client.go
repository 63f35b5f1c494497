// Package superserve gets sandboxes from Superserve.
package superserve

import (
	"context"
	"fmt"
	"net/http"

	"github.com/google/uuid"

	"github.com/sandboxspec/sandboxspec/clients/api"
	gen "github.com/sandboxspec/sandboxspec/gen/superserve"
)

// DefaultAddress is where the API is unless SUPERSERVE_BASE_URL or api.WithAddress says otherwise. It is the address
// that the documentation gives, and that is staging.
const DefaultAddress = "https://api-staging.superserve.ai"

// ProductionAddress is for api.WithAddress.
const ProductionAddress = "https://api.superserve.ai"

// Sandbox is the generated model. Package gen/superserve has a constant for each documented Status, whose method Valid
// tells whether it is one of them.
type Sandbox = gen.Sandbox

// A Client gets sandboxes. It is safe for concurrent use.
type Client struct{ api *api.Client }

// New returns a client with the key from SUPERSERVE_API_KEY or api.WithKey. Without a key, or with an address that is no
// URL, it returns an error that says so.
func New(options ...api.Option) (*Client, error) {
	service := api.Service{Slug: "superserve", Address: DefaultAddress, KeyHeader: "X-API-Key"}
	c, err := api.New(service, options...)
	if err != nil {
		return nil, err
	}
	return &Client{c}, nil
}

// GetSandbox gets the sandbox with the id, a UUID with its hyphens: any other is an error, and nothing is sent. It
// returns an *api.Error for a response that can't be used, and both the sandbox and an *api.Error for one that breaks
// its contract and can be decoded all the same. A value outside a documented enum is no error.
func (c *Client) GetSandbox(ctx context.Context, id string) (*Sandbox, error) {
	return api.Get[Sandbox](ctx, c.api, id, gen.GetSandboxContract(), newRequest)
}

func newRequest(address, id string) (*http.Request, error) {
	parsed, err := uuid.Parse(id)
	if err != nil || len(id) != len(parsed.String()) { // Parse also takes braces, a URN, and no hyphens at all
		return nil, fmt.Errorf("the sandbox ID %q is not a UUID such as 0b6c9a52-61f4-4d0e-9f7a-2c1de0a8b3f7", id)
	}
	return gen.NewGetSandboxRequest(address, parsed)
}
