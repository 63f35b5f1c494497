// Package nullspace gets sandboxes from Nullspace.
package nullspace

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"

	"github.com/sandboxspec/sandboxspec/clients/api"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	gen "github.com/sandboxspec/sandboxspec/gen/nullspace"
)

// DefaultBaseURL is where the API is unless NULLSPACE_API_URL or api.WithBaseURL says otherwise.
const DefaultBaseURL = "https://api.13-215-85-171.sslip.io"

// A Sandbox is the generated model, and beside it the response that it was read from.
type Sandbox struct {
	gen.Sandbox
	Response *api.Response
}

// A Status is a sandbox's. Package gen/nullspace has a constant for each documented one, and its method Valid tells
// whether it is one of them.
type Status = gen.SandboxStatus

// MarshalJSON returns the body of the response, with what was changed in the model since.
func (s Sandbox) MarshalJSON() ([]byte, error) { return api.Encode(s.Sandbox, s.Response) }

// LogValue gives a log the response without its body, which may hold secrets.
func (s Sandbox) LogValue() slog.Value { return api.LogValue(s.Response) }

var service = api.Service{
	Slug:    "nullspace",
	BaseURL: DefaultBaseURL,
}

// A Client gets sandboxes. It is safe for concurrent use.
type Client struct {
	api *api.Client
	// masked are the contracts of responses to requests with a field mask, by the mask: laying one out takes as long as a
	// request to this machine.
	masked sync.Map
}

// LogValue gives a log the provider and the address, and not the key.
func (c *Client) LogValue() slog.Value { return c.api.LogValue() }

// String returns the provider's slug: whatever prints a client, the key stays out of it.
func (c *Client) String() string { return c.api.String() }

// New returns a client with the key from NULLSPACE_API_KEY or api.WithAPIKey. Without a key, or with an address that is
// no URL, it returns an error that says so.
func New(options ...api.Option) (*Client, error) {
	c, err := api.New(service, options...)
	if err != nil {
		return nil, err
	}
	return &Client{api: c}, nil
}

// A Parameter is an optional parameter of a request.
type Parameter func(*gen.GetSandboxParams)

// Fields asks for the named fields alone, such as "id" and "status". The others may then be absent, those that are
// otherwise required included, and are zero in the Sandbox. Without names it asks for all. The documentation names one
// that it doesn't describe, traffic_access_token: the Sandbox has no place for it.
func Fields(names ...string) Parameter {
	return func(p *gen.GetSandboxParams) {
		if names := contract.FieldMask(names...); names != nil {
			mask := strings.Join(names, ",")
			p.Fields = &mask
		}
	}
}

// GetSandbox gets the sandbox with the id. What breaks the contract is in Response.Findings; it is left out of the
// model, but for values outside an enum, and stays in Response.Body. With api.WithStrict, a finding that is an error
// gives the sandbox and an *api.Error. A response that holds no sandbox gives nil and an *api.Error.
func (c *Client) GetSandbox(ctx context.Context, id string, parameters ...Parameter) (*Sandbox, error) {
	var params gen.GetSandboxParams
	for _, parameter := range parameters {
		parameter(&params)
	}
	promise := gen.GetSandboxContract()
	if params.Fields != nil {
		if names := contract.FieldMask(*params.Fields); names != nil {
			masked, known := c.masked.Load(*params.Fields)
			if !known {
				masked, _ = c.masked.LoadOrStore(*params.Fields, promise.Only(names...))
			}
			promise = masked.(*contract.Contract)
		}
	}
	model, response, err := api.Get[gen.Sandbox](ctx, c.api, id, promise, func(address, id string) (*http.Request, error) {
		return gen.NewGetSandboxRequest(address, id, &params)
	})
	if model == nil {
		return nil, err
	}
	return &Sandbox{*model, response}, err
}

// WaitUntil gets the sandbox again and again, less and less often, until its status is one of those, or one that no
// sandbox leaves: destroyed or error. That one, unless it was asked for, gives the sandbox and an error that is
// api.ErrFinal. The error of GetSandbox, or of the context, ends the waiting too. No status, or one that isn't
// documented, is an error at once: see api.WithUndocumentedStatuses.
func (c *Client) WaitUntil(ctx context.Context, id string, statuses ...Status) (*Sandbox, error) {
	get := func(ctx context.Context) (*Sandbox, error) { return c.GetSandbox(ctx, id) }
	return api.WaitUntil(ctx, c.api, id, get, func(s *Sandbox) Status { return s.Status }, final, statuses)
}

// final tells whether no sandbox leaves a status.
func final(s Status) bool { return s == gen.SandboxStatusDestroyed || s == gen.SandboxStatusError }
