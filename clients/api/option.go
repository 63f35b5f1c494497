package api

import "net/http"

// An Option sets up a client. It goes before what the environment says.
type Option func(*settings)

type settings struct {
	key, address string
	addressFrom  string // what a message calls the origin of the address
	header       http.Header
	http         *http.Client
}

// WithKey gives the API key. An empty one is no key.
func WithKey(key string) Option {
	return func(s *settings) { s.key = key }
}

// WithAddress gives the address of the API: an absolute http or https URL. It may have a base path, and a slash at its
// end makes no difference.
func WithAddress(address string) Option {
	return func(s *settings) { s.address, s.addressFrom = address, "api.WithAddress" }
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
