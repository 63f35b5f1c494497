package compile_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance/compile"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/internal/property"
)

// The document up to line 10; what a test gives stands from line 11 on.
const head = `openapi: 3.0.3
info: {title: t, version: "1"}
paths:
  /things/{id}:
    get:
      responses:
        "200":
          description: it
          content: {application/json: {schema: {$ref: "#/components/schemas/Root"}}}
components: {schemas: {Root: &root
`

// inSchema is a document whose Root schema is the flow mapping given, from 11:1 on.
func inSchema(schema string) string { return head + schema + "\n}}\n" }

// program compiles the 200 response of the only operation.
func program(file, document string) (contract.Program, error) {
	parsed, err := compile.Parse(file, []byte(document))
	if err != nil {
		return contract.Program{}, err
	}
	operation, err := parsed.Operation("")
	if err != nil {
		return contract.Program{}, err
	}
	response, ok := operation.Response(200)
	if !ok {
		return contract.Program{}, os.ErrNotExist
	}
	p, _, err := response.Program()
	return p, err
}

// TestSchemaErrors names the place and the keyword of what can't be honoured.
func TestSchemaErrors(t *testing.T) {
	tests := []struct{ schema, want string }{
		{`{x-anything: 1, title: t, description: d, default: {}, example: 1, deprecated: true, externalDocs: {}, xml: {}, readOnly: true}`, ""},

		{`{type: text}`, "11:8: type is one of boolean, object, array, string, integer, number"},
		{`{type: [string, "null"]}`, "11:8: type is one of"},
		{`{type: "null"}`, "11:8: type is one of"},
		{`{type: }`, "type is one of"},
		{`{nullable: yes}`, "11:12: nullable is one of true, false"},
		{`{nullable: 1}`, "11:12: nullable is one of true, false"},
		{`{nullable: "true"}`, "11:12: nullable is one of true, false"},
		{`{x-secret: "false"}`, "11:12: x-secret is one of true, false"},
		{`{x-secret: [true]}`, "11:12: x-secret is one of true, false"},
		{`{x-unix-time: s}`, "11:15: x-unix-time is one of ms"},
		{`{format: [uuid]}`, "11:10: format is a string"},
		{`{minimum: "1"}`, "11:11: minimum is a number"},
		{`{minimum: true}`, "11:11: minimum is a number"},
		{`{minimum: null}`, "11:11: minimum is a number"},
		{`{minimum: {}}`, "11:11: "},
		{`{maximum: .inf}`, "11:11: .inf is not a number in JSON"},
		{`{maximum: .NaN}`, "11:11: .NaN is not a number in JSON"},
		{`{maximum: 012.5}`, "11:11: 012.5 is not a number in JSON"},
		{`{required: a}`, "11:12: required is a list of names"},
		{`{required: true}`, "11:12: required is a list of names"},
		{`{required: [a, [b]]}`, "11:16: required is a list of names"},
		{`{properties: [a]}`, "11:14: an object is due here"},
		{`{properties: {a: string}}`, "11:18: an object is due here"},
		{`{properties: {a: }}`, "an object is due here"},
		{`{properties: {a: true}}`, "11:18: an object is due here"},
		{`{items: [{type: string}]}`, "11:9: an object is due here"},
		{`{items: true}`, "11:9: an object is due here"},
		{`{additionalProperties: "false"}`, "11:24: "},
		{`{additionalProperties: null}`, "11:24: "},
		{`{allOf: {}}`, "11:9: allOf is a list of schemas"},
		{`{allOf: []}`, "11:9: allOf is a list of schemas"},
		{`{allOf: [string]}`, "11:10: an object is due here"},
		{`{enum: a}`, "11:8: a list of values is due here"},
		{`{enum: [1, "1", null, "null"]}`, ""},

		{`{type: string, type: string}`, `11:16: "type" stands here twice`},
		{`{properties: {a: {}, "a": {}}}`, `11:22: "a" stands here twice`},
		{`{properties: {a: {type: string,` + "\n" + `nullable: true, nullable: false}}}`, `12:17: "nullable" stands here twice`},
		{`{example: {a: 1, a: 2}}`, `11:18: "a" stands here twice`},
		{`{<<: {type: string}}`, "11:2: the merge key << is not supported"},

		{`{properties: {b: {}, a: {x-present-when: {property: b, in: [c]}}}}`, ""},
		{`{properties: {a: {x-present-when: {property: b}}}}`, "11:35: x-present-when is written {property: name, in: [value]}"},
		{`{properties: {a: {x-present-when: {in: [c], property: b, more: 1}}}}`, "11:35: x-present-when is written {property: name, in: [value]}"},
		{`{properties: {a: {x-present-only-when: [b]}}}`, "11:40: x-present-only-when is written {property: name, in: [value]}"},
		{`{properties: {a: {x-present-when: {property: b, in: []}}}}`, "11:53: a list of values is due here"},
		{`{properties: {a: {x-present-when: {property: b, in: c}}}}`, "11:53: a list of values is due here"},
		{`{x-present-when: {property: b, in: [c]}}`, "11:2: x-present-when stands in the schema of a property"},
		{`{items: {x-present-only-when: {property: b, in: [c]}}}`, "11:10: x-present-only-when stands in the schema of a property"},
		{`{allOf: [{x-present-when: {property: b, in: [c]}}]}`, "11:11: x-present-when stands in the schema of a property"},
		{`{properties: {b: {}, a: {x-alias-of: b}}}`, ""},
		{`{properties: {a: {x-alias-of: b}, b: {x-alias-of: a}}}`, ""},
		{`{properties: {b: {}, a: {x-alias-of: [b]}}}`, "11:38: x-alias-of is the name of a property, a string"},
		{`{properties: {b: {}, a: {x-alias-of: {property: b}}}}`, "11:38: x-alias-of is the name of a property, a string"},
		{`{properties: {"5": {}, a: {x-alias-of: 5}}}`, "11:40: x-alias-of is the name of a property, a string"},
		{`{properties: {b: {}, a: {x-alias-of: a}}}`, `11:38: x-alias-of names another property of the same object: "a" is none`},
		{`{properties: {b: {}, a: {x-alias-of: c}}}`, `11:38: x-alias-of names another property of the same object: "c" is none`},
		{`{x-alias-of: b}`, "11:2: x-alias-of stands in the schema of a property"},
		{`{items: {x-alias-of: b}}`, "11:10: x-alias-of stands in the schema of a property"},
		{`{properties: {b: {}, a: {$ref: "#/components/schemas/Root", x-alias-of: b}}}`, "11:61: x-alias-of beside $ref is ignored"},

		{`{$ref: "#/components/schemas/Nowhere"}`, `11:8: $ref "#/components/schemas/Nowhere" leads nowhere`},
		{`{items: {$ref: "#/components/schemas/Root/nothing"}}`, `11:16: $ref "#/components/schemas/Root/nothing" leads nowhere`},
		{`{items: {$ref: "#/paths/~1things~1{id}/get/responses/200/content/application~1json/schema"}}`, ""},
		{`{allOf: [{}], items: {$ref: "#/components/schemas/Root/allOf/0"}}`, ""},
		{`{allOf: [{}], items: {$ref: "#/components/schemas/Root/allOf/1"}}`, "leads nowhere"},
		{`{allOf: [{}], items: {$ref: "#/components/schemas/Root/allOf/-"}}`, "leads nowhere"},
		{`{items: {$ref: "#/components/schemas/Root/type"}, type: array}`, "11:57: an object is due here"},
		{`{items: {$ref: "other.yaml#/Root"}}`, `11:16: $ref "other.yaml#/Root" leads out of this document`},
		{`{items: {$ref: "https://example.com/x.json"}}`, `11:16: $ref "https://example.com/x.json" leads out of this document`},
		{`{items: {$ref: Root}}`, `11:16: $ref "Root" leads out of this document`},
		{`{items: {$ref: "#Root"}}`, `11:16: $ref "#Root" leads nowhere`},
		{`{items: {$ref: [a]}}`, "11:16: $ref"},
		{`{items: {$ref: "#/components/schemas/Root", x-secret: true}}`, "11:45: x-secret beside $ref is ignored"},
		{`{items: {$ref: "#/components/schemas/Root", description: d}}`, ""},

		// Loops that would never end, and those that do.
		{`{$ref: "#/components/schemas/Root"}`, `11:8: $ref "#/components/schemas/Root" leads back to itself`},
		{`{properties: {a: {$ref: "#/components/schemas/Root/properties/b"}, b: {$ref: "#/components/schemas/Root/properties/a"}}}`, "leads back to itself"},
		{`{allOf: [{$ref: "#/components/schemas/Root"}]}`, "allOf leads back to its own schema"},
		{`{allOf: [{allOf: [{}, {$ref: "#/components/schemas/Root"}]}]}`, "allOf leads back to its own schema"},
		{`{allOf: [*root]}`, "allOf leads back to its own schema"},
		{`{items: {allOf: [{$ref: "#/components/schemas/Root/items"}]}}`, "allOf leads back to its own schema"},
		{`{allOf: [{items: {$ref: "#/components/schemas/Root"}}]}`, ""},
		{`{allOf: [{properties: {a: {$ref: "#/components/schemas/Root"}}}, {additionalProperties: *root}]}`, ""},
		{`{properties: {a: *root}, items: *root, additionalProperties: *root}`, ""},
	}
	for _, tt := range tests {
		_, err := program("spec.yaml", inSchema(tt.schema))
		if tt.want == "" {
			assert.NoError(t, err, tt.schema)
			continue
		}
		if assert.Error(t, err, tt.schema) {
			assert.Contains(t, err.Error(), tt.want, tt.schema)
			assert.Regexp(t, `^spec\.yaml:1[12]:[0-9]+: `, err.Error(), tt.schema)
			var place *compile.Error
			assert.ErrorAs(t, err, &place, tt.schema)
		}
	}
}

