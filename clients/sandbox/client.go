package sandbox

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/sandboxspec/sandboxspec/clients/api"
)

// A Client gets sandboxes of one provider. It is safe for concurrent use.
type Client struct {
	provider string
	get      getter
}

// A getter gets the response with a sandbox, or nil and an error.
type getter func(ctx context.Context, id string) (*api.Response, error)

// opener makes of a provider's New and GetSandbox what opens a getter.
func opener[C, S any](
	open func(...api.Option) (C, error), get func(C, context.Context, string) (*S, error), response func(*S) *api.Response,
) func(...api.Option) (getter, error) {
	return func(options ...api.Option) (getter, error) {
		client, err := open(options...)
		return func(ctx context.Context, id string) (*api.Response, error) {
			s, err := get(client, ctx, id)
			if s == nil {
				return nil, err
			}
			return response(s), err
		}, err
	}
}

// Open returns a client for the provider with the slug, such as "tensorlake". The options, and the environment variables
// where there are none, are those of the provider's own client, and so are the errors.
func Open(provider string, options ...api.Option) (*Client, error) {
	mapping, ok := mappings[provider]
	if !ok {
		return nil, fmt.Errorf("no provider %q: choose one of %s", provider, strings.Join(slices.Sorted(maps.Keys(mappings)), ", "))
	}
	get, err := mapping.open(options...)
	if err != nil {
		return nil, err
	}
	return &Client{provider, get}, nil
}

// LogValue gives a log the provider.
func (c *Client) LogValue() slog.Value { return slog.StringValue(c.provider) }

// GetSandbox gets the sandbox with the id. The errors are those of the provider's own client: with api.WithStrict there
// may be both a sandbox and an error.
func (c *Client) GetSandbox(ctx context.Context, id string) (*Sandbox, error) {
	response, err := c.get(ctx, id)
	if response == nil {
		return nil, err
	}
	return mappings[c.provider].view(response), err
}

// WaitUntil gets the sandbox again and again, less and less often, until its state is one of those, or final. A final
// one, unless it was asked for, gives the sandbox and an error that is api.ErrFinal. The error of GetSandbox, or of the
// context, ends the waiting too. No state, or one that is none of the constants, is an error at once.
func (c *Client) WaitUntil(ctx context.Context, id string, states ...State) (*Sandbox, error) {
	get := func(ctx context.Context) (*Sandbox, error) { return c.GetSandbox(ctx, id) }
	return api.WaitUntil(ctx, nil, id, get, func(s *Sandbox) State { return s.State }, State.Final, states)
}

// Watch gets the sandbox again and again, less and less often, and calls see with the first one and with each that isn't
// like the one before, until its state is final. The error of GetSandbox, or of the context, ends the watch too.
func (c *Client) Watch(ctx context.Context, id string, see func(*Sandbox)) error {
	var seen Sandbox
	get := func(ctx context.Context) (*Sandbox, error) { return c.GetSandbox(ctx, id) }
	_, err := api.Poll(ctx, get, func(s *Sandbox) bool {
		now := *s
		now.Response = nil
		if !reflect.DeepEqual(seen, now) {
			seen = now
			see(s)
		}
		return s.State.Final()
	})
	return err
}
