package report

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/coverage"
	"github.com/sandboxspec/sandboxspec/conformance/deviation"
)

// html writes one page that needs nothing else: the findings, those that are alike together, and the contracts with what
// the recordings showed of them.
type html struct {
	w          io.Writer
	coverage   *coverage.Coverage
	judge      *conformance.Judge
	verbose    bool
	documents  map[string][]string // the lines of the specs
	groups     map[htmlKey]*htmlGroup
	inOrder    []*htmlGroup
	places     int // how many findings are shown
	more       int // how many aren't
	found      map[*coverage.Field]*htmlTally
	unreadable []string
	unread     int
	difference []conformance.Difference
	outdated   []string
}

// The page shows this many findings, for a browser has to stay quick, and beyond them the first of each kind, up to so many
// kinds. It counts the others.
const (
	maxPlaces = 10_000
	maxKinds  = 1000
)

// maxHTMLUnreadable is how many unreadable entries it names.
const maxHTMLUnreadable = 1000

// longestPointer is how much of a pointer is kept, in bytes: more than anybody is shown.
const longestPointer = 4 * longestSentence

// firstPlaces is how many findings of a group are shown at once.
const firstPlaces = 3

func newHTML(w io.Writer, o Options) *html {
	return &html{
		w: w, coverage: o.Coverage, judge: o.Judge, verbose: o.Verbose, documents: map[string][]string{},
		groups: map[htmlKey]*htmlGroup{}, found: map[*coverage.Field]*htmlTally{},
	}
}

// htmlKey is what findings have in common that stand together: they are alike, and of one contract.
type htmlKey struct {
	group
	contract string
}

// htmlGroup is findings that stand together.
type htmlGroup struct {
	htmlKey
	field  *coverage.Field
	first  contract.Finding
	places []htmlPlace
	times  int // how many findings there are, those that aren't shown included
}

// htmlPlace is a finding in a recording.
type htmlPlace struct {
	Where, Got          string
	Shown               bool
	Number              int
	Before, Mark, After string
	Branches            string
}

func (h *html) Result(r conformance.Result) {
	if r.Outcome == conformance.Unreadable {
		if h.unread++; h.unread <= maxHTMLUnreadable {
			h.unreadable = append(h.unreadable, conformance.Printable(r.File)+": "+unreadable(r))
		}
		return
	}
	for _, f := range r.Findings {
		field := h.field(&r, f)
		h.count(field, f)
		f = r.Shown(f)
		g := h.group(&r, f, field)
		if g != nil {
			g.times++
		}
		if g == nil || h.places >= maxPlaces && len(g.places) > 0 {
			h.more++
			continue
		}
		h.places++
		g.places = append(g.places, h.place(&r, f))
	}
}

// entryName says which entry of which file a result is of.
func entryName(r *conformance.Result) string {
	if r.Many {
		return fmt.Sprintf("%s: entry %d", r.File, r.Entry)
	}
	return r.File
}

// field returns the place in its contract that the finding is about; nil where there is none.
func (h *html) field(r *conformance.Result, f conformance.Finding) *coverage.Field {
	if h.coverage == nil {
		return nil
	}
	c := h.coverage.Of(r)
	if c == nil {
		return nil
	}
	if f.Actual == contract.Absent {
		return c.Find(f.Pointer + "/" + contract.EscapeToken(f.Property))
	}
	return c.Find(f.Pointer)
}

// count counts a finding at its field.
func (h *html) count(field *coverage.Field, f conformance.Finding) {
	if field == nil {
		return
	}
	t := h.found[field]
	if t == nil {
		t = &htmlTally{}
		h.found[field] = t
	}
	switch {
	case f.Known:
		t.known++
	case f.Severity == contract.Error:
		t.errors++
	default:
		t.warnings++
	}
}

