// Package clients_test tries all clients in the same way, against a server on this machine.
package clients_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/clients/api"
	"github.com/sandboxspec/sandboxspec/clients/blaxel"
	"github.com/sandboxspec/sandboxspec/clients/nullspace"
	"github.com/sandboxspec/sandboxspec/clients/primeintellect"
	"github.com/sandboxspec/sandboxspec/clients/sandboxtest"
	"github.com/sandboxspec/sandboxspec/clients/superserve"
	"github.com/sandboxspec/sandboxspec/clients/tensorlake"
	"github.com/sandboxspec/sandboxspec/specs"
)

const (
	key   = sandboxtest.Key
	token = "tok-9z7y5x3w"
	uuid  = "0b6c9a52-61f4-4d0e-9f7a-2c1de0a8b3f7"
)

// A sandbox is what GetSandbox of one client returns, and its response.
type sandbox struct {
	any
	*api.Response
}

// A get is GetSandbox of one client. The sandbox is nil where the client's is.
type get func(ctx context.Context, id string) (*sandbox, error)

type provider struct {
	slug, id string
	new      func(...api.Option) (get, error)
	// keyHeader and keyPrefix are how the key is sent.
	keyHeader, keyPrefix string
	// recording conforms, and field is one of its members that holds a string that must not be null.
	recording, field string
	// secret is a body that conforms but for an unreadable field, with %s where a secret stands.
	secret string
}

var providers = []provider{
	{
		slug: "tensorlake", id: "sbx_4f1k8t", new: opener(tensorlake.New, (*tensorlake.Client).GetSandbox),
		keyHeader: "Authorization", keyPrefix: "Bearer ", recording: "running.http", field: "image",
		secret: `{"id": 1, "ssh_key": "%s"}`,
	},
	{
		slug: "nullspace", id: "sb_5d20c9e7",
		new: opener(nullspace.New, func(c *nullspace.Client, ctx context.Context, id string) (*nullspace.Sandbox, error) {
			return c.GetSandbox(ctx, id)
		}),
		keyHeader: "Authorization", keyPrefix: "Bearer ", recording: "running.http", field: "template",
		secret: `{"id": 1, "traffic_access_token": "%s"}`,
	},
	{
		slug: "superserve", id: uuid, new: opener(superserve.New, (*superserve.Client).GetSandbox),
		keyHeader: "X-Api-Key", recording: "active.http", field: "name",
		secret: `{"access_token": ["%s"], "metadata": {}}`,
	},
	{
		slug: "blaxel", id: "notebook-7",
		new: opener(blaxel.New, func(c *blaxel.Client, ctx context.Context, name string) (*blaxel.Sandbox, error) {
			return c.GetSandbox(ctx, name)
		}),
		keyHeader: "Authorization", keyPrefix: "Bearer ", recording: "deployed.http", field: "lastUsedAt",
		secret: `{"metadata": {"name": "x"}, "spec": {"runtime": {"envs": [{"value": {"inner": "%s"}}]}}}`,
	},
	{
		slug: "primeintellect", id: "sb_k3p9x2", new: opener(primeintellect.New, (*primeintellect.Client).GetSandbox),
		keyHeader: "Authorization", keyPrefix: "Bearer ", recording: "running.http", field: "dockerImage",
		secret: `{"environmentVars": "%s"}`,
	},
}

func opener[C, S any](
	open func(...api.Option) (C, error), call func(C, context.Context, string) (*S, error),
) func(...api.Option) (get, error) {
	return func(options ...api.Option) (get, error) {
		client, err := open(options...)
		return func(ctx context.Context, id string) (*sandbox, error) {
			got, err := call(client, ctx, id)
			if got == nil {
				return nil, err
			}
			return &sandbox{got, reflect.ValueOf(got).Elem().FieldByName("Response").Interface().(*api.Response)}, err
		}, err
	}
}

// each runs a test for all providers, without their variables in the environment.
func each(t *testing.T, test func(*testing.T, provider)) {
	for _, p := range providers {
		t.Run(p.slug, func(t *testing.T) {
			row := p.row(t)
			t.Setenv(row.KeyVariable, "")
			t.Setenv(row.AddressVariable, "")
			t.Setenv("BL_WORKSPACE", "")
			test(t, p)
		})
	}
}

