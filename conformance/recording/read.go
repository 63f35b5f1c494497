package recording

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Files returns the recordings that a path names: the file itself, or all in that
// folder and below whose extension is one that Read knows, in the order of their
// names. Folders that start with a dot are passed over, and so are links to folders, YAML
// that is no cassette, and all that is no regular file, whatever leads to it: a pipe or a
// device might never end. A folder that can't be read is among them: reading it says why.
// Files returns the file system's error where there is no such path.
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
	// With the separator behind it a link to a folder is followed.
	err = filepath.WalkDir(path+string(filepath.Separator), func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil && entry == nil:
			return err
		case err != nil:
			files = append(files, filepath.ToSlash(filepath.Clean(name)))
			return filepath.SkipDir
		case entry.IsDir() && filepath.Clean(name) != filepath.Clean(path) && strings.HasPrefix(entry.Name(), "."):
			return filepath.SkipDir
		default:
			format, compression := byName(name)
			if format != nil && mayBeRegular(name, entry) && (format != cassetteFormat || isCassette(name, compression)) {
				files = append(files, filepath.ToSlash(name))
			}
		}
		return nil
	})
	return files, err
}

// mayBeRegular reports whether an entry of a folder is a regular file or leads to one. A
// link that leads nowhere may: opening it says what is wrong.
func mayBeRegular(name string, entry fs.DirEntry) bool {
	if entry.Type()&fs.ModeSymlink == 0 {
		return entry.Type().IsRegular()
	}
	info, err := os.Stat(name)
	return err != nil || info.Mode().IsRegular()
}

// Read returns the exchanges in a file, one after the other. The extension says how
// the file is read; where it says nothing, the first bytes do. "-" is standard input.
// What can't be read is an Exchange with Err set.
func Read(file string) iter.Seq[Exchange] { return opened(Chunks(file, false, nil)) }

// ReadListed is Read for a file of a folder: one that is no regular file can't be read.
func ReadListed(file string) iter.Seq[Exchange] { return opened(Chunks(file, true, nil)) }

// opened returns the exchanges of chunks, each opened.
func opened(chunks iter.Seq[*Chunk]) iter.Seq[Exchange] {
	return func(yield func(Exchange) bool) {
		for c := range chunks {
			for x := range c.Exchanges(nil) {
				x.Open()
				if !yield(*x) {
					return
				}
			}
		}
	}
}

// Failed returns a chunk of a file that can't be read, and why.
func Failed(file string, err error) *Chunk { return failed(&Exchange{File: file, Err: err}) }

// sniffed is how many bytes decide what a file is whose name says nothing.
const sniffed = 1 << 16

// sniff chooses a format by the first bytes, decompressing what is compressed.
func (in *input) sniff() (*format, error) {
	buffered := bufio.NewReaderSize(in.Reader, sniffed)
	in.Reader = buffered
	head, _ := buffered.Peek(4)
	if c := compressed(head); c != "" && in.close == nil {
		if err := in.decompress(c, nil); err != nil {
			return nil, err
		}
		buffered = bufio.NewReaderSize(in.Reader, sniffed)
		in.Reader = buffered
	}
	head, err := buffered.Peek(sniffed)
	switch text := bytes.TrimLeft(head, " \t\r\n"); {
	case bytes.HasPrefix(text, []byte("HTTP/")), bytes.HasPrefix(text, []byte("#")), requestLine.Match(text):
		return httpFormat, nil
	case len(text) > 0 && (text[0] == '{' || text[0] == '['):
		switch {
		case harStart.Match(text):
			return harFormat, nil
		case severalLines(text):
			return ndjsonFormat, nil
		}
		return jsonFormat, nil
	case cassetteKey.Match(text):
		return cassetteFormat, nil
	case err != nil && !errors.Is(err, io.EOF):
		return nil, err
	}
	return nil, errors.New("neither its name nor its first bytes say what it is: name it .json, .http, .ndjson, .har or .yaml")
}

// harStart is what a HAR file starts with: nothing else than a log, with its version or
// creator first.
var harStart = regexp.MustCompile(`^\{\s*"log"\s*:\s*\{\s*"(_?comment|version|creator|browser|pages|entries)"`)

// severalLines says whether text is NDJSON: more stands after a line that is a whole
// value, or that line is an exchange.
func severalLines(text []byte) bool {
	line, rest, _ := bytes.Cut(text, []byte("\n"))
	if !jsontext.Value(line).IsValid(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)) {
		return false
	}
	x := Exchange{text: line}
	x.parseLine()
	return x.Status != 0 || len(bytes.TrimSpace(rest)) > 0
}

// start is where a file starts.
var start = Place{Line: 1, Column: 1}

// parseJSON takes a file that is one body.
func parseJSON(file string, text []byte, _ Claim) iter.Seq[*Exchange] {
	return just(&Exchange{File: file, Body: text, text: text, start: start})
}
