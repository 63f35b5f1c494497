package recording

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
)

// formats are the readers by file name extension.
var formats = map[string]func(file string, r io.Reader) iter.Seq[Exchange]{
	".json":   readJSON,
	".http":   readHTTP,
	".ndjson": readNDJSON,
	".jsonl":  readNDJSON,
}

// Files returns the recordings that a path names: the file itself, or all in that
// folder and below whose extension is one that Read knows, in the order of their
// names. Folders that start with a dot are passed over. It returns the file system's
// error where the path can't be walked.
func Files(path string) ([]string, error) {
	if path == "-" {
		return []string{path}, nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{filepath.ToSlash(path)}, nil
	}
	var files []string
	err = filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != path && strings.HasPrefix(entry.Name(), "."):
			return filepath.SkipDir
		case !entry.IsDir() && formats[extension(name)] != nil:
			files = append(files, filepath.ToSlash(name))
		}
		return nil
	})
	return files, err
}

// Read returns the exchanges in a file, one after the other. The extension says how
// the file is read; where it says nothing, the first bytes do. "-" is standard input.
// What can't be read is an Exchange with Err set.
func Read(file string) iter.Seq[Exchange] {
	return func(yield func(Exchange) bool) {
		var r io.Reader = os.Stdin
		if file != "-" {
			f, err := os.Open(file)
			if err != nil {
				yield(Exchange{File: file, Err: err})
				return
			}
			defer f.Close()
			r = f
		}
		format := formats[extension(file)]
		if format == nil {
			buffered := bufio.NewReader(r)
			r = buffered
			if format = sniff(buffered); format == nil {
				yield(Exchange{File: file, Err: fmt.Errorf("neither its name nor its first bytes say what it is: name it .json, .http or .ndjson")})
				return
			}
		}
		for x := range format(file, r) {
			if !yield(x) {
				return
			}
		}
	}
}

func extension(file string) string { return strings.ToLower(filepath.Ext(file)) }

// sniff chooses a reader by the first bytes.
func sniff(r *bufio.Reader) func(string, io.Reader) iter.Seq[Exchange] {
	head, _ := r.Peek(512)
	switch text := bytes.TrimLeft(head, " \t\r\n"); {
	case bytes.HasPrefix(text, []byte("HTTP/")), bytes.HasPrefix(text, []byte("#")), requestLine.Match(text):
		return readHTTP
	case len(text) > 0 && (text[0] == '{' || text[0] == '['):
		return readJSON
	}
	return nil
}

// readJSON reads a file that is one body.
func readJSON(file string, r io.Reader) iter.Seq[Exchange] {
	return func(yield func(Exchange) bool) {
		data, err := readAll(r)
		yield(Exchange{File: file, Body: data, Err: err, text: data, start: Place{Line: 1, Column: 1}})
	}
}

// readAll is io.ReadAll, without growing over and over where the size is known.
func readAll(r io.Reader) ([]byte, error) {
	var b bytes.Buffer
	if f, ok := r.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			b.Grow(int(info.Size()) + bytes.MinRead)
		}
	}
	_, err := b.ReadFrom(r)
	return b.Bytes(), err
}
