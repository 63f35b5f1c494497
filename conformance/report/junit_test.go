package report_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"testing"

	"github.com/jstemmer/go-junit-report/v2/junit"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/internal/property"
	"github.com/sandboxspec/sandboxspec/conformance/recording"
	"github.com/sandboxspec/sandboxspec/conformance/report"
)

// parsed reads a report back, and holds the counts of each suite to its cases.
func parsed(t *testing.T, document []byte) junit.Testsuites {
	var all junit.Testsuites
	require.NoError(t, xml.Unmarshal(document, &all))
	var sum junit.Testsuites
	for i, suite := range all.Suites {
		assert.Equal(t, i, suite.ID)
		counted := junit.Testsuite{}
		for _, c := range suite.Testcases {
			counted.AddTestcase(c)
		}
		assert.Equal(t, []int{counted.Tests, counted.Failures, counted.Errors, counted.Skipped}, []int{suite.Tests, suite.Failures, suite.Errors, suite.Skipped})
		sum.AddSuite(suite)
	}
	assert.Equal(t, []int{sum.Tests, sum.Failures, sum.Errors, sum.Skipped}, []int{all.Tests, all.Failures, all.Errors, all.Skipped})
	return all
}

func TestJUnitCounts(t *testing.T) {
	all := parsed(t, everything(t, "junit", report.Options{MaxFindings: 10}))
	assert.Len(t, all.Suites, 7)
	assert.Equal(t, []int{8, 5, 1, 0}, []int{all.Tests, all.Failures, all.Errors, all.Skipped})
}

func TestJUnitOfDeviations(t *testing.T) {
	all := parsed(t, deviating(t, "junit"))
	require.Len(t, all.Suites, 2)
	known, stale := all.Suites[0].Testcases, all.Suites[1].Testcases
	require.Len(t, known, 1)
	assert.Contains(t, known[0].Skipped.Message, "known: enum: /status: expected one of ")
	assert.Contains(t, known[0].SystemOut.Data, "= ours.yaml:1:3: a b (s)\n")
	assert.Equal(t, "ours.yaml", all.Suites[1].Name)
	require.Len(t, stale, 1)
	assert.Equal(t, "superserve: required / metadata", stale[0].Name)
	assert.Equal(t, "stale: its last day was 2001-01-01", stale[0].Skipped.Message)
}

// TestJUnitOfALongArchive has more cases than the memory is for.
func TestJUnitOfALongArchive(t *testing.T) {
	property.SkipUnderRace(t)
	var b bytes.Buffer
	r, err := report.New("junit", &b, report.Options{MaxFindings: 10})
	require.NoError(t, err)
	const files, entries = 2, 1_500
	for file := range files {
		name := fmt.Sprintf("things/%d.ndjson", file)
		for i := range entries {
			result := conformance.Result{Exchange: recording.Exchange{File: name, Entry: i, Many: true}}
			for member := range 20 {
				result.Findings = append(result.Findings, conformance.Finding{Finding: contract.Finding{
					Rule: contract.Type, Severity: contract.Error, Pointer: fmt.Sprintf("/m%d", member), Line: i + 1, Column: 1,
				}})
			}
			r.Result(result)
		}
		r.(conformance.FileReporter).File(name, conformance.Summary{Recordings: 1_000_000, Conforming: 1_000_000 - entries, Nonconforming: entries})
	}
	require.NoError(t, r.Close(conformance.Summary{}))
	require.Greater(t, b.Len(), files*(1<<20))
	all := parsed(t, b.Bytes())
	require.Len(t, all.Suites, files)
	for i, suite := range all.Suites {
		assert.Equal(t, fmt.Sprintf("things/%d.ndjson", i), suite.Name)
		require.Len(t, suite.Testcases, entries+1)
		for entry, c := range suite.Testcases[:entries] {
			require.Equal(t, fmt.Sprintf("%d.ndjson: entry %d", i, entry), c.Name)
			require.True(t, strings.HasSuffix(c.Failure.Data, "\nand 10 more:\n        1 type /m10\n        1 type /m11\n        1 type /m12\n"+
				"        1 type /m13\n        1 type /m14\n        1 type /m15\n        1 type /m16\n        1 type /m17\n        1 type /m18\n        1 type /m19\n\n"))
		}
		assert.Equal(t, "998,500 without findings", suite.Testcases[entries].SystemOut.Data)
	}
}
