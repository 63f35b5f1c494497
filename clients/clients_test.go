// Package clients_test tries all clients in the same way, against a server on this machine.
package clients_test

import (
	"bytes"
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
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/clients/api"
	"github.com/sandboxspec/sandboxspec/clients/blaxel"
	"github.com/sandboxspec/sandboxspec/clients/nullspace"
	"github.com/sandboxspec/sandboxspec/clients/primeintellect"
	"github.com/sandboxspec/sandboxspec/clients/superserve"
	"github.com/sandboxspec/sandboxspec/clients/tensorlake"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/specs"
)

const (
	key   = "key-4f1k8tq2"
	token = "tok-9z7y5x3w"
	uuid  = "0b6c9a52-61f4-4d0e-9f7a-2c1de0a8b3f7"
)

// A get is GetSandbox of one client. The sandbox is nil where the client's is.
type get func(ctx context.Context, id string) (sandbox any, err error)

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
		return func(ctx context.Context, id string) (any, error) {
			sandbox, err := call(client, ctx, id)
			if sandbox == nil {
				return nil, err
			}
			return sandbox, err
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

// against returns a client of a server that answers as handler does.
func (p provider) against(t *testing.T, handler http.HandlerFunc) get {
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	client, err := p.new(api.WithKey(key), api.WithAddress(server.URL))
	require.NoError(t, err)
	return client
}

// answering returns a client of a server that always gives one answer.
func (p provider) answering(t *testing.T, status int, mediaType, body string) get {
	return p.against(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", mediaType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
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
	assert.True(t, strings.HasPrefix(err.Error(), p.slug+": GET http://"), err)
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
		client, err := p.new(api.WithKey(key), api.WithHTTPClient(&http.Client{
			Transport: roundTrip(func(r *http.Request) (*http.Response, error) { sent = r; return nil, io.EOF }),
		}))
		require.NoError(t, err)
		sandbox, err := client(t.Context(), p.id)
		assert.Nil(t, sandbox)
		assert.ErrorIs(t, err, io.EOF)

		documented := regexp.MustCompile(`\{\w+\}`).ReplaceAllString(p.row(t).Endpoint, p.id)
		assert.Equal(t, documented, sent.Method+" "+sent.URL.String())
		assert.Equal(t, http.Header{
			"Accept": {"application/json"}, p.keyHeader: {p.keyPrefix + key},
		}, sent.Header)
	})
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

		client, err = p.new(api.WithKey(key), api.WithHTTPClient(nil))
		require.NoError(t, err)
		_, err = client(t.Context(), p.id)
		p.failure(t, err)
		assert.Equal(t, p.keyPrefix+key, got)

		t.Setenv(p.row(t).AddressVariable, "nowhere")
		_, err = p.new()
		assert.ErrorContains(t, err, p.row(t).AddressVariable)
		_, err = p.new(api.WithAddress(server.URL))
		assert.NoError(t, err)
	})
}

func TestNoKey(t *testing.T) {
	each(t, func(t *testing.T, p provider) {
		variable := p.row(t).KeyVariable
		_, err := p.new()
		assert.EqualError(t, err, p.slug+": no API key: set "+variable+" or pass api.WithKey")

		t.Setenv(variable, key)
		_, err = p.new(api.WithKey(""))
		assert.Error(t, err, "an empty key must not give way to another one")
	})
}

// net/http refuses such a key, and a caller must not see it in the refusal.
func TestKeyThatNoHeaderHolds(t *testing.T) {
	each(t, func(t *testing.T, p provider) {
		client, err := p.new(api.WithKey("one\n" + token))
		require.NoError(t, err)
		_, err = client(t.Context(), p.id)
		assert.ErrorContains(t, err, "invalid header field value")
		assert.NotContains(t, err.Error(), token)
	})
}