// group returns the group that a finding about a field goes to; nil where there are too many.
func (h *html) group(r *conformance.Result, f conformance.Finding, field *coverage.Field) *htmlGroup {
	known := f.Deviation
	f.Deviation = nil // what one entry is about can be of many kinds
	key := htmlKey{groupOf(f), conformance.Operation{Provider: r.Provider, ID: r.Operation}.String()}
	key.deviation = known
	if field != nil && strings.Count(field.Pointer, "/") == strings.Count(f.Pointer, "/") {
		key.family = field.Pointer // it has * for keys, too
	}
	g := h.groups[key]
	if g == nil && len(h.groups) < maxKinds {
		g = &htmlGroup{htmlKey: key, field: field, first: f.Finding}
		g.first.Pointer, g.first.Branches = strings.Clone(f.Pointer[:min(len(f.Pointer), longestPointer)]), nil
		h.groups[key] = g
		h.inOrder = append(h.inOrder, g)
	}
	return g
}

// place returns what is shown of a finding in its recording.
func (h *html) place(r *conformance.Result, f conformance.Finding) htmlPlace {
	file := conformance.Printable(r.File)
	if f.Decoded {
		file = conformance.Printable(entryName(r)) + ": decoded body"
	}
	p := htmlPlace{Where: fmt.Sprintf("%s:%d:%d", file, f.Line, f.Column), Number: f.Line}
	if f.Actual != contract.Absent {
		p.Got = short(f.Actual)
	}
	if p.Shown = mayShow(r, f); p.Shown {
		line, caret := window(r, f)
		p.Before, p.Mark, p.After = mark([]rune(line), caret)
	}
	if len(f.Branches) > 0 {
		all := paragraph{verbose: h.verbose}
		all.branches(r, f.Finding, "", 1)
		p.Branches = all.String()
	}
	return p
}

// mark cuts a line around what stands at the caret: a string, a word, a number or a sign.
func mark(line []rune, caret int) (before, marked, after string) {
	if caret >= len(line) {
		return string(line), " ", ""
	}
	end := caret + 1
	switch c := line[caret]; {
	case c == '"':
		for end < len(line) && line[end] != '"' {
			if line[end] == '\\' {
				end++
			}
			end++
		}
		end = min(end+1, len(line))
	case !strings.ContainsRune("{}[],: …", c):
		for end < len(line) && !strings.ContainsRune("{}[],\" …", line[end]) {
			end++
		}
	}
	return string(line[:caret]), string(line[caret:end]), string(line[end:])
}

func (h *html) Difference(d conformance.Difference) { h.difference = append(h.difference, d) }

func (h *html) Stale(d deviation.Deviation) {
	h.outdated = append(h.outdated, fmt.Sprintf("%s: %s: %s", entry(&d), about(d), outdated(d)))
}

func (h *html) Close(s conformance.Summary) error {
	p := &page{
		Title: "sandboxspec check", Check: true, More: h.more, Known: s.Known > 0,
		Stale: h.outdated, Unreadable: h.unreadable, MoreUnreadable: h.unread - len(h.unreadable),
	}
	p.Verdict, p.Class = verdict(s, len(h.difference))
	for _, t := range []htmlTotal{
		{"recordings", "", s.Recordings}, {"conforming", "", s.Conforming}, {"nonconforming", "", s.Nonconforming},
		{"unreadable", "error", s.Unreadable}, {"skipped", "", s.Skipped},
		{"errors", "error", s.Errors}, {"warnings", "warning", s.Warnings}, {"known", "", s.Known},
	} {
		if t.Count == 0 {
			t.Class = ""
		}
		p.Totals = append(p.Totals, t)
	}
	for _, d := range h.difference {
		p.Differences = append(p.Differences, conformance.Difference{
			Recording: conformance.Printable(d.Recording), Missing: printable(d.Missing), Unexpected: printable(d.Unexpected),
		})
	}
	ids := map[*coverage.Field]string{}
	if h.coverage != nil {
		ids = p.contracts(h.coverage.Contracts(), h.found)
		if h.judge != nil {
			p.unrecorded(h.coverage.Unrecorded(h.judge))
		}
	}
	contracts, rules := map[string]bool{}, map[string]bool{}
	for i, g := range h.inOrder {
		contracts[g.contract], rules[string(g.rule)] = true, true
		p.Groups = append(p.Groups, h.finding(g, fmt.Sprintf("finding-%d", i+1), ids[g.field]))
	}
	// New findings go before known ones, errors before warnings, and else they stay in the order of the recordings.
	rank := func(f htmlFinding) (n int) {
		if f.Known {
			n += 2
		}
		if f.Severity != string(contract.Error) {
			n++
		}
		return n
	}
	slices.SortStableFunc(p.Groups, func(a, b htmlFinding) int { return rank(a) - rank(b) })
	p.GroupContracts, p.Rules = slices.Sorted(maps.Keys(contracts)), slices.Sorted(maps.Keys(rules))
	return p.write(h.w)
}

