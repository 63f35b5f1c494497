package report_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/internal/property"
	"github.com/sandboxspec/sandboxspec/conformance/recording"
	"github.com/sandboxspec/sandboxspec/conformance/report"
)

// TestManyFindings has findings that all differ: the screen stays as small as it was.
func TestManyFindings(t *testing.T) {
	var b bytes.Buffer
	text, err := report.New("text", &b, report.Options{MaxFindings: 2})
	require.NoError(t, err)
	for i := range 10_000 {
		var r conformance.Result
		for _, pointer := range []string{fmt.Sprintf("/items/%d/id", i), fmt.Sprintf("/%d%s", i, strings.Repeat("ü", 1000)+fmt.Sprint(i))} {
			r.Findings = append(r.Findings, conformance.Finding{Finding: contract.Finding{Rule: contract.Type, Severity: contract.Error, Pointer: pointer}})
		}
		text.Result(r)
	}
	require.NoError(t, text.Close(conformance.Summary{}))
	assert.Contains(t, b.String(), "\n      … and 9,999 more like it; --verbose shows them\n\n")
	assert.Contains(t, b.String(), "\nand 9,999 more:\n        1 type /")
	assert.Contains(t, b.String(), " elsewhere\n")
	assert.Less(t, strings.Count(b.String(), "\n"), 130)
	assert.Less(t, b.Len(), 50_000)
}

// TestManyParagraphs has more paragraphs than the memory is for: each still has its own
// count below.
func TestManyParagraphs(t *testing.T) {
	property.SkipUnderRace(t)
	const distinct = 10_000
	for _, verbose := range []bool{false, true} {
		var b bytes.Buffer
		text, err := report.New("text", &b, report.Options{MaxFindings: 3 * distinct, Verbose: verbose})
		require.NoError(t, err)
		var want strings.Builder
		pointer := func(i int) string { return fmt.Sprintf("/m%d/%s", i, strings.Repeat("x", 100)) }
		paragraph := func(i int) string {
			return fmt.Sprintf("a.json:1:1: error: type: %s: expected a string, got 1\n    1 | \n      | ^\n      = :0:0 \n", pointer(i))
		}
		for i := range distinct {
			r := conformance.Result{Exchange: recording.Exchange{File: "a.json"}}
			for range 1 + i%2 {
				r.Findings = append(r.Findings, conformance.Finding{Finding: contract.Finding{
					Rule: contract.Type, Severity: contract.Error, Pointer: pointer(i), Line: 1, Column: 1, Expected: "a string", Actual: "1",
				}})
				if verbose {
					want.WriteString(paragraph(i) + "\n")
				}
			}
			text.Result(r)
			switch {
			case verbose:
			case i%2 == 0:
				want.WriteString(paragraph(i) + "\n")
			default:
				want.WriteString(paragraph(i) + "      … and 1 more like it; --verbose shows them\n\n")
			}
		}
		require.NoError(t, text.Close(conformance.Summary{}))
		given, _, _ := strings.Cut(b.String(), "0 recordings")
		require.Greater(t, len(given), 2<<20)
		require.True(t, given == want.String(), "verbose: %t", verbose)
	}
}
