package clients_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/clients/api"
	"github.com/sandboxspec/sandboxspec/clients/nullspace"
	"github.com/sandboxspec/sandboxspec/clients/primeintellect"
	"github.com/sandboxspec/sandboxspec/clients/sandboxtest"
)

// Values that conform, and that the model has no room for, are never a silent zero.
func TestNoRoom(t *testing.T) {
	byName := map[string]provider{}
	for _, p := range providers {
		byName[p.slug] = p
	}
	for _, test := range []struct {
		provider, member, value string
		leftOut                 []string
	}{
		{"primeintellect", "gpuCount", "10000000000000000000000000", []string{"/gpuCount"}},
		{"primeintellect", "gpuCount", "-9223372036854775809", []string{"/gpuCount"}},
		{"primeintellect", "gpuCount", "9223372036854775807", nil},
		{"primeintellect", "gpuCount", "1e400", []string{"/gpuCount"}},
		{"primeintellect", "exitCode", "1e19", []string{"/exitCode"}},
		{"primeintellect", "exitCode", "9.223372036854775807e18", nil},
		{"primeintellect", "cpuCores", "1e400", []string{"/cpuCores"}},
		{"primeintellect", "memoryGB", "-1e400", []string{"/memoryGB"}},
		{"primeintellect", "memoryGB", "1e-400", []string{"/memoryGB"}},
		{"primeintellect", "memoryGB", "0e400", nil},
		{"primeintellect", "memoryGB", "-0.00e-400", nil},
		{"primeintellect", "updatedAt", `"9999-12-31T23:59:60Z"`, []string{"/updatedAt"}},
		{"superserve", "vcpu_count", "99999999999999999999", []string{"/vcpu_count"}},
		{"blaxel", "spec", `{"runtime": {"memory": 1e30, "ports": [{"target": 80}, {"target": 18446744073709551616, "name": "a"}]}}`, []string{"/spec/runtime/memory", "/spec/runtime/ports/1/target"}},
		{"nullspace", "config", `{"vcpus": 1e19}`, []string{"/config/vcpus"}},
	} {
		p := byName[test.provider]
		body := p.conforming(t, map[string]any{test.member: json.RawMessage(test.value)})
		var seen []*api.Response
		observe := api.WithFindings(func(_ context.Context, r *api.Response) { seen = append(seen, r) })
		got, err := p.answering(t, http.StatusOK, "application/json", body, observe)(t.Context(), p.id)
		require.NoError(t, err, test)
		assert.Equal(t, test.leftOut, got.LeftOut, test)
		encoded, err := json.Marshal(got.any)
		require.NoError(t, err, test)
		assert.Equal(t, exact(t, []byte(body)), exact(t, encoded), test)
		for _, f := range got.Findings {
			assert.Equal(t, "integer-notation", string(f.Rule), test)
		}

		got, err = p.answering(t, http.StatusOK, "application/json", body, api.WithStrict())(t.Context(), p.id)
		require.NotNil(t, got, test)
		if test.leftOut == nil {
			assert.NoError(t, err, test)
			continue
		}
		require.NotEmpty(t, seen, test)
		assert.Equal(t, test.leftOut, seen[0].LeftOut)
		assert.ErrorContains(t, err, ": the model has no room for what the 200 response has at "+test.leftOut[0], test)
		var logged strings.Builder
		slog.New(slog.NewTextHandler(&logged, nil)).Info("got", "sandbox", got.any)
		assert.Contains(t, logged.String(), "sandbox.left_out=")
		assert.Contains(t, logged.String(), test.leftOut[0])
	}
}

// What breaks the contract is left out as well, and named by the same pointers.
func TestLeftOutPointers(t *testing.T) {
	sandbox := tensorlakeSandbox(t, `{"id": "a", "namespace": null, "status": "dreaming", "created_at": "now", "resources": {"cpus": "1", "memory_mb": 1},
		"exposed_ports": [0, 80, "22"], "network_policy": {"allow_out": ["a", 1]}, "new": [1e400], "outcome": 1, "template_id": null}`)
	assert.Equal(t, []string{
		"/created_at", "/exposed_ports/0", "/exposed_ports/2", "/namespace", "/network_policy/allow_out/1", "/outcome", "/resources/cpus",
	}, sandbox.Response.LeftOut)
	for _, pointer := range sandbox.Response.LeftOut {
		_, found := sandbox.Response.Value(pointer)
		assert.True(t, found, pointer)
	}
	assert.Equal(t, []int32{80}, sandbox.ExposedPorts.MustGet())

	client := providers[2].answering(t, http.StatusOK, "application/json", `{"metadata": {"a/b": 1, "~": "c"}}`)
	got, err := client(t.Context(), uuid)
	require.NoError(t, err)
	assert.Equal(t, []string{"/metadata/a~1b"}, got.LeftOut)
}

