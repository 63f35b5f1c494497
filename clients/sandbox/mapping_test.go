package sandbox

import (
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/specs"
)

// TestMappings holds the table against the specs: every provider has a row, every pointer leads to a property, and the
// states are those that are documented.
func TestMappings(t *testing.T) {
	assert.Len(t, mappings, len(specs.Providers()))
	for _, p := range specs.Providers() {
		document, err := openapi3.NewLoader().LoadFromData(p.Document())
		require.NoError(t, err)
		root := document.Components.Schemas["Sandbox"].Value
		m := mappings[p.Slug]
		property := func(pointer string) *openapi3.Schema {
			schema := root
			for name := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
				next := schema.Properties[name]
				if !assert.NotNil(t, next, "%s %s", p.Slug, pointer) {
					return &openapi3.Schema{}
				}
				schema = next.Value
			}
			return schema
		}
		for pointer, kinds := range map[string][]string{
			m.id: {"string"}, m.name: {"string"}, m.image: {"string"}, m.status: {"string"}, m.url: {"string"},
			m.cpus: {"number", "integer"}, m.memory.pointer: {"number", "integer"}, m.disk.pointer: {"number", "integer"},
			m.created: {"string", "integer"}, m.labels: {"object", "array"},
		} {
			if pointer != "" {
				assert.Contains(t, kinds, (*property(pointer).Type)[0], "%s %s", p.Slug, pointer)
			}
		}
		for _, pointer := range m.expires {
			assert.True(t, property(pointer).Type.Is("string"), "%s %s", p.Slug, pointer)
		}
		var words []any
		for word := range m.states {
			words = append(words, word)
		}
		assert.ElementsMatch(t, property(m.status).Enum, words, p.Slug)
	}
}
