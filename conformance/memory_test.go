package conformance_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance"
)

// TestRunBoundsMemory has files of some kilobytes whose bodies are 160 MiB together, with a
// finding in each, and sixteen workers: what is alive at any report is far less.
func TestRunBoundsMemory(t *testing.T) {
	const size, bodies = 4 << 20, 40
	var body bytes.Buffer
	z := gzip.NewWriter(&body)
	_, err := z.Write([]byte(`{"metadata":1,"x":"` + strings.Repeat("x", size) + `"}`))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	encoded := base64.StdEncoding.EncodeToString(body.Bytes())
	entry := `{"request":{"url":"https://example.com/a"},"response":{"status":200,"headers":[{"name":"content-encoding","value":"gzip"}],"content":{"text":"` + encoded + `","encoding":"base64"}}}`
	interaction := "- request: {url: https://example.com/a}\n  response: {code: 200, headers: {content-encoding: gzip}, body: !!binary " + encoded + "}\n"
	dir := t.TempDir()
	write := func(name, content string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644))
	}
	write("x.har", `{"log":{"entries":[`+strings.TrimSuffix(strings.Repeat(entry+",", bodies), ",")+`]}}`)
	write("x.yaml", "interactions:\n"+strings.Repeat(interaction, bodies))
	for _, name := range []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"} {
		write(name+".json.gz", body.String())
	}
	spec := filepath.Join(t.TempDir(), "spec.yaml")
	require.NoError(t, os.WriteFile(spec, []byte("openapi: 3.0.3\n"+`info: {title: x, version: "1"}
paths: {/a: {get: {operationId: a, responses: {"200": {description: x, content: {application/json: {schema: {type: object, properties: {metadata: {type: object}}}}}}}}}}`), 0o644))
	judge, err := conformance.NewJudge(conformance.Options{Spec: spec, Operation: "a"})
	require.NoError(t, err)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(16))
	alive := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before, most := alive(), uint64(0)
	r := told{each: func() { most = max(most, alive()-before) }}
	s, err := conformance.Run(context.Background(), judge, []string{dir}, &r, nil)
	require.NoError(t, err)
	assert.Equal(t, 2*bodies+10, s.Nonconforming)
	// 64 MiB in flight, and a body with its copies.
	assert.Less(t, most, uint64(64<<20+8*size))
}
