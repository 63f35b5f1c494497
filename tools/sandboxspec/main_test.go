package main

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite what the scripts compare output with")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sandboxspec": main})
}

// TestScripts runs the stories in testdata/script: each a folder of recordings, and what
// the command says of it.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("GORACE", "atexit_sleep_ms=10") // or each command waits a second, with the race detector
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":   exits,
			"percent": percent,
			"isjson":  isJSON,
			"serve":   serve,
			"enlarge": enlarge,
			"endline": endLine,
			"gzip":    gzipFile,
			"zstd":    zstdFile,
			"cut":     cutFile,
			"uncolor": uncolor,
		},
	})
}

// exits runs a command that has to exit with a status: exits 1 sandboxspec check x.json
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS COMMAND…")
	}
	status := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		status = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if args[0] != strconv.Itoa(status) {
		ts.Fatalf("%q exits with %d, not %s\n%s%s", args[1:], status, args[0], ts.ReadFile("stdout"), ts.ReadFile("stderr"))
	}
}

// percent replaces %XX in files by the byte that it stands for.
func percent(ts *testscript.TestScript, _ bool, files []string) {
	for _, file := range files {
		text, err := url.PathUnescape(ts.ReadFile(file))
		ts.Check(err)
		ts.Check(os.WriteFile(ts.MkAbs(file), []byte(text), 0o644))
	}
}

// serve answers every request with a status, a media type and a file, until the script
// ends, and puts the address into a variable: serve VARIABLE 404 text/html page.html
func serve(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 4 {
		ts.Fatalf("usage: serve VARIABLE STATUS TYPE FILE")
	}
	status, err := strconv.Atoi(args[1])
	ts.Check(err)
	body := ts.ReadFile(args[3])
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", args[2])
		w.Header().Set("Set-Cookie", "session=HUSH")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	ts.Defer(server.Close)
	ts.Setenv(args[0], server.URL)
}

// endLine puts a line break at the end of files, as txtar has one there.
func endLine(ts *testscript.TestScript, _ bool, files []string) {
	for _, file := range files {
		ts.Check(os.WriteFile(ts.MkAbs(file), []byte(ts.ReadFile(file)+"\n"), 0o644))
	}
}

// enlarge fills a file with white space, up to a size in MiB: enlarge x.json 17
func enlarge(ts *testscript.TestScript, _ bool, args []string) {
	size, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), bytes.Repeat([]byte(" "), size<<20), 0o644))
}

// isJSON says whether files are one JSON value each, in ASCII but for what strings hold.
func isJSON(ts *testscript.TestScript, neg bool, files []string) {
	for _, file := range files {
		if jsontext.Value(ts.ReadFile(file)).IsValid() == neg {
			ts.Fatalf("%s is JSON: %t", file, neg)
		}
	}
}

// gzipFile compresses files: gzip X makes X.gz, and removes X.
func gzipFile(ts *testscript.TestScript, _ bool, files []string) {
	for _, file := range files {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, err := z.Write([]byte(ts.ReadFile(file)))
		ts.Check(err)
		ts.Check(z.Close())
		ts.Check(os.WriteFile(ts.MkAbs(file+".gz"), b.Bytes(), 0o644))
		ts.Check(os.Remove(ts.MkAbs(file)))
	}
}

// zstdFile is gzipFile for zstd.
func zstdFile(ts *testscript.TestScript, _ bool, files []string) {
	z, err := zstd.NewWriter(nil)
	ts.Check(err)
	for _, file := range files {
		ts.Check(os.WriteFile(ts.MkAbs(file+".zst"), z.EncodeAll([]byte(ts.ReadFile(file)), nil), 0o644))
		ts.Check(os.Remove(ts.MkAbs(file)))
	}
}

// cutFile cuts bytes off the end of a file: cut 9 x.gz
func cutFile(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	text := ts.ReadFile(args[1])
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text[:len(text)-n]), 0o644))
}

// uncolor takes the escapes that colour text out of files.
func uncolor(ts *testscript.TestScript, _ bool, files []string) {
	for _, file := range files {
		text := regexp.MustCompile(`\x1b\[[0-9;]*m`).ReplaceAllString(ts.ReadFile(file), "")
		ts.Check(os.WriteFile(ts.MkAbs(file), []byte(text), 0o644))
	}
}
