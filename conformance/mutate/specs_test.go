package mutate_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/mutate"
	"github.com/sandboxspec/sandboxspec/conformance/recording"
)

// try judges bodies by a contract and by its mutants.
func try(p contract.Program, equivalents []mutate.Equivalent, bodies ...string) *mutate.Specs {
	suite := mutate.NewSuite()
	c := contract.New(p)
	for _, body := range bodies {
		suite.Observe(&conformance.Result{Exchange: recording.Exchange{Body: []byte(body)}, Contract: c})
	}
	return suite.Try(equivalents)
}

// TestMutants has every mutant of schemas, and for each a body that alone notices it.
func TestMutants(t *testing.T) {
	tests := []struct {
		version, schema string
		notice          map[string]string // the body that notices, by the mutant
	}{
		{"3.0.3", `{type: object, required: [a, b], properties: {a: {}, c: {type: string}}}`, map[string]string{
			`/required: "a" dropped`:                     `{"b":1}`,
			`/required: "b" dropped`:                     `{"a":1}`,
			`/required: "c" added`:                       `{"a":1,"b":2}`,
			`/properties: "a" renamed`:                   `{"a":1}`,
			`/properties: "c" renamed`:                   `{"c":"x"}`,
			`/nullable: added`:                           `null`,
			`/type: object becomes array`:                `{}`,
			`/properties/c/nullable: added`:              `{"c":null}`,
			`/properties/c/type: string becomes integer`: `{"c":"x"}`,
		}},
		{"3.0.3", `{type: integer, nullable: true, format: int32, minimum: 5, exclusiveMaximum: true, maximum: 9}`, map[string]string{
			`/nullable: true becomes false`:   `null`,
			`/type: integer becomes number`:   `5.5`,
			`/format: int32 dropped`:          ``,
			`/minimum: 5 becomes 4`:           `4`,
			`/minimum: 5 becomes 6`:           `5`,
			`/exclusiveMaximum: 9 becomes 8`:  `8`,
			`/exclusiveMaximum: 9 becomes 10`: `9`,
		}},
		{"3.1.0", `{type: [string, 'null'], enum: [a, null], minLength: 0, maxLength: 1, pattern: a}`, map[string]string{
			`/type: null dropped`:           `null`,
			`/type: string becomes integer`: `"a"`,
			`/enum: "a" removed`:            `"a"`,
			`/enum: null removed`:           `null`,
			`/enum: "A" added`:              `"A"`,
			`/minLength: 0 becomes 1`:       `""`,
			`/maxLength: 1 becomes 0`:       `"b"`,
			`/maxLength: 1 becomes 2`:       `"bb"`,
			`/pattern: dropped`:             `"b"`,
		}},
		{"3.1.0", `{const: 5, multipleOf: 1, x-unix-time: ms}`, map[string]string{
			`/const: 6 added`:       `6`,
			`/multipleOf: dropped`:  `5.5`,
			`/x-unix-time: dropped`: `5`,
		}},
		{"3.1.0", `{items: {format: uuid}, uniqueItems: true, contains: {const: true}, minContains: 1, maxContains: 2, maxItems: 3, unevaluatedItems: false}`, map[string]string{
			`/items/format: uuid dropped`:  `["x"]`,
			`/uniqueItems: dropped`:        `[true,1,1]`,
			`/contains: dropped`:           `[]`,
			`/contains/const: false added`: `[false]`,
			`/minContains: 1 becomes 0`:    `[]`,
			`/minContains: 1 becomes 2`:    `[true]`,
			`/maxContains: 2 becomes 1`:    `[true,true]`,
			`/maxContains: 2 becomes 3`:    `[true,true,true]`,
			`/maxItems: 3 becomes 2`:       `[1,2,3]`,
			`/maxItems: 3 becomes 4`:       `[1,2,3,4]`,
			`/unevaluatedItems: dropped`:   ``,
		}},
		{"3.1.0", `{additionalProperties: false, propertyNames: {maxLength: 1}, dependentRequired: {a: [b]}, maxProperties: 2, properties: {w: {writeOnly: true}}}`, map[string]string{
			`/additionalProperties: dropped`:        `{"a":1,"b":1}`,
			`/propertyNames: dropped`:               `{"xy":1}`,
			`/propertyNames/maxLength: 1 becomes 0`: `{"w":1}`,
			`/propertyNames/maxLength: 1 becomes 2`: `{"xy":1}`,
			`/dependentRequired: dropped`:           `{"a":1}`,
			`/maxProperties: 2 becomes 1`:           `{"a":1,"b":1}`,
			`/maxProperties: 2 becomes 3`:           `{"a":1,"b":1,"c":1}`,
			`/properties: "w" renamed`:              `{"w":1}`,
			`/properties/w/writeOnly: dropped`:      `{"w":1}`,
		}},
		{"3.1.0", `{not: {type: boolean}, anyOf: [{minimum: 1}, {maximum: 0.5}]}`, map[string]string{
			`/not: dropped`:                      `true`,
			`/not/nullable: added`:               `null`,
			`/not/type: boolean becomes string`:  `true`,
			`/anyOf: schema 0 dropped`:           `1`,
			`/anyOf: schema 1 dropped`:           `0.5`,
			`/anyOf/0/minimum: 1 becomes 0`:      `0.75`,
			`/anyOf/0/minimum: 1 becomes 2`:      `1`,
			`/anyOf/1/maximum: 0.5 becomes -0.5`: `0.5`,
			`/anyOf/1/maximum: 0.5 becomes 1.5`:  `0.75`,
		}},
		{"3.1.0", `{properties: {s: {enum: [x, y, z]}, a: {x-present-when: {property: s, in: [x]}}, b: {x-present-only-when: {property: s, in: [x, y]}}}}`, map[string]string{
			`/required: "s" added`:                           `{"a":1,"b":1}`,
			`/required: "a" added`:                           `{"s":"z"}`,
			`/required: "b" added`:                           `{"s":"x","a":1}`,
			`/properties: "s" renamed`:                       `{"s":"z"}`,
			`/properties: "a" renamed`:                       `{"a":1}`,
			`/properties: "b" renamed`:                       `{"b":1}`,
			`/properties/s/enum: "x" removed`:                `{"s":"x"}`,
			`/properties/s/enum: "y" removed`:                `{"s":"y"}`,
			`/properties/s/enum: "z" removed`:                `{"s":"z"}`,
			`/properties/s/enum: "X" added`:                  `{"s":"X"}`,
			`/properties/a/x-present-when: "x" removed`:      `{"s":"x"}`,
			`/properties/a/x-present-when: "y" added`:        `{"s":"y"}`,
			`/properties/b/x-present-only-when: "x" removed`: `{"s":"x","a":1,"b":1}`,
			`/properties/b/x-present-only-when: "y" removed`: `{"s":"y","b":1}`,
			`/properties/b/x-present-only-when: "z" added`:   `{"s":"z","b":1}`,
		}},
	}
	for _, tt := range tests {
		p := program(t, tt.version, tt.schema)
		at := "spec.yaml#" + p.Schemas[0].Pointer
		all := map[string]bool{}
		for m := range mutate.Mutants(p) {
			name := m.String()[len(at):]
			assert.False(t, all[name], name)
			all[name] = true
			body, listed := tt.notice[name]
			if !assert.True(t, listed, "%s: %s: record %s", tt.schema, name, m.Record) || body == "" {
				continue // nothing notices
			}
			survived := false
			for _, survivor := range try(p, nil, body).Survivors {
				survived = survived || survivor.String() == m.String()
			}
			assert.False(t, survived, "%s: %s, and %s", tt.schema, name, body)
		}
		assert.Len(t, all, len(tt.notice), tt.schema)
	}
}

