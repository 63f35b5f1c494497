package compile_test

import (
	"bytes"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance/compile"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/specs"
)

// everyOlderKeyword and everyNewerKeyword are documents with all keywords of their
// version.
const (
	everyOlderKeyword = `openapi: 3.0.3
paths:
  /a/{b}:
    parameters: [{name: f, in: query}]
    get:
      operationId: a
      x-field-mask: f
      responses:
        2XX: {content: {application/json: {schema: {$ref: '#/components/schemas/A'}}, text/plain: {}}}
        default: {$ref: '#/components/responses/R'}
components:
  responses: {R: {description: none}}
  schemas:
    A: &a
      type: object
      nullable: true
      title: a
      required: [a, b]
      properties:
        a: {type: integer, format: int32, minimum: 1, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false, multipleOf: 0.5}
        b: {type: string, minLength: 1, maxLength: 3, pattern: '^[\w-]+$', enum: [a, b, null], x-secret: true}
        c: {type: array, items: {$ref: '#/components/schemas/A', description: x}, minItems: 0, maxItems: 3, uniqueItems: true}
        g: {x-alias-of: d}
        d: {type: number, x-unix-time: ms, x-present-when: {property: b, in: [a]}, readOnly: true}
        e: {writeOnly: true, x-present-only-when: {property: b, in: [b]}, default: 1}
        f: *a
      additionalProperties: {not: {type: boolean}}
      minProperties: 1
      maxProperties: 5
      allOf: [{}]
      anyOf: [{$ref: '#/components/schemas/B'}, {type: object}]
      oneOf: [{required: [a]}, {required: [z]}]
      discriminator: {propertyName: b, mapping: {x: B, y: '#/components/schemas/B'}}
    B: {enum: [1, 1.0, "1", true, [1], {a: 1}, .5, 0x1F, 1_000, 1e400], format: date-time, unknown: 1}
`
	everyNewerKeyword = `{"openapi": "3.1.0", "paths": {"/": {"get": {"responses": {"200": {"content": {"application/json": {"schema": {
	"$id": "https://example.com/a", "$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": "#b", "type": ["object", "array", "null"],
	"$defs": {"b": {"$anchor": "b", "const": {"a": [1.50, null]}}, "c": {"$id": "c", "exclusiveMinimum": 1e-400, "exclusiveMaximum": 2}},
	"properties": {"a": {"$ref": "c"}, "b": true, "c": false}, "patternProperties": {"^x": {"pattern": "\\u{1F600}|\\ud83d\\ude00"}},
	"propertyNames": {"maxLength": 2}, "dependentRequired": {"a": ["b"]}, "dependentSchemas": {"b": {"required": ["c"]}},
	"unevaluatedProperties": false, "unevaluatedItems": {"type": "string"},
	"prefixItems": [{"type": "integer"}], "contains": {"minimum": 1}, "minContains": 0, "maxContains": 2,
	"if": {"required": ["a"]}, "then": {"$ref": "#/$defs/b"}, "else": {"not": {"$ref": "#/$defs/c"}},
	"contentEncoding": "base64", "contentMediaType": "text/plain", "$comment": "é😀", "examples": [1]
}}}}}}}}}`
)

// FuzzCompile compiles any document, and checks a few bodies by what comes of it.
func FuzzCompile(f *testing.F) {
	for _, p := range specs.Providers() {
		f.Add(p.Document())
	}
	f.Add([]byte(everyOlderKeyword))
	f.Add([]byte(everyNewerKeyword))
	bodies := []string{"", "null", `"a"`, "1.0", "1e400", `[1, 1, {"a": [[]]}]`, `{"a": 1, "b": "a", "c": [{}], "x": {"a": {"a": {}}}, "a": 2}`, `{"a": tru`}
	f.Fuzz(func(t *testing.T, data []byte) {
		programs, errs := compileAll(data)
		again, errsAgain := compileAll(data)
		require.Equal(t, programs, again)
		require.Equal(t, errs, errsAgain)
		for _, err := range errs {
			placed(t, err, data)
		}
		for _, program := range programs {
			written(t, program, data)
			c := contract.New(program)
			for _, body := range bodies {
				invariant(t, c, []byte(body))
			}
			contract.New(program).Only("a").Check([]byte(bodies[6]))
		}
	})
}

// compileAll returns the programs of all responses of a document, and all errors and warnings.
func compileAll(data []byte) (programs []contract.Program, errs []error) {
	document, err := compile.Parse("spec.yaml", data)
	if err != nil {
		return nil, []error{err}
	}
	operations, err := document.Operations()
	if err != nil {
		return nil, []error{err}
	}
	for _, o := range operations {
		for _, r := range o.Responses {
			program, warnings, err := r.Program()
			for _, w := range warnings {
				errs = append(errs, w)
			}
			if err != nil {
				errs = append(errs, err)
				continue
			}
			programs = append(programs, program)
		}
	}
	return programs, errs
}

