package contract_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance/compile"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/internal/property"
)

// compiled returns the contract of a schema written in YAML. The components are
// entries of components/schemas, such as "Node: {type: object}".
func compiled(t testing.TB, schema string, components ...string) *contract.Contract {
	t.Helper()
	return contract.New(schemaProgram(t, schema, components...))
}

func schemaProgram(t testing.TB, schema string, components ...string) contract.Program {
	t.Helper()
	indent := func(text string) string { return strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n    ") }
	var document strings.Builder
	document.WriteString("openapi: 3.0.3\ninfo: {title: test, version: '1'}\npaths: {/: {get: {responses: {'200': {description: it, " +
		"content: {application/json: {schema: {$ref: '#/components/schemas/Root'}}}}}}}}\ncomponents:\n  schemas:\n    Root:\n      ")
	document.WriteString(strings.ReplaceAll(indent(schema), "\n", "\n  "))
	for _, c := range components {
		document.WriteString("\n    " + indent(c))
	}
	parsed, err := compile.Parse("spec.yaml", []byte(document.String()+"\n"))
	require.NoError(t, err)
	operation, err := parsed.Operation("")
	require.NoError(t, err)
	response, ok := operation.Response(200)
	require.True(t, ok)
	program, _, err := response.Program()
	require.NoError(t, err, "%s", &document)
	return program
}

// said writes each finding as "rule pointer line:column".
func said(findings []contract.Finding) []string {
	lines := []string{}
	for _, f := range findings {
		lines = append(lines, fmt.Sprintf("%s %s %d:%d", f.Rule, f.Pointer, f.Line, f.Column))
	}
	return lines
}

// check judges a body and holds what was said of it to what Check promises of any.
func check(t testing.TB, c *contract.Contract, body string) []contract.Finding {
	t.Helper()
	findings := c.Check([]byte(body))
	if problem := sound(c, []byte(body), findings); problem != "" {
		require.Fail(t, problem, "%.1000q gives %v", body, said(findings))
	}
	if clean(findings) {
		// Space after the body changes nothing.
		require.Equal(t, findings, c.Check([]byte(body+strings.Repeat(" ", 70))), "%.1000q with space after it", body)
	}
	return findings
}

// TestRulesAreAll finds a rule that Rules lacks.
func TestRulesAreAll(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "finding.go", nil, 0)
	require.NoError(t, err)
	var named []contract.Rule
	ast.Inspect(file, func(n ast.Node) bool {
		if c, ok := n.(*ast.ValueSpec); ok && len(c.Values) == 1 && c.Names[0].IsExported() {
			if kind, ok := c.Type.(*ast.Ident); ok && kind.Name == "Rule" {
				name, err := strconv.Unquote(c.Values[0].(*ast.BasicLit).Value)
				require.NoError(t, err)
				named = append(named, contract.Rule(name))
			}
		}
		return true
	})
	assert.ElementsMatch(t, named, contract.Rules)
}

// TestConformsOfASchema judges by another schema than the root.
func TestConformsOfASchema(t *testing.T) {
	c := compiled(t, "{type: object, required: [a], properties: {a: {type: integer, minimum: 2}}}")
	for body, conforms := range map[string][2]bool{`{"a":2}`: {true, false}, `2`: {false, true}, `2.0`: {false, true}, `1`: {false, false}, `2 2`: {false, false}} {
		for schema, want := range conforms {
			assert.Equal(t, want, c.Conforms(schema, []byte(body)), "%s by schema %d", body, schema)
		}
	}
}

