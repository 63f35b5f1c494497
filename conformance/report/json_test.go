package report_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/deviation"
	"github.com/sandboxspec/sandboxspec/conformance/report"
)

const spec = `
openapi: 3.0.3
paths:
  /a: {get: {responses: {"200": {content: {application/json: {schema: {
    oneOf: [{type: string}, {type: object, required: [id]}, {type: array, items: {anyOf: [{type: string}, {type: boolean}]}}]}}}}}}}
`

// TestJSONReportOfDeviations runs a recording of which one finding is known, with a list
// that has an entry which is stale.
func TestJSONReportOfDeviations(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("report.schema.json")
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "x.json")
	require.NoError(t, os.WriteFile(file, []byte(`{"metadata":{},"status":"failed"}`), 0o644))
	own, err := deviation.Parse("ours.yaml", []byte("- {provider: superserve, rule: enum, pointer: /status, reason: \"a\\nb\", source: s}\n"+
		"- {provider: superserve, rule: required, pointer: '', property: metadata, reason: r, source: s, until: 2001-01-01}\n"))
	require.NoError(t, err)
	judge, err := conformance.NewJudge(conformance.Options{Provider: "superserve", Deviations: deviation.NewList(time.Now(), own, nil)})
	require.NoError(t, err)
	var out bytes.Buffer
	r, err := report.New("json", &out, report.Options{})
	require.NoError(t, err)
	summary, err := conformance.Run(context.Background(), judge, []string{file}, r, nil)
	require.NoError(t, err)
	require.NoError(t, r.Close(summary))
	document, err := jsonschema.UnmarshalJSON(&out)
	require.NoError(t, err)
	assert.NoError(t, schema.Validate(document))
	members := document.(map[string]any)
	finding := members["findings"].([]any)[0].(map[string]any)
	assert.Equal(t, true, finding["known"])
	assert.Equal(t, "a\nb", finding["deviation"].(map[string]any)["reason"])
	assert.Equal(t, true, members["stale"].([]any)[0].(map[string]any)["expired"])
}

// TestJSONReportKeepsItsSchema runs recordings with everything that a report can hold.
func TestJSONReportKeepsItsSchema(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("report.schema.json")
	require.NoError(t, err)
	folder := t.TempDir()
	for name, text := range map[string]string{
		"spec.yaml": spec, "a.json": `{}`, "b.json": `[1, "x"]`, "c.json": `"x"`, "c.json.expect": "something else\n",
		"d.http": "nothing", "e.http": "HTTP/1.1 500 Oops\n\n", "f.http": "HTTP/1.1 200 OK\nContent-Type: text/html\n\n<", "g.json": `{"id"`,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644))
	}
	judge, err := conformance.NewJudge(conformance.Options{Spec: filepath.Join(folder, "spec.yaml")})
	require.NoError(t, err)
	for _, verbose := range []bool{false, true} {
		var out bytes.Buffer
		r, err := report.New("json", &out, report.Options{Verbose: verbose})
		require.NoError(t, err)
		summary, err := conformance.Run(context.Background(), judge, []string{folder}, r, nil)
		require.NoError(t, err)
		require.NoError(t, r.Close(summary))
		document, err := jsonschema.UnmarshalJSON(&out)
		require.NoError(t, err)
		assert.NoError(t, schema.Validate(document))

		members := document.(map[string]any)
		assert.Len(t, members["unreadable"], 1)
		assert.Len(t, members["differences"], 1)
		branches := 0
		for _, f := range members["findings"].([]any) {
			b, _ := f.(map[string]any)["branches"].([]any)
			branches += len(b)
		}
		assert.Equal(t, map[bool]int{false: 2, true: 6}[verbose], branches)
	}
}
