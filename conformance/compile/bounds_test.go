package compile_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance/compile"
)

// TestSizeOfDocuments refuses documents that are too large, before they are read.
func TestSizeOfDocuments(t *testing.T) {
	file := filepath.Join(t.TempDir(), "spec.yaml")
	f, err := os.Create(file)
	require.NoError(t, err)
	require.NoError(t, f.Truncate(1<<40)) // a hole, which takes no space
	require.NoError(t, f.Close())
	_, err = compile.Open(file)
	assert.EqualError(t, err, file+": the document is larger than 64 MiB")

	for name, text := range map[string]string{
		"spec.json": `{"openapi": "3.1.0", "x": [` + strings.Repeat("1,", 5_000_000) + `1]}`,
		"spec.yaml": "openapi: 3.1.0\nx: [" + strings.Repeat("1,", 5_000_000) + "1]\n",
	} {
		_, err := compile.Parse(name, []byte(text))
		assert.EqualError(t, err, name+": the document may have more than 5,000,000 values: split it")
	}
}

// TestExpansion refuses documents that aliases, references or long names make many times as
// long as they are.
func TestExpansion(t *testing.T) {
	many := func(n int, format string) string {
		items := make([]string, n)
		for i := range items {
			items[i] = strings.ReplaceAll(format, "#", fmt.Sprint(i))
		}
		return strings.Join(items, ", ")
	}
	laughs := "x0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
	for i := 1; i < 12; i++ {
		laughs += fmt.Sprintf("x%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10), ", "))
	}
	tests := []struct {
		name, before, schema, message string
	}{
		{"a billion laughs", laughs, `{enum: [*a11]}`, "the value is longer than 1 MiB"},
		{"many laughs", laughs, `{properties: {` + many(1000, `p#: {const: *a4}`) + `}}`, "expand to more than 256 MiB"},
		{"a list of names that stands in many places", "x: &names [" + many(20_000, "n#") + "]\n", `{properties: {` + many(1000, `p#: {required: *names}`) + `}}`, "expand to more than 256 MiB"},
		{"a list of what a member requires", "x: &names [" + many(20_000, "n#") + "]\n", `{dependentRequired: {` + many(1000, `p#: *names`) + `}}`, "expand to more than 256 MiB"},
		{"members under long names", "", strings.Repeat(`{properties: {? `+strings.Repeat("n", 1000)+` : `, 300) + `{properties: {` + many(1000, `p#: {}`) + `}}` + strings.Repeat("}}", 300), "expand to more than 256 MiB"},
	}
	for _, tt := range tests {
		document, err := compile.Parse("spec.yaml", []byte(tt.before+"openapi: 3.1.0\npaths: {/: {get: {responses: {'200': {content: {application/json: {schema: "+tt.schema+"}}}}}}}\n"))
		require.NoError(t, err, tt.name)
		operation, err := document.Operation("")
		require.NoError(t, err, tt.name)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _, err = operation.Responses[0].Program()
		runtime.ReadMemStats(&after)
		require.ErrorContains(t, err, tt.message, tt.name)
		assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<30), tt.name)
	}
}

// TestManySchemas has documents in which much is looked up by name: twice as much takes about
// twice the memory.
func TestManySchemas(t *testing.T) {
	allocated := func(schema string) uint64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _, err := keywordProgram("3.1.0", schema)
		runtime.ReadMemStats(&after)
		require.NoError(t, err)
		return after.TotalAlloc - before.TotalAlloc
	}
	for name, schema := range map[string]func(n int) string{
		"required": func(n int) string { return "{required: [" + strings.Repeat("a, ", n) + "b]}" },
		"members": func(n int) string {
			var b strings.Builder
			for i := range n {
				fmt.Fprintf(&b, "p%d: {$ref: '#/components/schemas/Root/properties/p0'}, ", i)
			}
			return "{properties: {p0: {}, " + strings.Replace(b.String(), "p0: {$ref", "q: {$ref", 1) + "}}"
		},
	} {
		assert.LessOrEqual(t, allocated(schema(2000)), 3*allocated(schema(1000))+1<<20, name)
	}
}