// TestWarnings says where a document has what judges nothing, or contradicts itself.
func TestWarnings(t *testing.T) {
	for schema, want := range map[string]string{
		`{Type: string}`:           `11:2: "Type" is not a keyword of OpenAPI 3.0: it judges nothing`,
		`{requird: [a]}`:           `11:2: "requird" is not a keyword of OpenAPI 3.0: it judges nothing`,
		`{const: 1}`:               `11:2: "const" is not a keyword of OpenAPI 3.0: it judges nothing`,
		`{enum: []}`:               "11:8: an empty list leaves no value",
		`{enum: [RTX, A100, RTX]}`: `11:20: "RTX" stands here twice`,
		`{required: [a, b, a]}`:    `11:19: "a" stands here twice`,
		`{enum: [true, True]}`:     "11:15: true stands here twice",
		`{items: {$ref: "#/components/schemas/Root", nullable: true}}`: "11:45: nullable beside $ref is ignored by OpenAPI 3.0: move it to the schema that $ref names",
		`{minimum: 2, maximum: 1.5}`:                                   "11:2: minimum 2 and maximum 1.5 leave no value",
		`{type: string, enum: [a, 1]}`:                                 "11:16: enum has 1, which type string never lets pass",
	} {
		document, err := compile.Parse("spec.yaml", []byte(inSchema(schema)))
		require.NoError(t, err)
		operation, err := document.Operation("")
		require.NoError(t, err)
		_, warnings, err := operation.Responses[0].Program()
		require.NoError(t, err, schema)
		if assert.Len(t, warnings, 1, schema) {
			assert.EqualError(t, warnings[0], "spec.yaml:"+want)
		}
	}
}

