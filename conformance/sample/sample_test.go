package sample_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/compile"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/coverage"
	"github.com/sandboxspec/sandboxspec/conformance/internal/property"
	"github.com/sandboxspec/sandboxspec/conformance/mutate"
	"github.com/sandboxspec/sandboxspec/conformance/recording"
	"github.com/sandboxspec/sandboxspec/conformance/sample"
	"github.com/sandboxspec/sandboxspec/specs"
)

// compiled is the program of the first response of the only operation of a document.
func compiled(t testing.TB, file string, data []byte) contract.Program {
	document, err := compile.Parse(file, data)
	require.NoError(t, err)
	operation, err := document.Operation("")
	require.NoError(t, err)
	p, _, err := operation.Responses[0].Program()
	require.NoError(t, err)
	return p
}

// schema is the program of a schema of OpenAPI 3.1, written in YAML on a line.
func schema(t testing.TB, schema string) contract.Program {
	return compiled(t, "spec.yaml", []byte("openapi: 3.1.0\npaths: {/: {get: {responses: {'200': {content: {application/json: {schema: "+schema+"}}}}}}}\n"))
}

func samples(t testing.TB, p contract.Program, style sample.Style, seed uint64, n int) (bodies []string) {
	s, err := sample.New(p, style, seed)
	require.NoError(t, err)
	for range n {
		body, err := s.Append(nil)
		require.NoError(t, err)
		bodies = append(bodies, string(body))
	}
	return bodies
}

// fewHundred is how many bodies show everything that a contract of ours lets be.
const fewHundred = 400

// TestSamplesShowEverything makes bodies of every style for every provider: they conform,
// for kin-openapi too where that is right, and the first few hundred show all that the contract
// promises.
func TestSamplesShowEverything(t *testing.T) {
	property.SkipUnderRace(t)
	for _, p := range specs.Providers() {
		program := compiled(t, p.File, p.Document())
		c := contract.New(program)
		document, err := openapi3.NewLoader().LoadFromData(p.Document())
		require.NoError(t, err)
		kin := document.Components.Schemas["Sandbox"].Value
		for _, style := range sample.Styles {
			for _, body := range samples(t, program, style, 3, 1000) {
				require.Empty(t, c.Check([]byte(body)), body)
				if strings.Contains(body, "t10:15:00z") || strings.Contains(body, ":60Z") || strings.Contains(body, "null") {
					continue // kin-openapi refuses these times, and null where nothing is asked for
				}
				var value any
				require.NoError(t, json.Unmarshal([]byte(body), &value))
				require.NoError(t, kin.VisitJSON(value), body)
			}
		}
		shown := coverage.New()
		judge, err := conformance.NewJudge(conformance.Options{Provider: p.Slug, Observe: shown.Observe})
		require.NoError(t, err)
		for _, body := range samples(t, program, sample.Any, 1, fewHundred) {
			judge.Judge(recording.Exchange{File: "-", Body: []byte(body)})
		}
		for _, goal := range shown.Contracts()[0].Goals {
			assert.True(t, goal.Reached(), "%s: %s never %s", p.Slug, goal.Field.Pointer, goal)
		}
	}
}

// TestPairs has members of every sort: each two of their values stand in one body.
func TestPairs(t *testing.T) {
	p := schema(t, `{type: object, required: [e], properties: {
		e: {enum: [a, b, c]}, f: {type: boolean}, n: {type: [integer, 'null'], minimum: 1, maximum: 9},
		o: {type: object, properties: {x: {enum: [1, 2]}, y: {type: boolean}}}, l: {type: array, items: {enum: [5, 6]}, maxItems: 2},
		u: {anyOf: [{type: boolean}, {enum: [x, y]}]}}}`)
	values := map[string][]string{
		"e": {`"a"`, `"b"`, `"c"`}, "f": {"", "true", "false"}, "n": {"", "null", "1", "9"}, "o": {"", "{"}, "o.x": {"", "1", "2"}, "o.y": {"", "true", "false"},
		"l": {"", "[]", "[5", "[6"}, "u": {"", "true", "false", `"x"`, `"y"`},
	}
	shows := func(members map[string]json.RawMessage, name, value string) bool {
		object, inner, nested := strings.Cut(name, ".")
		if nested {
			if members[object] == nil {
				return false
			}
			var within map[string]json.RawMessage
			require.NoError(t, json.Unmarshal(members[object], &within))
			members, name = within, inner
		}
		text := string(members[name])
		return text == value || len(value) > 0 && (value[0] == '{' || len(value) > 1 && value[0] == '[' && value != "[]") && strings.HasPrefix(text, value)
	}
	bodies := samples(t, p, sample.Any, 1, 60)
	for a, some := range values {
		for b, others := range values {
			for _, v := range some {
				for _, w := range others {
					if a >= b || a == "o" && v == "" && strings.HasPrefix(b, "o.") {
						continue
					}
					shown := false
					for _, body := range bodies {
						var members map[string]json.RawMessage
						require.NoError(t, json.Unmarshal([]byte(body), &members))
						shown = shown || shows(members, a, v) && shows(members, b, w)
					}
					assert.True(t, shown, "%s %s and %s %s", a, v, b, w)
				}
			}
		}
	}
}