var yamlBreak = regexp.MustCompile("\r\n|[\n\r\u0085\u2028\u2029]")

// written requires that the document has each keyword at its place, as it is or quoted.
func written(t *testing.T, program contract.Program, data []byte) {
	if !utf8.Valid(data) || bytes.HasPrefix(data, []byte("\ufeff")) {
		return // UTF-16, or columns that a mark moves
	}
	lines := yamlBreak.Split(string(data), -1)
	if bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{")) {
		lines = strings.Split(string(data), "\n")
	}
	for _, s := range program.Schemas {
		for _, kw := range s.Keywords {
			require.LessOrEqual(t, kw.Line, len(lines), "%v", kw)
			line := []rune(lines[kw.Line-1])
			require.LessOrEqual(t, kw.Column, len(line), "%v", kw)
			rest := string(line[kw.Column-1:])
			if strings.ContainsAny(rest[:1], "!&") || rest[0] == '"' && strings.Contains(rest, `\`) {
				continue // a tag, an anchor, or escapes
			}
			require.True(t, strings.HasPrefix(strings.TrimLeft(rest, `'"`), string(kw.Name)), "%v: %s", kw, rest)
		}
	}
}

// placed requires of an error that it is one of the document's, and of its place that
// the document has it; what is missing at the end stands on the line after that.
func placed(t *testing.T, err error, data []byte) {
	var e *compile.Error
	require.ErrorAs(t, err, &e)
	require.NotEmpty(t, e.Message)
	require.NotContains(t, e.Message, "\n")
	require.Equal(t, "spec.yaml", e.File)
	lines := 2
	for _, end := range []string{"\n", "\r", "\u0085", "\u2028", "\u2029"} {
		lines += bytes.Count(data, []byte(end))
	}
	if bytes.HasPrefix(data, []byte("\xfe\xff")) || bytes.HasPrefix(data, []byte("\xff\xfe")) {
		lines += len(data) // in UTF-16 they are written otherwise
	}
	require.LessOrEqual(t, e.Line, lines, "%v", e)
}

// nasty are schemas of OpenAPI 3.1 in which much is judged in one place, twice, or
// nearly: SELF is the schema itself.
var nasty = []string{
	`{anyOf: [{properties: {a: SELF}, required: [a]}, {items: SELF, minItems: 1}, {type: integer}, {maxLength: 2}, {type: [boolean, 'null']}]}`,
	`{oneOf: [{anyOf: [{properties: {a: SELF, b: {type: integer}}}, {properties: {a: {type: string}}}]}, {properties: {b: SELF}, required: [b]}, {items: SELF}]}`,
	`{allOf: [{properties: {a: SELF}}, {properties: {b: SELF, c: {writeOnly: true}}}, {items: SELF}], unevaluatedProperties: false, unevaluatedItems: false}`,
	`{properties: {a: SELF}, patternProperties: {'^a': {not: {type: integer}}, 'b$': SELF}, additionalProperties: {anyOf: [SELF, {enum: [[1], {a: 1}]}]}}`,
	`{if: {properties: {a: {const: 1}}, required: [a]}, then: {properties: {b: SELF}}, else: {items: SELF, contains: {type: integer}}, unevaluatedProperties: {type: string}}`,
	`{dependentSchemas: {a: {properties: {b: SELF}}, b: {required: [c]}}, dependentRequired: {c: [a, b]}, propertyNames: {anyOf: [{maxLength: 1}, {pattern: '^é'}]}}`,
	`{uniqueItems: true, prefixItems: [SELF, {type: string, x-secret: true}], contains: {uniqueItems: true, type: array}, minContains: 0, maxContains: 1, unevaluatedItems: SELF}`,
	`{not: {anyOf: [{properties: {a: SELF}, required: [a]}, {uniqueItems: true, minItems: 2}, {multipleOf: 0.1}]}, type: [object, array, number]}`,
	`{anyOf: [{allOf: [{properties: {a: SELF}}, {unevaluatedProperties: {multipleOf: 3}}]}, {properties: {b: SELF}, additionalProperties: false}], minProperties: 1, maxProperties: 3}`,
	`{oneOf: [{type: integer, minimum: 3}, {type: number, exclusiveMaximum: 3}, {properties: {b: {x-secret: true, format: uuid}, kind: SELF}}], discriminator: {propertyName: kind}}`,
}

// FuzzComposed holds contracts of composed schemas to what holds of any body.
func FuzzComposed(f *testing.F) {
	var contracts []*contract.Contract
	for _, schema := range nasty {
		program, _, err := keywordProgram("3.1.0", strings.ReplaceAll(schema, "SELF", "{$ref: '#/components/schemas/Root'}"))
		require.NoError(f, err, schema)
		contracts = append(contracts, contract.New(program))
	}
	for _, body := range []string{
		`{"a": {"a": {"b": [1, 1.0, {"a": "ab"}]}, "c": null}, "b": {"b": 3}, "é": {"a": 1}}`, `[[1, "x"], [1, "x"], {"a": [], "b": 2}, 0.30]`,
		`{"a": 1, "a": {"a": 2}, "b": "123e4567-e89b-12d3-a456-426614174000", "kind": {}}`, `[[[[]]], {"\u0061": {"b\n": true}}, "\ud83d\ude00"]`,
		"3e0", `"abc"`, "null", `{"a": [1, 2`, `{"a": {"b": "\ud800"}}`, strings.Repeat(`{"a":[`, 50) + "1.0" + strings.Repeat("]}", 50),
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, c := range contracts {
			invariant(t, c, body)
		}
	})
}

