package mutate_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance/compile"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/mutate"
)

// program compiles a schema of a version of OpenAPI, written in YAML on a line.
func program(t require.TestingT, version, schema string) contract.Program {
	document, err := compile.Parse("spec.yaml", []byte("openapi: "+version+"\npaths: {/: {get: {responses: {'200': {content: {application/json: {schema: "+schema+"}}}}}}}\n"))
	require.NoError(t, err)
	operation, err := document.Operation("")
	require.NoError(t, err)
	p, _, err := operation.Responses[0].Program()
	require.NoError(t, err)
	return p
}

// TestEveryKind has a body and a schema for each kind of violation, with the rule that
// it breaks there and how often.
func TestEveryKind(t *testing.T) {
	tests := []struct {
		kind, schema, body string
		rule               contract.Rule
		times              int
	}{
		{"a required member is missing", `{required: [a, b, c]}`, `{"a":1,"b":2,"c":3}`, contract.Required, 3},
		{"null where it isn't allowed", `{properties: {a: {type: string}, b: {type: [string, 'null']}}}`, `{"a":"","b":""}`, contract.Nullable, 1},
		{"a value of another type", `{type: integer}`, `5`, contract.Type, 8},
		{"a fraction for an integer", `{type: integer}`, `5`, contract.Type, 4},
		{"an integer with a point or an exponent", `{type: integer}`, `5`, contract.IntegerNotation, 3},
		{"a value outside the enum", `{enum: [ab, 5, true]}`, `5`, contract.Enum, 7},
		{"a value of the enum in another case", `{enum: [ab, Cd]}`, `"ab"`, contract.Enum, 4},
		{"another value than the constant", `{const: ab}`, `"ab"`, contract.Const, 5},
		{"a number below the minimum", `{minimum: 1}`, `2`, contract.Minimum, 3},
		{"a number above the maximum", `{maximum: 2.5}`, `2`, contract.Maximum, 3},
		{"a number at or below the exclusive minimum", `{exclusiveMinimum: 1}`, `2`, contract.ExclusiveMinimum, 4},
		{"a number at or above the exclusive maximum", `{exclusiveMaximum: 3}`, `2`, contract.ExclusiveMaximum, 4},
		{"a number that is no multiple", `{multipleOf: 2.5}`, `5`, contract.MultipleOf, 3},
		{"a number past int32", `{type: integer, format: int32}`, `5`, contract.Format, 5},
		{"a number past int64", `{type: integer, format: int64}`, `5`, contract.Format, 4},
		{"a time that is none", `{format: date-time}`, `"2026-11-20T10:00:00Z"`, contract.Format, 38},
		{"a uuid that is none", `{format: uuid}`, `"3c90c3cc-0d44-4b50-8888-8dd25736052a"`, contract.Format, 13},
		{"a text that is too short", `{minLength: 2}`, `"éé"`, contract.MinLength, 1},
		{"a text that is too long", `{maxLength: 2}`, `"éé"`, contract.MaxLength, 1},
		{"a text that doesn't match", `{pattern: '^[a-z]+$'}`, `"ab"`, contract.Pattern, 8},
		{"too few items", `{minItems: 2}`, `[1,2]`, contract.MinItems, 1},
		{"too many items", `{maxItems: 2}`, `[1]`, contract.MaxItems, 1},
		{"an item that stands twice", `{uniqueItems: true}`, `[1,{"a":1.0}]`, contract.UniqueItems, 1},
		{"an item that there is no place for", `{prefixItems: [{}], items: false}`, `[1]`, contract.Items, 1},
		{"nothing of what has to be contained", `{contains: {type: integer}}`, `[1]`, contract.Contains, 3},
		{"too few of what has to be contained", `{contains: {type: integer}, minContains: 2}`, `[1,2]`, contract.MinContains, 3},
		{"too many of what is contained", `{contains: {type: integer}, maxContains: 2}`, `[1]`, contract.MaxContains, 1},
		{"a member that isn't documented", `{properties: {a: {}}}`, `{"a":1}`, contract.UndocumentedField, 2},
		{"a name that isn't allowed", `{propertyNames: {maxLength: 3, pattern: '^[a-z]*$'}}`, `{"a":1}`, contract.PropertyNames, 5},
		{"too few members", `{minProperties: 1}`, `{"a":1}`, contract.MinProperties, 1},
		{"too many members", `{maxProperties: 1}`, `{"a":1}`, contract.MaxProperties, 1},
		{"a member without the one that goes with it", `{dependentRequired: {a: [b]}}`, `{"a":1,"b":2}`, contract.DependentRequired, 1},
		{"a member that responses don't have", `{properties: {a: {writeOnly: true}, b: {}}}`, `{}`, contract.WriteOnly, 1},
		{"a value that is ruled out", `{not: {enum: [a, b]}}`, `"c"`, contract.Not, 2},
		{"a member that has to be there, or must not", `{properties: {s: {enum: [on, off]}, a: {x-present-when: {property: s, in: [on]}}, b: {x-present-only-when: {property: s, in: [on]}}}}`,
			`{"s":"on","a":1,"b":1}`, contract.Condition, 3},
		{"an alias with another value", `{properties: {a: {}, b: {x-alias-of: a}}}`, `{"a":"2026-11-20T10:00:00Z","b":"2026-11-20T10:00:00.0+00:00"}`, contract.Condition, 26},
		{"a time in seconds for one in milliseconds", `{x-unix-time: ms}`, `1795166100000`, contract.Plausibility, 4},
		{"a time in microseconds for one in milliseconds", `{x-unix-time: ms}`, `1795166100000`, contract.Plausibility, 3},
		{"a key that stands twice", `{}`, `{"a":1,"b":{"c":[{"":2}]}}`, contract.DuplicateKey, 7},
		{"a body cut off", `{}`, `{"a":[true,-1]}`, contract.JSONSyntax, 15},
		{"something before or after the body", `{}`, `{}`, contract.JSONSyntax, 11},
		{"a string that isn't one", `{}`, `{"a":"b"}`, contract.JSONSyntax, 30},
		{"a number or a word that JSON hasn't got", `{}`, `[1,true,"x"]`, contract.JSONSyntax, 20},
		{"a comma too many or too few", `{}`, `[1,{"a":1,"b":2},3]`, contract.JSONSyntax, 5},
	}
	var had []string
	for _, tt := range tests {
		had = append(had, tt.kind)
		p := program(t, "3.1.0", tt.schema)
		violations, err := mutate.NewOracle(p).Violations([]byte(tt.body))
		require.NoError(t, err, tt.kind)
		times := 0
		for v := range violations {
			require.NotEmpty(t, v.Due)
			assert.True(t, mutate.Same(contract.New(p).Check(v.Body), v.Due), "%s: %q owes %v", v.Kind, v.Body, v.Due)
			if v.Kind != tt.kind {
				continue
			}
			times++
			assert.True(t, slices.ContainsFunc(v.Due, func(f contract.Finding) bool { return f.Rule == tt.rule }), "%s: %q owes %v", v.Kind, v.Body, v.Due)
		}
		assert.Equal(t, tt.times, times, tt.kind)
	}
	assert.Equal(t, mutate.Kinds, had)
}

