// Package api is what the providers' clients share: how a client is set up, how a request is sent, and how its response
// is read and judged. Programs use it for its options, for Response and for Error.
package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/specs"
)

// Timeout bounds one sending of a request, from dialing to the last byte of the body, unless WithHTTPClient brings a
// client of its own.
const Timeout = 30 * time.Second

// A Service is what a client knows of its provider beside the row in package specs.
type Service struct {
	// Slug is the provider's in package specs, where the environment variables stand.
	Slug string
	// BaseURL is where the API is when neither variable nor option says otherwise: the server of the OpenAPI document.
	BaseURL string
	// KeyHeader is the request header that takes the key as it is. Empty means that it goes as a bearer token.
	KeyHeader string
	// Limit is what the provider allows, as far as it is known.
	Limit Limit
}

// A Client sends requests to one provider. It is safe for concurrent use.
type Client struct {
	service   Service
	address   string // ends in a slash: a generated request would replace the last segment of one that doesn't
	mask      mask
	header    http.Header
	sign      func(http.Header) // adds the key, which so stays out of whatever prints the client
	http      *http.Client
	retries   int
	limiter   *limiter
	strict    bool
	anyStatus bool
	findings  func(context.Context, *Response)
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
		baseURL:     cmp.Or(os.Getenv(provider.AddressVariable), service.BaseURL),
		baseURLFrom: provider.AddressVariable,
		header:      http.Header{"Accept": {"application/json"}},
		http:        &http.Client{Timeout: Timeout},
		retries:     Retries,
		limit:       service.Limit,
	}
	for _, option := range options {
		option(&s)
	}

	key := strings.TrimSpace(s.key)
	if key == "" {
		return nil, fmt.Errorf("%s: no API key: set %s or pass api.WithAPIKey", service.Slug, provider.KeyVariable)
	}
	if !sendable(key) {
		return nil, fmt.Errorf("%s: the API key has a control character in it, which no header can hold", service.Slug)
	}
	address, ok := parseAddress(strings.TrimSpace(s.baseURL))
	if !ok {
		return nil, fmt.Errorf("%s: the address from %s must be an absolute https URL such as %s, "+
			"without user, query or fragment", service.Slug, s.baseURLFrom, service.BaseURL)
	}
	if address.Scheme == "http" && !s.plainHTTP && !local(address.Hostname()) {
		return nil, fmt.Errorf("%s: the address from %s is an http URL, on which everyone could read the key: "+
			"use https, or pass api.WithPlainHTTP", service.Slug, s.baseURLFrom)
	}
	for name, values := range s.header {
		if !token.MatchString(name) || !sendable(strings.Join(values, "")) {
			return nil, fmt.Errorf("%s: the header %q can't be sent: its name is no token, or its value has a control character in it", service.Slug, name)
		}
	}
	sign := func(header http.Header) { header.Set("Authorization", "Bearer "+key) }
	if service.KeyHeader != "" {
		sign = func(header http.Header) { header.Set(service.KeyHeader, key) }
	}

	client := *s.http
	client.Transport = unredirected{cmp.Or(client.Transport, http.DefaultTransport)}
	return &Client{
		service: service, address: address.String(), mask: newMask(key), header: s.header, sign: sign, http: &client,
		retries: s.retries, limiter: newLimiter(s.limit), strict: s.strict, anyStatus: s.anyStatus, findings: s.findings,
	}, nil
}

// token is what the name of a header is, as RFC 9110 has it.
var token = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

// sendable reports whether a header can hold a value: any, except for control characters other than a tab.
func sendable(value string) bool {
	return !strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f })
}

// parseAddress returns an address with a slash at its end, and whether it is one that requests can be built on.
func parseAddress(address string) (*url.URL, bool) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, false
	}
	if u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return nil, false
	}
	return u.JoinPath("/"), true
}

// local tells whether a host is this machine, so that what is sent there stays on it.
func local(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

// String returns the provider's slug: whatever prints a client, the key stays out of it.
func (c *Client) String() string { return c.service.Slug }

// LogValue gives a log the provider and the address, and not the key.
func (c *Client) LogValue() slog.Value {
	return slog.GroupValue(slog.String("provider", c.service.Slug), slog.String("address", c.address))
}

// Get gets what has the id: it sends the request that build makes for the client's address, and reads the response as
// its contract promises it.
//
// Of a 200 whose body is a JSON object it returns the model, the response with its findings, and nil; with WithStrict,
// all three where a finding is an error or a value is left out of the model. What breaks the contract is left out, and so
// is what the model has no room for. Any other response gives nil
// for the model and an *Error. An id that can't be sent, and a request without response, give an error that is no
// *Error: the one from build, or the *url.Error from net/http. The text of no error holds the key.
func Get[T any](
	ctx context.Context, c *Client, id string, promise *contract.Contract,
	build func(address, id string) (*http.Request, error),
) (*T, *Response, error) {
	response, err := c.send(ctx, id, build)
	if response == nil {
		return nil, nil, c.mask.error(fmt.Errorf("%s: %w", c.service.Slug, err), longestError)
	}
	if err != nil || response.Status != http.StatusOK {
		return nil, response, newError(response, err)
	}
	if finding, wrong := checkType(response.Header.Get("Content-Type")); wrong {
		response.Findings = []contract.Finding{finding}
	} else {
		response.Findings = promise.Check(response.Body)
	}
	for i := range response.Findings {
		response.Findings[i].Actual = c.mask.cut(response.Findings[i].Actual)
	}
	model := new(T)
	leftOut, ok := decode(response, model)
	response.LeftOut = leftOut
	if c.findings != nil && len(response.Findings)+len(leftOut) > 0 {
		c.findings(ctx, response)
	}
	if !ok {
		return nil, response, newError(response, errNoObject)
	}
	if c.strict && (len(leftOut) > 0 || slices.ContainsFunc(response.Findings, isError)) {
		return model, response, newError(response, nil)
	}
	return model, response, nil
}

func isError(f contract.Finding) bool { return f.Severity == contract.Error }

// request makes the request for an id.
func (c *Client) request(id string, build func(address, id string) (*http.Request, error)) (*http.Request, error) {
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
	c.sign(request.Header)
	return request, nil
}