func TestDocumentErrors(t *testing.T) {
	tests := []struct{ document, want string }{
		{"", "spec: the document is empty"},
		{" \n\n", "spec: the document is empty"},
		{"# nothing\n", "spec: the document is empty"},
		{"---\n", "spec:"},
		{"hello", "spec:1:1: an OpenAPI document is an object"},
		{"[]", "spec:1:1: an OpenAPI document is an object"},
		{"<html><body>Not found</body></html>", "spec:1:1: an OpenAPI document is an object"},
		{"a: b: c", "spec: yaml: mapping values are not allowed"},
		{"openapi: 3.0.3\npaths:\n\t- a", "spec:3:"},
		{"a: [", "spec:"},
		{"\x00", "spec:"},
		{"a: \xff", "spec:"},
		{"info: {}", `spec:1:1: no "openapi" member`},
		{"swagger: '2.0'", `spec:1:1: no "openapi" member`},
		{"openapi: 3.1.0\npaths: {}", "spec: 0 operations"},
		{"openapi: 3.10", "spec:1:10: OpenAPI 3.10 is not supported: 3.0 and 3.1 are"},
		{"openapi: 3.2.0", "spec:1:10: OpenAPI 3.2.0 is not supported: 3.0 and 3.1 are"},
		{"openapi: 30.0.3", "spec:1:10: OpenAPI 30.0.3 is not supported"},
		{"openapi: [3.0.3]", "spec:1:10:"},
		{"openapi: 3.0.3", `spec:1:1: no "paths" member`},
		{"openapi: 3.0.3\npaths: []", "spec:2:8: an object is due here"},
		{"openapi: 3.0.3\npaths: {/a: []}", "spec:2:13: an object is due here"},
		{"openapi: 3.0.3\npaths: {}", "spec: 0 operations"},
		{"openapi: 3.0.3\npaths: {/a: {get: {responses: []}}}", "spec:2:31: an object is due here"},
		{"openapi: 3.0.3\npaths: {/a: {get: {responses: {'200': {$ref: '#/nowhere'}}}}}", `spec:2:46: $ref "#/nowhere" leads nowhere`},
		{"openapi: 3.0.3\npaths: {/a: {$ref: 'other.yaml'}}", `spec:2:20: $ref "other.yaml" leads out of this document`},
		{"openapi: 3.0.3\npaths: {/a: {get: {x-field-mask: fields}}}", `spec:2:34: x-field-mask: the operation has no query parameter "fields"`},
		{"openapi: 3.0.3\npaths: {/a: {get: {}, get: {}}}", `spec:2:23: "get" stands here twice`},
		{"openapi: 3.0.3\nopenapi: 3.0.3\npaths: {}", `spec:2:1: "openapi" stands here twice`},
		{"openapi: 3.0.3\npaths: {/a: {get: {responses: {}, responses: {}}}}", `spec:2:35: "responses" stands here twice`},
		{"openapi: 3.0.3\npaths: {/a: {get: {responses: {200: {}, '200': {}}}}}", `spec:2:41: "200" stands here twice`},
		{"openapi: 3.0.3\npaths: {}\n---\nopenapi: 3.0.3\n", "spec: another document follows the first one"},

		{`{`, "spec:1:2: not JSON"},
		{`{"openapi": "3.0.3"`, "spec:1:20: not JSON"},
		{"{\"openapi\": \"3.0.3\",\n\t\"paths\": {]}", "spec:2:"},
		{`{"openapi": "3.0.3"} {}`, "spec:1:2"},
		{`{"openapi": "3.1.0"}`, `spec:1:1: no "paths" member`},
		{"{\n\t\"openapi\": \"3.0.3\",\n\t\"openapi\": \"3.0.3\"}", `spec:3:2: "openapi" stands here twice`},
		{"{openapi: 3.0.3, paths: {}}", "spec:"}, // a flow mapping is YAML, but it isn't JSON
	}
	for _, tt := range tests {
		_, err := program("spec", tt.document)
		if assert.Error(t, err, "%q", tt.document) {
			assert.Contains(t, err.Error(), tt.want, "%q", tt.document)
			assert.NotContains(t, err.Error(), "\n", "%q", tt.document)
		}
	}
}