// TestViolation takes violations at random: each owes one finding, and every kind comes.
func TestViolation(t *testing.T) {
	o := mutate.NewOracle(program(t, "3.0.3", `{type: object, required: [a], properties: {a: {type: integer, minimum: 1}, b: {type: string, nullable: true}}}`))
	body := []byte(`{"a":5,"b":"x"}`)
	all, err := o.Violations(body)
	require.NoError(t, err)
	want := map[string]bool{}
	for v := range all {
		want[v.Kind] = want[v.Kind] || len(v.Due) == 1
	}
	got := map[string]bool{}
	random := rand.New(rand.NewPCG(1, 2))
	wanted := func(v mutate.Violation) bool { return !bytes.Contains(v.Body, []byte("\n")) }
	for range 1000 {
		v, ok, err := o.Violation(body, random, wanted)
		require.NoError(t, err)
		require.True(t, ok)
		require.Len(t, v.Due, 1)
		require.NotContains(t, string(v.Body), "\n")
		got[v.Kind] = true
	}
	assert.Equal(t, want, got)
	_, ok, err := o.Violation(body, random, func(mutate.Violation) bool { return false })
	require.NoError(t, err)
	assert.False(t, ok)
	for _, broken := range []string{``, `{"a":5`, `{"a":5} x`} {
		_, _, err := o.Violation([]byte(broken), random, wanted)
		assert.Error(t, err, broken)
		_, err = o.Violations([]byte(broken))
		assert.Error(t, err, broken)
	}
	_, err = o.Violations([]byte(`{}`))
	assert.EqualError(t, err, `required is due at "" before anything is done to the body`)
}

func TestSame(t *testing.T) {
	required := contract.Finding{Rule: contract.Required, Pointer: "/a", Property: "b", Offset: 5, Spec: contract.Position{Line: 3}}
	syntax := contract.Finding{Rule: contract.JSONSyntax, Pointer: "/a", Offset: 9}
	for i, other := range []func(f *contract.Finding){
		func(f *contract.Finding) {},
		func(f *contract.Finding) { f.Expected, f.Actual = "x", "y" },
		func(f *contract.Finding) { f.Rule = contract.Type },
		func(f *contract.Finding) { f.Pointer = "" },
		func(f *contract.Finding) { f.Property = "c" },
		func(f *contract.Finding) { f.Offset = 6 },
		func(f *contract.Finding) { f.Spec.Line = 4 },
	} {
		found := required
		other(&found)
		assert.Equal(t, i < 2, mutate.Same([]contract.Finding{found}, []contract.Finding{required}), fmt.Sprint(found))
	}
	elsewhere := syntax
	elsewhere.Offset = 3
	assert.True(t, mutate.Same([]contract.Finding{elsewhere, required}, []contract.Finding{required, syntax}))
	assert.False(t, mutate.Same([]contract.Finding{required, required}, []contract.Finding{required, syntax}))
	assert.False(t, mutate.Same(nil, []contract.Finding{required}))
	assert.False(t, mutate.Same([]contract.Finding{required}, nil))
}