func TestUnknownProvider(t *testing.T) {
	_, err := api.New(api.Service{Slug: "nobody"}, api.WithKey(key))
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
			_, err := p.new(api.WithKey(key), api.WithAddress(address))
			if assert.ErrorContains(t, err, "api.WithAddress", address) {
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
			client, err := p.new(api.WithKey(key), api.WithAddress(server.URL+base))
			require.NoError(t, err, base)
			_, _ = client(t.Context(), p.id)
			assert.Equal(t, want+p.id, got, base)
			server.Close()
		}
	})
}

func TestConforming(t *testing.T) {
	each(t, func(t *testing.T, p provider) {
		body := p.conforming(t, map[string]any{"new_field": 1}) // undocumented: a warning, and so no error
		for _, mediaType := range []string{
			"application/json", "application/json; charset=utf-8", "Application/JSON ;charset", "",
		} {
			client := p.answering(t, http.StatusOK, mediaType, body)
			if mediaType == "" {
				client = p.against(t, func(w http.ResponseWriter, _ *http.Request) {
					w.Header()["Content-Type"] = nil // or net/http guesses one
					_, _ = io.WriteString(w, body)
				})
			}
			sandbox, err := client(t.Context(), p.id)
			require.NoError(t, err, mediaType)

			var want, got map[string]any
			require.NoError(t, json.Unmarshal([]byte(body), &want))
			encoded, err := json.Marshal(sandbox)
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(encoded, &got))
			for _, member := range []string{p.field, "status"} {
				assert.NotEmpty(t, got[member])
				assert.Equal(t, want[member], got[member])
			}
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

func TestOtherStatus(t *testing.T) {
	secret := `"access_token": "` + token + `"`
	tests := []struct {
		status          int
		mediaType, body string
		says            string // what stands after the status
	}{
		{404, "text/plain", "Sandbox not found\n", ": Sandbox not found"},
		{404, "application/json", `{"message": "no such\nsandbox"}`, ": no such sandbox"},
		{404, "application/json", `{"error": {"code": "not_found", "message": "no such sandbox"}, ` + secret + `}`, ": no such sandbox"},
		{422, "application/json", `{"errors": [{"param": "id", "details": "too short"}]}`, ": too short"},
		{422, "application/json", `{"detail": [{"loc": ["path"], "msg": "too long"}]}`, ": too long"},
		{502, "application/json", `{"error": "sandbox_not_found"}`, ": sandbox_not_found"},
		{401, "application/json", `{"detail": "the key ` + key + ` is not valid"}`, ": the key [key] is not valid"},
		{401, "text/plain", strings.Repeat("x", 195) + key, ": " + strings.Repeat("x", 195) + "[key]"},
		{400, "text/plain", strings.Repeat("é", 300), ": " + strings.Repeat("é", 200) + "…"},
		{429, "application/json", ``, ""},
		{500, "application/json", `{"id": "a", ` + secret + `}`, ""},
		{500, "application/json", `{"id": "a", ` + secret, ""},
		{500, "text/plain", "\xff\xfe" + token, ""},
		{500, "text/plain", token + strings.Repeat(" ", 1<<17), ""},
		{504, "text/html", "<html><body>" + token, ""},
		{201, "application/json", `{"message": "a body", ` + secret + `}`, ""},
		{204, "", ``, ""},
		{304, "", ``, ""},
		{599, "text/plain", `odd`, ": odd"},
	}
	each(t, func(t *testing.T, p provider) {
		for _, test := range tests {
			client := p.against(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", test.mediaType)
				w.Header().Set("Retry-After", "7")
				w.WriteHeader(test.status)
				_, _ = io.WriteString(w, test.body)
			})
			sandbox, err := client(t.Context(), p.id)
			assert.Nil(t, sandbox)
			failure := p.failure(t, err)
			assert.Equal(t, test.status, failure.Status)
			assert.Equal(t, test.body, string(failure.Body))
			assert.Equal(t, "7", failure.Header.Get("Retry-After"))
			assert.Empty(t, failure.Findings)
			assert.NoError(t, failure.Err)
			status := strings.TrimSpace(fmt.Sprint(test.status, " ", http.StatusText(test.status)))
			assert.True(t, strings.HasSuffix(err.Error(), p.id+": "+status+test.says), err)
		}
	})
}

func TestBrokenContract(t *testing.T) {
	each(t, func(t *testing.T, p provider) {
		body := p.conforming(t, map[string]any{p.field: nil, "status": "napping"})
		sandbox, err := p.answering(t, http.StatusOK, "application/json", body)(t.Context(), p.id)
		assert.NotNil(t, sandbox)
		failure := p.failure(t, err)
		assert.Equal(t, http.StatusOK, failure.Status)
		assert.Equal(t, body, string(failure.Body))
		assert.NoError(t, failure.Err)
		require.Len(t, failure.Findings, 1, "the status is no finding")
		assert.Equal(t, contract.Nullable, failure.Findings[0].Rule)
		assert.Equal(t, "/"+p.field, failure.Findings[0].Pointer)
		assert.True(t, strings.HasSuffix(err.Error(),
			": the 200 response breaks its contract at /"+p.field+": expected a string, not null, got null"), err)
	})
}

func TestUnknownValueOfAnEnum(t *testing.T) {
	each(t, func(t *testing.T, p provider) {
		body := p.conforming(t, map[string]any{"status": "napping"})
		sandbox, err := p.answering(t, http.StatusOK, "application/json", body)(t.Context(), p.id)
		require.NoError(t, err)
		encoded, err := json.Marshal(sandbox)
		require.NoError(t, err)
		assert.Contains(t, string(encoded), `"status":"napping"`)
	})
}

func TestUnusableBody(t *testing.T) {
	tests := []struct {
		mediaType, body string
		says            string
	}{
		{"application/json", ``, ": expected a JSON value, got the end of the body"},
		{"application/json", ` null `, ": expected an object, not null, got null"},
		{"application/json", `[]`, ": expected an object, got an array"},
		{"application/json", `<html>`, ": expected a JSON value, got <"},
		{"application/json", `{"metadata":`, " at /metadata: expected a JSON value, got the end of the body"},
		{"text/html; charset=utf-8", `<html>`, ` in its Content-Type: expected application/json, got "text/html; charset=utf-8"`},
		{"application/problem+json", `{}`, ` in its Content-Type: expected application/json, got "application/problem+json"`},
		{"json", `{}`, ` in its Content-Type: expected application/json, got "json"`},
		{";", `{}`, ` in its Content-Type: expected application/json, got ";"`},
	}
	each(t, func(t *testing.T, p provider) {
		for _, test := range tests {
			sandbox, err := p.answering(t, http.StatusOK, test.mediaType, test.body)(t.Context(), p.id)
			assert.Nil(t, sandbox)
			failure := p.failure(t, err)
			assert.Equal(t, http.StatusOK, failure.Status)
			assert.Equal(t, test.body, string(failure.Body))
			require.NotEmpty(t, failure.Findings)
			assert.ErrorContains(t, err, ": the 200 response breaks its contract"+test.says)
			assert.Equal(t, strings.HasSuffix(err.Error(), "; it can't be decoded"), failure.Err != nil)
			assert.Equal(t, test.mediaType == "application/json" && test.body != ` null `, failure.Err != nil)
		}
	})
}

func TestUndecodableBody(t *testing.T) {
	each(t, func(t *testing.T, p provider) {
		body := p.conforming(t, map[string]any{p.field: 1.5})
		sandbox, err := p.answering(t, http.StatusOK, "application/json", body)(t.Context(), p.id)
		assert.Nil(t, sandbox)
		failure := p.failure(t, err)
		assert.Equal(t, body, string(failure.Body))
		require.Len(t, failure.Findings, 1)
		assert.Equal(t, contract.Type, failure.Findings[0].Rule)
		var decoding *json.UnmarshalTypeError
		assert.ErrorAs(t, err, &decoding)
	})
}

// A body may keep its promise and still be one that encoding/json refuses.
func TestConformingButUndecodable(t *testing.T) {
	p := providers[0]
	body := p.conforming(t, map[string]any{"timeout_secs": json.Number("60.0")})
	sandbox, err := p.answering(t, http.StatusOK, "application/json", body)(t.Context(), p.id)
	assert.Nil(t, sandbox)
	failure := p.failure(t, err)
	assert.Empty(t, failure.Findings)
	assert.ErrorContains(t, err, ": the 200 response can't be used: json: cannot unmarshal number 60.0")
}

func TestManyFindings(t *testing.T) {
	p := providers[0]
	for _, test := range []struct {
		changes map[string]any
		says    string
	}{
		{map[string]any{"id": nil, "image": nil}, "got null, and 1 more finding"},
		{map[string]any{"id": nil, "image": nil, "namespace": nil}, "got null, and 2 more findings"},
		{map[string]any{"resources": nil}, "at /resources: expected an object, not null, got null"},
	} {
		body := p.conforming(t, test.changes)
		_, err := p.answering(t, http.StatusOK, "application/json", body)(t.Context(), p.id)
		assert.True(t, strings.HasSuffix(err.Error(), test.says), err)
	}
}

func TestErrorStaysOnOneLine(t *testing.T) {
	p := providers[2]
	body := p.conforming(t, map[string]any{"metadata": map[string]any{"a\n\u202e" + strings.Repeat("b", 1000): nil}})
	_, err := p.answering(t, http.StatusOK, "application/json", body)(t.Context(), p.id)
	p.failure(t, err)
	assert.NotContains(t, err.Error(), "\u202e")
	assert.Contains(t, err.Error(), "at /metadata/a bbb")
	assert.Less(t, len(err.Error()), 500)
}

func TestSecretsStayOutOfErrors(t *testing.T) {
	each(t, func(t *testing.T, p provider) {
		for _, body := range []string{
			fmt.Sprintf(p.secret, token),
			strings.TrimSuffix(fmt.Sprintf(p.secret, token), "}"),
			token,
		} {
			for _, mediaType := range []string{"application/json", "text/plain"} {
				_, err := p.answering(t, http.StatusOK, mediaType, body)(t.Context(), p.id)
				assert.Contains(t, string(p.failure(t, err).Body), token)
			}
		}
	})
}

func TestOversizeBody(t *testing.T) {
	const chunk = 1 << 20
	each(t, func(t *testing.T, p provider) {
		for _, status := range []int{http.StatusOK, http.StatusInternalServerError} {
			sandbox, err := p.against(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(status)
				for range api.MaxBody/chunk + 1 {
					_, _ = w.Write(bytes.Repeat([]byte(" "), chunk))
				}
			})(t.Context(), p.id)
			assert.Nil(t, sandbox)
			assert.ErrorIs(t, err, api.ErrTooLarge)
			failure := p.failure(t, err)
			assert.Equal(t, status, failure.Status)
			assert.Len(t, failure.Body, api.MaxBody)
			if status == http.StatusOK {
				assert.ErrorContains(t, err, "the body is larger than 16 MiB")
			}
		}
	})
}

// The largest body that is read is used, too.
func TestLargestBody(t *testing.T) {
	p := providers[0]
	body := p.conforming(t, nil)
	body += strings.Repeat(" ", api.MaxBody-len(body))
	_, err := p.answering(t, http.StatusOK, "application/json", body)(t.Context(), p.id)
	assert.NoError(t, err)
}

func TestBodyThatEndsEarly(t *testing.T) {
	each(t, func(t *testing.T, p provider) {
		sandbox, err := p.against(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, "{}")
		})(t.Context(), p.id)
		assert.Nil(t, sandbox)
		assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
		failure := p.failure(t, err)
		assert.Equal(t, "{}", string(failure.Body))
		assert.Empty(t, failure.Findings)
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
			sandbox, err := client(ctx, p.id)
			assert.Nil(t, sandbox)
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
			sandbox, err := p.against(t, func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, elsewhere.URL+"/?token="+token, status)
			})(t.Context(), p.id)
			assert.Nil(t, sandbox)
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
		client, err := p.new(api.WithKey(key), api.WithAddress(server.URL), api.WithHTTPClient(own))
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
			sandbox, err := client(t.Context(), id)
			assert.Nil(t, sandbox)
			assert.ErrorContains(t, err, p.slug+": the sandbox ID ")
		}
		assert.Empty(t, got, "nothing is sent")

		if p.slug == "superserve" {
			return
		}
		for id, want := range map[string]string{
			"a/b": "a%2Fb", "a b": "a%20b", "a..b": "a..b", "../../admin": "..%2F..%2Fadmin", "...": "...",
			"%2e%2e": "%252e%252e", "a?b#c": "a%3Fb%23c", "é\n": "%C3%A9%0A", "a,b;c": "a%2Cb%3Bc", "\xff": "%FF",
		} {
			got = nil
			_, _ = client(t.Context(), id)
			if assert.Len(t, got, 1, id) {
				assert.Equal(t, want, got[0][strings.LastIndex(got[0], "/")+1:])
			}
		}
	})
}

