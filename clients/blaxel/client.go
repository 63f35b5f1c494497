// Package blaxel gets sandboxes from Blaxel.
package blaxel

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"slices"

	"github.com/sandboxspec/sandboxspec/clients/api"
	gen "github.com/sandboxspec/sandboxspec/gen/blaxel"
)

// DefaultBaseURL is where the API is unless BL_API_URL or api.WithBaseURL says otherwise.
const DefaultBaseURL = "https://api.blaxel.ai/v0"

// A Sandbox is the generated model, and beside it the response that it was read from.
type Sandbox struct {
	gen.Sandbox
	Response *api.Response
}

// A Status is a sandbox's. Package gen/blaxel has a constant for each documented one, and its method Valid tells
// whether it is one of them.
type Status = gen.SandboxStatus

// MarshalJSON returns the body of the response, with what was changed in the model since.
func (s Sandbox) MarshalJSON() ([]byte, error) { return api.Encode(s.Sandbox, s.Response) }

// LogValue gives a log the response without its body, which may hold secrets.
func (s Sandbox) LogValue() slog.Value { return api.LogValue(s.Response) }

var service = api.Service{
	Slug:    "blaxel",
	BaseURL: DefaultBaseURL,
}

// A Client gets sandboxes. It is safe for concurrent use.
type Client struct{ api *api.Client }

// LogValue gives a log the provider and the address, and not the key.
func (c *Client) LogValue() slog.Value { return c.api.LogValue() }

// String returns the provider's slug: whatever prints a client, the key stays out of it.
func (c *Client) String() string { return c.api.String() }

// New returns a client with the key from BL_API_KEY or api.WithAPIKey, for the workspace in BL_WORKSPACE or
// WithWorkspace. Without a key, or with an address that is no URL, it returns an error that says so.
func New(options ...api.Option) (*Client, error) {
	options = slices.Insert(slices.Clone(options), 0, WithWorkspace(os.Getenv("BL_WORKSPACE")))
	c, err := api.New(service, options...)
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

// GetSandbox gets the sandbox with the name. What breaks the contract is in Response.Findings; it is left out of the
// model, but for values outside an enum, and stays in Response.Body. With api.WithStrict, a finding that is an error
// gives the sandbox and an *api.Error. A response that holds no sandbox gives nil and an *api.Error.
func (c *Client) GetSandbox(ctx context.Context, name string, parameters ...Parameter) (*Sandbox, error) {
	var params gen.GetSandboxParams
	for _, parameter := range parameters {
		parameter(&params)
	}
	model, response, err := api.Get[gen.Sandbox](ctx, c.api, name, gen.GetSandboxContract(), func(address, name string) (*http.Request, error) {
		return gen.NewGetSandboxRequest(address, name, &params)
	})
	if model == nil {
		return nil, err
	}
	return &Sandbox{*model, response}, err
}

// WaitUntil gets the sandbox with the name again and again, less and less often, until its status is one of those, or
// one that no sandbox leaves: TERMINATED or FAILED. That one, unless it was asked for, gives the sandbox and an error
// that is api.ErrFinal. The error of GetSandbox, or of the context, ends the waiting too. No status, or one that isn't
// documented, is an error at once: see api.WithUndocumentedStatuses.
func (c *Client) WaitUntil(ctx context.Context, name string, statuses ...Status) (*Sandbox, error) {
	get := func(ctx context.Context) (*Sandbox, error) { return c.GetSandbox(ctx, name) }
	return api.WaitUntil(ctx, c.api, name, get, func(s *Sandbox) Status {
		if s.Status == nil {
			return ""
		}
		return *s.Status
	}, final, statuses)
}

// final tells whether no sandbox leaves a status.
func final(s Status) bool { return s == gen.SandboxStatusTerminated || s == gen.SandboxStatusFailed }
