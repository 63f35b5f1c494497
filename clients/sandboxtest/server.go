// Package sandboxtest is a server on this machine that answers as the five providers do, so that programs can be tested
// without a key, and made to meet what seldom happens.
package sandboxtest

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/sandboxspec/sandboxspec/clients/api"
	"github.com/sandboxspec/sandboxspec/specs"
)

// Key is the API key that the server takes. It answers any other with a 401.
const Key = "key-for-tests"

// A Server answers for all providers, each below a path of its own. Unless Handle says otherwise, every sandbox exists
// and runs. It is safe for concurrent use.
type Server struct {
	server   *httptest.Server
	mu       sync.Mutex
	answers  map[string][]http.Handler // by provider, those still to give
	requests map[string][]*http.Request
}

// New starts a server over HTTP/1.1, and stops it when the test ends.
func New(t testing.TB) *Server {
	s := newServer(t)
	s.server.Start()
	return s
}

// NewHTTP2 starts a server over HTTP/2, and so over TLS, with a certificate that only the client in Options trusts.
func NewHTTP2(t testing.TB) *Server {
	s := newServer(t)
	s.server.EnableHTTP2 = true
	s.server.StartTLS()
	return s
}

func newServer(t testing.TB) *Server {
	s := &Server{answers: map[string][]http.Handler{}, requests: map[string][]*http.Request{}}
	s.server = httptest.NewUnstartedServer(s)
	t.Cleanup(s.server.Close)
	return s
}

// BaseURL returns the address of a provider's API.
func (s *Server) BaseURL(provider string) string { return s.server.URL + "/" + provider }

// Options return what a provider's New takes to reach the server.
func (s *Server) Options(provider string) []api.Option {
	client := s.server.Client()
	client.Timeout = api.Timeout
	return []api.Option{api.WithAPIKey(Key), api.WithBaseURL(s.BaseURL(provider)), api.WithHTTPClient(client)}
}

// Setenv sets the environment variables for the key and the address of every provider, for the time of the test, so
// that a program's own New() reaches the server.
func (s *Server) Setenv(t testing.TB) {
	for _, p := range specs.Providers() {
		t.Setenv(p.KeyVariable, Key)
		t.Setenv(p.AddressVariable, s.BaseURL(p.Slug))
	}
}

// Handle says what a provider's next requests are answered with, one after the other; the last answer is given again. It
// takes the place of what an earlier Handle said. See Sandbox, Answer, Recording and the faults.
func (s *Server) Handle(provider string, answers ...http.Handler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers[provider] = slices.Clone(answers)
}

// Requests returns the requests that a provider was sent, in order, those with another key included.
func (s *Server) Requests(provider string) []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests[provider])
}

// ServeHTTP is called by net/http.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	provider, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if _, ok := specs.Lookup(provider); !ok {
		http.NotFound(w, r)
		return
	}
	answer := s.next(provider, r)
	if r.Header.Get("Authorization") != "Bearer "+Key && r.Header.Get("X-API-Key") != Key {
		http.Error(w, "the key is not "+Key, http.StatusUnauthorized)
		return
	}
	answer.ServeHTTP(w, r)
}

func (s *Server) next(provider string, r *http.Request) http.Handler {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests[provider] = append(s.requests[provider], r)
	answers := s.answers[provider]
	if len(answers) == 0 {
		return Sandbox(provider)
	}
	if len(answers) > 1 {
		s.answers[provider] = answers[1:]
	}
	return answers[0]
}

// id returns what a request asks for: the last part of its path.
func id(r *http.Request) string {
	id, err := url.PathUnescape(path.Base(r.URL.EscapedPath()))
	if err != nil {
		return ""
	}
	return id
}
