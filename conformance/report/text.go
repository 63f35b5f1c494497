package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sandboxspec/sandboxspec/conformance"
)

// text reads like a compiler's output: a paragraph a finding, then a line of counts.
type text struct {
	w *bufio.Writer
}

func newText(w io.Writer) *text { return &text{w: bufio.NewWriter(w)} }

func (t *text) Result(r conformance.Result) {
	name := display(r.File)
	if r.Outcome == conformance.Unreadable {
		if r.Many {
			name = fmt.Sprintf("%s: entry %d", name, r.Entry)
		}
		fmt.Fprintf(t.w, "%s: unreadable: %s\n\n", name, display(r.Err.Error()))
		return
	}
	for _, f := range r.Findings {
		if f.Known {
			continue
		}
		fmt.Fprintf(t.w, "%s:%d:%d: %s: %s: %s\n", name, f.Line, f.Column, f.Severity, f.Rule, display(f.Sentence()))
		line, caret := window(&r, f.Offset)
		number := fmt.Sprintf("%5d", f.Line)
		fmt.Fprintf(t.w, "%s | %s\n", number, line)
		fmt.Fprintf(t.w, "%s | %s^\n", strings.Repeat(" ", len(number)), strings.Repeat(" ", caret))
		fmt.Fprintf(t.w, "%s = %s:%d:%d %s\n\n", strings.Repeat(" ", len(number)), display(f.Spec.File), f.Spec.Line, f.Spec.Column, display(f.Spec.Pointer))
	}
}

func (t *text) Difference(d conformance.Difference) {
	fmt.Fprintf(t.w, "%s: gives other findings than %s says\n", display(d.Recording), display(conformance.ExpectationFile(d.Recording)))
	for _, line := range d.Missing {
		fmt.Fprintf(t.w, "    - %s\n", display(line))
	}
	for _, line := range d.Unexpected {
		fmt.Fprintf(t.w, "    + %s\n", display(line))
	}
	fmt.Fprintln(t.w)
}

func (t *text) Close(s conformance.Summary) error {
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

// window returns the part of the line of the file around offset, with secrets masked,
// and how many columns before the caret it starts.
func window(r *conformance.Result, offset int) (line string, caret int) {
	text, start, longBefore, longAfter := r.Line(offset, utf8.UTFMax*(before+after))
	at := offset - start
	from, cutBefore := back(text, at, before)
	to, cutAfter := forth(text, at, after)
	cutBefore, cutAfter = cutBefore || longBefore, cutAfter || longAfter
	var b strings.Builder
	if cutBefore {
		b.WriteString("…")
	}
	masked := false
	for i := from; i < to; {
		_, size := utf8.DecodeRune(text[i:])
		if i <= at && at < i+size {
			caret = utf8.RuneCountInString(b.String())
		}
		switch {
		case r.Hidden(start + i):
			if !masked {
				b.WriteString("•••")
			}
			masked = true
		default:
			b.WriteString(display(string(text[i : i+size])))
			masked = false
		}
		i += size
	}
	if at >= to {
		caret = utf8.RuneCountInString(b.String())
	}
	if cutAfter {
		b.WriteString("…")
	}
	return b.String(), caret
}

// back returns the place n code points before text[at], and whether text starts
// earlier.
func back(text []byte, at, n int) (from int, cut bool) {
	for ; n > 0 && at > 0; n-- {
		_, size := utf8.DecodeLastRune(text[:at])
		at -= size
	}
	return at, at > 0
}

// forth returns the place n code points after text[at], and whether text ends later.
func forth(text []byte, at, n int) (to int, cut bool) {
	for ; n > 0 && at < len(text); n-- {
		_, size := utf8.DecodeRune(text[at:])
		at += size
	}
	return at, at < len(text)
}

// display makes text from outside safe for a terminal: what can't be seen, moves the
// cursor or turns the direction of writing becomes a mark of one column.
func display(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case r == utf8.RuneError, !unicode.IsGraphic(r) && r != ' ':
			return '�'
		}
		return r
	}, s)
}
