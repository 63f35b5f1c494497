package conformance_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/recording"
	"github.com/sandboxspec/sandboxspec/specs"
)

var update = flag.Bool("update", false, "rewrite the .expect files from what the recordings give")

// TestRecordings judges every recording in the repository: each gives what the file
// beside it says, to the letter.
func TestRecordings(t *testing.T) {
	judge, err := conformance.NewJudge(conformance.Options{})
	require.NoError(t, err)
	files, err := recording.Files("recordings")
	require.NoError(t, err)
	for _, file := range files {
		t.Run(strings.TrimPrefix(file, "recordings/"), func(t *testing.T) {
			var given strings.Builder
			for x := range recording.Read(file) {
				for _, line := range conformance.Lines(judge.Judge(x)) {
					given.WriteString(line + "\n")
				}
			}
			if *update {
				require.NoError(t, os.WriteFile(conformance.ExpectationFile(file), []byte(given.String()), 0o644))
			}
			expected, err := os.ReadFile(conformance.ExpectationFile(file))
			require.NoError(t, err, "go test ./conformance -update writes it")
			assert.Equal(t, string(expected), given.String())
		})
	}
}

// TestExpectationsHaveRecordings finds expectations whose recording is gone.
func TestExpectationsHaveRecordings(t *testing.T) {
	expectations, err := filepath.Glob("recordings/*/*.expect")
	require.NoError(t, err)
	require.NotEmpty(t, expectations)
	for _, e := range expectations {
		assert.FileExists(t, strings.TrimSuffix(e, ".expect"))
	}
}

// TestRecordingsNameTheirSource holds the folder to what it promises: enough
// recordings of every provider, some clean and some not, none of them live.
func TestRecordingsNameTheirSource(t *testing.T) {
	for _, p := range specs.Providers() {
		files, err := recording.Files(filepath.Join("recordings", p.Slug))
		require.NoError(t, err)
		assert.GreaterOrEqual(t, len(files), 8, p.Slug)
		clean := 0
		for _, file := range files {
			for x := range recording.Read(file) {
				assert.Contains(t, []string{"documentation example", "composed for this suite"}, x.Source, file)
			}
			expected, err := os.ReadFile(conformance.ExpectationFile(file))
			require.NoError(t, err)
			if string(expected) == "conforms\n" {
				clean++
			}
		}
		assert.Positive(t, clean, p.Slug)
		assert.Less(t, clean, len(files), p.Slug)
	}
}