func TestResponseErrors(t *testing.T) {
	tests := []struct{ content, want string }{
		{`{text/plain: {schema: {}}}`, "spec.yaml:3:59: no schema for application/json"},
		{`{application/json: {}}`, "spec.yaml:3:59: no schema for application/json"},
		{`{application/json: {schema: {}}}`, ""},
		{`{Application/JSON: {schema: {}}}`, ""},
		{`{text/plain: {}, application/json: {schema: {type: object}}}`, ""},
	}
	for _, tt := range tests {
		_, err := program("spec.yaml", "openapi: 3.0.3\npaths:\n  /a: {get: {responses: {'200': {description: d, content: "+tt.content+"}}}}\n")
		if tt.want == "" {
			assert.NoError(t, err, tt.content)
		} else {
			assert.EqualError(t, err, tt.want, tt.content)
		}
	}
	_, err := program("spec.yaml", "openapi: 3.0.3\npaths: {/a: {get: {responses: {'200': {description: d}}}}}")
	assert.EqualError(t, err, "spec.yaml: response 200 has no content")
}

// keyword is the keyword of that name in the root schema.
func keyword(t *testing.T, p contract.Program, name contract.Rule) contract.Keyword {
	t.Helper()
	for _, kw := range p.Schemas[0].Keywords {
		if kw.Name == name {
			return kw
		}
	}
	require.Fail(t, "no such keyword", name)
	return contract.Keyword{}
}