// TestRules goes through the rules one by one.
func TestRules(t *testing.T) {
	tests := []struct {
		schema, body string
		want         []string
	}{
		// required: at the object that lacks the member, one finding for each.
		{`{type: object, required: [a]}`, `{"a":null}`, nil},
		{`{type: object, required: [a]}`, `{}`, []string{"required  1:1"}},
		{`{type: object, required: [b, a, c]}`, ` {"a":1}`, []string{"required  1:2", "required  1:2"}},
		{`{type: object, required: [a]}`, `{"A":1,"a ":2," a":3}`, []string{"required  1:1"}},
		{`{type: object, required: [a]}`, `{"b":{"a":1}}`, []string{"required  1:1"}},
		{`{type: object, required: ["a/b~"]}`, `{"a/b~":1}`, nil},
		{`{type: object, required: ["\"\\\n"]}`, `{"\"\\\n":1}`, nil},
		{`{type: object, properties: {o: {type: object, required: [a]}}}`, `{"o": {}}`, []string{"required /o 1:7"}},
		{`{type: array, items: {type: object, required: [a]}}`, "[{\"a\":1},\n {}]", []string{"required /1 2:2"}},
		{`{required: [a]}`, `[]`, nil}, // without a type it says nothing of other kinds

		// nullable: null and nothing else, whatever else the schema says.
		{`{type: string}`, `null`, []string{"nullable  1:1"}},
		{`{type: string, nullable: false}`, `null`, []string{"nullable  1:1"}},
		{`{type: string, nullable: true}`, `null`, nil},
		{`{type: string, nullable: true, enum: [a]}`, `null`, nil},
		{`{type: string, enum: [a]}`, `null`, []string{"nullable  1:1"}},
		{`{type: string, enum: [a, null]}`, `null`, []string{"nullable  1:1"}},
		{`{type: integer, format: int64, minimum: 5}`, `null`, []string{"nullable  1:1"}},
		{`{type: string, format: uuid}`, `null`, []string{"nullable  1:1"}},
		{`{type: string, format: date-time, nullable: true}`, `null`, nil},
		{`{type: array, nullable: true, items: {type: string}}`, `null`, nil},
		{`{type: array, items: {type: string}}`, `["a", null]`, []string{"nullable /1 1:7"}},
		{`{type: object}`, `null`, []string{"nullable  1:1"}},
		{`{}`, `null`, nil},
		{`{nullable: false}`, `null`, nil}, // OpenAPI 3.0.3: it speaks only beside a type

		// type: alone, so that one value gives one finding.
		{`{type: string}`, `1`, []string{"type  1:1"}},
		{`{type: string, enum: [a], format: uuid}`, `1`, []string{"type  1:1"}},
		{`{type: string}`, `{"a":[1,{"b":null}]}`, []string{"type  1:1"}},
		{`{type: string}`, `["a"]`, []string{"type  1:1"}},
		{`{type: string}`, `true`, []string{"type  1:1"}},
		{`{type: boolean}`, `"true"`, []string{"type  1:1"}},
		{`{type: boolean}`, `0`, []string{"type  1:1"}},
		{`{type: boolean}`, `false`, nil},
		{`{type: boolean}`, `true`, nil},
		{`{type: boolean, enum: [true]}`, `false`, []string{"enum  1:1"}},
		{`{type: integer, minimum: 10}`, `"5"`, []string{"type  1:1"}},
		{`{type: integer, minimum: 10}`, `1.5`, []string{"type  1:1"}},
		{`{type: number}`, `"1"`, []string{"type  1:1"}},
		{`{type: number, minimum: 1}`, `[0]`, []string{"type  1:1"}},
		{`{type: object, required: [a]}`, `[]`, []string{"type  1:1"}},
		{`{type: object, required: [a]}`, `"a"`, []string{"type  1:1"}},
		{`{type: array, items: {type: string}}`, `{"0":1}`, []string{"type  1:1"}},
		{`{type: object, properties: {a: {type: string}}}`, `{"a":{"b":1,"b":2}}`, []string{"type /a 1:6", "duplicate-key /a/b 1:13"}},

		// enum.
		{`{type: string, enum: [a, "b\"", "\t", é, "\U0001F600"]}`, `"a"`, nil},
		{`{type: string, enum: [a, "b\"", "\t", é, "\U0001F600"]}`, `"b\""`, nil},
		{`{type: string, enum: [a, "b\"", "\t", é, "\U0001F600"]}`, `"\u0009"`, nil},
		{`{type: string, enum: [a, "b\"", "\t", é, "\U0001F600"]}`, `"\u00E9"`, nil},
		{`{type: string, enum: [a, "b\"", "\t", é, "\U0001F600"]}`, `"é"`, nil},
		{`{type: string, enum: [a, "b\"", "\t", é, "\U0001F600"]}`, `"\ud83d\ude00"`, nil},
		{`{type: string, enum: [a, "b\"", "\t", é, "\U0001F600"]}`, `"😀"`, nil},
		{`{type: string, enum: [a, b]}`, `"A"`, []string{"enum  1:1"}},
		{`{type: string, enum: [a, b]}`, `"a "`, []string{"enum  1:1"}},
		{`{type: string, enum: [a, b]}`, `""`, []string{"enum  1:1"}},
		{`{type: string, enum: [""]}`, `""`, nil},
		{`{type: string, enum: [abcdefgh]}`, `"abcdefg"`, []string{"enum  1:1"}},
		{`{type: string, enum: [abcdefgh]}`, `"abcdefghi"`, []string{"enum  1:1"}},
		{`{type: string, enum: [abcdefghijklmnopqrstuvwx]}`, `"abcdefghijklmnoXqrstuvwx"`, []string{"enum  1:1"}},
		{`{type: string, enum: [é]}`, `"e\u0301"`, []string{"enum  1:1"}}, // another normal form is another string
		{`{type: string, enum: ["1"]}`, `"1"`, nil},
		{`{enum: ["1"]}`, `1`, []string{"enum  1:1"}},
		{`{enum: [1]}`, `"1"`, []string{"enum  1:1"}},
		{`{enum: [true, null]}`, `true`, nil},
		{`{enum: [true, null]}`, `null`, nil},
		{`{enum: [true, null]}`, `false`, []string{"enum  1:1"}},
		{`{enum: [a]}`, `{}`, []string{"enum  1:1"}},
		{`{enum: [a]}`, `[]`, []string{"enum  1:1"}},
		{`{type: integer, enum: [1, 20]}`, `20`, nil},
		{`{type: integer, enum: [1, 20]}`, `2e1`, []string{"integer-notation  1:1"}},
		{`{type: integer, enum: [1, 20]}`, `2`, []string{"enum  1:1"}},
		{`{type: number, enum: [0.10]}`, `1e-1`, nil},
		{`{type: integer, enum: [9007199254740993]}`, `9007199254740992`, []string{"enum  1:1"}},
		{`{type: string, enum: [a], format: uuid}`, `"b"`, []string{"enum  1:1", "format  1:1"}}, // two independent rules

		// minimum and maximum.
		{`{type: integer, minimum: 1, maximum: 65535}`, `1`, nil},
		{`{type: integer, minimum: 1, maximum: 65535}`, `65535`, nil},
		{`{type: integer, minimum: 1, maximum: 65535}`, `0`, []string{"minimum  1:1"}},
		{`{type: integer, minimum: 1, maximum: 65535}`, `-0`, []string{"minimum  1:1"}},
		{`{type: integer, minimum: 1, maximum: 65535}`, `65536`, []string{"maximum  1:1"}},
		{`{type: integer, minimum: 1, maximum: 65535}`, `-9223372036854775809`, []string{"minimum  1:1"}},
		{`{type: integer, minimum: 2, maximum: 1}`, `3`, []string{"maximum  1:1"}}, // judged as written
		{`{type: integer, minimum: 4, maximum: 1}`, `3`, []string{"minimum  1:1", "maximum  1:1"}},
		{`{type: number, minimum: 0.1, maximum: 0.3}`, `0.1`, nil},
		{`{type: number, minimum: 0.1, maximum: 0.3}`, `0.09999999999999999999999`, []string{"minimum  1:1"}},
		{`{type: number, minimum: 0.1, maximum: 0.3}`, `0.30000000000000000000001`, []string{"maximum  1:1"}},
		{`{type: number, minimum: 0.1, maximum: 0.3}`, `3.0e-1`, nil},
		{`{minimum: 5}`, `"4"`, nil}, // it says nothing of other kinds
		{`{minimum: 5}`, `4`, []string{"minimum  1:1"}},
		{`{type: integer, minimum: 1e2}`, `99`, []string{"minimum  1:1"}},
		{`{type: integer, minimum: 0.5}`, `0`, []string{"minimum  1:1"}},

		// additionalProperties.
		{`{type: object, properties: {a: {}}, additionalProperties: false}`, `{"a":1,"b":2}`, []string{"additionalProperties /b 1:8"}},
		{`{type: object, additionalProperties: false}`, `{"b":2}`, []string{"additionalProperties /b 1:2"}},
		{`{type: object, additionalProperties: false, required: [b]}`, `{"b":2}`, []string{"additionalProperties /b 1:2"}},
		{`{type: object, properties: {a: {}}, additionalProperties: true}`, `{"b":2}`, nil},
		{`{type: object, properties: {a: {}}, additionalProperties: {}}`, `{"b":2}`, nil},
		{`{type: object, properties: {a: {}}, additionalProperties: {type: string}}`, `{"a":1,"b":2}`, []string{"type /b 1:12"}},
		{`{type: object, additionalProperties: {type: string, nullable: true}}`, `{"a":"","b":null}`, nil},
		{`{type: object, additionalProperties: {type: string}}`, `{"a":{"b":1},"c":null}`, []string{"type /a 1:6", "nullable /c 1:18"}},

		// undocumented-field: where properties stands and additionalProperties doesn't.
		{`{type: object, properties: {a: {}}}`, `{"a":1, "b":2}`, []string{"undocumented-field /b 1:9"}},
		{`{type: object, properties: {}}`, `{"b":2}`, []string{"undocumented-field /b 1:2"}},
		{`{type: object}`, `{"b":2}`, nil},
		{`{type: object, required: [b]}`, `{"b":2,"c":3}`, nil},
		{`{type: object, properties: {a: {}}, required: [b]}`, `{"b":2}`, []string{"undocumented-field /b 1:2"}},
		{`{type: object, properties: {a: {}}}`, `{"a":{"b":1}}`, nil},
		{`{properties: {a: {}}}`, `{"b":1}`, []string{"undocumented-field /b 1:2"}},
		{`{type: object, properties: {a: {}}}`, `{"a~/b":1}`, []string{"undocumented-field /a~0~1b 1:2"}},
		{`{type: object, properties: {a: {}}}`, `{"\u0061":1,"\u00e9\n":1}`, []string{"undocumented-field /é\n 1:13"}},

		// duplicate-key: at each repetition.
		{`{}`, `{"a":1,"a":1,"a":1}`, []string{"duplicate-key /a 1:8", "duplicate-key /a 1:14"}},
		{`{type: object, properties: {a: {type: string}}}`, `{"a":"","a":1}`, []string{"duplicate-key /a 1:9", "type /a 1:13"}},

		// json-syntax ends what is said.
		{`{type: object, required: [a]}`, `{"b":1,"b":2} x`, []string{"required  1:1", "duplicate-key /b 1:8", "json-syntax  1:15"}},
		{`{type: object, required: [a]}`, `{"b":1`, []string{"json-syntax  1:7"}},
		{`{type: object, properties: {a: {type: string}, b: {type: string}}}`, `{"a":1,"b":tru}`, []string{"type /a 1:6", "json-syntax /b 1:12"}},
	}
	for _, tt := range tests {
		t.Run(strings.TrimSpace(tt.schema)+" "+tt.body, func(t *testing.T) {
			findings := check(t, compiled(t, tt.schema), tt.body)
			assert.Equal(t, append([]string{}, tt.want...), said(findings))
			if len(tt.want) == 0 {
				assert.Nil(t, findings)
			}
		})
	}
}

