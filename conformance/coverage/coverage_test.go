package coverage_test

import (
	"context"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/coverage"
	"github.com/sandboxspec/sandboxspec/conformance/deviation"
	"github.com/sandboxspec/sandboxspec/specs"
)

// silent is a reporter that wants to know nothing.
type silent struct{}

func (silent) Result(conformance.Result)         {}
func (silent) Difference(conformance.Difference) {}
func (silent) Stale(deviation.Deviation)         {}

// show returns what the recordings show.
func show(t require.TestingT, o conformance.Options, path string) []*coverage.Contract {
	shown := coverage.New()
	o.Observe = shown.Observe
	judge, err := conformance.NewJudge(o)
	require.NoError(t, err)
	_, err = conformance.Run(context.Background(), judge, []string{path}, silent{}, nil)
	require.NoError(t, err)
	return shown.Contracts()
}

// missing are the goals of a contract that no recording reached, each as its place and what it is.
func missing(c *coverage.Contract) (goals []string) {
	for _, g := range c.Goals {
		if !g.Reached() {
			goals = append(goals, strings.TrimSpace(g.Field.Pointer+" "+g.String()))
		}
	}
	return goals
}

// TestRecordings holds the repository's own recordings: they show all that the five contracts promise.
func TestRecordings(t *testing.T) {
	contracts := show(t, conformance.Options{}, "../recordings")
	assert.Len(t, contracts, len(specs.Providers()))
	for _, c := range contracts {
		assert.Empty(t, missing(c), c.Name())
		assert.Equal(t, 100, c.Percent(), c.Name())
		assert.Greater(t, len(c.Goals), 30, c.Name())
		assert.Zero(t, c.Recordings.Live+c.Recordings.Unknown, c.Name())
	}
}

