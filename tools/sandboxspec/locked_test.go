//go:build unix

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestLockedFolder checks a folder with another in it that nobody may enter.
func TestLockedFolder(t *testing.T) {
	folder := t.TempDir()
	for _, file := range []string{"superserve/a.json", "superserve/locked/b.json", "superserve/z.json"} {
		require.NoError(t, os.MkdirAll(filepath.Join(folder, filepath.Dir(file)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(folder, file), []byte(`{"metadata":{}}`), 0o644))
	}
	locked := filepath.Join(folder, "superserve", "locked")
	require.NoError(t, os.Chmod(locked, 0))
	defer func() { _ = os.Chmod(locked, 0o755) }()
	if os.Geteuid() == 0 { // who may enter everything, so be somebody else
		const nobody = 65534
		require.NoError(t, os.Chmod(filepath.Dir(folder), 0o755))
		require.NoError(t, syscall.Seteuid(nobody))
		defer func() { require.NoError(t, syscall.Seteuid(0)) }()
	}
	for _, path := range []string{filepath.Join(folder, "superserve"), locked} {
		var stdout, stderr bytes.Buffer
		assert.Equal(t, exitCouldNot, run([]string{"check", path}, &stdout, &stderr))
		assert.Contains(t, stdout.String(), locked+": unreadable: ")
		assert.Contains(t, stdout.String(), "permission denied")
		if path != locked {
			assert.Contains(t, stdout.String(), "2 recordings: 2 conforming, 0 nonconforming; 1 unreadable")
		}
		assert.Equal(t, "sandboxspec: 1 of the recordings can't be read\n", stderr.String())
	}
}
