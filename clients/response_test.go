package clients_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/clients/api"
	"github.com/sandboxspec/sandboxspec/clients/nullspace"
	"github.com/sandboxspec/sandboxspec/clients/primeintellect"
	"github.com/sandboxspec/sandboxspec/clients/sandboxtest"
	"github.com/sandboxspec/sandboxspec/clients/tensorlake"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

func rules(findings []contract.Finding) (rules []string) {
	for _, f := range findings {
		rules = append(rules, strings.TrimSpace(string(f.Rule)+" "+f.Pointer+" "+f.Property))
	}
	return rules
}

func TestConforming(t *testing.T) {
	each(t, func(t *testing.T, p provider) {
		for _, contentType := range []string{"application/json", "application/json; charset=utf-8", "Application/JSON ;charset", ""} {
			body := sandboxtest.Body(p.slug, p.id)
			got, err := p.answering(t, http.StatusOK, contentType, body, api.WithStrict())(t.Context(), p.id)
			require.NoError(t, err, contentType)
			assert.Empty(t, got.Findings)
			assert.Equal(t, http.StatusOK, got.Status)
			assert.Equal(t, contentType, got.Header.Get("Content-Type"))
			assert.Equal(t, body, string(got.Body))
			encoded, err := json.Marshal(got.any)
			require.NoError(t, err)
			assert.JSONEq(t, body, string(encoded))
			assert.Contains(t, string(encoded), p.id)
		}
	})
}

// Every recording decodes, and none of it is lost.
func TestRecordings(t *testing.T) {
	each(t, func(t *testing.T, p provider) {
		files, err := filepath.Glob(filepath.Join("..", "conformance", "recordings", p.slug, "*.http"))
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, file := range files {
			got, err := p.against(t, sandboxtest.Recording(t, file).ServeHTTP)(t.Context(), p.id)
			if err != nil {
				failure := p.failure(t, err)
				assert.True(t, failure.Status != http.StatusOK || !json.Valid(failure.Body), file)
				continue
			}
			encoded, err := json.Marshal(got.any)
			require.NoError(t, err, file)
			if json.Valid(got.Body) {
				assert.JSONEq(t, string(got.Body), string(encoded), file)
			} else {
				assert.NotEmpty(t, got.Findings, file)
			}
		}
	})
}

// A body in which one member is of another kind loses that member in the model, and no other.
func TestBrokenContract(t *testing.T) {
	each(t, func(t *testing.T, p provider) {
		body := p.conforming(t, map[string]any{p.field: []any{1.5, nil}, "status": "napping", "new_field": map[string]any{"a": 1}})
		client := p.answering(t, http.StatusOK, "application/json", body)
		got, err := client(t.Context(), p.id)
		require.NoError(t, err)
		assert.ElementsMatch(t, []string{"type /" + p.field, "enum /status", "undocumented-field /new_field new_field"}, rules(got.Findings))
		encoded, err := json.Marshal(got.any)
		require.NoError(t, err)
		assert.JSONEq(t, body, string(encoded), "it stays in the body")
		value, found := got.Value("/new_field/a")
		assert.Equal(t, json.Number("1"), value)
		assert.True(t, found)

		model := reflect.ValueOf(got.any).Elem().FieldByName("Sandbox")
		for i := range model.NumField() {
			name, _, _ := strings.Cut(model.Type().Field(i).Tag.Get("json"), ",")
			switch {
			case name == p.field:
				assert.True(t, model.Field(i).IsZero(), name)
			case name == "status":
				assert.Equal(t, "napping", reflect.Indirect(model.Field(i)).String())
			case got.Presence("/"+name) == api.Absent:
				assert.True(t, model.Field(i).IsZero(), name)
			case model.Field(i).Kind() != reflect.Bool:
				assert.False(t, model.Field(i).IsZero(), name)
			}
		}

		got, err = p.answering(t, http.StatusOK, "application/json", body, api.WithStrict())(t.Context(), p.id)
		failure := p.failure(t, err)
		assert.NotNil(t, got)
		assert.Equal(t, body, string(failure.Body))
		assert.Equal(t, got.Findings, failure.Findings)
		assert.NoError(t, failure.Err)
		assert.ErrorContains(t, err, ": the 200 response breaks its contract at /")
		assert.True(t, strings.HasSuffix(err.Error(), ", and 1 more finding"), err)
	})
}