// TestSpecPlaces finds the broken keyword in the spec: where it is absent, "type", else
// the schema.
func TestSpecPlaces(t *testing.T) {
	const schema = `
type: object
properties:
  a: {type: string, enum: [x]}
  b:
    minimum: 1
    type: integer
    maximum: 2
    format: int32
  c: {nullable: false, type: string}
  d: {$ref: '#/components/schemas/Named~1it'}
  e: {type: array, items: {type: object, additionalProperties: false}}
  f: {type: integer, x-unix-time: ms}
  g: {x-present-only-when: {property: a, in: [y]}, type: string}
required: [a]
`
	const at = "/components/schemas/Root/properties/"
	tests := []struct {
		body, pointer string
		line, column  int
	}{
		{`{}`, "/components/schemas/Root/required", 20, 7},
		{`{"a":"y"}`, at + "a/enum", 9, 27},
		{`{"a":null}`, at + "a/type", 9, 13},
		{`{"a":1}`, at + "a/type", 9, 13},
		{`{"a":"x","b":0}`, at + "b/minimum", 11, 11},
		{`{"a":"x","b":3}`, at + "b/maximum", 13, 11},
		{`{"a":"x","b":1.5}`, at + "b/type", 12, 11},
		{`{"a":"x","b":1.0}`, at + "b/type", 12, 11},
		{`{"a":"x","c":null}`, at + "c/nullable", 15, 13},
		{`{"a":"x","c":1}`, at + "c/type", 15, 30},
		{`{"a":"x","d":"x"}`, "/components/schemas/Named~1it/format", 21, 30},
		{`{"a":"x","e":[{"b":1}]}`, at + "e/items/additionalProperties", 17, 48},
		{`{"a":"x","f":1}`, at + "f/x-unix-time", 18, 28},
		{`{"a":"x","g":""}`, at + "g/x-present-only-when", 19, 13},
		{`{"a":"x","h":1}`, "/components/schemas/Root/properties", 8, 7},
		{`{"a":"x","a":"x"}`, "/components/schemas/Root", 7, 7},
		{`{"a":"x"`, "/components/schemas/Root", 7, 7},
	}
	c := compiled(t, schema, `Named/it: {type: string, format: uuid}`)
	for _, tt := range tests {
		findings := check(t, c, tt.body)
		require.Len(t, findings, 1, tt.body)
		assert.Equal(t, contract.Position{File: "spec.yaml", Line: tt.line, Column: tt.column, Pointer: tt.pointer}, findings[0].Spec, tt.body)
	}
}