// TestProgramsAtOnce compiles two operations of a document at the same time, as a run does.
func TestProgramsAtOnce(t *testing.T) {
	parsed, err := compile.Parse("spec.yaml", []byte(inSchema("{type: object}")))
	require.NoError(t, err)
	operation, err := parsed.Operation("")
	require.NoError(t, err)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			response, _ := operation.Response(200)
			_, _, err := response.Program()
			assert.NoError(t, err)
		})
	}
	all.Wait()
}

// TestNumbersAreExact takes numbers in every form that YAML has, digit by digit.
func TestNumbersAreExact(t *testing.T) {
	for written, want := range map[string]string{
		"0": "0", "-0": "-0", "1": "1", "+1": "1", "-1": "-1", "1_000": "1000", "0x10": "16",
		"-0x10": "-16", "0b101": "5", "0o17": "15",
		"1.5": "1.5", "1.50": "1.50", ".5": "0.5", "-.5": "-0.5", "+.5": "0.5", "1.": "1.0", "1e3": "1e3", "1E+3": "1E+3", "1.5e-3": "1.5e-3", "1.e3": "1.0e3",
		"9007199254740993": "9007199254740993", "9223372036854775807": "9223372036854775807", "-9223372036854775808": "-9223372036854775808",
		"9223372036854775808": "9223372036854775808", "18446744073709551616": "18446744073709551616", "123456789012345678901234567890": "123456789012345678901234567890",
		"0.1000000000000000055511151231257827": "0.1000000000000000055511151231257827", "1e400": "1e400", "-1e400": "-1e400", "1e-400": "1e-400",
	} {
		p, err := program("spec.yaml", inSchema("{minimum: "+written+", enum: ["+written+"]}"))
		if assert.NoError(t, err, written) {
			assert.Equal(t, []string{want}, keyword(t, p, contract.Minimum).Values, written)
			assert.Equal(t, []string{want}, keyword(t, p, contract.Enum).Values, written)
			assert.NotPanics(t, func() { contract.New(p) }, written)
		}
	}
	for _, written := range []string{"1", "9223372036854775808", "1e400", "1.50", "-0"} {
		document := strings.ReplaceAll(jsonDocument, "SCHEMA", `{"maximum": `+written+`, "enum": [`+written+`, "`+written+`"]}`)
		p, err := program("spec.json", document)
		if assert.NoError(t, err, written) {
			assert.Equal(t, []string{written}, keyword(t, p, contract.Maximum).Values)
			assert.Equal(t, []string{written, `"` + written + `"`}, keyword(t, p, contract.Enum).Values)
		}
	}
}