func (p provider) row(t *testing.T) specs.Provider {
	row, ok := specs.Lookup(p.slug)
	require.True(t, ok)
	return row
}

// against returns a client of a server that answers as handler does. It sends each request once.
func (p provider) against(t *testing.T, handler http.HandlerFunc, options ...api.Option) get {
	server := sandboxtest.New(t)
	server.Handle(p.slug, handler)
	client, err := p.new(slices.Concat(server.Options(p.slug), []api.Option{api.WithRetries(0)}, options)...)
	require.NoError(t, err)
	return client
}

// answering returns a client of a server that always gives one answer.
func (p provider) answering(t *testing.T, status int, mediaType, body string, options ...api.Option) get {
	return p.against(t, sandboxtest.Answer(status, mediaType, body).ServeHTTP, options...)
}

// conforming returns the body of the provider's recording, with changes made to its members: nil for null.
func (p provider) conforming(t *testing.T, changes map[string]any) string {
	recording, err := os.ReadFile(filepath.Join("..", "conformance", "recordings", p.slug, p.recording))
	require.NoError(t, err)
	_, body, found := strings.Cut(string(recording), "\n\n{")
	require.True(t, found)
	var members map[string]any
	decoder := json.NewDecoder(strings.NewReader("{" + body))
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&members))
	maps.Copy(members, changes)
	changed, err := json.Marshal(members)
	require.NoError(t, err)
	return string(changed)
}

// failure requires that err is an *api.Error of the provider.
func (p provider) failure(t *testing.T, err error) *api.Error {
	t.Helper()
	var failure *api.Error
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, p.slug, failure.Provider)
	assert.Equal(t, "GET", failure.Method)
	assert.Contains(t, failure.URL, p.id)
	assert.True(t, strings.HasPrefix(err.Error(), p.slug+": GET http"), err)
	assert.NotContains(t, err.Error(), "\n")
	assert.NotContains(t, err.Error(), key)
	assert.NotContains(t, err.Error(), token)
	return failure
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestDocumentedRequest(t *testing.T) {
	each(t, func(t *testing.T, p provider) {
		var sent *http.Request
		client, err := p.new(api.WithAPIKey(key), api.WithRetries(0), api.WithHTTPClient(&http.Client{
			Transport: roundTrip(func(r *http.Request) (*http.Response, error) { sent = r; return nil, io.EOF }),
		}))
		require.NoError(t, err)
		got, err := client(t.Context(), p.id)
		assert.Nil(t, got)
		assert.ErrorIs(t, err, io.EOF)

		documented := regexp.MustCompile(`\{\w+\}`).ReplaceAllString(p.row(t).Endpoint, p.id)
		if p.slug == "superserve" { // the page shows the staging server
			assert.Contains(t, documented, superserve.StagingBaseURL+"/")
			documented = strings.Replace(documented, superserve.StagingBaseURL, superserve.DefaultBaseURL, 1)
		}
		assert.Equal(t, documented, sent.Method+" "+sent.URL.String())
		assert.Contains(t, string(p.row(t).Document()), "\n  - url: "+strings.Split(sent.URL.String(), sent.URL.Host)[0]+sent.URL.Host)
		assert.Equal(t, http.Header{
			"Accept": {"application/json"}, p.keyHeader: {p.keyPrefix + key},
		}, sent.Header)
	})
}

// The table in the README has the address that each client sends to by default.
func TestDefaultAddressInREADME(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "README.md"))
	require.NoError(t, err)
	for slug, address := range map[string]string{
		"tensorlake": tensorlake.DefaultBaseURL, "nullspace": nullspace.DefaultBaseURL, "superserve": superserve.DefaultBaseURL,
		"blaxel": blaxel.DefaultBaseURL, "primeintellect": primeintellect.DefaultBaseURL,
	} {
		assert.Regexp(t, `(?m)^\| `+slug+` \|.*\| `+regexp.QuoteMeta("`"+address+"`")+` \|$`, string(readme))
	}
}