// TestSpecPlaceInFreeForm judges what no schema describes: the finding still leads into
// the spec.
func TestSpecPlaceInFreeForm(t *testing.T) {
	for _, schema := range []string{`{type: object}`, `{type: array}`, `{type: string}`, `{type: object, properties: {a: {type: object}}}`} {
		for _, body := range []string{`{"a":{"b":1,"b":2}}`, `[{"b":1,"b":2}]`, `{"z":[{"b":1,"b":2}]}`} {
			for _, f := range check(t, compiled(t, schema), body) {
				assert.Positive(t, f.Spec.Line, "%s: %s", schema, body)
			}
		}
	}
}

// TestWords reads what people are told.
func TestWords(t *testing.T) {
	const schema = `
type: object
required: [id]
properties:
  id: {type: string}
  status: {type: string, enum: [pending, running, a, b, c, d, e, f, g]}
  level: {type: integer, format: int64, nullable: true, minimum: 1}
  at: {type: string, format: date-time}
  ref: {type: string, format: uuid}
`
	tests := []struct{ body, expected, actual string }{
		{`{}`, `the member "id"`, "absent"},
		{`{"id":null}`, "a string", "null"},
		{`{"id":-1.5e3}`, "a string", "-1.5e3"},
		{`{"id":{"a":1}}`, "a string", "an object"},
		{`{"id":"","status":"stopped"}`, `one of "pending", "running", "a", "b", "c", "d", "e", "f", … (9 in all)`, `"stopped"`},
		{`{"id":"","status":"` + strings.Repeat("é", 200) + `"}`, `one of "pending", "running", "a", "b", "c", "d", "e", "f", … (9 in all)`, `"` + strings.Repeat("é", 59) + "…"},
		{`{"id":"","level":"1"}`, "an integer or null", `"1"`},
		{`{"id":"","level":0}`, "at least 1", "0"},
		{`{"id":"","level":9223372036854775808}`, "an int64 (-9223372036854775808 to 9223372036854775807)", "9223372036854775808"},
		{`{"id":"","level":1` + strings.Repeat("0", 500) + `}`, "an int64 (-9223372036854775808 to 9223372036854775807)", "1" + strings.Repeat("0", 59) + "…"},
		{`{"id":"","level":1e0}`, "an integer without fraction or exponent", "1e0"},
		{`{"id":"","at":"yesterday"}`, "an RFC 3339 date-time", `"yesterday"`},
		{`{"id":"","ref":"yesterday"}`, "a UUID", `"yesterday"`},
		{`{"id":"","id":""}`, "each key once", `"id" again`},
		{`{"id":"","more":{"a":"b"}}`, "a documented member", "an object"},
		{`{"id":"","more":"hello"}`, "a documented member", "a string"},
		{`{"id":tru}`, "a JSON value", "a word that isn't true, false or null"},
		{`{"id":"" "x"}`, "a comma or '}'", "a string"},
		{`{"id":"",}`, "a key in double quotes", "'}'"},
		{`{"id":""}}`, "nothing after the value", "'}'"},
		{`{"id":"`, "the rest of a string", "the end of the body"},
		{`{"id":"\ud800"}`, "the rest of a string", "a lone surrogate"},
		{"\uFEFF{}", "a JSON value", "a byte order mark"},
		{"", "a JSON value", "the end of the body"},
		{"<html>", "a JSON value", "'<'"},
	}
	c := compiled(t, schema)
	for _, tt := range tests {
		findings := check(t, c, tt.body)
		require.Len(t, findings, 1, tt.body)
		assert.Equal(t, tt.expected, findings[0].Expected, tt.body)
		assert.Equal(t, tt.actual, findings[0].Actual, tt.body)
	}
}

