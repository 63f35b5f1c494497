// Package nullspace gets sandboxes from Nullspace.
package nullspace

import (
	"context"
	"net/http"
	"strings"

	"github.com/sandboxspec/sandboxspec/clients/api"
	gen "github.com/sandboxspec/sandboxspec/gen/nullspace"
)

// DefaultAddress is where the API is unless NULLSPACE_API_URL or api.WithAddress says otherwise.
const DefaultAddress = "https://api.13-215-85-171.sslip.io"

// Sandbox is the generated model. Package gen/nullspace has a constant for each documented Status, whose method Valid
// tells whether it is one of them.
type Sandbox = gen.Sandbox

// A Client gets sandboxes. It is safe for concurrent use.
type Client struct{ api *api.Client }

// New returns a client with the key from NULLSPACE_API_KEY or api.WithKey. Without a key, or with an address that is no
// URL, it returns an error that says so.
func New(options ...api.Option) (*Client, error) {
	c, err := api.New(api.Service{Slug: "nullspace", Address: DefaultAddress}, options...)
	if err != nil {
		return nil, err
	}
	return &Client{c}, nil
}

// A Parameter is an optional parameter of a request.
type Parameter func(*gen.GetSandboxParams)

// Fields asks for the named fields alone, such as "id" and "status". The others may then be absent, those that are
// otherwise required included, and are zero in the Sandbox. Without names it asks for all. The documentation names one
// that it doesn't describe, traffic_access_token: the Sandbox has no place for it.
func Fields(names ...string) Parameter {
	return func(p *gen.GetSandboxParams) {
		if len(names) > 0 {
			mask := strings.Join(names, ",")
			p.Fields = &mask
		}
	}
}

// GetSandbox gets the sandbox with the id. It returns an *api.Error for a response that can't be used, and both the
// sandbox and an *api.Error for one that breaks its contract and can be decoded all the same. A value outside a
// documented enum is no error.
func (c *Client) GetSandbox(ctx context.Context, id string, parameters ...Parameter) (*Sandbox, error) {
	var params gen.GetSandboxParams
	for _, parameter := range parameters {
		parameter(&params)
	}
	promise := gen.GetSandboxContract()
	if params.Fields != nil {
		promise = promise.Only(strings.Split(*params.Fields, ",")...)
	}
	return api.Get[Sandbox](ctx, c.api, id, promise, func(address, id string) (*http.Request, error) {
		return gen.NewGetSandboxRequest(address, id, &params)
	})
}
