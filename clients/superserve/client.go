// Package superserve gets sandboxes from Superserve.
package superserve

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/sandboxspec/sandboxspec/clients/api"
	gen "github.com/sandboxspec/sandboxspec/gen/superserve"
)

// DefaultBaseURL is where the API is unless SUPERSERVE_BASE_URL or api.WithBaseURL says otherwise: the production server,
// as in Superserve's own SDKs. The documentation page of the endpoint shows StagingBaseURL.
const DefaultBaseURL = "https://api.superserve.ai"

// StagingBaseURL is the staging server, for api.WithBaseURL.
const StagingBaseURL = "https://api-staging.superserve.ai"

// A Sandbox is the generated model, and beside it the response that it was read from.
type Sandbox struct {
	gen.Sandbox
	Response *api.Response
}

// A Status is a sandbox's. Package gen/superserve has a constant for each documented one, and its method Valid tells
// whether it is one of them.
type Status = gen.SandboxStatus

// MarshalJSON returns the body of the response, with what was changed in the model since.
func (s Sandbox) MarshalJSON() ([]byte, error) { return api.Encode(s.Sandbox, s.Response) }

// LogValue gives a log the response without its body, which may hold secrets.
func (s Sandbox) LogValue() slog.Value { return api.LogValue(s.Response) }

var service = api.Service{
	Slug:      "superserve",
	BaseURL:   DefaultBaseURL,
	KeyHeader: "X-API-Key",
	// 20 a second for a team.
	Limit: api.Limit{Requests: 20, Per: time.Second},
}

// A Client gets sandboxes. It is safe for concurrent use.
type Client struct{ api *api.Client }

// LogValue gives a log the provider and the address, and not the key.
func (c *Client) LogValue() slog.Value { return c.api.LogValue() }

// String returns the provider's slug: whatever prints a client, the key stays out of it.
func (c *Client) String() string { return c.api.String() }

// New returns a client with the key from SUPERSERVE_API_KEY or api.WithAPIKey. Without a key, or with an address that
// is no URL, it returns an error that says so.
func New(options ...api.Option) (*Client, error) {
	c, err := api.New(service, options...)
	if err != nil {
		return nil, err
	}
	return &Client{c}, nil
}

// GetSandbox gets the sandbox with the id. It sends any id: the documentation says UUID, and Superserve has given out IDs
// such as sb-usw-0b6c9a52-61f4-4d0e-9f7a-2c1de0a8b3f7 since. The model has no room for those: Response.Value("/id")
// returns them. What breaks the contract is in Response.Findings; it is left out of the model, except for values outside
// an enum, and stays in Response.Body. With api.WithStrict, a finding that is an error gives the sandbox and an
// *api.Error. A response that holds no sandbox gives nil and an *api.Error.
func (c *Client) GetSandbox(ctx context.Context, id string) (*Sandbox, error) {
	model, response, err := api.Get[gen.Sandbox](ctx, c.api, id, gen.GetSandboxContract(), newRequest)
	if model == nil {
		return nil, err
	}
	return &Sandbox{*model, response}, err
}

// newRequest is gen.NewGetSandboxRequest for an ID that need not be a UUID.
func newRequest(address, id string) (*http.Request, error) {
	return http.NewRequest(http.MethodGet, address+"sandboxes/"+url.PathEscape(id), nil)
}

// WaitUntil gets the sandbox again and again, less and less often, until its status is one of those. No
// documented status is one that no sandbox leaves. The error of GetSandbox, or of the context, ends the waiting too. No
// status, or one that isn't documented, is an error at once: see api.WithUndocumentedStatuses.
func (c *Client) WaitUntil(ctx context.Context, id string, statuses ...Status) (*Sandbox, error) {
	get := func(ctx context.Context) (*Sandbox, error) { return c.GetSandbox(ctx, id) }
	return api.WaitUntil(ctx, c.api, id, get, func(s *Sandbox) Status {
		if s.Status == nil {
			return ""
		}
		return *s.Status
	}, func(Status) bool { return false }, statuses)
}