// invariant holds what c says of a body to what Check promises of any, and to what a
// contract says that has seen no other body.
func invariant(t *testing.T, c *contract.Contract, body []byte) {
	findings := c.Check(body)
	require.Equal(t, jsontext.Value(body).IsValid(), wellFormed(findings), "%q gives %v", body, stated(findings))
	require.Empty(t, unsound(body, findings), "%q gives %v", body, stated(findings))
	if again := contract.New(c.Program()).Check(body); !reflect.DeepEqual(findings, again) {
		t.Fatalf("%q gives %v, by itself %v", body, stated(findings), stated(again))
	}
	end := 0
	for _, s := range c.Secrets(body) {
		require.True(t, end <= s.Start && s.Start <= s.End && s.End <= len(body), "%q: secret %v", body, s)
		end = s.End
	}
}

func wellFormed(findings []contract.Finding) bool {
	return !slices.ContainsFunc(findings, func(f contract.Finding) bool {
		return f.Rule == contract.JSONSyntax || f.Rule == contract.DuplicateKey
	})
}

// unsound says which finding, in branches too, has no place in the body or the document,
// or is said twice; "" where none is.
func unsound(body []byte, findings []contract.Finding) string {
	places := placesOf(body)
	type same struct {
		rule     contract.Rule
		offset   int
		property string
	}
	var problem func(findings []contract.Finding) string
	problem = func(findings []contract.Finding) string {
		said := map[same]bool{}
		last := 0
		for _, f := range findings {
			where := fmt.Sprintf("%s %q %d:%d: ", f.Rule, f.Pointer, f.Line, f.Column)
			if f.Offset < last || f.Offset > len(body) {
				return where + "outside of the body or out of order"
			}
			last = f.Offset
			before := body[:f.Offset]
			start := bytes.LastIndexByte(before, '\n') + 1
			key := same{f.Rule, f.Offset, f.Property}
			switch {
			case f.Line != 1+bytes.Count(before, []byte("\n")) || f.Column != 1+utf8.RuneCount(before[start:]):
				return where + "another place than the offset's"
			case said[key]:
				return where + "said twice"
			case f.Severity != f.Rule.Severity() || f.Expected == "" || f.Actual == "":
				return where + "without words"
			case f.Spec.Line < 1 || f.Spec.Column < 1 || f.Spec.Pointer != "" && f.Spec.Pointer[0] != '/':
				return where + "no place in the document"
			case (f.Branches != nil) && f.Rule != contract.AnyOf && f.Rule != contract.OneOf:
				return where + "has branches"
			}
			said[key] = true
			if f.Rule != contract.JSONSyntax && places[f.Offset] != f.Pointer {
				return where + "the pointer of that place is " + places[f.Offset]
			}
			for _, b := range f.Branches {
				if p := problem(b.Findings); p != "" {
					return where + p
				}
				if !slices.ContainsFunc(b.Findings, func(f contract.Finding) bool { return f.Severity == contract.Error }) {
					return where + "a branch that fits"
				}
			}
		}
		return ""
	}
	return problem(findings)
}

// placesOf returns the pointer of each value, and of each member at its key, by where it
// starts, up to where the body stops being JSON. It reads with jsontext, so that nothing
// of the contract judges itself.
func placesOf(body []byte) map[int]string {
	places := map[int]string{}
	d := jsontext.NewDecoder(bytes.NewReader(body), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	for {
		start := int(d.InputOffset())
		token, err := d.ReadToken()
		if err != nil {
			return places
		}
		if kind := token.Kind(); kind == '}' || kind == ']' {
			continue
		}
		for bytes.IndexByte([]byte(" \t\r\n,:"), body[start]) >= 0 {
			start++
		}
		places[start] = string(d.StackPointer())
	}
}
