package conformance

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/recording"
)

// expectation is the file beside a recording that says, a line each, which findings it
// gives: X.expect for the recording X. A recording without findings has "conforms".
type expectation struct {
	lines      []string
	count      map[string]int // how often each is still due
	unexpected []string       // what the recording gave beyond them, so far
}

// ExpectationFile is the file beside a recording that says what it gives.
func ExpectationFile(file string) string { return file + ".expect" }

// maxExpectation is how long the file may be, in bytes.
const maxExpectation = 64 << 20

// readExpectation returns nil where no such file stands beside the recording. It returns an
// error where the file is longer than maxExpectation or no regular file.
func readExpectation(file string) (*expectation, error) {
	if file == "-" {
		return nil, nil
	}
	f, err := recording.OpenListed(ExpectationFile(file))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", ExpectationFile(file), err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxExpectation+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxExpectation {
		return nil, fmt.Errorf("%s: more than %d MiB", ExpectationFile(file), maxExpectation>>20)
	}
	e := &expectation{count: map[string]int{}}
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimRight(line, "\r\n"); line != "" && !strings.HasPrefix(line, "#") {
			e.lines = append(e.lines, line)
			e.count[line]++
		}
	}
	return e, nil
}

// compare marks the findings of r that the expectation has as known.
func (e *expectation) compare(r *Result) {
	r.expected = true
	for i, line := range Lines(*r) {
		if e.count[line] == 0 {
			e.unexpected = append(e.unexpected, line)
			continue
		}
		e.count[line]--
		if len(r.Findings) > 0 {
			r.Findings[i].Known = true
		}
	}
}

// difference returns what the expectation and the recording don't have in common.
func (e *expectation) difference(file string) (d Difference, differs bool) {
	d.Recording, d.Unexpected = file, e.unexpected
	for _, line := range e.lines {
		if e.count[line] > 0 {
			e.count[line]--
			d.Missing = append(d.Missing, line)
		}
	}
	return d, len(d.Missing)+len(d.Unexpected) > 0
}

// Lines returns what an expectation says of a result: a line for each finding, or one
// that says that there is none.
func Lines(r Result) []string {
	prefix := ""
	if r.Many {
		prefix = fmt.Sprintf("entry %d: ", r.Entry)
	}
	switch {
	case r.Outcome == Unreadable:
		return []string{Printable(prefix + "unreadable: " + fmt.Sprint(r.Err))}
	case r.Outcome == Skipped:
		return []string{prefix + "skipped"}
	case len(r.Findings) == 0:
		return []string{prefix + "conforms"}
	}
	var lines []string
	for _, f := range r.Findings {
		f = r.Shown(f)
		lines = append(lines, Printable(fmt.Sprintf("%s%s%d:%d: %s: %s: %s (%s#%s)", prefix, f.in(), f.Line, f.Column, f.Severity, f.Rule, Sentence(f.Finding), f.Spec.File, f.Spec.Pointer)))
	}
	return lines
}

// in says what the line and the column count in, where that isn't the file.
func (f Finding) in() string {
	if f.Decoded {
		return "decoded body:"
	}
	return ""
}

// Sentence says what a finding is in one sentence, without its places in the files.
func Sentence(f contract.Finding) string {
	value := "the body"
	if f.Pointer != "" {
		value = f.Pointer
	}
	switch {
	case f.Rule == contract.Required, f.Rule == contract.DependentRequired:
		return value + " lacks " + f.Expected
	case f.Rule == contract.UndocumentedStatus:
		value = "the status"
	case f.Rule == contract.ContentType:
		value = "the Content-Type"
	case f.Rule == contract.Condition && f.Actual == contract.Absent:
		value = f.Pointer + "/" + f.Property
	}
	if f.Actual == contract.Absent {
		return fmt.Sprintf("%s: expected %s, but it is absent", value, f.Expected)
	}
	return fmt.Sprintf("%s: expected %s, got %s", value, f.Expected, f.Actual)
}
