// Package api is what the providers' clients share: how a client is set up, how a request is sent, and how its response
// is read and judged. Programs use it for its options and for Error.
package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/specs"
)

// Timeout bounds a request, from dialing to the last byte of the body, unless WithHTTPClient brings a client of its own.
const Timeout = 30 * time.Second

// A Service is what a client knows of its provider beside the row in package specs.
type Service struct {
	// Slug is the provider's in package specs, where the environment variables stand.
	Slug string
	// Address is where the API is when neither variable nor option says otherwise: the server of the OpenAPI document.
	Address string
	// KeyHeader is the request header that takes the key as it is. Empty means that it goes as a bearer token.
	KeyHeader string
}

// A Client sends requests to one provider. It is safe for concurrent use.
type Client struct {
	slug    string
	address string // ends in a slash: a generated request would replace the last segment of one that doesn't
	key     string
	header  http.Header
	http    *http.Client
}

// New returns a client for a service, with key and address from the provider's environment variables where no option
// gives them. White space around either is dropped. The error says what is missing or can't be used; it never shows the
// key or the address.
func New(service Service, options ...Option) (*Client, error) {
	provider, ok := specs.Lookup(service.Slug)
	if !ok {
		return nil, fmt.Errorf("api: package specs has no provider %q", service.Slug)
	}
	s := settings{
		key:         os.Getenv(provider.KeyVariable),
		address:     cmp.Or(os.Getenv(provider.AddressVariable), service.Address),
		addressFrom: provider.AddressVariable,
		header:      http.Header{"Accept": {"application/json"}},
		http:        &http.Client{Timeout: Timeout},
	}
	for _, option := range options {
		option(&s)
	}

	key := strings.TrimSpace(s.key)
	if key == "" {
		return nil, fmt.Errorf("%s: no API key: set %s or pass api.WithKey", service.Slug, provider.KeyVariable)
	}
	address, ok := parseAddress(strings.TrimSpace(s.address))
	if !ok {
		return nil, fmt.Errorf("%s: the address from %s must be an absolute http or https URL such as %s, "+
			"without user, query or fragment", service.Slug, s.addressFrom, service.Address)
	}
	if service.KeyHeader == "" {
		s.header.Set("Authorization", "Bearer "+key)
	} else {
		s.header.Set(service.KeyHeader, key)
	}

	client := *s.http
	// A redirect is the answer, not a request to make. Followed to another host it would carry the key there (net/http
	// drops Authorization, but no header of the provider's own), and what that host says is not the provider's word.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Client{slug: service.Slug, address: address, key: key, header: s.header, http: &client}, nil
}

// parseAddress returns an address with a slash at its end, and whether it is one that requests can be built on.
func parseAddress(address string) (string, bool) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return "", false
	}
	if u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return "", false
	}
	return u.JoinPath("/").String(), true
}

// Get gets what has the id: it sends the request that build makes for the client's address, and reads the response as
// its contract promises it.
//
// It returns the decoded body and nil when the body conforms. When the body breaks its contract and can be decoded all
// the same, it returns both: the decoded body and an *Error with Findings. Any other response gives nil and an *Error.
// An id that can't be sent, and a request without response, give nil and an error that is no *Error: the one from
// build, or the *url.Error from net/http.
func Get[T any](
	ctx context.Context, c *Client, id string, promise *contract.Contract,
	build func(address, id string) (*http.Request, error),
) (*T, error) {
	response, err := c.send(ctx, id, build)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.slug, err)
	}
	defer response.Body.Close()
	body, failure := c.receive(response)
	if failure != nil {
		return nil, failure
	}
	value, err := decode[T](body)
	findings := broken(promise.Check(body))
	if err == nil && len(findings) == 0 {
		return value, nil
	}
	failure = c.fail(response, body)
	failure.Findings, failure.Err = findings, err
	return value, failure
}

func (c *Client) send(
	ctx context.Context, id string, build func(address, id string) (*http.Request, error),
) (*http.Response, error) {
	switch id {
	case "":
		return nil, errors.New("the sandbox ID is empty")
	case ".", "..":
		// No escape helps: a dot segment changes the path however it is written.
		return nil, fmt.Errorf("the sandbox ID %q can't stand in a path", id)
	}
	request, err := build(c.address, id)
	if err != nil {
		return nil, err
	}
	request.Header = c.header.Clone()
	return c.http.Do(request.WithContext(ctx))
}