// TestScalars tells strings from what looks like something else.
func TestScalars(t *testing.T) {
	p, err := program("spec.yaml", inSchema(`{enum: [a, "1", '1e400', yes, on, true, ~, "null", 2026-11-21, 2026-11-21T10:00:00Z, "\U0001F600\n\"\\", <b>&, 1:30, "é"]}`))
	require.NoError(t, err)
	assert.Equal(t, []string{
		`"a"`, `"1"`, `"1e400"`, `"yes"`, `"on"`, `true`, `null`, `"null"`, `"2026-11-21"`, `"2026-11-21T10:00:00Z"`, `"😀\n\"\\"`, `"<b>&"`, `"1:30"`, `"é"`,
	}, keyword(t, p, contract.Enum).Values)
	for written, want := range map[string]string{"false": "false", "False": "false", "FALSE": "false", "true": "true", "True": "true"} {
		p, err := program("spec.yaml", inSchema(`{additionalProperties: `+written+`}`))
		require.NoError(t, err, written)
		assert.Equal(t, []string{want}, keyword(t, p, contract.AdditionalProperties).Values, written)
		p, err = program("spec.yaml", inSchema(`{type: string, nullable: `+written+`}`))
		require.NoError(t, err, written)
		assert.Equal(t, []string{want}, keyword(t, p, contract.Nullable).Values, written)
	}
}

const jsonDocument = `{"openapi": "3.0.3", "paths": {"/a": {"get": {"responses": {"200": {"content": {"application/json": {"schema": SCHEMA}}}}}}}}`

// TestJSONPlaces reads JSON that YAML can't: tabs, and characters in two escapes.
func TestJSONPlaces(t *testing.T) {
	const document = "{\n\t\"openapi\": \"3.0.3\",\r\n\t\"info\": {\"title\": \"\\ud83d\\ude00 é😀\", \"version\": \"1\"},\n\t\"paths\": {\"/a\": {\"get\": {\"responses\": {\"200\": {\"description\": \"d\",\n" +
		"\t\t\"content\": {\"application/json\": {\"schema\": {\n" +
		"\t\t\t\"type\":\t\"object\" , \"description\": \"😀é\\ud83d\\ude00\", \"required\": [\"a\"],\n" +
		"\t\t\t\"properties\": {\"\\ud83d\\ude00\": {\"enum\": [\"\\ud83d\\ude00\", 1.0, null, true]},\"é😀\":{\"minimum\" :\n1}}}}}}}}}}}\n"
	p, err := program("spec.json", document)
	require.NoError(t, err)
	const at = "/paths/~1a/get/responses/200/content/application~1json/schema"
	assert.Equal(t, contract.Program{File: "spec.json", Schemas: []contract.Schema{
		{Pointer: at, Line: 5, Column: 46, Keywords: []contract.Keyword{
			{Name: "type", Line: 6, Column: 4, Values: []string{"object"}},
			{Name: "required", Line: 6, Column: 56, Values: []string{"a"}},
			{Name: "properties", Line: 7, Column: 4, Values: []string{"😀", "é😀"}, Schemas: []int{1, 2}},
		}},
		{Pointer: at + "/properties/😀", Line: 7, Column: 35, Keywords: []contract.Keyword{
			{Name: "enum", Line: 7, Column: 36, Values: []string{`"😀"`, "1.0", "null", "true"}},
		}},
		{Pointer: at + "/properties/é😀", Line: 7, Column: 84, Keywords: []contract.Keyword{
			{Name: "minimum", Line: 7, Column: 85, Values: []string{"1"}},
		}},
	}}, p)
}

