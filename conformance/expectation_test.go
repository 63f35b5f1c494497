package conformance_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/recording"
)

// TestLinesAreLines has keys with line ends in them: an expectation is read line by
// line, so what it holds is one, whatever a body writes.
func TestLinesAreLines(t *testing.T) {
	judge, err := conformance.NewJudge(conformance.Options{Provider: "superserve"})
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "body.json")
	require.NoError(t, os.WriteFile(file, []byte(`{"metadata":{"a\nb":5,"c\r":5,"\u001b[31m":5,"#":5}}`), 0o644))
	for x := range recording.Read(file) {
		for _, line := range conformance.Lines(judge.Judge(x)) {
			assert.NotRegexp(t, `[\x00-\x1f]`, line)
		}
	}
}