// TestPositions counts lines, and columns in code points, around the odd ones.
func TestPositions(t *testing.T) {
	const schema = `{type: object, properties: {a: {type: string}, "é😀": {type: array, items: {type: integer}}, o: {type: object, properties: {a: {type: string}}}}}`
	tests := []struct {
		body string
		want []string
	}{
		{"{\n  \"a\": 1\n}", []string{"type /a 2:8"}},
		{"{\r\n\t\"a\":\t1\r\n}", []string{"type /a 2:7"}},
		{"\n\n\r\n{\"a\":1}", []string{"type /a 4:6"}},
		{"{\"é😀\":[1,\"é\",2, null,\n true]}", []string{"type /é😀/1 1:10", "nullable /é😀/3 1:17", "type /é😀/4 2:2"}},
		{`{"日本語":1, "a":2}`, []string{"undocumented-field /日本語 1:2", "type /a 1:15"}},
		{`{"\u65e5":"\n\ud83d\ude00", "a":2}`, []string{"undocumented-field /日 1:2", "type /a 1:33"}},
		{"{\"e\u0301\":1, \"a\":2}", []string{"undocumented-field /e\u0301 1:2", "type /a 1:14"}},   // two code points
		{"{\"x\":\"\u2028\u0085\",\"a\":2}", []string{"undocumented-field /x 1:2", "type /a 1:15"}}, // neither ends a line
		{"{\"o\":\n{\"a\":[{\"a\":1}],\n\"b\":{\"a/~\":[]}},\"a\":{}}", []string{"type /o/a 2:6", "undocumented-field /o/b 3:1", "type /a 3:21"}},
		{"{\"a\":\"\\n\",\"o\":{\"a\":\"\\\\\"},\n\n\"é😀\":{}}\n\n", []string{"type /é😀 3:6"}},
		{"{\"a\":\"é\xff\"}", []string{"json-syntax /a 1:8"}},
		{"\xff", []string{"json-syntax  1:1"}},
		{"{\n\"é\"\n1}", []string{"json-syntax /é 3:1"}},
		{"{\"é😀\":[1,2,\n3", []string{"json-syntax /é😀 2:2"}},
		{"{\"é😀\":[1 2]}", []string{"json-syntax /é😀 1:10"}},
		{"{\"é😀\":[[],{}}", []string{"type /é😀/0 1:8", "type /é😀/1 1:11", "json-syntax /é😀 1:13"}},
		{"{\"a\":\"\",\"o\":1.}", []string{"json-syntax /o 1:15"}},
		{"{\"a\":-}", []string{"json-syntax /a 1:7"}},
		{"{\"o\":01}", []string{"type /o 1:6", "json-syntax  1:7"}},
		{"{\"é😀\":[2e", []string{"json-syntax /é😀/0 1:10"}},
		{"{\"é😀\":[1,2,\n", []string{"json-syntax /é😀/2 2:1"}},
		{"{\"é😀\":[\n", []string{"json-syntax /é😀/0 2:1"}},
		{"[\n\n", []string{"type  1:1", "json-syntax /0 3:1"}},
		{"1\n\n", []string{"type  1:1"}},
		{"1\n\nx", []string{"type  1:1", "json-syntax  3:1"}},
	}
	c := compiled(t, schema)
	for _, tt := range tests {
		assert.Equal(t, tt.want, said(check(t, c, tt.body)), "%q", tt.body)
	}
}

