package report

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/deviation"
	"github.com/sandboxspec/sandboxspec/conformance/recording"
)

// paragraph is what people read of one finding, or of anything else that a run meets: its
// lines, without the empty one that follows.
type paragraph struct {
	bytes.Buffer
	verbose bool
	color   bool
}

// The escapes that a terminal takes for colours.
const (
	bold   = "\x1b[1m"
	red    = "\x1b[1;31m"
	green  = "\x1b[1;32m"
	yellow = "\x1b[1;33m"
	plain  = "\x1b[0m"
)

// in returns the text in a colour, where the paragraph has any.
func (p *paragraph) in(color, text string) string {
	if !p.color {
		return text
	}
	return color + text + plain
}

func (p *paragraph) unreadable(r conformance.Result) {
	name := r.File
	if r.Many {
		name = fmt.Sprintf("%s: entry %d", name, r.Entry)
	}
	fmt.Fprintf(p, "%s %s %s\n", p.in(bold, conformance.Printable(name+":")), p.in(red, "unreadable:"), conformance.Printable(fmt.Sprint(r.Err)))
}

func (p *paragraph) finding(r *conformance.Result, f conformance.Finding) {
	f = r.Shown(f)
	name := r.File
	if f.Decoded {
		if r.Many {
			name += fmt.Sprintf(": entry %d", r.Entry)
		}
		name += ": decoded body"
	}
	severity, color := string(f.Severity), yellow
	switch {
	case f.Known:
		severity, color = "known", bold
	case f.Severity == contract.Error:
		color = red
	}
	place := conformance.Printable(fmt.Sprintf("%s:%d:%d:", name, f.Line, f.Column))
	fmt.Fprintf(p, "%s %s %s: %s\n", p.in(bold, place), p.in(color, severity+":"), f.Rule, sentence(f.Finding))
	number := fmt.Sprintf("%5d", f.Line)
	margin := strings.Repeat(" ", len(number))
	if mayShow(r, f) {
		line, caret := window(r, f)
		fmt.Fprintf(p, "%s | %s\n", number, line)
		fmt.Fprintf(p, "%s | %s%s\n", margin, strings.Repeat(" ", caret), p.in(color, "^"))
	}
	fmt.Fprintf(p, "%s = %s\n", margin, position(f.Spec))
	if d := f.Deviation; d != nil {
		fmt.Fprintf(p, "%s = %s\n", margin, because(d))
	}
	p.branches(r, f.Finding, margin, 1)
}

// deepest is how deep a report goes into schemas within schemas of anyOf and oneOf.
const deepest = 3

// longestBranch is how many findings of a schema of anyOf or oneOf are shown, unless the
// report is verbose.
const longestBranch = 10

// branches writes why each schema of an anyOf or oneOf doesn't fit: the closest one, and
// the rest where the report is verbose.
func (p *paragraph) branches(r *conformance.Result, f contract.Finding, margin string, depth int) {
	for i, b := range f.Branches {
		if i > 0 && !p.verbose {
			fmt.Fprintf(p, "%s   %d more with --verbose\n", margin, len(f.Branches)-1)
			return
		}
		what := "or"
		if i == 0 {
			what = "closest"
		}
		fmt.Fprintf(p, "%s   %s: %s\n", margin, what, position(b.Spec))
		for n, inner := range b.Findings {
			if n == longestBranch && !p.verbose {
				fmt.Fprintf(p, "%s     … and %s more\n", margin, thousands(len(b.Findings)-n))
				break
			}
			inner = r.InBranch(inner)
			fmt.Fprintf(p, "%s     %d:%d: %s: %s: %s\n", margin, inner.Line, inner.Column, inner.Severity, inner.Rule, sentence(inner))
			if depth < deepest {
				p.branches(r, inner, margin+"    ", depth+1)
			}
		}
	}
}