// TestGoals has schemas, and what bodies leave to show.
func TestGoals(t *testing.T) {
	tests := []struct {
		name    string
		schema  string
		bodies  []string
		missing []string
	}{
		{"nothing", `{type: object}`, []string{`5`}, []string{"present"}},
		{"members", `{type: object, required: [a], properties: {a: {type: string}, b: {type: string, nullable: true}, c: {type: string}}}`,
			[]string{`{"a":"x","b":null}`}, []string{"/b present", "/b absent", "/c present"}},
		{"an object that lacks a member shows the others alone", `{type: object, required: [a], properties: {a: {}, b: {}, c: {}}}`,
			[]string{`{"b":1}`}, []string{"present", "/a present", "/b absent", "/c present", "/c absent"}},
		{"an object with another finding shows nothing", `{type: object, maxProperties: 1, properties: {b: {}, c: {}}}`,
			[]string{`{"b":1,"d":1}`}, []string{"present", "at its maxProperties, 1", "/b present", "/b absent", "/c present", "/c absent"}},
		{"a value with a finding", `{type: object, required: [a, b], properties: {a: {type: integer}, b: {type: integer}}}`,
			[]string{`{"a":1.0,"b":"x"}`}, []string{"/a present", "/b present"}},
		{"a member that stands twice counts once", `{type: object, properties: {a: {type: boolean}}}`,
			[]string{`{"a":true,"a":false}`}, []string{"/a absent", "/a false"}},
		{"no JSON", `{type: object, properties: {a: {}}}`, []string{`{"a":1}}`}, []string{"present", "/a present", "/a absent"}},
		{"undocumented members hide nothing", `{type: object, properties: {a: {type: boolean}}}`,
			[]string{`{"z":1}`, `{"a":true,"z":1}`}, []string{"/a false"}},
		{"enum", `{type: string, nullable: true, enum: [a, "ä", null]}`, []string{`"\u00e4"`}, []string{"null", `"a"`}},
		{"an enum of numbers", `{type: number, enum: [1, 2.5]}`, []string{`1.0`}, []string{"2.5"}},
		{"an enum of lists", `{type: array, items: {}, enum: [[1, 2], [3]]}`, []string{`[1,  2.0]`}, []string{"[3]", "/* absent"}},
		{"an enum that its own schema bars", `{type: string, enum: [a, b], not: {enum: [b]}}`, []string{`"a"`}, nil},
		{"an enum that another schema bars", `{allOf: [{enum: [a, b]}, {enum: [a]}]}`, []string{`"a"`}, nil},
		{"an enum that one of its schemas bars", `{anyOf: [{enum: [a, bb], maxLength: 1}, {enum: [bb]}]}`, []string{`"a"`, `"bb"`}, nil},
		{"bounds", `{type: integer, minimum: 1, maximum: 3.0}`, []string{`1`, `2`}, []string{"at its maximum, 3"}},
		{"bounds that can't be reached", `{type: integer, minimum: 0.5, maximum: 7, multipleOf: 2}`, []string{`2`}, nil},
		{"exclusive bounds", `{type: integer, minimum: 0, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: true}`, []string{`1`}, []string{"at its exclusiveMaximum, 8"}},
		{"exclusive bounds of numbers", `{type: number, minimum: 0, exclusiveMinimum: true}`, []string{`0.1`}, nil},
		{"past a bound", `{type: integer, minimum: 1}`, []string{`0`}, []string{"present", "at its minimum, 1"}},
		{"lengths", `{type: string, minLength: 1, maxLength: 2}`, []string{`"\ud83d\ude00"`}, []string{"at its maxLength, 2"}},
		{"lengths that depend", `{type: string, minLength: 1, pattern: "^sbx_"}`, []string{`"sbx_1"`}, nil},
		{"lengths that no recording has", `{type: string, maxLength: 2147483647}`, []string{`""`}, nil},
		{"lengths of what never conforms", `{type: integer, maxLength: 2}`, []string{`5`}, nil},
		{"sizes", `{type: array, minItems: 1, maxItems: 2, items: {type: string}}`, []string{`["a"]`}, []string{"at its maxItems, 2"}},
		{"items", `{type: array, items: {type: object, properties: {a: {}}}}`, []string{`[{"a":1}]`}, []string{"/* absent", "/*/a absent"}},
		{"items of which one conforms", `{type: array, items: {type: string}}`, []string{`[5,"x"]`, `[]`}, nil},
		{"more findings than are told", `{type: array, items: {type: integer}}`, []string{"[" + strings.Repeat(`"x",`, contract.MaxFindings) + "5]"}, []string{"present", "/* present", "/* absent"}},
		{"a map", `{type: object, minProperties: 0, maxProperties: 2, additionalProperties: {type: boolean}}`,
			[]string{`{"a":true}`}, []string{"at its minProperties, 0", "at its maxProperties, 2", "/* absent", "/* false"}},
		{"free-form values", `{type: object, additionalProperties: {}}`, []string{`{}`, `{"a":1}`}, nil},
		{"all of them", `{allOf: [{required: [a]}, {properties: {a: {enum: [x, y]}, b: {}}}]}`, []string{`{"a":"x"}`}, []string{`/a "y"`, "/b present"}},
		{"goals of a schema are those of its first place", `{type: object, required: [p, q], properties: {p: {allOf: [{$ref: "#/components/schemas/A"}, {required: [a]}]}, q: {$ref: "#/components/schemas/A"}}}`,
			[]string{`{"p":{"a":"x"},"q":{}}`}, []string{`/p/a "y"`}},
		{"any of them", `{anyOf: [{type: string, enum: [a, b]}, {type: integer, maximum: 5}, {type: object, properties: {c: {}}}]}`,
			[]string{`"a"`, `5`}, []string{`"b"`, "as anyOf/2 has it", "/c present", "/c absent"}},
		{"one of them", `{oneOf: [{type: object, required: [a], properties: {a: {type: boolean}}}, {type: object, required: [b], properties: {b: {type: boolean}}}]}`,
			[]string{`{"b":true}`, `{"a":true,"b":false}`}, []string{"as oneOf/0 has it", "/a present", "/a true", "/a false", "/b false"}},
		{"none of them", `{oneOf: [{type: string}, {type: integer}]}`, []string{`true`}, []string{"present", "as oneOf/0 has it", "as oneOf/1 has it"}},
		{"the same schema in two places", `{type: object, required: [p, q], properties: {p: {$ref: "#/components/schemas/A"}, q: {$ref: "#/components/schemas/A"}}}`,
			[]string{`{"p":{},"q":{"a":"y"}}`}, []string{`/p/a "x"`}},
		{"a schema in itself", `{$ref: "#/components/schemas/Tree"}`, []string{`{"kids":[{"kids":[]},{"leaf":true}]}`}, []string{"/leaf false"}},
		{"deep down", `{$ref: "#/components/schemas/Tree"}`, []string{`{}`, strings.Repeat(`{"kids":[`, 31) + `{"leaf":true}` + strings.Repeat(`]}`, 31), strings.Repeat(`{"kids":[`, 32) + `{"leaf":false}` + strings.Repeat(`]}`, 32)},
			[]string{"/kids/* absent", "/leaf false"}},
		{"requests alone", `{type: object, required: [a], properties: {a: {type: string, writeOnly: true}, b: {}}}`, []string{`{}`}, []string{"/b present"}},
	}
	components := `components: {schemas: {A: {type: object, properties: {a: {type: string, enum: [x, y]}}},
  Tree: {type: object, properties: {kids: {type: array, items: {$ref: "#/components/schemas/Tree"}}, leaf: {type: boolean}}}}}`
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { goals(t, "3.0.3", components, test.schema, test.bodies, test.missing) })
	}
}