// TestSurvivors has a suite that leaves holes, one of them equivalent, and lists of
// equivalents that say too much.
func TestSurvivors(t *testing.T) {
	p := program(t, "3.0.3", `{type: integer, format: int32, minimum: 1, maximum: 9}`)
	at := "spec.yaml#" + p.Schemas[0].Pointer
	file := filepath.Join(t.TempDir(), "equivalent.yaml")
	list := func(text string) []mutate.Equivalent {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
		all, err := mutate.ReadEquivalents(file)
		require.NoError(t, err)
		return all
	}
	named := func(specs *mutate.Specs) (survivors, stale []string) {
		for _, m := range specs.Survivors {
			survivors = append(survivors, m.String()[len(at):]+": record "+m.Record)
		}
		for _, s := range specs.Stale {
			stale = append(stale, s.String()[len(file):])
		}
		return survivors, stale
	}
	equivalent := "- mutant: \"" + at + "/format: int32 dropped\"\n  reason: the bounds say more\n"

	specs := try(p, list(equivalent), `1`, `10`, `1.5`)
	survivors, stale := named(specs)
	assert.Equal(t, []string{
		"/nullable: added: record null at the body",
		"/minimum: 1 becomes 0: record 0 at the body",
		"/maximum: 9 becomes 8: record 9 at the body",
	}, survivors)
	assert.Empty(t, stale)
	assert.Equal(t, mutate.Counts{Mutants: 7, Killed: 3, Equivalent: 1}, specs.Counts)
	assert.Equal(t, 50.0, specs.Percent())
	assert.Equal(t, mutate.Counts{Mutants: 4, Killed: 2}, specs.Of("bound moved by one"))
	assert.Equal(t, contract.Position{File: "spec.yaml", Line: 2, Column: 76, Pointer: p.Schemas[0].Pointer + "/nullable"}, specs.Survivors[0].Spec)

	specs = try(p, list(equivalent+"- {mutant: \""+at+"/maximum: 9 becomes 10\", reason: x}\n- {mutant: \""+at+"/maximum: 7 becomes 8\", reason: x}\n"+
		"- {mutant: \"other.yaml#/x: dropped\", reason: x}\n"), `null`, `0`, `9`, `10`, `1`, `1.5`)
	survivors, stale = named(specs)
	assert.Empty(t, survivors)
	assert.Equal(t, []string{
		":3: " + at + "/maximum: 9 becomes 10: a recording notices it",
		":4: " + at + "/maximum: 7 becomes 8: there is no such mutant",
	}, stale)
	assert.Equal(t, 100.0, specs.Percent())

	for _, text := range []string{"- {mutant: x}", "- {reason: x}", "- {mutant: x, reason: ' '}", "- {mutant: x, reason: y, because: z}", "x", "- x", "\t"} {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
		_, err := mutate.ReadEquivalents(file)
		assert.ErrorContains(t, err, file, text)
	}
	_, err := mutate.ReadEquivalents(filepath.Join(t.TempDir(), "gone"))
	assert.ErrorIs(t, err, os.ErrNotExist)
	assert.Empty(t, list("# nothing"))
}

// TestMask has a field mask, which mutants are shrunk to as well.
func TestMask(t *testing.T) {
	suite := mutate.NewSuite()
	c := contract.New(program(t, "3.0.3", `{required: [a, b], properties: {a: {}, b: {}, c: {}}}`))
	suite.Observe(&conformance.Result{Exchange: recording.Exchange{Body: []byte(`{}`)}, Contract: c, Mask: []string{"a", "c"}})
	var survivors []string
	for _, m := range suite.Try(nil).Survivors {
		survivors = append(survivors, m.Kind+" "+m.Change)
	}
	assert.Equal(t, []string{`required dropped "b" dropped`, `property renamed "a" renamed`, `property renamed "b" renamed`, `property renamed "c" renamed`}, survivors)
}
