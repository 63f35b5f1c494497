package compile_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/internal/property"
)

// allocations counts what judging a body allocates: what several schemas judge in one
// place is remembered, so it grows with the work.
func allocations(c *contract.Contract, body string) float64 {
	return testing.AllocsPerRun(1, func() { c.Check([]byte(body)) })
}

// TestDeepBodies judges bodies by schemas that hold themselves in several places: four
// times the depth takes about four times the work, where forgetting would double it at
// each level.
func TestDeepBodies(t *testing.T) {
	property.SkipUnderRace(t)
	objects := func(depth int, leaf string) string {
		return strings.Repeat(`{"a":`, depth) + leaf + strings.Repeat("}", depth)
	}
	arrays := func(depth int, leaf string) string {
		return strings.Repeat("[0,", depth) + leaf + strings.Repeat("]", depth)
	}
	tests := []struct {
		schema string
		body   func(depth int, leaf string) string
	}{
		{`{anyOf: [{properties: {a: SELF}}, {properties: {a: SELF, b: {}}}, {type: integer}]}`, objects},
		{`{anyOf: [{anyOf: [{properties: {a: SELF}}, {type: string}]}, {anyOf: [{properties: {a: {anyOf: [SELF, {type: array}]}}}]}, {type: integer}]}`, objects},
		{`{anyOf: [{type: object, properties: {a: SELF}}, {type: object, required: [a], properties: {a: SELF}}, {type: integer}]}`, objects},
		{`{oneOf: [{properties: {a: SELF}, required: [a]}, {properties: {a: SELF}, required: [b]}, {type: integer}]}`, objects},
		{`{allOf: [{properties: {a: SELF}}, {properties: {a: SELF}}, {properties: {a: {allOf: [SELF, SELF]}}}]}`, objects},
		{`{not: {properties: {a: SELF}, required: [b]}, properties: {a: SELF}}`, objects},
		{`{if: {properties: {a: SELF}}, then: {properties: {a: SELF}}, else: {properties: {a: SELF}}}`, objects},
		{`{dependentSchemas: {a: {properties: {a: SELF}}, b: SELF2}, properties: {a: SELF}}`, objects},
		{`{properties: {a: SELF}, patternProperties: {'^a': SELF, 'a$': {properties: {a: SELF}}}}`, objects},
		{`{additionalProperties: SELF, patternProperties: {'b': SELF}, unevaluatedProperties: SELF}`, objects},
		{`{unevaluatedProperties: SELF}`, objects},
		{`{allOf: [{unevaluatedProperties: SELF}], unevaluatedProperties: false}`, objects},
		{`{items: SELF, contains: SELF, minContains: 0}`, arrays},
		{`{prefixItems: [SELF, SELF], contains: {items: SELF}, unevaluatedItems: SELF}`, arrays},
		{`{unevaluatedItems: SELF}`, arrays},
		{`{not: {enum: [[1]]}, items: SELF}`, arrays},
		{`{const: [[0]], items: SELF}`, arrays},
	}
	for _, tt := range tests {
		schema := strings.NewReplacer("SELF2", "{}", "SELF", "{$ref: '#/components/schemas/Root'}").Replace(tt.schema)
		program, _, err := keywordProgram("3.1.0", schema)
		require.NoError(t, err, schema)
		c := contract.New(program)
		for _, leaf := range []string{"1", `"x"`, "{}", "[1.0]"} {
			shallow, deep := allocations(c, tt.body(100, leaf)), allocations(c, tt.body(400, leaf))
			assert.LessOrEqual(t, deep, 6*shallow+100, "%s %s", schema, leaf)
		}
		assert.True(t, wellFormed(c.Check([]byte(tt.body(contract.MaxDepth-2, "1")))), schema)
	}
}