// hostile are bodies of about n bytes that a careless reader takes far longer for than their size says.
var hostile = map[string]func(n int) string{
	"long integer":          func(n int) string { return `{"timeout_secs": ` + strings.Repeat("9", n) + `}` },
	"long fraction of 0":    func(n int) string { return `{"created_at": 1.` + strings.Repeat("0", n) + `}` },
	"long fraction":         func(n int) string { return `{"resources": {"cpus": 0.` + strings.Repeat("7", n) + `}}` },
	"zeros before":          func(n int) string { return `{"created_at": 0.` + strings.Repeat("0", n) + `1e` + fmt.Sprint(n+1) + `}` },
	"long exponent":         func(n int) string { return `{"created_at": 1e` + strings.Repeat("9", n) + `}` },
	"zeros in the exponent": func(n int) string { return `{"created_at": 1e` + strings.Repeat("0", n) + `5}` },
	"small exponent":        func(n int) string { return `{"created_at": 1e-` + strings.Repeat("9", n) + `}` },
	"large exponent":        func(n int) string { return `{"created_at": 1e1000000000, "x": "` + strings.Repeat("x", n) + `"}` },
	"numbers":               func(n int) string { return `{"exposed_ports": [` + strings.Repeat("1e400,", n/6) + `1]}` },
	"nested":                func(n int) string { return `{"new": ` + strings.Repeat("[", n/2) + strings.Repeat("]", n/2) + `}` },
	"nested objects":        func(n int) string { return strings.Repeat(`{"id":`, n/6) },
	"many members":          func(n int) string { return `{` + strings.Repeat(`"new": {"a": 1},`, n/16) + `"id": "a"}` },
	"long text":             func(n int) string { return `{"id": "` + strings.Repeat(`\u00e9`, n/6) + `"}` },
	"long name":             func(n int) string { return `{"` + strings.Repeat(`~`, n) + `": 1}` },
}

// TestHostileBodies holds what a body takes to read, to encode again and to look into against what one of a quarter the
// size takes: up to a bit more than four times as much memory, and so work that the size bounds.
func TestHostileBodies(t *testing.T) {
	for name, body := range hostile {
		used := func(n int) float64 {
			answer := body(n)
			client := providers[0].answering(t, http.StatusOK, "application/json", answer)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			got, err := client(t.Context(), "sbx_1")
			require.NoError(t, err, name)
			_, err = json.Marshal(got.any)
			require.NoError(t, err, name)
			got.Value("/new/0/0")
			runtime.ReadMemStats(&after)
			return float64(after.TotalAlloc - before.TotalAlloc)
		}
		used(1 << 16) // what is allocated but once
		small, large := used(1<<18), used(1<<20)
		assert.Less(t, large/small, 6.0, "%s: %.0f bytes, then %.0f", name, small, large)
	}
}

// Long times, and free objects, likewise.
func TestHostileTimesAndObjects(t *testing.T) {
	long := strings.Repeat("0", 1<<20)
	server := sandboxtest.New(t)
	server.Handle("nullspace", sandboxtest.JSON(http.StatusOK, `{"created_at": "2026-11-20T09:15:00.1`+long+`Z", "started_at": "2026-11-20T09:15:60.`+long+`"}`))
	client, err := nullspace.New(server.Options("nullspace")...)
	require.NoError(t, err)
	sandbox, err := client.GetSandbox(t.Context(), "sb_1")
	require.NoError(t, err)
	assert.Equal(t, 100, sandbox.CreatedAt.Nanosecond()/1e6)
	assert.Equal(t, []string{"/started_at"}, sandbox.Response.LeftOut)

	// A change at the bottom of a deep object is found with one walk.
	deep := strings.Repeat(`{"a":`, 9000) + `1` + strings.Repeat(`}`, 9000)
	server.Handle("primeintellect", sandboxtest.JSON(http.StatusOK, `{"advancedConfigs": `+deep+`}`))
	other, err := primeintellect.New(server.Options("primeintellect")...)
	require.NoError(t, err)
	got, err := other.GetSandbox(t.Context(), "sb_1")
	require.NoError(t, err)
	bottom := got.AdvancedConfigs
	for inner, ok := bottom["a"].(map[string]any); ok; inner, ok = bottom["a"].(map[string]any) {
		bottom = inner
	}
	bottom["a"] = "changed"
	encoded, err := json.Marshal(got)
	require.NoError(t, err)
	assert.Contains(t, string(encoded), `{"a":"changed"}`)
	assert.Equal(t, 9000, strings.Count(string(encoded), `{"a":`))
}