func TestEnvironmentAndOptions(t *testing.T) {
	each(t, func(t *testing.T, p provider) {
		var got string
		server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			got = r.Header.Get(p.keyHeader)
		}))
		defer server.Close()
		t.Setenv(p.row(t).KeyVariable, " from-the-environment\n")
		t.Setenv(p.row(t).AddressVariable, server.URL+"\n")

		client, err := p.new()
		require.NoError(t, err)
		_, err = client(t.Context(), p.id)
		p.failure(t, err)
		assert.Equal(t, p.keyPrefix+"from-the-environment", got)

		client, err = p.new(api.WithAPIKey(key), api.WithHTTPClient(nil))
		require.NoError(t, err)
		_, err = client(t.Context(), p.id)
		p.failure(t, err)
		assert.Equal(t, p.keyPrefix+key, got)

		t.Setenv(p.row(t).AddressVariable, "nowhere")
		_, err = p.new()
		assert.ErrorContains(t, err, p.row(t).AddressVariable)
		_, err = p.new(api.WithBaseURL(server.URL))
		assert.NoError(t, err)
	})
}

func TestNoKey(t *testing.T) {
	each(t, func(t *testing.T, p provider) {
		variable := p.row(t).KeyVariable
		_, err := p.new()
		assert.EqualError(t, err, p.slug+": no API key: set "+variable+" or pass api.WithAPIKey")

		t.Setenv(variable, key)
		_, err = p.new(api.WithAPIKey(""))
		assert.Error(t, err, "an empty key must not give way to another one")
	})
}

// The refusal doesn't show the key.
func TestKeyThatNoHeaderHolds(t *testing.T) {
	each(t, func(t *testing.T, p provider) {
		_, err := p.new(api.WithAPIKey("one\n" + token))
		assert.EqualError(t, err, p.slug+": the API key has a control character in it, which no header can hold")
	})
}

// Nor does that of a header that can't be sent show its value.
func TestHeaderThatNobodyCanSend(t *testing.T) {
	for name, option := range map[string]api.Option{
		"Bad Header": api.WithHeader("Bad Header", token), "X-A": api.WithHeader("X-A", token+"\r\nX-B: 1"), "User-Agent": api.WithUserAgent("a\n" + token),
	} {
		each(t, func(t *testing.T, p provider) {
			_, err := p.new(api.WithAPIKey(key), option)
			assert.EqualError(t, err, fmt.Sprintf("%s: the header %q can't be sent: its name is no token, or its value has a control character in it", p.slug, name))
		})
	}
}

func TestUnknownProvider(t *testing.T) {
	_, err := api.New(api.Service{Slug: "nobody"}, api.WithAPIKey(key))
	assert.EqualError(t, err, `api: package specs has no provider "nobody"`)
}

func TestAddress(t *testing.T) {
	each(t, func(t *testing.T, p provider) {
		for _, address := range []string{
			"", "/", "api.example.com", "api.example.com/v1", "//api.example.com", "ftp://api.example.com", "https://",
			"https:///v1", "https://:443", "https://api.example.com:port", "mailto:a@example.com", "https://a b",
			"https://dana:" + token + "@api.example.com", "https://api.example.com?token=" + token,
			"https://api.example.com?", "https://api.example.com/#" + token, "http://%zz/" + token,
		} {
			_, err := p.new(api.WithAPIKey(key), api.WithBaseURL(address))
			if assert.ErrorContains(t, err, "api.WithBaseURL", address) {
				assert.NotContains(t, err.Error(), token)
			}
		}

		documented, err := url.Parse(regexp.MustCompile(`^GET |\{\w+\}$`).ReplaceAllString(p.row(t).Endpoint, ""))
		require.NoError(t, err)
		path := strings.TrimPrefix(documented.Path, "/v0") // Blaxel's stands in its default address
		for base, want := range map[string]string{
			"": path, "/": path, "/base": "/base" + path, "/base/": "/base" + path, "/base//": "/base" + path,
			"/a%2Fb/c": "/a%2Fb/c" + path,
		} {
			var got string
			server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				got = r.URL.EscapedPath()
			}))
			client, err := p.new(api.WithAPIKey(key), api.WithBaseURL(server.URL+base))
			require.NoError(t, err, base)
			_, _ = client(t.Context(), p.id)
			assert.Equal(t, want+p.id, got, base)
			server.Close()
		}
	})
}