// TestGoalsOfNewerKeywords has keywords that OpenAPI 3.1 has and 3.0 doesn't.
func TestGoalsOfNewerKeywords(t *testing.T) {
	tests := []struct {
		name    string
		schema  string
		bodies  []string
		missing []string
	}{
		{"types", `{type: [string, "null", integer, boolean]}`, []string{`5`, `true`}, []string{"null", "of type string", "false"}},
		{"only null", `{type: object, properties: {a: {type: "null"}}}`, []string{`{}`}, []string{"/a null"}},
		{"$ref beside others", `{$ref: "#/components/schemas/A", required: [b]}`, []string{`{"b":1}`}, []string{"/c present"}},
		{"exclusive bounds", `{type: integer, exclusiveMinimum: 0, exclusiveMaximum: 10}`, []string{`1`}, []string{"at its exclusiveMaximum, 9"}},
		{"const", `{anyOf: [{const: a}, {const: b}]}`, []string{`"b"`}, []string{"as anyOf/0 has it"}},
		{"a list with a start", `{type: array, minItems: 1, prefixItems: [{type: string}, {type: boolean}], items: {type: integer}}`,
			[]string{`["a"]`, `["a", true]`}, []string{"/1 false", "/* present"}},
		{"a list that contains", `{type: array, items: {}, contains: {type: string}}`, []string{`["a"]`}, nil},
		{"patterns", `{type: object, properties: {a: {}}, patternProperties: {"^x_": {type: string}}, additionalProperties: {type: boolean}}`,
			[]string{`{"x_1":"s","other":true}`}, []string{"/a present", "/* absent", "/* absent", "/* false"}},
		{"a member that is due anyway", `{type: object, required: [z], additionalProperties: {type: string}}`, []string{`{"z":"s"}`}, nil},
		{"if", `{properties: {k: {enum: [1, 2]}}, if: {required: [k], properties: {k: {const: 1}}}, then: {required: [a], properties: {a: {}}}, else: {properties: {b: {}}}}`,
			[]string{`{"k":1,"a":1}`}, []string{"/k absent", "/k 2", "as else has it", "/b present", "/b absent"}},
		{"then without if", `{type: object, then: {properties: {a: {}}}}`, []string{`{}`}, nil},
		{"dependents", `{properties: {a: {}}, dependentSchemas: {a: {properties: {b: {}}}}}`, []string{`{}`}, []string{"as dependentSchemas/a has it", "/a present", "/b present", "/b absent"}},
		{"dependents of what is there", `{properties: {a: {}}, dependentSchemas: {a: {properties: {b: {}}}}}`, []string{`{"a":1}`, `{"a":1,"b":1}`}, []string{"/a absent"}},
		{"false", `{type: object, properties: {a: false}, anyOf: [false, {required: [b]}, true]}`, []string{`{"b":1}`}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			goals(t, "3.1.0", "components: {schemas: {A: {properties: {b: {}, c: {}}}}}", test.schema, test.bodies, test.missing)
		})
	}
}

