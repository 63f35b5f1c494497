//go:build unix

package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestReportIntoAPipe writes a report into what is no file: it must not take its place.
func TestReportIntoAPipe(t *testing.T) {
	folder := t.TempDir()
	pipe, recorded := filepath.Join(folder, "pipe"), filepath.Join(folder, "fine.json")
	require.NoError(t, os.WriteFile(recorded, []byte(`{"metadata":{}}`), 0o644))
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	reader, err := os.OpenFile(pipe, os.O_RDWR, 0) // both ways, so that nobody waits for the other
	require.NoError(t, err)
	defer reader.Close()

	var stdout, stderr bytes.Buffer
	require.Equal(t, exitClean, run([]string{"check", "--provider", "superserve", "--format", "json=" + pipe, recorded}, &stdout, &stderr), stderr.String())
	info, err := os.Stat(pipe)
	require.NoError(t, err)
	require.Equal(t, fs.ModeNamedPipe, info.Mode().Type())
	report := make([]byte, 1<<16)
	n, err := reader.Read(report)
	require.NoError(t, err)
	assert.Contains(t, string(report[:n]), `"recordings": 1`)
}