func TestConcurrentUse(t *testing.T) {
	each(t, func(t *testing.T, p provider) {
		client := p.answering(t, http.StatusOK, "application/json", p.conforming(t, nil))
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				_, err := client(t.Context(), p.id)
				assert.NoError(t, err)
			})
		}
		group.Wait()
	})
}

func TestCancel(t *testing.T) {
	each(t, func(t *testing.T, p provider) {
		ctx, cancel := context.WithCancel(t.Context())
		client := p.against(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"id":`)
			w.(http.Flusher).Flush()
			cancel()
			<-r.Context().Done()
		})
		for range 2 { // the first is cancelled on the way, the second before it is sent
			got, err := client(ctx, p.id)
			assert.Nil(t, got)
			assert.ErrorIs(t, err, context.Canceled)
			assert.ErrorContains(t, err, p.slug+": ")
			assert.NotContains(t, err.Error(), key)
		}
	})
}

func TestRedirect(t *testing.T) {
	each(t, func(t *testing.T, p provider) {
		var asked bool
		elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
		defer elsewhere.Close()
		for _, status := range []int{301, 302, 303, 307, 308} {
			got, err := p.against(t, func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, elsewhere.URL+"/?token="+token, status)
			})(t.Context(), p.id)
			assert.Nil(t, got)
			failure := p.failure(t, err)
			assert.Equal(t, status, failure.Status)
			assert.Equal(t, elsewhere.URL+"/?token="+token, failure.Header.Get("Location"))
			assert.True(t, strings.HasSuffix(err.Error(),
				": redirects are not followed, this one leads to "+elsewhere.URL), err)
		}
		assert.False(t, asked, "no request goes where a redirect leads")
	})
}

// A client that the caller brings follows no redirects here, and stays as it was elsewhere.
func TestRedirectWithHTTPClient(t *testing.T) {
	each(t, func(t *testing.T, p provider) {
		asked := 0
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked++
			http.Redirect(w, r, r.URL.Path+"/", http.StatusFound)
		}))
		defer server.Close()
		own := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return io.EOF }}
		client, err := p.new(api.WithAPIKey(key), api.WithBaseURL(server.URL), api.WithHTTPClient(own))
		require.NoError(t, err)
		_, err = client(t.Context(), p.id)
		p.failure(t, err)
		assert.Equal(t, 1, asked)
		assert.Equal(t, io.EOF, own.CheckRedirect(nil, nil))
	})
}

func TestID(t *testing.T) {
	each(t, func(t *testing.T, p provider) {
		var got []string
		client := p.against(t, func(_ http.ResponseWriter, r *http.Request) { got = append(got, r.RequestURI) })
		for _, id := range []string{"", ".", ".."} {
			got, err := client(t.Context(), id)
			assert.Nil(t, got)
			assert.ErrorContains(t, err, p.slug+": the sandbox ID ")
		}
		assert.Empty(t, got, "nothing is sent")

		for id, want := range map[string]string{
			"a/b": "a%2Fb", "a b": "a%20b", "a..b": "a..b", "../../admin": "..%2F..%2Fadmin", "...": "...",
			"%2e%2e": "%252e%252e", "a?b#c": "a%3Fb%23c", "é\n": "%C3%A9%0A", "a,b;c": "a%2Cb%3Bc", "\xff": "%FF",
			"sb-usw-" + uuid: "sb-usw-" + uuid, strings.ToUpper(uuid): strings.ToUpper(uuid), "{" + uuid + "}": "%7B" + uuid + "%7D",
			"~a+b@c&d=e:$'()*!": "~a+b@c&d=e:$%27%28%29%2A%21", strings.Repeat("x", 5000): strings.Repeat("x", 5000),
		} {
			got = nil
			_, _ = client(t.Context(), id)
			if assert.Len(t, got, 1, id) {
				assert.Equal(t, want, got[0][strings.LastIndex(got[0], "/")+1:])
			}
		}
	})
}
