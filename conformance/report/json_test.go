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
	"github.com/sandboxspec/sandboxspec/conformance/coverage"
	"github.com/sandboxspec/sandboxspec/conformance/deviation"
	"github.com/sandboxspec/sandboxspec/conformance/report"
)

const spec = `
openapi: 3.0.3
paths:
  /a: {get: {responses: {"200": {content: {application/json: {schema: {
    oneOf: [{type: string}, {type: object, required: [id]}, {type: array, items: {anyOf: [{type: string}, {type: boolean}]}}]}}}}}}}
`

// written runs recordings and returns what the format says of them.
func written(t *testing.T, format string, o report.Options, judge *conformance.Judge, path string) []byte {
	var out bytes.Buffer
	r, err := report.New(format, &out, o)
	require.NoError(t, err)
	summary, err := conformance.Run(context.Background(), judge, []string{path}, r, nil)
	require.NoError(t, err)
	require.NoError(t, r.Close(summary))
	return out.Bytes()
}

// everything runs recordings with all that a report can hold but known deviations.
func everything(t *testing.T, format string, o report.Options) []byte {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"spec.yaml": spec, "a.json": `{}`, "b.json": `[1, "x"]`, "c.json": `"x"`, "c.json.expect": "something else\n",
		"d.http": "nothing", "e.http": "HTTP/1.1 500 Oops\n\n", "f.http": "HTTP/1.1 200 OK\nContent-Type: text/html\n\n<", "g.json": `{"id"`,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644))
	}
	judge, err := conformance.NewJudge(conformance.Options{Spec: filepath.Join(folder, "spec.yaml")})
	require.NoError(t, err)
	return written(t, format, o, judge, folder)
}

// deviating runs a recording of which one finding is known, with a list that has an entry
// which is stale.
func deviating(t *testing.T, format string) []byte {
	file := filepath.Join(t.TempDir(), "x.json")
	require.NoError(t, os.WriteFile(file, []byte(`{"metadata":{},"status":"failed"}`), 0o644))
	own, err := deviation.Parse("ours.yaml", []byte("- {provider: superserve, rule: enum, pointer: /status, reason: \"a\\nb\", source: s}\n"+
		"- {provider: superserve, rule: required, pointer: '', property: metadata, reason: r, source: s, until: 2001-01-01}\n"))
	require.NoError(t, err)
	judge, err := conformance.NewJudge(conformance.Options{Provider: "superserve", Deviations: deviation.NewList(time.Now(), own, nil)})
	require.NoError(t, err)
	return written(t, format, report.Options{MaxFindings: 10}, judge, file)
}

// object holds the report to its schema.
func object(t *testing.T, document []byte) map[string]any {
	schema, err := jsonschema.NewCompiler().Compile("report.schema.json")
	require.NoError(t, err)
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	require.NoError(t, err)
	require.NoError(t, schema.Validate(value))
	return value.(map[string]any)
}

// lines holds each line of NDJSON to the schema.
func lines(t *testing.T, document []byte) (values []map[string]any) {
	schema, err := jsonschema.NewCompiler().Compile("report.schema.json#/$defs/line")
	require.NoError(t, err)
	require.Error(t, schema.Validate(map[string]any{"recording": "a.json"}))
	for line := range bytes.Lines(document) {
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(line))
		require.NoError(t, err)
		require.NoError(t, schema.Validate(value), string(line))
		values = append(values, value.(map[string]any))
	}
	return values
}

func TestJSONKeepsItsSchema(t *testing.T) {
	for _, verbose := range []bool{false, true} {
		o := report.Options{Verbose: verbose}
		members := object(t, everything(t, "json", o))
		assert.Len(t, members["findings"], 5)
		assert.Len(t, members["unreadable"], 1)
		assert.Len(t, members["differences"], 1)
		branches := 0
		for _, f := range members["findings"].([]any) {
			b, _ := f.(map[string]any)["branches"].([]any)
			branches += len(b)
		}
		assert.Equal(t, map[bool]int{false: 2, true: 6}[verbose], branches)
		assert.Len(t, lines(t, everything(t, "ndjson", o)), 5+1+1)
	}
}

func TestJSONOfDeviations(t *testing.T) {
	members := object(t, deviating(t, "json"))
	finding := members["findings"].([]any)[0].(map[string]any)
	assert.Equal(t, true, finding["known"])
	assert.Equal(t, "a\nb", finding["deviation"].(map[string]any)["reason"])
	assert.Equal(t, true, members["stale"].([]any)[0].(map[string]any)["expired"])
	assert.Equal(t, map[string]any{"stale": members["stale"].([]any)[0]}, lines(t, deviating(t, "ndjson"))[1])
}

// TestCoverageKeepsItsSchema has contracts with every kind of goal, reached and not.
func TestCoverageKeepsItsSchema(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("coverage.schema.json")
	require.NoError(t, err)
	folder := t.TempDir()
	for name, text := range map[string]string{
		"spec.yaml": spec + `
  /b: {get: {responses: {default: {content: {application/json: {schema: {$ref: "#/components/schemas/B"}}}}}}}
  /c: {get: {responses: {default: {description: none}}}}
components: {schemas: {B: {type: object, required: [n], properties: {
  n: {type: integer, minimum: 1}, s: {type: string, nullable: true, enum: [x], maxLength: 3}, b: {$ref: "#/components/schemas/B"}}}}}
`,
		"a.http": "GET /a\n\nHTTP/1.1 200 OK\n\n[true]", "b.http": "GET /b\n\nHTTP/1.1 200 OK\n\n{\"n\": 5}",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644))
	}
	shown := coverage.New()
	judge, err := conformance.NewJudge(conformance.Options{Spec: filepath.Join(folder, "spec.yaml"), Observe: shown.Observe})
	require.NoError(t, err)
	var nothing, out bytes.Buffer
	r, err := report.New("text", &nothing, report.Options{})
	require.NoError(t, err)
	_, err = conformance.Run(context.Background(), judge, []string{folder}, r, nil)
	require.NoError(t, err)
	require.NoError(t, report.Coverage("json", &out, shown.Contracts(), shown.Unrecorded(judge)))
	document, err := jsonschema.UnmarshalJSON(&out)
	require.NoError(t, err)
	assert.NoError(t, schema.Validate(document))

	members := document.(map[string]any)
	assert.Len(t, members["contracts"], 2)
	assert.Len(t, members["unrecorded"], 1)
	fields := members["contracts"].([]any)[1].(map[string]any)["fields"].([]any)
	assert.Len(t, fields, 4)
	assert.Equal(t, "5", fields[1].(map[string]any)["lowest"])
	assert.Equal(t, "", fields[3].(map[string]any)["same_as"])
}
