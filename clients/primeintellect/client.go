// Package primeintellect gets sandboxes from Prime Intellect.
package primeintellect

import (
	"context"
	"log/slog"
	"time"

	"github.com/sandboxspec/sandboxspec/clients/api"
	gen "github.com/sandboxspec/sandboxspec/gen/primeintellect"
)

// DefaultBaseURL is where the API is unless PRIME_API_BASE_URL or api.WithBaseURL says otherwise.
const DefaultBaseURL = "https://api.primeintellect.ai"

// A Sandbox is the generated model, and beside it the response that it was read from.
type Sandbox struct {
	gen.Sandbox
	Response *api.Response
}

// A Status is a sandbox's. Package gen/primeintellect has a constant for each documented one, and its method Valid
// tells whether it is one of them.
type Status = gen.SandboxStatus

// MarshalJSON returns the body of the response, with what was changed in the model since.
func (s Sandbox) MarshalJSON() ([]byte, error) { return api.Encode(s.Sandbox, s.Response) }

// LogValue gives a log the response without its body, which may hold secrets.
func (s Sandbox) LogValue() slog.Value { return api.LogValue(s.Response) }

var service = api.Service{
	Slug:    "primeintellect",
	BaseURL: DefaultBaseURL,
	// 300 requests per 60 seconds per address, token and sandbox, says the page.
	Limit: api.Limit{Requests: 300, Per: time.Minute, PerID: true},
}

// A Client gets sandboxes. It is safe for concurrent use.
type Client struct{ api *api.Client }

// LogValue gives a log the provider and the address, and not the key.
func (c *Client) LogValue() slog.Value { return c.api.LogValue() }

// String returns the provider's slug: whatever prints a client, the key stays out of it.
func (c *Client) String() string { return c.api.String() }

// New returns a client with the key from PRIME_API_KEY or api.WithAPIKey. Without a key, or with an address that is no
// URL, it returns an error that says so.
func New(options ...api.Option) (*Client, error) {
	c, err := api.New(service, options...)
	if err != nil {
		return nil, err
	}
	return &Client{c}, nil
}

// GetSandbox gets the sandbox with the id. What breaks the contract is in Response.Findings; it is left out of the
// model, but for values outside an enum, and stays in Response.Body. With api.WithStrict, a finding that is an error
// gives the sandbox and an *api.Error. A response that holds no sandbox gives nil and an *api.Error.
func (c *Client) GetSandbox(ctx context.Context, id string) (*Sandbox, error) {
	model, response, err := api.Get[gen.Sandbox](ctx, c.api, id, gen.GetSandboxContract(), gen.NewGetSandboxRequest)
	if model == nil {
		return nil, err
	}
	return &Sandbox{*model, response}, err
}

// WaitUntil gets the sandbox again and again, less and less often, until its status is one of those, or one that no
// sandbox leaves: TERMINATED or ERROR. That one, unless it was asked for, gives the sandbox and an error that is
// api.ErrFinal. The error of GetSandbox, or of the context, ends the waiting too. No status, or one that isn't
// documented, is an error at once: see api.WithUndocumentedStatuses.
func (c *Client) WaitUntil(ctx context.Context, id string, statuses ...Status) (*Sandbox, error) {
	get := func(ctx context.Context) (*Sandbox, error) { return c.GetSandbox(ctx, id) }
	return api.WaitUntil(ctx, c.api, id, get, func(s *Sandbox) Status { return s.Status }, final, statuses)
}

// final tells whether no sandbox leaves a status.
func final(s Status) bool { return s == gen.SandboxStatusTerminated || s == gen.SandboxStatusError }
