package compile_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/internal/property"
	"github.com/sandboxspec/sandboxspec/conformance/sample"
)

// TestSamplesConform makes bodies for generated schemas: they conform. Where none is made,
// there is most often none.
func TestSamplesConform(t *testing.T) {
	property.SkipUnderRace(t) // a fifth of the draws would be too few for the share of missed schemas
	made, missed := 0, 0
	property.Check(t, 200, func(t *rapid.T) { // planning takes its time
		g := schemas{T: t, newer: rapid.Bool().Draw(t, "3.1")}
		schema := g.document()
		var c *contract.Contract
		var err error
		if g.newer {
			c, err = suiteContract([]byte(asJSON(schema)))
		} else {
			c, _, err = both30(schema)
		}
		if err != nil {
			require.ErrorContains(t, err, "leads back", asJSON(schema))
			t.Skip()
		}
		style := rapid.SampledFrom(sample.Styles).Draw(t, "style")
		s, err := sample.New(c.Program(), style, rapid.Uint64().Draw(t, "seed"))
		if err != nil {
			var place *sample.Error
			require.ErrorAs(t, err, &place)
			require.Positive(t, place.Spec.Line, err)
			for range 30 {
				if body := g.body(schema); c.Check([]byte(body)) == nil {
					missed++
					t.Logf("missed %s: %v\nschema %s", body, err, asJSON(schema))
					return
				}
			}
			return
		}
		made++
		for range 20 {
			body, err := s.Append(nil)
			require.NoError(t, err, asJSON(schema))
			require.Empty(t, c.Check(body), "schema %s\nbody %s", asJSON(schema), body)
		}
	})
	t.Logf("made samples of %d schemas, missed %d", made, missed)
	require.Less(t, missed*20, made)
}
