package report_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/report"
)

const spec = `
openapi: 3.0.3
paths:
  /a: {get: {responses: {"200": {content: {application/json: {schema: {
    oneOf: [{type: string}, {type: object, required: [id]}, {type: array, items: {anyOf: [{type: string}, {type: boolean}]}}]}}}}}}}
`

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
