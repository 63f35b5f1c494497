package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// text reads like a compiler's output: a paragraph a finding, then a line of counts.
type text struct {
	w    *bufio.Writer
	left int // how many findings may still be shown
	more groups
}

func newText(w io.Writer, maxFindings int) *text {
	return &text{w: bufio.NewWriter(w), left: maxFindings, more: groups{count: map[string]int{}}}
}

func (t *text) Result(r conformance.Result) {
	if r.Outcome == conformance.Unreadable {
		if t.shows("unreadable: " + r.Err.Error()) {
			t.unreadable(r)
		}
		return
	}
	for _, f := range r.Findings {
		if !f.Known && t.shows(string(f.Rule)+" "+family(f.Pointer)) {
			t.finding(&r, f)
		}
	}
}

// shows says whether one more of that group may be shown, and counts it where not.
func (t *text) shows(group string) bool {
	if t.left > 0 {
		t.left--
		return true
	}
	t.more.add(group)
	return false
}

func (t *text) unreadable(r conformance.Result) {
	name := conformance.Printable(r.File)
	if r.Many {
		name = fmt.Sprintf("%s: entry %d", name, r.Entry)
	}
	fmt.Fprintf(t.w, "%s: unreadable: %s\n\n", name, conformance.Printable(r.Err.Error()))
}

func (t *text) finding(r *conformance.Result, f conformance.Finding) {
	name := conformance.Printable(r.File)
	if f.Decoded {
		if r.Many {
			name += fmt.Sprintf(": entry %d", r.Entry)
		}
		name += ": decoded body"
	}
	fmt.Fprintf(t.w, "%s:%d:%d: %s: %s: %s\n", name, f.Line, f.Column, f.Severity, f.Rule, conformance.Printable(f.Sentence()))
	number := fmt.Sprintf("%5d", f.Line)
	margin := strings.Repeat(" ", len(number))
	// A status that isn't recorded can't be shown, nor what stands in its place: a
	// body that nobody has looked through for secrets.
	if f.Rule != contract.UndocumentedStatus || r.Status != 0 {
		line, caret := window(r, f)
		fmt.Fprintf(t.w, "%s | %s\n", number, line)
		fmt.Fprintf(t.w, "%s | %s^\n", margin, strings.Repeat(" ", caret))
	}
	fmt.Fprintf(t.w, "%s = %s:%d:%d %s\n\n", margin, conformance.Printable(f.Spec.File), f.Spec.Line, f.Spec.Column, conformance.Printable(f.Spec.Pointer))
}

func (t *text) Difference(d conformance.Difference) {
	fmt.Fprintf(t.w, "%s: gives other findings than %s says\n", conformance.Printable(d.Recording), conformance.Printable(conformance.ExpectationFile(d.Recording)))
	for _, line := range d.Missing {
		fmt.Fprintf(t.w, "    - %s\n", conformance.Printable(line))
	}
	for _, line := range d.Unexpected {
		fmt.Fprintf(t.w, "    + %s\n", conformance.Printable(line))
	}
	fmt.Fprintln(t.w)
}

func (t *text) Close(s conformance.Summary) error {
	t.more.print(t.w)
	fmt.Fprintf(t.w, "%s: %d conforming, %d nonconforming", count(s.Recordings, "recording"), s.Conforming, s.Nonconforming)
	if s.Skipped > 0 {
		fmt.Fprintf(t.w, "; %d skipped", s.Skipped)
	}
	if s.Unreadable > 0 {
		fmt.Fprintf(t.w, "; %d unreadable", s.Unreadable)
	}
	fmt.Fprintf(t.w, "\n%s, %s", count(s.Errors, "error"), count(s.Warnings, "warning"))
	if s.Known > 0 {
		fmt.Fprintf(t.w, " beyond the %d expected", s.Known)
	}
	fmt.Fprintln(t.w)
	return t.w.Flush()
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// The window shows this many code points of a line before and after the caret.
const (
	before = 40
	after  = 60
)

// window returns the part of the line around the finding, with secrets masked,
// and how many columns before the caret it starts.
func window(r *conformance.Result, f conformance.Finding) (line string, caret int) {
	e := r.Around(f, before, after)
	at := f.Offset - e.Offset
	var b strings.Builder
	if e.CutBefore {
		b.WriteString("…")
	}
	masked := false
	for i := 0; i < len(e.Text); {
		_, size := utf8.DecodeRune(e.Text[i:])
		if i <= at && at < i+size {
			caret = utf8.RuneCountInString(b.String())
		}
		switch {
		case r.Hidden(f, e.Offset+i):
			if !masked {
				b.WriteString("•••")
			}
			masked = true
		default:
			b.WriteString(conformance.Printable(string(e.Text[i : i+size])))
			masked = false
		}
		i += size
	}
	if at >= len(e.Text) {
		caret = utf8.RuneCountInString(b.String())
	}
	if e.CutAfter && len(e.Text) > 0 {
		b.WriteString("…")
	}
	return b.String(), caret
}
