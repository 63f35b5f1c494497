// Package blaxel gets sandboxes from Blaxel.
package blaxel

import (
	"context"
	"net/http"
	"os"
	"slices"

	"github.com/sandboxspec/sandboxspec/clients/api"
	gen "github.com/sandboxspec/sandboxspec/gen/blaxel"
)

// DefaultAddress is where the API is unless BL_API_URL or api.WithAddress says otherwise.
const DefaultAddress = "https://api.blaxel.ai/v0"

// Sandbox is the generated model. Package gen/blaxel has a constant for each documented Status, whose method Valid
// tells whether it is one of them.
type Sandbox = gen.Sandbox

// A Client gets sandboxes. It is safe for concurrent use.
type Client struct{ api *api.Client }

// New returns a client with the key from BL_API_KEY or api.WithKey, for the workspace in BL_WORKSPACE or WithWorkspace.
// Without a key, or with an address that is no URL, it returns an error that says so.
func New(options ...api.Option) (*Client, error) {
	options = slices.Insert(slices.Clone(options), 0, WithWorkspace(os.Getenv("BL_WORKSPACE")))
	c, err := api.New(api.Service{Slug: "blaxel", Address: DefaultAddress}, options...)
	if err != nil {
		return nil, err
	}
	return &Client{c}, nil
}

// WithWorkspace names the workspace that the sandboxes are in. An empty name leaves it to the key, which may belong to a
// workspace.
func WithWorkspace(name string) api.Option { return api.WithHeader("X-Blaxel-Workspace", name) }

// A Parameter is an optional parameter of a request.
type Parameter func(*gen.GetSandboxParams)

// ShowSecrets asks for the values of secrets, which only an admin of the workspace may see.
func ShowSecrets() Parameter {
	show := true
	return func(p *gen.GetSandboxParams) { p.ShowSecrets = &show }
}

// GetSandbox gets the sandbox with the name. It returns an *api.Error for a response that can't be used, and both the
// sandbox and an *api.Error for one that breaks its contract and can be decoded all the same. A value outside a
// documented enum is no error.
func (c *Client) GetSandbox(ctx context.Context, name string, parameters ...Parameter) (*Sandbox, error) {
	var params gen.GetSandboxParams
	for _, parameter := range parameters {
		parameter(&params)
	}
	return api.Get[Sandbox](ctx, c.api, name, gen.GetSandboxContract(), func(address, name string) (*http.Request, error) {
		return gen.NewGetSandboxRequest(address, name, &params)
	})
}
