//go:build unix

package conformance_test

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/recording"
)

// TestRunPassesPipes runs over a folder with a pipe and a link to a device, and over one
// where a pipe has the name of an expectation.
func TestRunPassesPipes(t *testing.T) {
	dir := t.TempDir()
	body := filepath.Join(dir, "a.json")
	require.NoError(t, os.WriteFile(body, []byte("{}"), 0o644))
	require.NoError(t, syscall.Mkfifo(filepath.Join(dir, "b.json"), 0o644))
	require.NoError(t, os.Symlink("/dev/zero", filepath.Join(dir, "c.ndjson")))
	judge, err := conformance.NewJudge(conformance.Options{Provider: "superserve"})
	require.NoError(t, err)
	s, err := conformance.Run(context.Background(), judge, []string{dir}, &told{}, nil)
	require.NoError(t, err)
	assert.Equal(t, 1, s.Recordings)

	require.NoError(t, syscall.Mkfifo(conformance.ExpectationFile(body), 0o644))
	var reporter told
	s, err = conformance.Run(context.Background(), judge, []string{dir}, &reporter, nil)
	require.NoError(t, err)
	assert.Equal(t, 1, s.Unreadable)
	require.Len(t, reporter.results, 1)
	assert.Contains(t, reporter.results[0], "a.json.expect: "+recording.ErrNotRegular.Error())
}
