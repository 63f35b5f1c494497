// Package report writes what a conformance run found, one file a format.
package report

import (
	"fmt"
	"io"

	"github.com/sandboxspec/sandboxspec/conformance"
)

// Report writes one format. What it can't write, Close returns as an error.
type Report interface {
	conformance.Reporter
	// Close writes what is due at the end.
	Close(conformance.Summary) error
}

// Formats are the names that New knows.
var Formats = []string{"text", "json", "ndjson"}

// New returns a report of that format which writes to w. Text shows at most
// maxFindings findings and unreadable entries, and counts the others. It returns an
// error for a format that isn't among Formats.
func New(format string, w io.Writer, maxFindings int) (Report, error) {
	switch format {
	case "text":
		return newText(w, maxFindings), nil
	case "json":
		return newJSON(w), nil
	case "ndjson":
		return newNDJSON(w), nil
	}
	return nil, fmt.Errorf("no format %q: choose one of %v", format, Formats)
}
