package sandbox_test

import (
	"context"
	"encoding/json"
	"flag"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/clients/api"
	"github.com/sandboxspec/sandboxspec/clients/blaxel"
	"github.com/sandboxspec/sandboxspec/clients/nullspace"
	"github.com/sandboxspec/sandboxspec/clients/primeintellect"
	"github.com/sandboxspec/sandboxspec/clients/sandbox"
	"github.com/sandboxspec/sandboxspec/clients/sandboxtest"
	"github.com/sandboxspec/sandboxspec/clients/superserve"
	"github.com/sandboxspec/sandboxspec/clients/tensorlake"
	"github.com/sandboxspec/sandboxspec/specs"
)

var update = flag.Bool("update", false, "write the files in testdata anew")

const id = "0b6c9a52-61f4-4d0e-9f7a-2c1de0a8b3f7"

func open(t *testing.T, provider string, answers ...http.Handler) *sandbox.Client {
	server := sandboxtest.New(t)
	server.Handle(provider, answers...)
	client, err := sandbox.Open(provider, append(server.Options(provider), api.WithRetries(0))...)
	require.NoError(t, err)
	return client
}

// TestRecordings holds the view of every recording against testdata/PROVIDER.golden: the name of the recording, and what
// became of it.
func TestRecordings(t *testing.T) {
	for _, p := range specs.Providers() {
		files, err := filepath.Glob(filepath.Join("..", "..", "conformance", "recordings", p.Slug, "*.http"))
		require.NoError(t, err)
		require.NotEmpty(t, files)
		var got strings.Builder
		for _, file := range files {
			s, err := open(t, p.Slug, sandboxtest.Recording(t, file)).GetSandbox(t.Context(), id)
			got.WriteString(filepath.Base(file) + "\n")
			if err != nil {
				_, what, _ := strings.Cut(err.Error(), id+": ")
				got.WriteString("  " + what + "\n")
				continue
			}
			encoded, err := json.MarshalIndent(s, "  ", "  ")
			require.NoError(t, err)
			got.WriteString("  " + string(encoded) + "\n")
		}
		golden := filepath.Join("testdata", p.Slug+".golden")
		if *update {
			require.NoError(t, os.WriteFile(golden, []byte(got.String()), 0o644))
		}
		want, err := os.ReadFile(golden)
		require.NoError(t, err)
		assert.Equal(t, string(want), got.String(), "-update writes it anew")
	}
}

