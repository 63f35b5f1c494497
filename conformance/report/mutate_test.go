package report_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/mutate"
	"github.com/sandboxspec/sandboxspec/conformance/recording"
	"github.com/sandboxspec/sandboxspec/conformance/report"
)

// integers is the contract of integers, which lets null pass where it is wrong.
func integers(wrong bool) *contract.Contract {
	p := contract.Program{File: "spec.yaml", Schemas: []contract.Schema{{Pointer: "/s", Line: 3, Column: 5, Keywords: []contract.Keyword{
		{Name: contract.Type, Line: 3, Column: 5, Values: []string{"integer"}},
		{Name: contract.Nullable, Line: 4, Column: 5, Values: []string{"false"}},
	}}}}
	if !wrong {
		return contract.New(p)
	}
	p.Schemas[0].Keywords[1].Values[0] = "true"
	c := contract.New(p)
	p.Schemas[0].Keywords[1].Values[0] = "false" // what it was laid out from stays
	return c
}

func valid(t *testing.T, schema string, out *bytes.Buffer) map[string]any {
	compiled, err := jsonschema.NewCompiler().Compile(schema)
	require.NoError(t, err)
	document, err := jsonschema.UnmarshalJSON(out)
	require.NoError(t, err)
	require.NoError(t, compiled.Validate(document))
	return document.(map[string]any)
}

// TestBodies reports a contract that misses something.
func TestBodies(t *testing.T) {
	b := mutate.NewBodies()
	b.Observe(&conformance.Result{Exchange: recording.Exchange{File: "x\x1b.ndjson", Entry: 2, Many: true, Body: []byte(`5`)}, Contract: integers(true)})
	var text, out bytes.Buffer
	require.NoError(t, report.Bodies("text", &text, b))
	lines := strings.Split(text.String(), "\n")
	assert.Equal(t, "x�.ndjson: entry 2: null where it isn't allowed: missed: due nullable", lines[0])
	assert.Contains(t, text.String(), "\nnull where it isn't allowed                         1         0         1         0\n")
	assert.NotContains(t, text.String(), "uuid")
	require.NoError(t, report.Bodies("json", &out, b))
	document := valid(t, "bodies.schema.json", &out)
	assert.Len(t, document["kinds"], len(mutate.Kinds)+1)
	assert.Equal(t, "missed", document["wrong"].([]any)[0].(map[string]any)["verdict"])
	assert.Error(t, report.Bodies("xml", &out, b))
}

// TestSpecs reports a suite with survivors and a stale list.
func TestSpecs(t *testing.T) {
	suite := mutate.NewSuite()
	suite.Observe(&conformance.Result{Exchange: recording.Exchange{Body: []byte(`5`)}, Contract: integers(false)})
	file := filepath.Join(t.TempDir(), "equivalent.yaml")
	require.NoError(t, os.WriteFile(file, []byte(`[{mutant: "spec.yaml#/s: x", reason: y}]`), 0o644))
	equivalents, err := mutate.ReadEquivalents(file)
	require.NoError(t, err)
	specs := suite.Try(equivalents)
	var text, out bytes.Buffer
	require.NoError(t, report.Specs("text", &text, specs, nil))
	assert.Equal(t, `spec.yaml:3:5: survived: type integer becomes number: record a fraction at the body
spec.yaml:4:5: survived: nullable false becomes true: record null at the body
stale: `+file+`:1: spec.yaml#/s: x: there is no such mutant

change                       mutants    killed equivalent  survived
nullable flipped                   1         0          0         1
type changed                       1         0          0         1
all                                2         0          0         2

1 recording, 0 % killed
`, text.String())
	require.NoError(t, report.Specs("json", &out, specs, nil))
	document := valid(t, "specs.schema.json", &out)
	assert.Len(t, document["changes"], len(mutate.Changes))
	assert.Equal(t, "spec.yaml#/s/nullable: false becomes true", document["survivors"].([]any)[1].(map[string]any)["mutant"])
	assert.Len(t, document["stale"], 1)
	assert.Error(t, report.Specs("xml", &out, specs, nil))
}
