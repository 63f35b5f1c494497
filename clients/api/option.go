package api

import (
	"context"
	"net/http"
	"time"
)

// An Option sets up a client. It goes before what the environment says.
type Option func(*settings)

type settings struct {
	key, baseURL string
	baseURLFrom  string // what a message calls the origin of the base URL
	plainHTTP    bool
	header       http.Header
	http         *http.Client
	retries      int
	limit        Limit
	strict       bool
	anyStatus    bool
	findings     func(context.Context, *Response)
}

// WithAPIKey gives the API key. An empty one is no key.
func WithAPIKey(key string) Option {
	return func(s *settings) { s.key = key }
}

// WithBaseURL gives the address of the API: an absolute https URL, or http on this machine. It may have a base path, and
// a slash at its end makes no difference.
func WithBaseURL(url string) Option {
	return func(s *settings) { s.baseURL, s.baseURLFrom = url, "api.WithBaseURL" }
}

// WithPlainHTTP lets the address be an http URL on another machine. Everyone on the way can read the key then.
func WithPlainHTTP() Option {
	return func(s *settings) { s.plainHTTP = true }
}

// WithHTTPClient gives the client that sends the requests, with its own timeout instead of Timeout. It is copied, and
// the copy never follows a redirect. Nil changes nothing.
func WithHTTPClient(client *http.Client) Option {
	return func(s *settings) {
		if client != nil {
			s.http = client
		}
	}
}

// WithUserAgent gives the User-Agent of the requests, otherwise that of net/http.
func WithUserAgent(userAgent string) Option { return WithHeader("User-Agent", userAgent) }

// WithHeader gives a header that goes with each request. The header of the key can't be set like this. An empty value
// means no such header.
func WithHeader(name, value string) Option {
	return func(s *settings) {
		s.header.Del(name)
		if value != "" {
			s.header.Set(name, value)
		}
	}
}

// WithRetries gives how often a request is sent again at most, Retries times otherwise. With 0 it is sent once.
func WithRetries(n int) Option {
	return func(s *settings) { s.retries = max(n, 0) }
}

// WithRateLimit lets the client send at most n requests in any such time; the others wait for their turn. They are
// counted as the provider counts: Prime Intellect for each sandbox, the others together. With 0 there is no limit.
func WithRateLimit(n int, per time.Duration) Option {
	return func(s *settings) { s.limit.Requests, s.limit.Per = n, per }
}

// WithStrict makes an *Error of a response that breaks its contract: one with a finding of severity error, values outside
// an enum included. It makes one, too, of a response with values that the model has no room for. The sandbox is returned
// beside it.
func WithStrict() Option {
	return func(s *settings) { s.strict = true }
}

// WithUndocumentedStatuses lets WaitUntil wait for statuses that the provider's spec doesn't document. Otherwise those are
// an error at once, since a status with a typing error in it never comes.
func WithUndocumentedStatuses() Option {
	return func(s *settings) { s.anyStatus = true }
}

// WithFindings has observe called with each response that has findings, warnings included, or values that are left out of
// the model, before it is returned: for metrics and logs. It is called on the goroutine of the request, so from several at once where the client is used so.
func WithFindings(observe func(context.Context, *Response)) Option {
	return func(s *settings) { s.findings = observe }
}