// What breaks its contract, or has no room, is absent, and what is odd but kept is there.
func TestOddValues(t *testing.T) {
	for _, test := range []struct{ provider, body, view string }{
		{"tensorlake", `{}`, `{"provider": "tensorlake", "state": "unknown"}`},
		{
			"tensorlake", `{"id": 1, "image": null, "status": "dreaming", "created_at": 1795166100, "resources": {"cpus": "2", "memory_mb": 1.5}, "sandbox_url": null}`,
			`{"provider": "tensorlake", "state": "unknown", "status": "dreaming"}`,
		},
		{"tensorlake", `{"status": "snapshotting", "created_at": 1795166100000.0}`, `{"provider": "tensorlake", "state": "running", "status": "snapshotting", "created": "2026-11-20T09:15:00Z"}`},
		{"tensorlake", `{"created_at": 99999999999}`, `{"provider": "tensorlake", "state": "unknown"}`},
		{"tensorlake", `{"created_at": 100000000000}`, `{"provider": "tensorlake", "state": "unknown", "created": "1973-03-03T09:46:40Z"}`},
		{"tensorlake", `{"created_at": 99999999999999}`, `{"provider": "tensorlake", "state": "unknown", "created": "5138-11-16T09:46:39.999Z"}`},
		{"tensorlake", `{"created_at": 100000000000000}`, `{"provider": "tensorlake", "state": "unknown"}`},
		{"tensorlake", `{"created_at": 1795166100000000}`, `{"provider": "tensorlake", "state": "unknown"}`},
		{"nullspace", `{"metadata": {}, "timeout_at": "2026-11-20T10:15:00z"}`, `{"provider": "nullspace", "state": "unknown", "expires": "2026-11-20T10:15:00Z", "labels": {}}`},
		{
			"nullspace", `{"expires_at": "2026-02-30T10:15:00Z", "timeout_at": "2026-11-20T10:15:00Z", "metadata": {"a": "b", "n": 9007199254740993, "l": [null], "~/": true}}`,
			`{"provider": "nullspace", "state": "unknown", "expires": "2026-11-20T10:15:00Z", "labels": {"a": "b", "n": "9007199254740993", "l": "[null]", "~/": "true"}}`,
		},
		{"superserve", `{"timeout_seconds": 60, "metadata": {"a": 1, "b": "c"}}`, `{"provider": "superserve", "state": "unknown", "labels": {"b": "c"}}`},
		{"superserve", `{"timeout_seconds": 90, "created_at": "2026-11-20T09:15:00Z"}`, `{"provider": "superserve", "state": "unknown", "created": "2026-11-20T09:15:00Z"}`},
		{"superserve", `{"id": "sb-usw-0b6c9a52-61f4-4d0e-9f7a-2c1de0a8b3f7", "metadata": {}}`, `{"provider": "superserve", "id": "sb-usw-0b6c9a52-61f4-4d0e-9f7a-2c1de0a8b3f7", "state": "unknown", "labels": {}}`},
		{"blaxel", `{"metadata": {"name": "a", "createdAt": "yesterday"}, "spec": {"runtime": {"expires": "24h", "memory": 4096}}, "status": "DELETING"}`, `{"provider": "blaxel", "id": "a", "name": "a", "state": "stopping", "status": "DELETING", "memory_mib": 4096}`},
		{"primeintellect", `{"memoryGB": 0.5, "diskSizeGB": 10, "labels": ["x", 1]}`, `{"provider": "primeintellect", "state": "unknown", "memory_mib": 512, "disk_mib": 10240, "labels": {"x": ""}}`},
	} {
		s, err := open(t, test.provider, sandboxtest.JSON(200, test.body)).GetSandbox(t.Context(), id)
		require.NoError(t, err)
		encoded, err := json.Marshal(s)
		require.NoError(t, err)
		assert.JSONEq(t, test.view, string(encoded))
		assert.Equal(t, test.body, string(s.Response.Body))
	}
}

func TestOpen(t *testing.T) {
	_, err := sandbox.Open("nobody")
	assert.EqualError(t, err, `no provider "nobody": choose one of blaxel, nullspace, primeintellect, superserve, tensorlake`)
	for _, p := range specs.Providers() {
		t.Setenv(p.KeyVariable, "")
		_, err := sandbox.Open(p.Slug)
		assert.ErrorContains(t, err, p.KeyVariable)
		client, err := sandbox.Open(p.Slug, api.WithAPIKey(sandboxtest.Key))
		require.NoError(t, err)
		assert.Equal(t, p.Slug, client.LogValue().String())
		_, err = client.GetSandbox(t.Context(), "")
		assert.EqualError(t, err, p.Slug+": the sandbox ID is empty")

		_, err = open(t, p.Slug, sandboxtest.JSON(404, "{}")).GetSandbox(t.Context(), id)
		assert.ErrorIs(t, err, api.ErrNotFound)
	}
}

func TestSecretsStayOutOfLogs(t *testing.T) {
	s, err := open(t, "superserve").GetSandbox(t.Context(), id)
	require.NoError(t, err)
	assert.Contains(t, string(s.Response.Body), "not-a-real-token")
	var logged strings.Builder
	slog.New(slog.NewTextHandler(&logged, nil)).Info("got", "pointer", s, "value", *s)
	assert.Contains(t, logged.String(), "pointer.status=200 value.provider=superserve")
	assert.NotContains(t, logged.String(), "not-a-real-token")
}

// A wire answers without a network, so that a bubble of time can have it.
type wire []http.Handler

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	handler := (*w)[0]
	if len(*w) > 1 {
		*w = (*w)[1:]
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, r)
	response := recorder.Result()
	response.Request = r
	return response, nil
}

func statuses(words ...string) api.Option {
	w := &wire{}
	for _, word := range words {
		*w = append(*w, sandboxtest.JSON(200, `{"status": "`+word+`"}`))
	}
	return api.WithHTTPClient(&http.Client{Transport: w})
}

