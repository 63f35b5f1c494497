// Package report writes what a conformance run found, one file a format.
package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/coverage"
)

// Report writes one format. What it can't write, Close returns as an error.
type Report interface {
	conformance.Reporter
	// Close writes what is due at the end.
	Close(conformance.Summary) error
}

// Formats are the names that New knows.
var Formats = []string{"text", "json", "ndjson", "junit", "sarif", "github", "html"}

// Options say how much a report tells.
type Options struct {
	// Verbose has every finding shown in text, not the first of those that are alike, and
	// every schema of an anyOf or oneOf explained, not the closest one alone.
	Verbose bool
	// MaxFindings is how many findings and unreadable entries text shows, and each case of
	// junit, of those that are alike the first one only; they count the others.
	MaxFindings int
	// Color has text in the colours of a terminal.
	Color bool
	// Judge has html show the lines of the specs, and name what nobody recorded; nil for
	// neither.
	Judge *conformance.Judge
	// Coverage has html show what the recordings showed; nil where nothing observed them.
	Coverage *coverage.Coverage
}

// New returns a report of that format which writes to w. It returns an error for a
// format that isn't among Formats.
func New(format string, w io.Writer, o Options) (Report, error) {
	switch format {
	case "text":
		return newText(w, o), nil
	case "json":
		return newJSON(w, o.Verbose), nil
	case "ndjson":
		return newNDJSON(w, o.Verbose), nil
	case "junit":
		return newJUnit(w, o), nil
	case "sarif":
		return newSARIF(w), nil
	case "github":
		return newGitHub(w), nil
	case "html":
		return newHTML(w, o), nil
	}
	return nil, fmt.Errorf("no format %q: choose one of %s", format, strings.Join(Formats, ", "))
}