// TestYAMLPlaces counts columns in code points, through aliases and references.
func TestYAMLPlaces(t *testing.T) {
	p, err := program("spec.yaml", inSchema("{properties: {é😀: &text {type: string},\n  b: *text, c: {$ref: '#/components/schemas/Root/properties/%C3%A9😀'}, 'a/~': {nullable: false}}}"))
	require.NoError(t, err)
	require.Len(t, p.Schemas, 3)
	assert.Equal(t, []int{1, 1, 1, 2}, p.Schemas[0].Keywords[0].Schemas)
	assert.Equal(t, "/components/schemas/Root/properties/é😀", p.Schemas[1].Pointer)
	assert.Equal(t, []contract.Keyword{{Name: "type", Line: 11, Column: 26, Values: []string{"string"}}}, p.Schemas[1].Keywords)
	assert.Equal(t, "/components/schemas/Root/properties/a~1~0", p.Schemas[2].Pointer)
	assert.Equal(t, []int{12, 80}, []int{p.Schemas[2].Keywords[0].Line, p.Schemas[2].Keywords[0].Column})
}

// TestSameDocument judges alike whether it is written in YAML or JSON.
func TestSameDocument(t *testing.T) {
	fromYAML, err := program("spec", "openapi: 3.0.3\npaths:\n  /a:\n    get:\n      responses:\n        200:\n          content:\n            application/json:\n              schema:\n"+
		"                type: object\n                additionalProperties: false\n                properties: {a: {enum: [x, 1, null, true], nullable: true, maximum: 3.50}}\n")
	require.NoError(t, err)
	fromJSON, err := program("spec", strings.ReplaceAll(jsonDocument, "SCHEMA",
		`{"type":"object","additionalProperties":false,"properties":{"a":{"enum":["x",1,null,true],"nullable":true,"maximum":3.50}}}`))
	require.NoError(t, err)
	withoutPlaces := func(p contract.Program) contract.Program {
		for i := range p.Schemas {
			p.Schemas[i].Line, p.Schemas[i].Column = 0, 0
			for k := range p.Schemas[i].Keywords {
				p.Schemas[i].Keywords[k].Line, p.Schemas[i].Keywords[k].Column = 0, 0
			}
		}
		return p
	}
	assert.Equal(t, withoutPlaces(fromYAML), withoutPlaces(fromJSON))
}

// TestOneLineJSON has a document of many values on one line, as programs write it.
func TestOneLineJSON(t *testing.T) {
	property.SkipUnderRace(t)
	var schema strings.Builder
	schema.WriteString(`{"enum":["é"`)
	for i := range 200_000 {
		schema.WriteString(`,"` + strings.Repeat("x", i%7) + string(rune('a'+i%26)) + strings.Repeat("y", i/26%100) + `/` + strings.Repeat("z", i/2600) + `"`)
	}
	schema.WriteString(`],"maximum":1,"more":1}`)
	_, err := program("spec.json", strings.ReplaceAll(jsonDocument, "SCHEMA", `{"x-many":`+schema.String()+`,"pattern":"(?=a)"}`))
	require.Error(t, err)
	assert.Contains(t, err.Error(), `the pattern "(?=a)" can't be used`)
}