func wired(t *testing.T, words ...string) *sandbox.Client {
	client, err := sandbox.Open("primeintellect", api.WithAPIKey("k"), statuses(words...))
	require.NoError(t, err)
	return client
}

func TestWaitUntil(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := wired(t, "PENDING", "PROVISIONING", "RUNNING").WaitUntil(t.Context(), "a", sandbox.Running)
		require.NoError(t, err)
		assert.Equal(t, "RUNNING", *s.Status)
		s, err = wired(t, "PENDING", "ERROR").WaitUntil(t.Context(), "a", sandbox.Running)
		assert.EqualError(t, err, `sandbox "a" is failed, not running: no sandbox leaves this status`)
		assert.Equal(t, "ERROR", *s.Status)
		for says, states := range map[string][]sandbox.State{
			`sandbox "a": no status to wait for: name at least one`:                               nil,
			`sandbox "a": the status "RUNNING" to wait for is not documented: choose one that is`: {sandbox.Ended, "RUNNING"},
		} {
			_, err = wired(t, "RUNNING").WaitUntil(t.Context(), "a", states...)
			assert.EqualError(t, err, says)
		}
	})
}

// waits wait with each provider's own client for a status that doesn't come.
var waits = map[string]func(context.Context, ...api.Option) error{
	"tensorlake": func(ctx context.Context, options ...api.Option) error {
		client, _ := tensorlake.New(options...)
		_, err := client.WaitUntil(ctx, id, "never")
		return err
	},
	"nullspace": func(ctx context.Context, options ...api.Option) error {
		client, _ := nullspace.New(options...)
		_, err := client.WaitUntil(ctx, id, "never")
		return err
	},
	"superserve": func(ctx context.Context, options ...api.Option) error {
		client, _ := superserve.New(options...)
		_, err := client.WaitUntil(ctx, id, "never")
		return err
	},
	"blaxel": func(ctx context.Context, options ...api.Option) error {
		client, _ := blaxel.New(options...)
		_, err := client.WaitUntil(ctx, id, "never")
		return err
	},
	"primeintellect": func(ctx context.Context, options ...api.Option) error {
		client, _ := primeintellect.New(options...)
		_, err := client.WaitUntil(ctx, id, "never")
		return err
	},
}

// A state is final exactly where the provider's own client takes the status for final.
func TestFinal(t *testing.T) {
	for _, p := range specs.Providers() {
		for _, word := range documented(t, p) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				client, err := sandbox.Open(p.Slug, api.WithAPIKey("k"), statuses(word))
				require.NoError(t, err)
				s, err := client.GetSandbox(ctx, id)
				require.NoError(t, err)
				assert.NotEqual(t, sandbox.Unknown, s.State, "%s %s", p.Slug, word)
				err = waits[p.Slug](ctx, api.WithAPIKey("k"), statuses(word), api.WithUndocumentedStatuses())
				if s.State.Final() {
					assert.ErrorIs(t, err, api.ErrFinal, "%s %s", p.Slug, word)
				} else {
					assert.ErrorIs(t, err, context.DeadlineExceeded, "%s %s", p.Slug, word)
				}
			})
		}
	}
}

// documented returns the statuses that the provider's spec lists.
func documented(t *testing.T, p specs.Provider) (words []string) {
	document, err := openapi3.NewLoader().LoadFromData(p.Document())
	require.NoError(t, err)
	for _, word := range document.Components.Schemas["Sandbox"].Value.Properties["status"].Value.Enum {
		words = append(words, word.(string))
	}
	require.NotEmpty(t, words)
	return words
}

func TestWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen []string
		see := func(s *sandbox.Sandbox) { seen = append(seen, *s.Status) }
		err := wired(t, "PENDING", "PENDING", "RUNNING", "RUNNING", "TERMINATED").Watch(t.Context(), "a", see)
		require.NoError(t, err)
		assert.Equal(t, []string{"PENDING", "RUNNING", "TERMINATED"}, seen)

		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		assert.ErrorIs(t, wired(t, "RUNNING").Watch(ctx, "a", see), context.DeadlineExceeded)
		assert.Equal(t, "RUNNING", seen[len(seen)-1])
	})
}
