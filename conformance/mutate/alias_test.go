package mutate_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/mutate"
)

// TestAliasesProperty holds the checker against the oracle: two members, one an alias of the other, with values that are
// much alike.
func TestAliasesProperty(t *testing.T) {
	values := []string{
		`null`, `true`, `false`, `1`, `1.0`, `10e-1`, `2`, `"1"`, `""`, `[]`, `{}`, `[1,{"x":1.0}]`, `[1,{"x":1}]`, `{"x":1,"y":null}`, `{"y":null,"x":1}`,
		`"2026-11-20T10:00:00Z"`, `"2026-11-20T10:00:00.0Z"`, `"2026-11-20t11:00:00+01:00"`, `"2026-11-20T10:00:00.5Z"`, `"2026-11-20T10:00:00.50Z"`,
		`"2016-12-31T23:59:60Z"`, `"2017-01-01T00:00:00Z"`, `"2016-12-31T22:59:60.10-01:00"`, `"2016-12-31T23:59:60.1Z"`, `"2026-02-30T10:00:00Z"`, `"soon"`, `"\u0073oon"`,
		`"0000-01-01T00:00:00+00:01"`, `"9999-12-31T23:59:59-00:01"`,
	}
	schemas := []string{
		``, `type: string`, `type: string, format: date-time`, `type: [string, 'null'], format: date-time`, `type: integer`, `type: [object, array]`, `enum: [1, soon]`,
		`x-present-when: {property: a, in: [1, null]}`, `writeOnly: true`, `allOf: [{type: string}]`, `x-secret: true`,
	}
	rapid.Check(t, func(t *rapid.T) {
		schema := func(name string) string { return rapid.SampledFrom(schemas).Draw(t, name) }
		alias := schema("b")
		if alias != "" {
			alias += ", "
		}
		text := fmt.Sprintf(`{properties: {a: {%s}, b: {%sx-alias-of: a}, c: {x-alias-of: b}}}`, schema("a"), alias)
		if rapid.Bool().Draw(t, "parts") {
			text = fmt.Sprintf(`{allOf: [%s, {properties: {b: {%s}}}]}`, text, schema("also"))
		}
		body := "{"
		for _, name := range rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 0, 4).Draw(t, "members") {
			if body != "{" {
				body += ","
			}
			body += fmt.Sprintf("%q:%s", name, rapid.SampledFrom(values).Draw(t, name))
		}
		body += "}"
		p := program(t, "3.1.0", text)
		due, err := mutate.NewOracle(p).Findings([]byte(body))
		require.NoError(t, err)
		found := contract.New(p).Check([]byte(body))
		require.True(t, mutate.Same(found, due), "%s of %s: found %v, due %v", body, text, found, due)
	})
}