// longestSentence is how much of a sentence is shown, in code points: a pointer can be as
// long as the body.
const longestSentence = 500

func sentence(f contract.Finding) string { return short(conformance.Sentence(f)) }

// short returns what can be shown of a sentence.
func short(sentence string) string {
	s := []rune(conformance.Printable(sentence))
	if len(s) > longestSentence {
		s = append(s[:longestSentence], '…')
	}
	return string(s)
}

// because says where a known deviation stands, and why it is lived with.
func because(d *deviation.Deviation) string {
	reason := strings.Join(strings.Fields(d.Reason+" ("+d.Source+")"), " ") // it may be a paragraph
	return entry(d) + ": " + short(reason)
}

// entry is the place of a known deviation in its list.
func entry(d *deviation.Deviation) string {
	return conformance.Printable(fmt.Sprintf("%s:%d:%d", d.File, d.Line, d.Column))
}

// about says which findings a known deviation is about.
func about(d deviation.Deviation) string {
	what := string(d.Rule) + " " + cmp.Or(d.Pointer, "/")
	if d.Property != "" {
		what += " " + d.Property
	}
	return short(d.Provider + ": " + what)
}

// outdated says why a deviation is stale.
func outdated(d deviation.Deviation) string {
	if d.Expired {
		return "its last day was " + d.Until.Format(time.DateOnly)
	}
	return "matches no finding"
}

// pointed returns what a finding says, and where a file can be pointed at for it: a body
// that doesn't stand there as text is where its status is.
func pointed(r *conformance.Result, f conformance.Finding) (message string, at recording.Place) {
	message = sentence(r.Shown(f).Finding)
	if f.Decoded {
		return fmt.Sprintf("%s (at %d:%d in the decoded body)", message, f.Line, f.Column), r.StatusPlace()
	}
	return message, recording.Place{Offset: f.Offset, Line: f.Line, Column: f.Column}
}

// differs says how a recording gives other findings than the file beside it says.
func differs(d conformance.Difference) string {
	return fmt.Sprintf("%s gives other findings than this file says: %d missing, %d unexpected", conformance.Printable(d.Recording), len(d.Missing), len(d.Unexpected))
}

// unreadable says why an entry can't be read.
func unreadable(r conformance.Result) string {
	reason := conformance.Printable(fmt.Sprint(r.Err))
	if r.Many {
		return fmt.Sprintf("entry %d: %s", r.Entry, reason)
	}
	return reason
}

func position(at contract.Position) string {
	return conformance.Printable(fmt.Sprintf("%s:%d:%d %s", at.File, at.Line, at.Column, at.Pointer))
}

// mayShow says whether the place of a finding may be shown. A status that isn't recorded
// can't be, nor what stands in its place: a body that nobody has looked through for
// secrets. Nor can a Content-Type that says more than the type.
func mayShow(r *conformance.Result, f conformance.Finding) bool {
	switch f.Rule {
	case contract.UndocumentedStatus:
		return r.Status != 0
	case contract.ContentType:
		return !slices.ContainsFunc(r.Header.Values("Content-Type"), func(given string) bool {
			return recording.HarmlessContentType(given) != given
		})
	}
	return true
}

func (p *paragraph) difference(d conformance.Difference) {
	fmt.Fprintf(p, "%s gives other findings than %s says\n", p.in(bold, conformance.Printable(d.Recording+":")), conformance.Printable(conformance.ExpectationFile(d.Recording)))
	for _, line := range d.Missing {
		fmt.Fprintf(p, "    %s\n", p.in(red, "- "+conformance.Printable(line)))
	}
	for _, line := range d.Unexpected {
		fmt.Fprintf(p, "    %s\n", p.in(green, "+ "+conformance.Printable(line)))
	}
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
				b.WriteString(recording.Hidden)
			}
			masked = true
		default:
			b.Write(e.Text[i : i+size])
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
	return conformance.Printable(b.String()), caret
}