// TestStyles has what each style is about.
func TestStyles(t *testing.T) {
	p := schema(t, `{type: object, required: [a], properties: {a: {type: integer, minimum: 1, maximum: 65535}, b: {type: [string, 'null']}, l: {type: array, items: {type: boolean}}}}`)
	count := map[sample.Style]map[string]int{}
	for _, style := range sample.Styles {
		count[style] = map[string]int{}
		for _, body := range samples(t, p, style, 1, 500) {
			for _, text := range []string{`"b"`, `"l"`, "null", "[]", `"a":1,`, `"a":65535`, `{"a":`} {
				if strings.Contains(body, text) {
					count[style][text]++
				}
			}
		}
	}
	assert.Equal(t, 500, count[sample.Dense][`"b"`])
	assert.Equal(t, 500, count[sample.Dense][`"l"`])
	assert.Zero(t, count[sample.Dense]["null"])
	assert.Zero(t, count[sample.Dense]["[]"])
	assert.Zero(t, count[sample.Sparse][`"b"`])
	assert.Zero(t, count[sample.Sparse][`"l"`])
	assert.Equal(t, 500, count[sample.Sparse][`{"a":`])
	assert.Equal(t, 500, count[sample.Boundary][`"a":1,`]+count[sample.Boundary][`"a":65535`])
	for text, n := range count[sample.Any] {
		assert.Positive(t, n, text)
	}
	assert.Less(t, count[sample.Any]["null"], 250)
}

// TestSeeds has the same bodies for the same seed, and others for another one.
func TestSeeds(t *testing.T) {
	for _, p := range specs.Providers() {
		program := compiled(t, p.File, p.Document())
		assert.Equal(t, samples(t, program, sample.Any, 7, 500), samples(t, program, sample.Any, 7, 500))
		assert.NotEqual(t, samples(t, program, sample.Any, 7, 500), samples(t, program, sample.Any, 8, 500))
	}
}

// TestBroken breaks bodies: each gives exactly what is told of it, and is one line.
func TestBroken(t *testing.T) {
	property.SkipUnderRace(t)
	for _, p := range specs.Providers() {
		program := compiled(t, p.File, p.Document())
		c := contract.New(program)
		s, err := sample.New(program, sample.Any, 1)
		require.NoError(t, err)
		kinds := map[string]bool{}
		for range 1000 {
			body, v, err := s.AppendBroken([]byte("before"))
			require.NoError(t, err)
			body = bytes.TrimPrefix(body, []byte("before"))
			require.Equal(t, v.Body, body)
			require.Len(t, v.Due, 1)
			require.True(t, mutate.Same(c.Check(body), v.Due), "%s: %q owes %v", v.Kind, body, v.Due)
			require.NotContains(t, string(body), "\n")
			require.NotEmpty(t, bytes.TrimSpace(body))
			kinds[v.Kind] = true
		}
		assert.Greater(t, len(kinds), 12, p.Slug)
	}
	s, err := sample.New(schema(t, `{}`), sample.Any, 1)
	require.NoError(t, err)
	_, v, err := s.AppendBroken(nil)
	require.NoError(t, err)
	assert.NotEmpty(t, v.Due)
}