func printable(lines []string) (all []string) {
	for _, line := range lines {
		all = append(all, conformance.Printable(line))
	}
	return all
}

// verdict says in a few words how a run ended, and which colour that has.
func verdict(s conformance.Summary, differences int) (says, class string) {
	switch {
	case s.Errors+s.Warnings > 0:
		says, class = count(s.Errors, "error")+", "+count(s.Warnings, "warning"), "warning"
		if s.Errors > 0 {
			class = "error"
		}
	case differences > 0:
		says, class = count(differences, "recording")+" with other findings than expected", "error"
	case s.Unreadable > 0:
		says, class = count(s.Unreadable, "recording")+" unreadable", "error"
	case s.Known > 0:
		says, class = "No findings but known ones", "clean"
	default:
		says, class = "No findings", "clean"
	}
	return says, class
}

// finding returns a group as the page shows it.
func (h *html) finding(g *htmlGroup, id, field string) htmlFinding {
	f := htmlFinding{
		ID: id, Contract: g.contract, Rule: string(g.rule), Severity: string(g.first.Severity), Field: field, Known: g.known,
		Times: g.times, Several: g.times > 1, More: g.times - len(g.places),
		First: g.places, Spec: conformance.Printable(fmt.Sprintf("%s:%d:%d", g.spec.File, g.spec.Line, g.spec.Column)),
		SpecPointer: conformance.Printable(g.spec.Pointer), SpecLines: h.spec(g.spec),
	}
	if g.deviation != nil {
		f.Because = because(g.deviation)
	}
	if i := slices.IndexFunc(Explanations, func(e Explanation) bool { return e.Rule == g.rule }); i >= 0 {
		f.Meaning = Explanations[i].Meaning
	}
	// What is got differs from place to place.
	said := g.first
	switch {
	case !f.Several || said.Pointer == "":
	case said.Actual == contract.Absent:
		said.Pointer = family(said.Pointer)
	default:
		said.Pointer = g.family
	}
	f.Says = short(strings.TrimSuffix(conformance.Sentence(said), ", got "+said.Actual))
	if len(g.places) > firstPlaces+1 {
		f.First, f.Rest = g.places[:firstPlaces], g.places[firstPlaces:]
		f.RestCount = g.times - firstPlaces
	}
	return f
}

// A spec is shown with this many lines before and after the keyword, and of a long line with so many code points before and
// after the place.
const (
	linesBefore = 3
	linesAfter  = 4
	specBefore  = 60
	specAfter   = 100
)

// spec returns the lines around a place in a document; none where the document can't be had.
func (h *html) spec(at contract.Position) (shown []htmlLine) {
	lines, ok := h.documents[at.File]
	if !ok && h.judge != nil {
		lines = strings.Split(strings.TrimRight(string(h.judge.Document(at.File)), "\r\n"), "\n")
		h.documents[at.File] = lines
	}
	if at.Line < 1 || at.Line > len(lines) {
		return nil
	}
	for n := max(1, at.Line-linesBefore); n <= min(len(lines), at.Line+linesAfter); n++ {
		line := htmlLine{Number: n, Marked: n == at.Line}
		if line.Marked {
			text, caret := cut(lines[n-1], max(0, at.Column-1))
			line.Before, line.Mark, line.After = mark(text, caret)
		} else {
			text, _ := cut(lines[n-1], 0)
			line.Before = string(text)
		}
		shown = append(shown, line)
	}
	return shown
}

// cut returns what stands in a line around a column, which counts from 0, and the column in that.
func cut(line string, column int) (text []rune, caret int) {
	line = strings.TrimRight(line, "\r")
	from, at := 0, 0
	for _, r := range line {
		switch {
		case at == column+specAfter:
			return append(text, '…'), column - from
		case at == column-specBefore && at > 0:
			text, from = []rune{'…'}, at-1
		}
		text = append(text, []rune(conformance.Printable(string(r)))...)
		at++
	}
	return text, column - from
}
