//go:build unix

package main

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance/recording"
)

// interrupted is a run that is stopped when it has come to a known point.
type interrupted struct {
	args []string
	// until returns when the run is at that point.
	until func(t *testing.T, stdin io.Writer, stdout io.Reader)
	// writing is whether a file is being written by then.
	writing bool
	stderr  string
}

// lines fills standard input: a pipe holds less than this, so when it is written, it is being read.
func lines(t *testing.T, stdin io.Writer, _ io.Reader) {
	_, err := io.WriteString(stdin, strings.Repeat(`{"metadata":{}`+strings.Repeat(" ", 100_000)+"}\n", 20))
	require.NoError(t, err)
}

// output waits until something is written.
func output(t *testing.T, _ io.Writer, stdout io.Reader) {
	_, err := io.ReadFull(stdout, make([]byte, 1))
	require.NoError(t, err)
}

// written gives it recordings until it says that one is written.
func written(t *testing.T, stdin io.Writer, stdout io.Reader) {
	go func() { _, _ = io.WriteString(stdin, strings.Repeat("{\"metadata\":{}}\n", 100_000)) }()
	output(t, stdin, stdout)
}

// TestInterrupt ends runs of every subcommand that can take long, by each signal that asks for it.
func TestInterrupt(t *testing.T) {
	asked := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		<-r.Context().Done()
	}))
	defer server.Close()
	t.Setenv("SUPERSERVE_API_KEY", "key")
	t.Setenv("SUPERSERVE_BASE_URL", server.URL)
	request := func(*testing.T, io.Writer, io.Reader) { <-asked }
	opened := func(t *testing.T, _ io.Writer, _ io.Reader) {
		pipe, err := os.OpenFile("pipe", os.O_WRONLY, 0) // waits for the other end
		require.NoError(t, err)
		t.Cleanup(func() { _ = pipe.Close() })
	}
	const told = `^sandboxspec: stopped( in -)?: \d+ recordings judged, 0 errors, 0 warnings, 0 unreadable: `
	for name, run := range map[string]interrupted{
		"check":             {[]string{"check", "--provider", "superserve", "--format", "json=report.json", "--format", "html=page.html", "--write-deviations", "list.yaml", "-"}, lines, true, told},
		"coverage":          {[]string{"coverage", "--provider", "superserve", "-"}, lines, false, told},
		"mutate bodies":     {[]string{"mutate", "bodies", "--provider", "superserve", "-"}, lines, false, told},
		"mutate specs":      {[]string{"mutate", "specs", "--provider", "superserve", "-"}, lines, false, told},
		"sample":            {[]string{"sample", "--provider", "superserve", "-n", "1000000000", "--invalid", "0.5", "--expect", "told.ndjson"}, output, true, `^sandboxspec: stopped: `},
		"record":            {[]string{"record", "superserve", "a", "-o", "recorded"}, request, false, `^sandboxspec: `},
		"record --from":     {[]string{"record", "--from", "-", "--provider", "superserve", "-o", "recorded"}, written, false, `^sandboxspec: stopped: `},
		"get":               {[]string{"get", "superserve/a"}, request, false, `^sandboxspec: stopped: `},
		"get --watch":       {[]string{"get", "--watch", "superserve/a"}, request, false, `^sandboxspec: stopped: `},
		"a spec to come":    {[]string{"check", "--spec", "pipe", "--format", "json=report.json", "-"}, opened, false, `^sandboxspec: stopped: `},
		"a list to come":    {[]string{"check", "--deviations", "pipe", "-"}, opened, false, `^sandboxspec: stopped: `},
		"a reader too slow": {[]string{"check", "--provider", "superserve", "--format", "ndjson", "--format", "junit=report.xml", "many.ndjson"}, output, true, `^sandboxspec: stopped`},
	} {
		for _, s := range []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
			t.Run(name+" "+s.String(), func(t *testing.T) { run.end(t, s) })
		}
	}
}

func (run interrupted) end(t *testing.T, s os.Signal) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.Mkdir("tmp", 0o755))
	t.Setenv("TMPDIR", "tmp") // temporary files are here, or beside what they become
	require.NoError(t, syscall.Mkfifo("pipe", 0o600))
	require.NoError(t, os.WriteFile("many.ndjson", bytes.Repeat([]byte("{\"metadata\":1}\n"), 100_000), 0o644))
	require.NoError(t, os.WriteFile("report.json", []byte("of yesterday"), 0o644))
	before := tree(t)
	// Where this process was told to ignore a signal, its children aren't.
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, s)
	defer signal.Stop(signals)

	command := exec.Command("sandboxspec", run.args...)
	stdin, err := command.StdinPipe()
	require.NoError(t, err)
	stdout, err := command.StdoutPipe()
	require.NoError(t, err)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	require.NoError(t, command.Start())
	run.until(t, stdin, stdout)
	if run.writing {
		assert.Greater(t, len(tree(t)), len(before))
	}
	require.NoError(t, command.Process.Signal(s))
	var exit *exec.ExitError
	require.ErrorAs(t, command.Wait(), &exit)
	assert.Equal(t, exitCouldNot, exit.ExitCode(), "%s: %s", exit, &stderr)
	assert.Regexp(t, run.stderr, stderr.String())

	// What was there is there, what is new is whole, and there is nothing else.
	kept, err := os.ReadFile("report.json")
	require.NoError(t, err)
	assert.Equal(t, "of yesterday", string(kept))
	for _, file := range tree(t) {
		if strings.HasPrefix(file, "recorded/superserve/stdin-") && strings.HasSuffix(file, ".http") {
			for x := range recording.Read(file) {
				assert.NoError(t, x.Err)
				assert.Equal(t, `{"metadata":{}}`, string(x.Body))
			}
			continue
		}
		assert.Contains(t, before, file)
	}
}

// tree returns the files in the working directory.
func tree(t *testing.T) (files []string) {
	require.NoError(t, filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // it was there while it was written
		}
		if err == nil && !entry.IsDir() {
			files = append(files, name)
		}
		return err
	}))
	return files
}