func TestOperations(t *testing.T) {
	d, err := compile.Parse("spec.yaml", []byte(`openapi: 3.0.3
servers: [{url: https://one.example/v1}, {url: "https://{region}.two.example/"}]
paths:
  x-note: {get: {}}
  /a/{id}:
    parameters: [{in: query, name: fields, schema: {type: string}}]
    summary: s
    get:
      operationId: getA
      x-field-mask: fields
      responses:
        x-note: 1
        "200": {description: d, content: {application/json: {schema: {}}, Text/Plain: {}}}
        "404": {$ref: "#/components/responses/NotFound"}
        4XX: {description: d}
        default: {description: d}
    delete:
      servers: [{url: https://delete.example}]
      responses: {}
  /b:
    servers: [{url: https://path.example}]
    post:
      responses: {204: {description: none}}
    head: {}
  /c: {$ref: "#/components/x-paths/c"}
components:
  responses: {NotFound: {description: d, content: {application/json: {schema: {type: object}}}}}
  x-paths: {c: {get: {servers: []}}}
`))
	require.NoError(t, err)
	operations, err := d.Operations()
	require.NoError(t, err)
	var ids []string
	for _, o := range operations {
		ids = append(ids, o.ID)
	}
	require.Equal(t, []string{"getA", "DELETE /a/{id}", "POST /b", "HEAD /b", "GET /c"}, ids)
	a := operations[0]
	assert.Equal(t, []string{"GET", "/a/{id}", "fields"}, []string{a.Method, a.Path, a.FieldMask})
	assert.Equal(t, []string{"https://one.example/v1", "https://{region}.two.example/"}, a.Servers)
	assert.Equal(t, contract.Position{File: "spec.yaml", Line: 11, Column: 7, Pointer: "/paths/~1a~1{id}/get/responses"}, a.Position)
	assert.Equal(t, []string{"https://delete.example"}, operations[1].Servers, "the operation's own go first")
	assert.Equal(t, []string{"https://path.example"}, operations[2].Servers, "then the path's")
	assert.Equal(t, a.Servers, operations[4].Servers, "an empty list is none")
	assert.Equal(t, contract.Position{File: "spec.yaml", Line: 24, Column: 11, Pointer: "/paths/~1b/head"}, operations[3].Position)

	for status, want := range map[int]string{200: "200", 404: "404", 400: "4XX", 499: "4XX", 500: "default", 201: "default", 302: "default"} {
		r, ok := a.Response(status)
		assert.True(t, ok, status)
		assert.Equal(t, want, r.Status, status)
	}
	_, ok := operations[2].Response(200)
	assert.False(t, ok, "it isn't documented")
	r, ok := operations[2].Response(204)
	assert.True(t, ok)
	assert.Empty(t, r.MediaTypes)
	r, _ = a.Response(200)
	assert.Equal(t, []string{"application/json", "text/plain"}, r.MediaTypes)
	assert.Equal(t, contract.Position{File: "spec.yaml", Line: 13, Column: 33, Pointer: "/paths/~1a~1{id}/get/responses/200/content"}, r.Position)
	r, _ = a.Response(404)
	assert.Equal(t, "/components/responses/NotFound/content", r.Position.Pointer)
	p, _, err := r.Program()
	require.NoError(t, err)
	assert.Equal(t, "/components/responses/NotFound/content/application~1json/schema", p.Schemas[0].Pointer)

	one, err := d.Operation("POST /b")
	require.NoError(t, err)
	assert.Equal(t, "/b", one.Path)
	_, err = d.Operation("")
	assert.EqualError(t, err, "spec.yaml: 5 operations: choose one of getA, DELETE /a/{id}, POST /b, HEAD /b, GET /c")
	_, err = d.Operation("getB")
	assert.EqualError(t, err, `spec.yaml: no operation "getB": choose one of getA, DELETE /a/{id}, POST /b, HEAD /b, GET /c`)
}

func TestOpen(t *testing.T) {
	_, err := compile.Open(filepath.Join(t.TempDir(), "none.yaml"))
	assert.ErrorIs(t, err, os.ErrNotExist)
	file := filepath.Join(t.TempDir(), "spec.yaml")
	require.NoError(t, os.WriteFile(file, []byte("openapi: 2"), 0o644))
	_, err = compile.Open(file)
	var place *compile.Error
	require.ErrorAs(t, err, &place)
	assert.Equal(t, file, place.File)
	assert.Equal(t, []int{1, 10}, []int{place.Line, place.Column})
}
