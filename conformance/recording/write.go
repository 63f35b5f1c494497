package recording

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/google/renameio/v2"
)

// Record is an exchange as it is written to a .http file.
type Record struct {
	Exchange
	// Source says in words where the exchange is from.
	Source string
	// Date is when it was, where the response has no Date; zero where nobody knows.
	Date time.Time
	// Redactions are what was taken out.
	Redactions []Redaction
	// Kept are the rules that were turned off, each with the reason.
	Kept map[Rule]string
}

// ErrNotHTTP is the error of an exchange that a .http file has no room for, such as one
// with a line break in a header.
var ErrNotHTTP = errors.New("a .http file can't hold this exchange")

// Bytes returns the file: lines that say where the exchange is from, when it was and what
// was taken out, then the request, where there is one, and the response. A body that was
// recorded alone is that of a 200. It returns ErrNotHTTP where reading the file would
// not give the exchange again.
func (r Record) Bytes() ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# source: %s\n", oneLine(r.Source))
	if date := r.Header.Get("Date"); harmlessDate.MatchString(date) {
		fmt.Fprintf(&b, "# date: %s\n", date)
	} else if !r.Date.IsZero() {
		fmt.Fprintf(&b, "# date: %s\n", r.Date.UTC().Format(http.TimeFormat))
	}
	for _, n := range r.Redactions {
		if n.More > 0 {
			fmt.Fprintf(&b, "# redacted: %d more\n", n.More)
			continue
		}
		fmt.Fprintf(&b, "# redacted: %s\n", strings.TrimSpace(string(n.Rule)+" "+oneLine(n.What)))
	}
	for _, rule := range slices.Sorted(maps.Keys(r.Kept)) {
		fmt.Fprintf(&b, "# not redacted: %s: %s\n", rule, oneLine(r.Kept[rule]))
	}
	if r.URL != nil {
		fmt.Fprintf(&b, "%s %s HTTP/1.1\n", r.Method, r.URL)
		writeHeader(&b, r.RequestHeader)
	}
	status := r.Status
	if status == 0 {
		status = http.StatusOK
	}
	fmt.Fprintf(&b, "%s\n", strings.TrimSpace(fmt.Sprintf("HTTP/1.1 %03d %s", status, http.StatusText(status))))
	writeHeader(&b, r.Header)
	b.Write(r.Body)

	read := Exchange{text: b.Bytes(), start: Place{Line: 1, Column: 1}}
	if err := read.parse(); err != nil || read.Status != status || !bytes.Equal(read.Body, r.Body) || !sameHeader(read.Header, r.Header) {
		return nil, ErrNotHTTP
	}
	if r.URL != nil && (read.Method != r.Method || read.URL == nil || !sameHeader(read.RequestHeader, r.RequestHeader)) {
		return nil, ErrNotHTTP
	}
	return b.Bytes(), nil
}

func writeHeader(b *bytes.Buffer, h http.Header) {
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, value := range h[name] {
			fmt.Fprintf(b, "%s: %s\n", name, value)
		}
	}
	b.WriteByte('\n')
}

func sameHeader(a, b http.Header) bool { return len(a)+len(b) == 0 || reflect.DeepEqual(a, b) }

// oneLine makes text fit for a comment: one line of characters that can be seen.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '�'
		}
		return r
	}, text)
}

// WriteFile writes the file whole or not at all, and the folders above it. Unless force
// is set it returns an error that is fs.ErrExist where something stands there already.
func (r Record) WriteFile(file string, force bool) error {
	data, err := r.Bytes()
	if err != nil {
		return err
	}
	if _, err := os.Lstat(file); err == nil && !force {
		return &fs.PathError{Op: "record", Path: file, Err: fs.ErrExist}
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return renameio.WriteFile(file, data, 0o644)
}