// tensorlakeSandbox has the client read a body of its provider.
func tensorlakeSandbox(t *testing.T, body string, options ...api.Option) *tensorlake.Sandbox {
	server := sandboxtest.New(t)
	server.Handle("tensorlake", sandboxtest.JSON(http.StatusOK, body))
	client, err := tensorlake.New(append(server.Options("tensorlake"), options...)...)
	require.NoError(t, err)
	sandbox, err := client.GetSandbox(t.Context(), "sbx_1")
	require.NoError(t, err)
	return sandbox
}

func TestLeftOut(t *testing.T) {
	sandbox := tensorlakeSandbox(t, `{"id": "a", "ID": "b", "namespace": null, "image": "\u00e9", "status": "running", "created_at": 1e3,
		"resources": {"cpus": 2.50, "memory_mb": 1024.0, "ephemeral_disk_mb": 9223372036854775808, "gpus": 9007199254740993},
		"timeout_secs": -9007199254740993, "allow_unauthenticated_access": "yes", "pool_id": 7, "template_id": null, "sandbox_url": "u", "outcome": "a", "outcome": "b",
		"exposed_ports": [0, 80, 1.5, 70000, 443, "22"], "network_policy": {"allow_out": ["a", 1, "b"], "deny_out": []}}`)
	assert.Equal(t, "a", sandbox.ID)
	assert.Empty(t, sandbox.Namespace)
	assert.Equal(t, "é", sandbox.Image)
	assert.Equal(t, int64(1000), sandbox.CreatedAt)
	assert.Equal(t, 2.5, *sandbox.Resources.CPUs)
	assert.Equal(t, int64(1024), *sandbox.Resources.MemoryMB)
	assert.Nil(t, sandbox.Resources.EphemeralDiskMB)
	assert.Equal(t, int64(-9007199254740993), sandbox.TimeoutSecs)
	assert.False(t, sandbox.AllowUnauthenticatedAccess)
	assert.False(t, sandbox.PoolID.IsSpecified())
	assert.True(t, sandbox.TemplateID.IsNull())
	assert.Equal(t, "u", sandbox.SandboxURL.MustGet())
	assert.False(t, sandbox.Outcome.IsSpecified())
	assert.Equal(t, []int32{80, 443}, sandbox.ExposedPorts.MustGet())
	assert.Equal(t, []string{"a", "b"}, sandbox.NetworkPolicy.AllowOut)
	assert.Equal(t, []string{}, sandbox.NetworkPolicy.DenyOut)
	assert.Nil(t, sandbox.NetworkPolicy.AllowInternetAccess)

	for pointer, want := range map[string]api.Presence{
		"": api.Present, "/pool_id": api.Present, "/template_id": api.Null, "/outcome": api.Present, "/container_id": api.Absent, "/ID": api.Present, "/id/0": api.Absent,
		"/exposed_ports/5": api.Present, "/exposed_ports/6": api.Absent, "/exposed_ports/-1": api.Absent, "/exposed_ports/01": api.Absent,
		"id": api.Absent, "/": api.Absent,
	} {
		assert.Equal(t, want, sandbox.Response.Presence(pointer), pointer)
	}
	value, _ := sandbox.Response.Value("/resources/gpus")
	assert.Equal(t, json.Number("9007199254740993"), value)
}

func TestPointer(t *testing.T) {
	r := &api.Response{Body: []byte(`{"a/b": {"~1": [null]}, "": 1}`)}
	assert.Equal(t, api.Null, r.Presence("/a~1b/~01/0"))
	assert.Equal(t, api.Present, r.Presence("/"))
	assert.Equal(t, api.Absent, (*api.Response)(nil).Presence(""))
	assert.Equal(t, "absent null present", api.Absent.String()+" "+api.Null.String()+" "+api.Present.String())
}

