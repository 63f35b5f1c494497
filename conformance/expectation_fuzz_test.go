package conformance_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/deviation"
)

// tally is a Reporter that counts known findings and keeps differences.
type tally struct {
	known       int
	differences []conformance.Difference
}

func (c *tally) Result(r conformance.Result) {
	for _, f := range r.Findings {
		if f.Known {
			c.known++
		}
	}
}
func (c *tally) Difference(d conformance.Difference) { c.differences = append(c.differences, d) }
func (c *tally) Stale(deviation.Deviation)           {}

// FuzzExpectation reads any text as the file beside a recording. What the file and the recording
// have in common, what is missing and what is unexpected add up to both; and the lines that a
// recording gives are its expectation.
func FuzzExpectation(f *testing.F) {
	const bodies = `{"metadata":{"a":5},"status":"x"}` + "\n{}\n" + `{"id":"\n#"` + "\n"
	folder := f.TempDir()
	file := filepath.Join(folder, "superserve.ndjson")
	require.NoError(f, os.WriteFile(file, []byte(bodies), 0o600))
	judge, err := conformance.NewJudge(conformance.Options{Provider: "superserve"})
	require.NoError(f, err)
	run := func(t testing.TB, text string) (conformance.Summary, *tally) {
		require.NoError(t, os.WriteFile(conformance.ExpectationFile(file), []byte(text), 0o600))
		var c tally
		s, err := conformance.Run(context.Background(), judge, []string{file}, &c, nil)
		require.NoError(t, err)
		return s, &c
	}
	_, nothing := run(f, "")
	given := nothing.differences[0].Unexpected
	require.NotEmpty(f, given)
	exact := strings.Join(given, "\n")
	f.Add(exact)
	f.Add("# " + exact + "\r\n\r\n" + exact + "\n" + given[0])
	f.Add(given[len(given)-1] + "\n conforms\nentry 0: conforms\n\x00\xff")
	f.Fuzz(func(t *testing.T, text string) {
		s, c := run(t, text)
		again, d := run(t, text)
		require.Equal(t, s, again)
		require.Equal(t, c, d)
		require.Equal(t, c.known, s.Known)
		var due []string
		for line := range strings.SplitSeq(text, "\n") {
			if line = strings.TrimRight(line, "\r"); line != "" && line[0] != '#' {
				due = append(due, line)
			}
		}
		if slices.Equal(slices.Sorted(slices.Values(given)), slices.Sorted(slices.Values(due))) {
			require.Empty(t, c.differences)
			require.Equal(t, len(given), s.Known)
			return
		}
		require.Len(t, c.differences, 1)
		missing, unexpected := c.differences[0].Missing, c.differences[0].Unexpected
		require.Equal(t, len(given)-len(unexpected), len(due)-len(missing), "what both have")
		require.Equal(t, len(given)-len(unexpected), s.Known)
		require.Subset(t, due, missing)
		require.Subset(t, given, unexpected)
		for _, line := range unexpected {
			require.False(t, slices.Contains(missing, line), "%q is missing and unexpected", line)
		}
	})
}