// TestDiamonds has schemas that two others refer to, level by level: 2^60 ways lead to
// the last one.
func TestDiamonds(t *testing.T) {
	diamonds := func(keyword string, levels int) *contract.Contract {
		var components []string
		for i := range levels {
			next := fmt.Sprintf("{$ref: '#/components/schemas/L%d'}", i+1)
			components = append(components, fmt.Sprintf("L%d: {%s: [%s, %s]}", i, keyword, next, next))
		}
		components = append(components, fmt.Sprintf("L%d: {type: object, properties: {a: {type: integer}}}", levels))
		program, _, err := keywordProgram("3.1.0", "{$ref: '#/components/schemas/L0'}", components...)
		require.NoError(t, err)
		require.Len(t, program.Schemas, levels+2)
		return contract.New(program)
	}
	for _, keyword := range []string{"allOf", "anyOf", "oneOf"} {
		some, more := diamonds(keyword, 30), diamonds(keyword, 60)
		for _, body := range []string{`{"a": 1}`, `{"a": ""}`, `{"a": 1.0, "b": 1}`, `[]`} {
			assert.Equal(t, keyword != "oneOf" && strings.HasPrefix(body, `{"a": 1`), conforms(more.Check([]byte(body))), "%s %s", keyword, body)
			assert.LessOrEqual(t, allocations(more, body), 3*allocations(some, body)+100, "%s %s", keyword, body)
		}
	}
}

// TestHugeNumbers judges numbers with a hundred thousand digits, in the exponent too, to
// the last one.
func TestHugeNumbers(t *testing.T) {
	sevens := strings.Repeat("7", 100_000)
	tests := []struct {
		schema, body string
		conforms     bool
	}{
		{`{multipleOf: 0.07}`, sevens + "e-2", true},
		{`{multipleOf: 0.07}`, sevens + "e-3", false},
		{`{multipleOf: 0.07}`, sevens + "8e-2", false},
		{`{multipleOf: 0.07}`, sevens + "." + sevens[:99_998], false},
		{`{multipleOf: 7}`, "7e" + sevens, true},
		{`{multipleOf: 7}`, "8e" + sevens, false},
		{`{multipleOf: 1024}`, "1e" + sevens, true},
		{`{multipleOf: 1024}`, "3e-" + sevens, false},
		{`{multipleOf: 3e` + sevens + `}`, "6e" + sevens, true},
		{`{multipleOf: 3e` + sevens + `}`, "6e" + sevens[1:] + "6", false},
		{`{multipleOf: 30e` + sevens + `}`, "6e" + sevens[1:] + "8", true},
		{`{multipleOf: 3e` + sevens + `}`, "6e1", false},
		{`{maximum: ` + sevens + `}`, sevens + ".0", true},
		{`{maximum: ` + sevens + `}`, sevens + ".01", false},
		{`{exclusiveMinimum: ` + sevens + `}`, sevens + ".01", true},
		{`{maximum: 1e` + sevens + `}`, "10e" + sevens[1:] + "6", true},
		{`{maximum: 1e` + sevens + `}`, "1.1e" + sevens, false},
		{`{maximum: 1e` + sevens + `}`, "1e" + sevens + "0", false},
		{`{minimum: 1e-` + sevens + `}`, "0.1e-" + sevens[1:] + "6", true},
		{`{minimum: 1e-` + sevens + `}`, "0.1e-" + sevens, false},
		{`{minimum: -1e` + sevens + `}`, "-1e" + sevens[1:] + "8", false},
		{`{const: 1e` + sevens + `}`, "0.0001e" + sevens[2:] + "81", true},
		{`{const: 1e` + sevens + `}`, "0.0001e" + sevens[2:] + "82", false},
		{`{const: 1000e-1` + strings.Repeat("0", 99_999) + `}`, "1e-" + strings.Repeat("9", 99_998) + "7", true},
		{`{uniqueItems: true}`, "[1e9" + strings.Repeat("9", 99_999) + ", 10e9" + strings.Repeat("9", 99_999) + "]", true},
		{`{uniqueItems: true}`, "[1e1" + strings.Repeat("0", 99_999) + ", 10e" + strings.Repeat("9", 99_999) + "]", false},
		{`{type: integer}`, sevens + "e-100000", false},
		{`{type: integer}`, sevens + strings.Repeat("0", 100_000) + "e-100000", true},
		{`{type: integer}`, "1e" + sevens, true},
		{`{type: integer}`, "1e-" + sevens, false},
	}
	for _, tt := range tests {
		program, _, err := keywordProgram("3.1.0", tt.schema)
		require.NoError(t, err, "%.50s", tt.schema)
		assert.Equal(t, tt.conforms, conforms(contract.New(program).Check([]byte(tt.body))), "%.50s %.50s", tt.schema, tt.body)
	}
}