// What JSON that breaks has before the break is read.
func TestBrokenJSON(t *testing.T) {
	for body, id := range map[string]string{
		`{"id": "a", "image": "b`: "a", `{"id": "a"} {}`: "a", `{"id": "a", "image": }`: "a", `{"id": "a", "exposed_ports": [1, [`: "a",
		`{"id": "a", "resources": {"cpus": 1, x`: "a", `{"id"`: "", `{`: "", "{\"id\": \"a\", \"image\": \"\xff\"}": "a",
		`{"id": "a", "x": ` + strings.Repeat("[", 100_000): "a", strings.Repeat(`{"id":`, 100_000): "",
	} {
		sandbox := tensorlakeSandbox(t, body)
		assert.Equal(t, id, sandbox.ID)
		if assert.NotEmpty(t, sandbox.Response.Findings) {
			assert.Equal(t, contract.JSONSyntax, sandbox.Response.Findings[len(sandbox.Response.Findings)-1].Rule)
		}
	}
}

func TestWrongContentType(t *testing.T) {
	each(t, func(t *testing.T, p provider) {
		for _, contentType := range []string{"text/plain", "application/problem+json", "json", ";"} {
			got, err := p.answering(t, http.StatusOK, contentType, sandboxtest.Body(p.slug, p.id))(t.Context(), p.id)
			require.NoError(t, err)
			assert.Equal(t, []string{"content-type"}, rules(got.Findings))
			encoded, err := json.Marshal(got.any)
			require.NoError(t, err)
			assert.Contains(t, string(encoded), p.id)
		}
	})
}

// Times that RFC 3339 knows and package time doesn't.
func TestTimes(t *testing.T) {
	for text, want := range map[string]string{
		"2016-12-31t23:59:60.25z":              "2017-01-01T00:00:00.25Z",
		"2026-11-20T09:15:00.1234567890+01:30": "2026-11-20T09:15:00.123456789+01:30",
	} {
		server := sandboxtest.New(t)
		body := strings.Replace(sandboxtest.Body("nullspace", "sb_1"), "2026-11-20T09:15:00Z", text, 1)
		server.Handle("nullspace", sandboxtest.JSON(http.StatusOK, body))
		client, err := nullspace.New(append(server.Options("nullspace"), api.WithStrict())...)
		require.NoError(t, err)
		sandbox, err := client.GetSandbox(t.Context(), "sb_1")
		require.NoError(t, err)
		assert.Equal(t, want, sandbox.CreatedAt.Format(time.RFC3339Nano))
		encoded, err := json.Marshal(sandbox)
		require.NoError(t, err)
		assert.JSONEq(t, body, string(encoded))
	}
}

// Encoding a model gives the body with what was changed since.
func TestChanges(t *testing.T) {
	sandbox := tensorlakeSandbox(t, `{"id": "a", "image": "b", "new": 1.0, "resources": {"cpus": 2.50, "gpus": 1}, "exposed_ports": [70000, 80]}`)
	encode := func() string {
		encoded, err := json.Marshal(sandbox)
		require.NoError(t, err)
		return string(encoded)
	}
	assert.JSONEq(t, string(sandbox.Response.Body), encode())
	memory := int64(5)
	sandbox.Image, sandbox.Resources.MemoryMB, sandbox.Resources.CPUs = "c", &memory, nil
	sandbox.PoolID.Set("p")
	assert.JSONEq(t, `{"id": "a", "image": "c", "new": 1.0, "resources": {"memory_mb": 5, "gpus": 1}, "exposed_ports": [70000, 80], "pool_id": "p"}`, encode())
	sandbox.ExposedPorts.Set([]int32{1})
	assert.Contains(t, encode(), `"exposed_ports":[1]`)

	var own tensorlake.Sandbox
	own.ID = "mine"
	encoded, err := json.Marshal(own)
	require.NoError(t, err)
	assert.Contains(t, string(encoded), `"id":"mine"`)
}

// Numbers in members that nothing documents are as exact as they were sent.
func TestOpenObjects(t *testing.T) {
	server := sandboxtest.New(t)
	server.Handle("primeintellect", sandboxtest.JSON(http.StatusOK, `{"advancedConfigs": {"n": 9007199254740993, "l": [1.50, null], "o": {}}}`))
	client, err := primeintellect.New(server.Options("primeintellect")...)
	require.NoError(t, err)
	sandbox, err := client.GetSandbox(t.Context(), "sb_1")
	require.NoError(t, err)
	assert.Equal(t, map[string]any{
		"n": json.Number("9007199254740993"), "l": []any{json.Number("1.50"), nil}, "o": map[string]any{},
	}, sandbox.AdvancedConfigs)
}

