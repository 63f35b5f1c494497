package contract_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAllOf(t *testing.T) {
	tests := []struct {
		schema string
		body   string
		want   []string
	}{
		// Members that any part documents are documented.
		{`{allOf: [{properties: {a: {}}}, {properties: {b: {}}}]}`, `{"a":1,"b":2}`, nil},
		{`{allOf: [{properties: {a: {}}}, {properties: {b: {}}}]}`, `{"a":1,"c":2,"b":3}`, []string{"undocumented-field /c 1:8"}},
		{`{properties: {own: {}}, allOf: [{properties: {a: {}}}]}`, `{"a":1,"own":2,"c":3}`, []string{"undocumented-field /c 1:16"}},
		{`{allOf: [{allOf: [{properties: {a: {}}}, {properties: {b: {}}}]}, {allOf: [{properties: {c: {}}}]}]}`, `{"a":1,"b":2,"c":3,"d":4}`, []string{"undocumented-field /d 1:20"}},
		{`{allOf: [{properties: {a: {}}}, {type: object}]}`, `{"b":1}`, []string{"undocumented-field /b 1:2"}},
		{`{allOf: [{type: object}, {required: [a]}]}`, `{"a":1,"b":1}`, nil},
		{`{allOf: [{properties: {a: {properties: {x: {}}}}}, {properties: {b: {}}}]}`, `{"a":{"x":1,"y":2}}`, []string{"undocumented-field /a/y 1:13"}},
		{`{allOf: [{properties: {a: {}}}, {properties: {b: {}}}]}`, `{"\u0061":{"z":[1,{"q":"}\"]"}]},"b":[{}],"c" : {"x":1}}`, []string{"undocumented-field /c 1:43"}},
		{`{allOf: [{properties: {x: {properties: {a: {}}}}}, {properties: {x: {properties: {b: {}}}}}]}`, `{"x":{"a":1,"b":2,"c":3}}`, []string{"undocumented-field /x/c 1:19"}},

		// Where additionalProperties stands, nothing is undocumented.
		{`{allOf: [{properties: {a: {}}, additionalProperties: true}]}`, `{"b":1}`, nil},
		{`{allOf: [{properties: {a: {}}}, {additionalProperties: true}]}`, `{"b":1}`, nil},
		{`{allOf: [{properties: {a: {}}}, {properties: {b: {}}, additionalProperties: true}]}`, `{"c":1}`, nil},
		{`{allOf: [{properties: {a: {}}}, {additionalProperties: {type: integer}}]}`, `{"b":1}`, nil},
		{`{allOf: [{properties: {a: {}}}, {additionalProperties: {type: integer}}]}`, `{"a":""}`, []string{"type /a 1:6"}},
		{`{allOf: [{properties: {a: {}}, additionalProperties: false}, {properties: {b: {}}}]}`, `{"a":1,"b":2}`, []string{"additionalProperties /b 1:8"}},

		// Each part judges; what two say of one value is said once.
		{`{allOf: [{type: string}, {type: string}]}`, `1`, []string{"type  1:1"}},
		{`{allOf: [{type: string}, {type: string, nullable: true}]}`, `null`, []string{"nullable  1:1"}},
		{`{allOf: [{type: string, nullable: true}, {type: string, nullable: true}]}`, `null`, nil},
		{`{type: object, nullable: true, allOf: [{type: object}]}`, `null`, []string{"nullable  1:1"}},
		{`{allOf: [{required: [a]}, {required: [a, b]}]}`, `{}`, []string{"required  1:1", "required  1:1"}},
		{`{allOf: [{minimum: 5}, {minimum: 10}]}`, `7`, []string{"minimum  1:1"}},
		{`{allOf: [{minimum: 5}, {maximum: 3}]}`, `4`, []string{"minimum  1:1", "maximum  1:1"}},
		{`{allOf: [{properties: {a: {type: integer}}}, {properties: {a: {minimum: 5}}}]}`, `{"a":4}`, []string{"minimum /a 1:6"}},
		{`{allOf: [{properties: {a: {}}}, {properties: {b: {}}}]}`, `{"a":1,"a":2,"c":1,"c":2}`, []string{
			"duplicate-key /a 1:8", "undocumented-field /c 1:14", "duplicate-key /c 1:20", "undocumented-field /c 1:20"}},
		{`{allOf: [{type: array, items: {type: integer}}, {type: array, items: {minimum: 2}}]}`, `[1,"",[],{}]`, []string{
			"minimum /0 1:2", "type /1 1:4", "type /2 1:7", "type /3 1:10"}},
		{`{allOf: [{type: array, items: {properties: {a: {}}}}, {type: array, items: {type: object}}]}`, `[{"a":1,"b":1}]`, []string{"undocumented-field /0/b 1:9"}},
		{`{allOf: [{properties: {a: {}}}, {properties: {b: {}}}]}`, `{"c":1,"a":1`, []string{"json-syntax  1:13"}},
		{`{allOf: [{properties: {a: {}}}, {properties: {b: {}}}]}`, `[1,2] 3`, []string{"json-syntax  1:7"}},
		{`{allOf: [{format: uuid}, {enum: [x]}]}`, `"y"`, []string{"format  1:1", "enum  1:1"}},
	}
	for _, tt := range tests {
		assert.ElementsMatch(t, tt.want, said(check(t, compiled(t, tt.schema), tt.body)), "%s %s", tt.schema, tt.body)
	}
}

// TestAllOfRecursive has a schema that holds itself.
func TestAllOfRecursive(t *testing.T) {
	c := compiled(t, `{$ref: '#/components/schemas/Node'}`, `
Node:
  allOf:
    - {type: object, required: [name], properties: {name: {type: string}}}
    - {properties: {child: {$ref: '#/components/schemas/Node'}}}
`)
	assert.Empty(t, check(t, c, `{"name":"a","child":{"name":"b","child":{"name":"c"}}}`))
	assert.Equal(t, []string{"required /child/child 1:41", "undocumented-field /child/child/x 1:42"},
		said(check(t, c, `{"name":"a","child":{"name":"b","child":{"x":"c"}}}`)))
}

// TestAllOfConditions has the property that decides in another part.
func TestAllOfConditions(t *testing.T) {
	c := compiled(t, `{allOf: [{properties: {status: {type: string}}}, {properties: {reason: {x-present-when: {property: status, in: [pending]}}}}]}`)
	assert.Equal(t, []string{"condition  1:1"}, said(check(t, c, `{"status":"pending"}`)))
	assert.Empty(t, check(t, c, `{"status":"pending","reason":1}`))
}
