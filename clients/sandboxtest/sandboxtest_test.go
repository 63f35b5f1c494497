package sandboxtest_test

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/clients/sandboxtest"
	"github.com/sandboxspec/sandboxspec/clients/superserve"
	"github.com/sandboxspec/sandboxspec/specs"
)

func get(t *testing.T, address, key string) (status int, body string) {
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer "+key)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(read)
}

func TestServer(t *testing.T) {
	server := sandboxtest.New(t)
	for _, p := range specs.Providers() {
		status, body := get(t, server.BaseURL(p.Slug)+"/sandboxes/a%2F%22b", sandboxtest.Key)
		assert.Equal(t, 200, status)
		assert.Contains(t, body, `"a/\"b"`)
		status, body = get(t, server.BaseURL(p.Slug)+"/sandboxes/a", "another")
		assert.Equal(t, 401, status)
		assert.Contains(t, body, "the key is not "+sandboxtest.Key)
		assert.Len(t, server.Requests(p.Slug), 2)
	}
	status, _ := get(t, server.BaseURL("nobody"), sandboxtest.Key)
	assert.Equal(t, 404, status)

	server.Handle("tensorlake", sandboxtest.JSON(503, "1"), sandboxtest.JSON(200, "2"))
	for _, want := range []string{"1", "2", "2"} {
		_, body := get(t, server.BaseURL("tensorlake")+"/a", sandboxtest.Key)
		assert.Equal(t, want, body)
	}
	assert.Panics(t, func() { sandboxtest.Body("nobody", "a") })
}

// A program that knows nothing of the server reaches it by its environment.
func TestSetenv(t *testing.T) {
	server := sandboxtest.New(t)
	server.Setenv(t)
	client, err := superserve.New()
	require.NoError(t, err)
	sandbox, err := client.GetSandbox(t.Context(), "0b6c9a52-61f4-4d0e-9f7a-2c1de0a8b3f7")
	require.NoError(t, err)
	assert.Equal(t, "0b6c9a52-61f4-4d0e-9f7a-2c1de0a8b3f7", sandbox.ID.String())
}

func TestRecording(t *testing.T) {
	for content, want := range map[string]string{
		"HTTP/1.1 200 OK\nContent-Type: application/json\nX: 1\n\n{}\n":                                            "{}\n",
		"# source: x\nGET https://a/b HTTP/1.1\nHost: a\n\nHTTP/2 200\r\nx: 1\r\nContent-Length: 99\r\n\r\n{\r\n}": "{\r\n}",
		"HTTP/1.0 200\nX: 1\n\n": "",
	} {
		file := filepath.Join(t.TempDir(), "x.http")
		require.NoError(t, os.WriteFile(file, []byte(content), 0o644))
		server := sandboxtest.New(t)
		server.Handle("tensorlake", sandboxtest.Recording(t, file))
		status, body := get(t, server.BaseURL("tensorlake")+"/a", sandboxtest.Key)
		assert.Equal(t, 200, status)
		assert.Equal(t, want, body)
	}
}

// failing is a test that a wrong file fails.
type failing struct {
	testing.TB
	said string
}

func (f *failing) Helper() {}

func (f *failing) Fatal(args ...any) { f.said = args[1].(error).Error(); panic(f) }

func (f *failing) Fatalf(_ string, args ...any) { f.said = args[1].(error).Error(); panic(f) }

func TestNoRecording(t *testing.T) {
	for content, want := range map[string]string{
		"":                        "no line such as HTTP/1.1 200 OK",
		"{}":                      "no line such as HTTP/1.1 200 OK",
		"HTTP/1.1 100\n\n":        "status 100 is not that of a whole response",
		"HTTP/1.1 200\nodd\n\n{}": "malformed MIME header",
		"gone":                    "no such file",
	} {
		f := &failing{}
		file := filepath.Join(t.TempDir(), "x.http")
		if content != "gone" {
			require.NoError(t, os.WriteFile(file, []byte(content), 0o644))
		}
		assert.Panics(t, func() { sandboxtest.Recording(f, file) })
		assert.True(t, strings.Contains(f.said, want), "%q says %q", content, f.said)
	}
}
