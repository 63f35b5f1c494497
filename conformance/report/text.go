package report

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/deviation"
)

// text reads like a compiler's output: a paragraph a finding, then a line of counts. Of
// findings that are alike it shows the first and counts the others, and so it waits until
// all is known.
type text struct {
	w       io.Writer
	verbose bool
	color   bool
	left    int // how many findings may still be shown
	unread  int // how many entries can't be read
	shown   spool
	firsts  map[group]*first
	inOrder []*first
	unshown tally
	stale   strings.Builder
}

// maxUnreadable is how many unreadable entries text names.
const maxUnreadable = 100

// first is the finding that is shown of those that are alike.
type first struct {
	end  int64 // where its paragraph ends, in what is shown
	like int   // how many more there are
}

func newText(w io.Writer, o Options) *text {
	return &text{w: w, verbose: o.Verbose, color: o.Color, left: o.MaxFindings, firsts: map[group]*first{}}
}

func (t *text) Result(r conformance.Result) {
	if r.Outcome == conformance.Unreadable {
		// Why a run fails is never less worth than what it found.
		if t.unread++; t.unread > maxUnreadable {
			t.unshown.add("unreadable: " + fmt.Sprint(r.Err))
			return
		}
		p := t.paragraph()
		p.unreadable(r)
		t.show(p)
		return
	}
	for _, f := range r.Findings {
		if !f.Known || f.Deviation != nil {
			t.finding(&r, f)
		}
	}
}

func (t *text) finding(r *conformance.Result, f conformance.Finding) {
	group := groupOf(f)
	if first := t.firsts[group]; first != nil {
		first.like++
		return
	}
	if !t.shows(name(f)) {
		return
	}
	if !f.Known || t.verbose { // else it takes no room from what isn't known
		t.left--
	}
	p := t.paragraph()
	p.finding(r, f)
	t.show(p)
	if !t.verbose {
		first := &first{end: t.shown.size - 1}
		t.firsts[group], t.inOrder = first, append(t.inOrder, first)
	}
}

// shows says whether one more finding may be shown, and counts it by its name where not.
func (t *text) shows(name string) bool {
	if t.left > 0 {
		return true
	}
	t.unshown.add(name)
	return false
}

func (t *text) paragraph() *paragraph { return &paragraph{verbose: t.verbose, color: t.color} }

func (t *text) show(p *paragraph) {
	fmt.Fprintf(&t.shown, "%s\n", p.Bytes())
}

func (t *text) Difference(d conformance.Difference) {
	p := t.paragraph()
	p.difference(d)
	t.show(p)
}

func (t *text) Stale(d deviation.Deviation) {
	fmt.Fprintf(&t.stale, "%s: stale: %s: %s\n", entry(&d), about(d), outdated(d))
}

func (t *text) Close(s conformance.Summary) error {
	w := bufio.NewWriter(t.w)
	if err := t.findings(w); err != nil {
		return err
	}
	if t.stale.Len() > 0 {
		fmt.Fprintln(w, t.stale.String())
	}
	printSummary(w, s)
	return w.Flush()
}

// printSummary writes the lines of counts.
func printSummary(w io.Writer, s conformance.Summary) {
	fmt.Fprintf(w, "%s: %s conforming, %s nonconforming", count(s.Recordings, "recording"), thousands(s.Conforming), thousands(s.Nonconforming))
	if s.Skipped > 0 {
		fmt.Fprintf(w, "; %s skipped", thousands(s.Skipped))
	}
	if s.Unreadable > 0 {
		fmt.Fprintf(w, "; %s unreadable", thousands(s.Unreadable))
	}
	fmt.Fprintf(w, "\n%s, %s", count(s.Errors, "error"), count(s.Warnings, "warning"))
	if s.Known > 0 {
		fmt.Fprintf(w, " beyond the %s known", thousands(s.Known))
	}
	fmt.Fprintln(w)
}

// findings writes what is shown, once, and counts what isn't.
func (t *text) findings(w io.Writer) error {
	defer t.shown.remove()
	shown, err := t.shown.reader()
	if err != nil {
		return err
	}
	at := int64(0)
	for _, first := range t.inOrder {
		if first.like == 0 {
			continue
		}
		if _, err := io.CopyN(w, shown, first.end-at); err != nil {
			return err
		}
		at = first.end
		fmt.Fprintf(w, "      … and %s more like it; --verbose shows them\n", thousands(first.like))
	}
	if _, err := io.Copy(w, shown); err != nil {
		return err
	}
	t.unshown.print(w)
	return nil
}

func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return thousands(n) + " " + noun
}

// thousands writes n as people read it: 1,204.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