// TestSyntax has what some readers let pass.
func TestSyntax(t *testing.T) {
	values := []string{`{"a":1}`, `[1,"x"]`, `"x"`, `1`, `-1.5e3`, `true`, `false`, `null`, `{}`, `[]`}
	c := compiled(t, `{}`)
	for _, value := range values {
		for _, space := range []string{" ", "\n", "\r", "\t", "\r\n", strings.Repeat(" \t\r\n", 20)} {
			assert.Empty(t, check(t, c, space+value), "%q", space)
			assert.Empty(t, check(t, c, value+space), "%q", space)
		}
		for _, extra := range []string{"x", "\x00", "\uFEFF", "\v", "\f", "\u00a0", "\u2003", "\u0085", ",", "]", "}", "{}", "null", "//", "/**/", "#", "\x1e", "\xff"} {
			assert.False(t, clean(check(t, c, extra+value)), "%q", extra+value)
			assert.False(t, clean(check(t, c, value+extra)), "%q", value+extra)
			assert.False(t, clean(check(t, c, value+" "+extra)), "%q", value+" "+extra)
		}
	}
	for _, body := range []string{
		"", " ", "\n\n", "\x00", "\uFEFF", "\uFEFF{}", "\xff\xfe{\x00}\x00", "{", "}", "[", "]", `"`, ",", ":", "{]", "[}", "{,}", "[,]", "[1,]", "[,1]", "[1,,2]", "[1 2]",
		`{"a"}`, `{"a":}`, `{"a":1,}`, `{"a":1,,"b":2}`, `{"a":1 "b":2}`, `{"a"=1}`, `{"a"::1}`, `{"a":1:2}`, `{a:1}`, `{'a':1}`, `{1:1}`, `{null:1}`, `{"a":1]`, `["a":1]`,
		`'a'`, `"a`, `a"`, `"a"b"`, "True", "TRUE", "nul", "nulL", "nulll", "truefalse", "fals", "undefined", "NaN", "[1]]", "{}{}", "{} {}", "[]\n[]", "1 2", `"a" "b"`, "1,2",
		"/* */1", "1//", "[1,/**/2]", "{\"a\":1\x00}", "[1\v]", "[\u00a01]", "[1\u00a0]", "tru\x00", "t", "f", "n", "-", "nu", "tr", "fal",
	} {
		assert.False(t, clean(check(t, c, body)), "%q", body)
		assert.False(t, clean(check(t, c, "["+body+",")), "%q", body)
		for _, kind := range []string{"string", "integer", "number", "boolean", "object", "array, items: {}"} {
			assert.False(t, clean(check(t, compiled(t, "{type: "+kind+"}"), body)), "%s: %q", kind, body)
			assert.False(t, clean(check(t, compiled(t, "{nullable: true, type: "+kind+"}"), body)), "%s: %q", kind, body)
		}
	}
}