func TestWithFindings(t *testing.T) {
	each(t, func(t *testing.T, p provider) {
		var seen []*api.Response
		var logged bytes.Buffer
		logger := slog.New(slog.NewJSONHandler(&logged, nil))
		observe := api.WithFindings(func(ctx context.Context, r *api.Response) {
			seen = append(seen, r)
			logger.WarnContext(ctx, "findings", "response", r)
		})
		_, err := p.answering(t, http.StatusOK, "application/json", sandboxtest.Body(p.slug, p.id), observe)(t.Context(), p.id)
		require.NoError(t, err)
		assert.Empty(t, seen)
		got, err := p.answering(t, http.StatusOK, "application/json",
			p.conforming(t, map[string]any{"new": token, "access_token": token}), observe)(t.Context(), p.id)
		require.NoError(t, err)
		require.Len(t, seen, 1)
		assert.Same(t, got.Response, seen[0])
		assert.Contains(t, logged.String(), `"provider":"`+p.slug+`"`)
		assert.Contains(t, logged.String(), `"status":200`)
		assert.Contains(t, logged.String(), `undocumented-field /new`)
		assert.NotContains(t, logged.String(), token)
		assert.NotContains(t, logged.String(), key)
	})
}

// No log has a key or a token in it.
func TestLogs(t *testing.T) {
	for _, handler := range []func(*bytes.Buffer) slog.Handler{
		func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
		func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
	} {
		var logged bytes.Buffer
		logger := slog.New(handler(&logged))
		server := sandboxtest.New(t)
		client, err := tensorlake.New(server.Options("tensorlake")...)
		require.NoError(t, err)
		server.Handle("tensorlake",
			sandboxtest.JSON(http.StatusOK, `{"access_token": "`+token+`", "`+key+`": "`+token+`"}`),
			sandboxtest.JSON(http.StatusUnauthorized, `{"message": "`+key+` is no key", "access_token": "`+token+`"}`))
		sandbox, err := client.GetSandbox(t.Context(), "sbx_1")
		require.NoError(t, err)
		_, err = client.GetSandbox(t.Context(), "sbx_1")
		require.Error(t, err)
		logger.Info("a", "client", client, "sandbox", sandbox, "value", *sandbox, "response", sandbox.Response, "error", err)
		var failure *api.Error
		require.ErrorAs(t, err, &failure)
		logger.Info("by value", "response", *sandbox.Response, "error", *failure, "of", failure.Response, "text", fmt.Sprintf("%s %q %v %+v %x", client, client, client, client, client))
		assert.Contains(t, logged.String(), "[key] is no key")
		assert.NotContains(t, logged.String(), key)
		assert.NotContains(t, logged.String(), token)
	}
}

func TestUnusableBody(t *testing.T) {
	tests := []struct {
		mediaType, body string
		says            string
	}{
		{"application/json", ``, ": expected a JSON value, got the end of the body"},
		{"application/json", ` null `, ": expected an object, got null"},
		{"application/json", `[]`, ": expected an object, got an array"},
		{"application/json", `<html>`, ": expected a JSON value, got '<'"},
		{"text/html; charset=utf-8", `<html>`, ` in its Content-Type: expected application/json, got "text/html; charset=utf-8"`},
	}
	each(t, func(t *testing.T, p provider) {
		for _, test := range tests {
			got, err := p.answering(t, http.StatusOK, test.mediaType, test.body)(t.Context(), p.id)
			assert.Nil(t, got)
			failure := p.failure(t, err)
			assert.Equal(t, http.StatusOK, failure.Status)
			assert.Equal(t, test.body, string(failure.Body))
			require.NotEmpty(t, failure.Findings)
			assert.ErrorContains(t, err, ": the 200 response breaks its contract"+test.says)
			assert.Error(t, failure.Err)
		}
	})
}