// Whatever a provider sends, a caller has a sandbox or an error.
func TestRecordings(t *testing.T) {
	head := regexp.MustCompile(`(?ms)^HTTP/\S+ (\d+).*?\n\n(.*)\z`)
	mediaType := regexp.MustCompile(`(?mi)^content-type: (.*)$`)
	each(t, func(t *testing.T, p provider) {
		files, err := filepath.Glob(filepath.Join("..", "conformance", "recordings", p.slug, "*.http"))
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, file := range files {
			recording, err := os.ReadFile(file)
			require.NoError(t, err)
			parts := head.FindStringSubmatch(strings.ReplaceAll(string(recording), "\r\n", "\n"))
			require.NotNil(t, parts, file)
			var status int
			_, err = fmt.Sscan(parts[1], &status)
			require.NoError(t, err)
			var sent string
			if match := mediaType.FindStringSubmatch(parts[0]); match != nil {
				sent = match[1]
			}
			sandbox, err := p.answering(t, status, sent, parts[2])(t.Context(), p.id)
			if err == nil {
				assert.NotNil(t, sandbox, file)
				continue
			}
			failure := p.failure(t, err)
			assert.Equal(t, status, failure.Status, file)
			assert.Equal(t, parts[2], string(failure.Body), file)
			if status == http.StatusOK && len(failure.Findings) == 0 {
				assert.Error(t, failure.Err, file)
			}
			t.Log(filepath.Base(file), err)
		}
	})
}

// TestErrorsNeverHoldTheKey has providers that say the key back in every place that an
// error tells of.
func TestErrorsNeverHoldTheKey(t *testing.T) {
	const key = "HUSH12345678"
	for name, answer := range map[string]func(w http.ResponseWriter){
		"redirect": func(w http.ResponseWriter) {
			w.Header().Set("Location", "https://"+key+".example/")
			w.WriteHeader(302)
		},
		"content type": func(w http.ResponseWriter) { w.Header().Set("Content-Type", "text/html; "+key) },
		"value": func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"metadata":{},"created_at":"`+key+`"}`)
		},
		"name": func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"metadata":{"`+key+`":1}}`)
		},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answer(w) }))
		client, err := superserve.New(api.WithKey(key), api.WithAddress(server.URL))
		require.NoError(t, err)
		_, err = client.GetSandbox(context.Background(), "3c90c3cc-0d44-4b50-8888-8dd25736052a")
		server.Close()
		if assert.Error(t, err, name) {
			assert.NotContains(t, err.Error(), key, name)
			assert.Contains(t, err.Error(), "[key]", name)
		}
	}
}