// TestMissingCommas leaves the comma out where the next member is the expected one.
func TestMissingCommas(t *testing.T) {
	c := compiled(t, `{type: object, properties: {id: {type: string}, b: {type: integer}, o: {type: object}, l: {type: array}, t: {type: boolean}, n: {type: string, nullable: true}}}`)
	const whole = `{"id":"x","b":2,"o":{},"l":[],"t":true,"n":null,"q":1}`
	for range 2 {
		for at := range whole {
			if whole[at] == ',' {
				assert.Equal(t, []string{fmt.Sprintf("json-syntax  1:%d", at+1)}, said(check(t, c, whole[:at]+whole[at+1:])), whole[:at])
				assert.Equal(t, []string{fmt.Sprintf("json-syntax  1:%d", at+2)}, said(check(t, c, whole[:at]+" "+whole[at+1:])), whole[:at])
				assert.Equal(t, []string{fmt.Sprintf("json-syntax  1:%d", at+2)}, said(check(t, c, whole[:at]+",,"+whole[at+1:])), whole[:at])
				assert.Equal(t, []string{fmt.Sprintf("json-syntax  1:%d", at+1)}, said(check(t, c, whole[:at]+":"+whole[at+1:])), whole[:at])
			}
		}
		assert.Len(t, check(t, c, whole), 1) // from here on it knows the order
	}
}

