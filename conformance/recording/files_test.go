//go:build unix

package recording_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance/recording"
)

// TestIrregularFiles has all that a folder can hold beside files, directly and behind
// links. None of it is opened in a way that waits.
func TestIrregularFiles(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	require.NoError(t, os.WriteFile(in("a.json"), []byte("[1]"), 0o644))
	require.NoError(t, syscall.Mkfifo(filepath.Join(elsewhere, "pipe"), 0o644))
	for _, name := range []string{"pipe.json", "pipe.yaml", "pipe.ndjson.gz"} {
		require.NoError(t, syscall.Mkfifo(in(name), 0o644))
	}
	for name, target := range map[string]string{
		"link.json": in("a.json"), "gone.json": in("nothing"), "folder.json": elsewhere, "loop.json": in("loop.json"),
		"device.json": "/dev/zero", "device.har": "/dev/zero", "device.yaml": "/dev/zero", "null.http": "/dev/null",
		"pipe.http": filepath.Join(elsewhere, "pipe"), "pipe.yml": filepath.Join(elsewhere, "pipe"), "twice.json": in("device.json"), "up": dir,
	} {
		require.NoError(t, os.Symlink(target, in(name)))
	}
	files, err := recording.Files(dir)
	require.NoError(t, err)
	for i := range files {
		files[i] = filepath.Base(files[i])
	}
	assert.Equal(t, []string{"a.json", "gone.json", "link.json", "loop.json"}, files)
	for _, name := range []string{"gone.json", "loop.json"} {
		for x := range recording.ReadListed(in(name)) {
			assert.Error(t, x.Err, name)
		}
	}
	// What was a file when the folder was listed may be something else now.
	for _, name := range []string{"pipe.json", "pipe.yaml", "pipe.ndjson.gz", "device.har", "pipe.http", "folder.json"} {
		entries := 0
		for x := range recording.ReadListed(in(name)) {
			assert.ErrorIs(t, x.Err, recording.ErrNotRegular, name)
			entries++
		}
		assert.Equal(t, 1, entries)
	}
	// Somebody who names a pipe means it.
	files, err = recording.Files(in("pipe.json"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	written := make(chan error)
	go func() { written <- os.WriteFile(in("pipe.json"), []byte("[2]"), 0o644) }()
	for x := range recording.Read(files[0]) {
		require.NoError(t, x.Err)
		assert.Equal(t, "[2]", string(x.Body))
	}
	require.NoError(t, <-written)
}
