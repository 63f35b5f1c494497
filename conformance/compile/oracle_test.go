package compile_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/internal/property"
	"github.com/sandboxspec/sandboxspec/conformance/mutate"
)

// TestAgreesWithOracle judges generated bodies by generated schemas of both versions of
// OpenAPI, and holds each finding, with its places in the body and in the document,
// against what the oracle says is due.
func TestAgreesWithOracle(t *testing.T) {
	// Each draw makes thousands of violations.
	property.Check(t, 500, func(t *rapid.T) {
		g := schemas{T: t, newer: rapid.Bool().Draw(t, "3.1")}
		schema := g.document()
		var ours *contract.Contract
		var err error
		if g.newer {
			ours, err = suiteContract([]byte(asJSON(schema)))
		} else {
			ours, _, err = both30(schema)
		}
		if err != nil {
			require.ErrorContains(t, err, "leads back", asJSON(schema))
			t.Skip()
		}
		if rapid.IntRange(1, 5).Draw(t, "masked") == 5 {
			ours = ours.Only(rapid.SliceOf(rapid.SampledFrom(memberNames)).Draw(t, "mask")...)
		}
		oracle := mutate.NewOracle(ours.Program())
		for range 8 {
			body := g.body(schema)
			due, err := oracle.Findings([]byte(body))
			require.NoError(t, err)
			got, want := inPlace(ours.Check([]byte(body))), inPlace(due)
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Fatalf("finds\n%v\ndue\n%v\nschema %s\nbody %s", got, want, asJSON(schema), body)
			}
			if len(want) > 0 {
				continue
			}
			violations, err := oracle.Violations([]byte(body))
			require.NoError(t, err)
			for v := range violations {
				if got := ours.Check(v.Body); !mutate.Same(got, v.Due) {
					t.Fatalf("%s: finds\n%v\ndue\n%v\nschema %s\nbody %s", v.Kind, inPlace(got), inPlace(v.Due), asJSON(schema), v.Body)
				}
			}
		}
	})
}

// inPlace writes what the oracle knows of findings, in any order.
func inPlace(findings []contract.Finding) (lines []string) {
	for _, f := range findings {
		lines = append(lines, fmt.Sprintf("%s %s %q %q %d %v", f.Severity, f.Rule, f.Pointer, f.Property, f.Offset, f.Spec))
	}
	slices.Sort(lines)
	return lines
}