func TestDepth(t *testing.T) {
	property.SkipUnderRace(t)
	for _, schema := range []string{`{}`, `{$ref: '#/components/schemas/Node'}`, `{allOf: [{type: array, items: {}}]}`} {
		c := compiled(t, schema, `Node: {type: array, items: {$ref: '#/components/schemas/Node'}}`)
		for depth, fine := range map[int]bool{1_000: true, 10_000: true, 10_001: false, 100_000: false} {
			for _, body := range []string{
				strings.Repeat("[", depth) + strings.Repeat("]", depth),
				strings.Repeat(`{"a":`, depth-1) + "{}" + strings.Repeat("}", depth-1),
				strings.Repeat(`[{"a":`, depth/2) + []string{"1", "[]"}[depth%2] + strings.Repeat("}]", depth/2),
			} {
				findings := c.Check([]byte(body))
				assert.Equal(t, fine, clean(findings), "%s, %.8s, %d", schema, body, depth)
				if !fine {
					assert.Equal(t, contract.JSONSyntax, findings[len(findings)-1].Rule)
				}
				assert.False(t, clean(c.Check([]byte(body[:len(body)/2]))), "it has no end")
				if !fine {
					assert.NotEmpty(t, c.Secrets([]byte(body)), "what wasn't read isn't shown")
				}
			}
		}
		// One body too deep must not make the next one so.
		assert.True(t, clean(c.Check([]byte(strings.Repeat("[", 10_000)+strings.Repeat("]", 10_000)))), schema)
	}
}

// TestManyFindings bounds what a hostile body can make of itself, and never turns it
// into a conforming one.
func TestManyFindings(t *testing.T) {
	c := compiled(t, `{type: array, items: {type: object, required: [a], properties: {a: {type: string}}}}`)
	body := "[" + strings.Repeat(`{"a":1,"b":2},`, 3*contract.MaxFindings) + `{}]`
	counts := map[contract.Severity]int{}
	for _, f := range c.Check([]byte(body)) {
		counts[f.Severity]++
	}
	assert.Equal(t, map[contract.Severity]int{contract.Error: contract.MaxFindings, contract.Warning: contract.MaxFindings}, counts)

	warned := "[" + strings.Repeat(`{"a":"","b":2},`, 3*contract.MaxFindings) + `{}]`
	findings := c.Check([]byte(warned))
	assert.Len(t, findings, contract.MaxFindings+1)
	assert.Equal(t, contract.Required, findings[len(findings)-1].Rule, "warnings don't crowd out an error")
}

// TestWhatOthersMiss holds what other validators were measured to get wrong.
func TestWhatOthersMiss(t *testing.T) {
	const schema = `
type: object
required: [id]
properties:
  id: {type: string}
  count: {type: integer, format: int64}
  at: {type: string, format: date-time}
  ref: {type: string, format: uuid}
`
	tests := []struct {
		name, body string
		want       []string
	}{
		{"int64 2^63", `{"id":"","count":9223372036854775808}`, []string{"format /count 1:18"}},
		{"2^53+0.5 as integer", `{"id":"","count":9007199254740992.5}`, []string{"type /count 1:18"}},
		{"int64 2^53+1, valid", `{"id":"","count":9007199254740993}`, nil},
		{"date-time Feb 30", `{"id":"","at":"2026-02-30T10:00:00Z"}`, []string{"format /at 1:15"}},
		{"date-time offset +25:00", `{"id":"","at":"2026-02-20T10:00:00+25:00"}`, []string{"format /at 1:15"}},
		{"lower-case t and z, valid", `{"id":"","at":"2026-02-20t10:00:00z"}`, nil},
		{"real leap second, valid", `{"id":"","at":"2016-12-31T23:59:60Z"}`, nil},
		{"uuid without hyphens", `{"id":"","ref":"123e4567e89b12d3a456426614174000"}`, []string{"format /ref 1:16"}},
		{"uuid in braces", `{"id":"","ref":"{123e4567-e89b-12d3-a456-426614174000}"}`, []string{"format /ref 1:16"}},
		{"duplicate key", `{"id":"","id":""}`, []string{"duplicate-key /id 1:10"}},
		{"trailing bytes", `{"id":""}{}`, []string{"json-syntax  1:10"}},
		{"invalid UTF-8", "{\"id\":\"\xff\"}", []string{"json-syntax /id 1:8"}},
		{"lone surrogate", `{"id":"\udead"}`, []string{"json-syntax /id 1:8"}},
		{"root null for an object", `null`, []string{"nullable  1:1"}},
		{"missing required", `{}`, []string{"required  1:1"}},
	}
	c := compiled(t, schema)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, append([]string{}, tt.want...), said(check(t, c, tt.body)))
		})
	}
}