// TestKeywords has schemas that take some thought.
func TestKeywords(t *testing.T) {
	for _, text := range []string{
		`{not: {type: string}}`, `{type: integer, multipleOf: 7, minimum: 10, exclusiveMaximum: 30}`, `{type: number, exclusiveMinimum: 0, maximum: 0.5}`,
		`{type: string, pattern: '^[A-Z]{3}-\d{2,}$', maxLength: 9}`, `{type: string, minLength: 40, maxLength: 40}`, `{type: string, pattern: 'b$', minLength: 5}`,
		`{oneOf: [{type: integer}, {type: number, minimum: 5}]}`, `{if: {properties: {a: {const: 1}}, required: [a]}, then: {required: [b]}, else: {required: [c]}}`,
		`{type: array, items: {enum: [1, 2, 3]}, uniqueItems: true, minItems: 3}`, `{type: array, prefixItems: [{type: string}, {const: 5}], items: false, minItems: 2}`,
		`{type: array, contains: {const: x}, minContains: 2, maxContains: 3, minItems: 4}`, `{type: object, minProperties: 3, additionalProperties: {type: boolean}}`,
		`{type: object, propertyNames: {pattern: '^x-[a-z]+$'}, minProperties: 2}`, `{type: object, patternProperties: {'^n\d$': {type: integer}}, additionalProperties: false, minProperties: 1}`,
		`{type: object, dependentRequired: {a: [b]}, properties: {a: {}, b: {}}, minProperties: 1}`, `{dependentSchemas: {a: {required: [b]}}, required: [a]}`,
		`{allOf: [{minimum: 3}, {maximum: 4}], type: integer}`, `{$anchor: n, type: object, properties: {next: {$ref: '#n'}}, unevaluatedProperties: false}`,
		`{$anchor: n, type: array, items: {$ref: '#n'}}`, `{const: {a: [1, null]}}`, `{type: [string, 'null'], enum: [null, a]}`,
		`{type: object, required: [w, a], properties: {w: {writeOnly: true}, a: {}}}`, `{type: object, maxProperties: 1, required: [a], properties: {a: {}, b: {}, c: {}}}`, `{}`,
		`{properties: {s: {type: string}, a: {x-present-when: {property: s, in: [on]}}, b: {x-present-only-when: {property: s, in: [on, off]}}}}`,
		`{properties: {a: {type: string, format: date-time}, b: {type: string, format: date-time, x-alias-of: a}}, required: [a, b]}`,
		`{properties: {b: {type: [integer, 'null'], x-alias-of: a}, a: {type: integer, minimum: 5}, c: {x-alias-of: b}}}`,
		`{allOf: [{properties: {a: {type: string}, b: {type: string, x-alias-of: a}}}, {properties: {b: {minLength: 2}}}], required: [a, b]}`,
		`{type: integer, x-unix-time: ms}`, `{type: number, x-unix-time: ms, minimum: 99999999999998}`,
	} {
		p := schema(t, text)
		c := contract.New(p)
		different := map[string]bool{}
		for _, style := range sample.Styles {
			for _, body := range samples(t, p, style, 1, 100) {
				require.Empty(t, c.Check([]byte(body)), "%s: %s", text, body)
				different[body] = true
			}
		}
		assert.NotEmpty(t, different)
	}
}

// TestNothingConforms has schemas that no body conforms to, and the keyword that is to blame.
func TestNothingConforms(t *testing.T) {
	for text, want := range map[string]string{
		`{not: {}}`: "/not: no value found in 60 tries that conforms to not",
		`false`:     ": nothing conforms to the schema false",
		`{type: integer, minimum: 3, maximum: 2}`:                                  "/type: no value was found that conforms",
		`{allOf: [{type: string}, {type: integer}]}`:                               "/allOf/1/type: no type is left that conforms",
		`{type: object, required: [a], additionalProperties: false}`:               `/required: the member "a" has to be there, and can't`,
		`{type: array, minItems: 100000}`:                                          "/minItems: more items are asked for than a sample has",
		`{$anchor: n, type: object, required: [n], properties: {n: {$ref: '#n'}}}`: "what has to be there has to hold the same again, without end",
	} {
		_, err := sample.New(schema(t, text), sample.Any, 1)
		var place *sample.Error
		if assert.ErrorAs(t, err, &place, text) {
			said := strings.TrimPrefix(place.Spec.Pointer, "/paths/~1/get/responses/200/content/application~1json/schema") + ": " + place.Message
			assert.True(t, strings.HasSuffix(said, want), "%s: %s", text, said)
			assert.Equal(t, fmt.Sprintf("spec.yaml:%d:%d: %s", place.Spec.Line, place.Spec.Column, place.Message), err.Error())
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	for _, p := range specs.Providers() {
		b.Run(p.Slug, func(b *testing.B) {
			s, err := sample.New(compiled(b, p.File, p.Document()), sample.Any, 1)
			require.NoError(b, err)
			var body []byte
			size := 0
			b.ReportAllocs()
			for b.Loop() {
				body, _ = s.Append(body[:0])
				size += len(body)
			}
			b.SetBytes(int64(size / b.N))
		})
	}
}
