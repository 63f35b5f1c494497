// Package primeintellect gets sandboxes from Prime Intellect.
package primeintellect

import (
	"context"

	"github.com/sandboxspec/sandboxspec/clients/api"
	gen "github.com/sandboxspec/sandboxspec/gen/primeintellect"
)

// DefaultAddress is where the API is unless PRIME_API_BASE_URL or api.WithAddress says otherwise.
const DefaultAddress = "https://api.primeintellect.ai"

// Sandbox is the generated model. Package gen/primeintellect has a constant for each documented Status, whose method
// Valid tells whether it is one of them.
type Sandbox = gen.Sandbox

// A Client gets sandboxes. It is safe for concurrent use.
type Client struct{ api *api.Client }

// New returns a client with the key from PRIME_API_KEY or api.WithKey. Without a key, or with an address that is no
// URL, it returns an error that says so.
func New(options ...api.Option) (*Client, error) {
	c, err := api.New(api.Service{Slug: "primeintellect", Address: DefaultAddress}, options...)
	if err != nil {
		return nil, err
	}
	return &Client{c}, nil
}

// GetSandbox gets the sandbox with the id. It returns an *api.Error for a response that can't be used, and both the
// sandbox and an *api.Error for one that breaks its contract and can be decoded all the same. A value outside a
// documented enum is no error.
func (c *Client) GetSandbox(ctx context.Context, id string) (*Sandbox, error) {
	return api.Get[Sandbox](ctx, c.api, id, gen.GetSandboxContract(), gen.NewGetSandboxRequest)
}
