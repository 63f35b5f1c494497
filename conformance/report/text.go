package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/deviation"
	"github.com/sandboxspec/sandboxspec/conformance/recording"
)

// text reads like a compiler's output: a paragraph a finding, then a line of counts.
type text struct {
	w       *bufio.Writer
	left    int // how many findings may still be shown
	more    groups
	known   map[*deviation.Deviation]bool // those of which a finding has been shown
	stale   strings.Builder
	verbose bool
}

func newText(w io.Writer, o Options) *text {
	return &text{w: bufio.NewWriter(w), left: o.MaxFindings, verbose: o.Verbose, more: groups{count: map[string]int{}}, known: map[*deviation.Deviation]bool{}}
}

func (t *text) Result(r conformance.Result) {
	if r.Outcome == conformance.Unreadable {
		if t.shows("unreadable: " + r.Err.Error()) {
			t.unreadable(r)
		}
		return
	}
	for _, f := range r.Findings {
		group := string(f.Rule) + " " + family(f.Pointer)
		switch {
		case f.Deviation != nil:
			if t.showsKnown(f.Deviation, "known "+group) {
				t.finding(&r, f)
			}
		case !f.Known && t.shows(group):
			t.finding(&r, f)
		}
	}
}

// showsKnown says whether a finding is to be shown for the deviation that it is: the
// first one is, and takes no room from findings that aren't known.
func (t *text) showsKnown(d *deviation.Deviation, group string) bool {
	if t.left > 0 && !t.known[d] {
		t.known[d] = true
		return true
	}
	t.more.add(group)
	return false
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
	f = r.Shown(f)
	name := conformance.Printable(r.File)
	if f.Decoded {
		if r.Many {
			name += fmt.Sprintf(": entry %d", r.Entry)
		}
		name += ": decoded body"
	}
	severity := string(f.Severity)
	if f.Known {
		severity = "known"
	}
	fmt.Fprintf(t.w, "%s:%d:%d: %s: %s: %s\n", name, f.Line, f.Column, severity, f.Rule, sentence(f.Finding))
	number := fmt.Sprintf("%5d", f.Line)
	margin := strings.Repeat(" ", len(number))
	if mayShow(r, f) {
		line, caret := window(r, f)
		fmt.Fprintf(t.w, "%s | %s\n", number, line)
		fmt.Fprintf(t.w, "%s | %s^\n", margin, strings.Repeat(" ", caret))
	}
	fmt.Fprintf(t.w, "%s = %s\n", margin, position(f.Spec))
	if d := f.Deviation; d != nil {
		because := strings.Join(strings.Fields(d.Reason+" ("+d.Source+")"), " ") // it may be a paragraph
		fmt.Fprintf(t.w, "%s = %s: %s\n", margin, entry(d), short(because))
	}
	t.branches(r, f.Finding, margin, 1)
	fmt.Fprintln(t.w)
}

// deepest is how deep a report goes into schemas within schemas of anyOf and oneOf.
const deepest = 3

// branches writes why each schema of an anyOf or oneOf doesn't fit: the closest one, and
// the rest where the report is verbose.
func (t *text) branches(r *conformance.Result, f contract.Finding, margin string, depth int) {
	for i, b := range f.Branches {
		if i > 0 && !t.verbose {
			fmt.Fprintf(t.w, "%s   %d more with --verbose\n", margin, len(f.Branches)-1)
			return
		}
		what := "or"
		if i == 0 {
			what = "closest"
		}
		fmt.Fprintf(t.w, "%s   %s: %s\n", margin, what, position(b.Spec))
		for _, inner := range b.Findings {
			inner = r.InBranch(inner)
			fmt.Fprintf(t.w, "%s     %d:%d: %s: %s: %s\n", margin, inner.Line, inner.Column, inner.Severity, inner.Rule, sentence(inner))
			if depth < deepest {
				t.branches(r, inner, margin+"    ", depth+1)
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

// entry is the place of a known deviation in its list.
func entry(d *deviation.Deviation) string {
	return conformance.Printable(fmt.Sprintf("%s:%d:%d", d.File, d.Line, d.Column))
}

func position(p contract.Position) string {
	return conformance.Printable(fmt.Sprintf("%s:%d:%d %s", p.File, p.Line, p.Column, p.Pointer))
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

func (t *text) Stale(d deviation.Deviation) {
	what := string(d.Rule) + " " + cmp.Or(d.Pointer, "/")
	if d.Property != "" {
		what += " " + d.Property
	}
	why := "matches no finding"
	if d.Expired {
		why = "its last day was " + d.Until.Format(time.DateOnly)
	}
	fmt.Fprintf(&t.stale, "%s: stale: %s: %s: %s\n", entry(&d), d.Provider, short(what), why)
}

func (t *text) Close(s conformance.Summary) error {
	t.more.print(t.w)
	if t.stale.Len() > 0 {
		fmt.Fprintln(t.w, t.stale.String())
	}
	fmt.Fprintf(t.w, "%s: %d conforming, %d nonconforming", count(s.Recordings, "recording"), s.Conforming, s.Nonconforming)
	if s.Skipped > 0 {
		fmt.Fprintf(t.w, "; %d skipped", s.Skipped)
	}
	if s.Unreadable > 0 {
		fmt.Fprintf(t.w, "; %d unreadable", s.Unreadable)
	}
	fmt.Fprintf(t.w, "\n%s, %s", count(s.Errors, "error"), count(s.Warnings, "warning"))
	if s.Known > 0 {
		fmt.Fprintf(t.w, " beyond the %d known", s.Known)
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