// TestDoubled has a schema that judges a value 2^40 times over, were it not told apart.
func TestDoubled(t *testing.T) {
	schemas := "S40: {type: object, properties: {a: {type: boolean}}}"
	for i := range 40 {
		schemas += fmt.Sprintf(`, S%d: {allOf: [{$ref: "#/components/schemas/S%d"}, {$ref: "#/components/schemas/S%d"}]}`, i, i+1, i+1)
	}
	goals(t, "3.0.3", "components: {schemas: {"+schemas+"}}", `{$ref: "#/components/schemas/S0"}`, []string{`{"a":true}`}, []string{"/a absent", "/a false"})
}

// TestDeep has a schema that goes deeper than anybody looks.
func TestDeep(t *testing.T) {
	const levels = 70
	schema := strings.Repeat("{type: object, required: [a], properties: {a: ", levels) + "{type: boolean}" + strings.Repeat("}}", levels)
	goals(t, "3.0.3", "components: {}", schema, []string{strings.Repeat(`{"a":`, levels) + "true" + strings.Repeat("}", levels)}, nil)
}

// TestIntegers holds the lowest and the highest integer against package math/big.
func TestIntegers(t *testing.T) {
	dir := t.TempDir()
	spec := filepath.Join(dir, "spec.yaml")
	require.NoError(t, os.WriteFile(spec, []byte(document("3.0.3", "components: {}", "{type: array, items: {type: integer}}")), 0o644))
	rapid.Check(t, func(t *rapid.T) {
		var lowest, highest *big.Int
		var lines []string
		for range rapid.IntRange(1, 3).Draw(t, "bodies") {
			numbers := rapid.SliceOfN(rapid.StringMatching(`-?(0|[1-9][0-9]{0,24})`), 1, 4).Draw(t, "numbers")
			for _, number := range numbers {
				n, ok := new(big.Int).SetString(number, 10)
				require.True(t, ok)
				if lowest == nil || n.Cmp(lowest) < 0 {
					lowest = n
				}
				if highest == nil || n.Cmp(highest) > 0 {
					highest = n
				}
			}
			lines = append(lines, "["+strings.Join(numbers, ",")+"]")
		}
		file := filepath.Join(dir, "x.ndjson")
		require.NoError(t, os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o644))
		items := show(t, conformance.Options{Spec: spec}, file)[0].Root.Fields[0]
		for want, got := range map[*big.Int]string{lowest: items.Lowest, highest: items.Highest} {
			n, ok := new(big.Int).SetString(got, 10)
			require.True(t, ok, got)
			assert.Zero(t, want.Cmp(n), "%s, not %s", got, want)
		}
	})
}

// document returns an OpenAPI document with one operation, whose response has a schema.
func document(version, components, schema string) string {
	return "openapi: " + version + "\ninfo: {title: x, version: \"1\"}\n" + components +
		"\npaths:\n  /x: {get: {responses: {\"200\": {description: x, content: {application/json: {schema: " + schema + "}}}}}}\n"
}

// goals checks what bodies leave to show of a schema.
func goals(t *testing.T, version, components, schema string, bodies, want []string) {
	dir := t.TempDir()
	spec := filepath.Join(dir, "spec.yaml")
	require.NoError(t, os.WriteFile(spec, []byte(document(version, components, schema)), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "x.ndjson"), []byte(strings.Join(bodies, "\n")), 0o644))
	contracts := show(t, conformance.Options{Spec: spec}, filepath.Join(dir, "x.ndjson"))
	require.Len(t, contracts, 1)
	assert.ElementsMatch(t, want, missing(contracts[0]))
}
