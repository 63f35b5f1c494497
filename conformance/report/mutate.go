package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/coverage"
	"github.com/sandboxspec/sandboxspec/conformance/mutate"
)

// Bodies writes what contracts made of violations, as text or as json. It returns the error
// of w, and one for a format that there isn't.
func Bodies(format string, w io.Writer, b *mutate.Bodies) error {
	switch format {
	case "text":
		return bodiesText(w, b)
	case "json":
		return bodiesJSON(w, b)
	}
	return fmt.Errorf("no format %q: choose one of text, json", format)
}

// Specs writes what recordings made of mutants, as text, json or html. Contracts are what they
// showed of the contracts, for html, which has the survivors among the fields. It returns the
// error of w, and one for a format that there isn't.
func Specs(format string, w io.Writer, s *mutate.Specs, contracts []*coverage.Contract) error {
	switch format {
	case "text":
		return specsText(w, s)
	case "json":
		return specsJSON(w, s)
	case "html":
		return specsHTML(w, s, contracts)
	}
	return fmt.Errorf("no format %q: choose one of text, json, html", format)
}

// maxWrong is how many violations that were not caught text shows.
const maxWrong = 100

func bodiesText(out io.Writer, b *mutate.Bodies) error {
	w := bufio.NewWriter(out)
	wrong := b.Wrong()
	for i, one := range wrong {
		if i == maxWrong {
			fmt.Fprintf(w, "and %s more\n", thousands(len(wrong)-i))
			break
		}
		name := one.File
		if one.Many {
			name = fmt.Sprintf("%s: entry %d", name, one.Entry)
		}
		place := ""
		if one.Pointer != "" {
			place = " at " + one.Pointer
		}
		line := fmt.Sprintf("%s: %s%s: %s: due %s", name, one.Kind, place, one.Verdict, findings(one.Due))
		if len(one.Found) > 0 {
			line += ", found " + findings(one.Found)
		}
		fmt.Fprintln(w, conformance.Printable(line))
	}
	if len(wrong) > 0 {
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "%-43s %9s %9s %9s %9s\n", "violation", "tried", "caught", "missed", "elsewhere")
	row := func(title string, t mutate.Tally) {
		if t.Tried > 0 {
			fmt.Fprintf(w, "%-43s %9s %9s %9s %9s\n", title, thousands(t.Tried), thousands(t.Caught), thousands(t.Missed), thousands(t.Elsewhere))
		}
	}
	for _, kind := range append([]string{mutate.AsRecorded}, mutate.Kinds...) {
		row(kind, b.Of(kind))
	}
	row("all", b.Tally)
	fmt.Fprintf(w, "\n%s without a finding, %v %% caught\n", count(b.Recordings, "recording"), b.Percent())
	if b.TooLong > 0 {
		fmt.Fprintf(w, "%s longer than %d bytes left out\n", count(b.TooLong, "body"), mutate.MaxBody)
	}
	if b.Unfinished > 0 {
		fmt.Fprintf(w, "%s with more violations than were tried\n", count(b.Unfinished, "recording"))
	}
	return w.Flush()
}

// findings names findings by rule and place.
func findings(all []contract.Finding) string {
	var names []string
	for _, f := range all {
		name := string(f.Rule)
		if f.Pointer != "" {
			name += " " + f.Pointer
		}
		if f.Property != "" {
			name += " " + fmt.Sprintf("%q", f.Property)
		}
		names = append(names, name)
	}
	if names == nil {
		return "nothing"
	}
	return strings.Join(names, " and ")
}

type jsonBodies struct {
	Version    int     `json:"version"`
	Recordings int     `json:"recordings"`
	TooLong    int     `json:"too_long"`
	Unfinished int     `json:"unfinished"`
	Percent    float64 `json:"percent"`
	jsonTally
	Kinds []jsonKind  `json:"kinds"`
	Wrong []jsonWrong `json:"wrong"`
}

type jsonTally struct {
	Tried     int `json:"tried"`
	Caught    int `json:"caught"`
	Missed    int `json:"missed"`
	Elsewhere int `json:"elsewhere"`
}

type jsonKind struct {
	Kind string `json:"kind"`
	jsonTally
}

type jsonWrong struct {
	Recording string    `json:"recording"`
	Entry     int       `json:"entry"`
	Kind      string    `json:"kind"`
	Pointer   string    `json:"pointer"`
	Verdict   string    `json:"verdict"`
	Due       []jsonDue `json:"due"`
	Found     []jsonDue `json:"found"`
}

type jsonDue struct {
	Rule     contract.Rule `json:"rule"`
	Pointer  string        `json:"pointer"`
	Property string        `json:"property"`
}

func bodiesJSON(w io.Writer, b *mutate.Bodies) error {
	all := jsonBodies{
		Version: 1, Recordings: b.Recordings, TooLong: b.TooLong, Unfinished: b.Unfinished, Percent: b.Percent(), jsonTally: jsonTally(b.Tally),
		Wrong: []jsonWrong{},
	}
	for _, kind := range append([]string{mutate.AsRecorded}, mutate.Kinds...) {
		all.Kinds = append(all.Kinds, jsonKind{kind, jsonTally(b.Of(kind))})
	}
	due := func(findings []contract.Finding) []jsonDue {
		all := []jsonDue{}
		for _, f := range findings {
			all = append(all, jsonDue{f.Rule, f.Pointer, f.Property})
		}
		return all
	}
	for _, one := range b.Wrong() {
		all.Wrong = append(all.Wrong, jsonWrong{one.File, one.Entry, one.Kind, one.Pointer, string(one.Verdict), due(one.Due), due(one.Found)})
	}
	return writeJSON(w, all)
}

func specsText(out io.Writer, s *mutate.Specs) error {
	w := bufio.NewWriter(out)
	for _, m := range s.Survivors {
		fmt.Fprintln(w, conformance.Printable(fmt.Sprintf("%s:%d:%d: survived: %s", m.Spec.File, m.Spec.Line, m.Spec.Column, survivor(m))))
	}
	for _, stale := range s.Stale {
		fmt.Fprintln(w, conformance.Printable("stale: "+stale.String()))
	}
	if len(s.Survivors)+len(s.Stale) > 0 {
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "%-26s %9s %9s %10s %9s\n", "change", "mutants", "killed", "equivalent", "survived")
	row := func(title string, c mutate.Counts) {
		if c.Mutants > 0 {
			fmt.Fprintf(w, "%-26s %9s %9s %10s %9s\n", title, thousands(c.Mutants), thousands(c.Killed), thousands(c.Equivalent), thousands(c.Survived()))
		}
	}
	for _, kind := range mutate.Changes {
		row(kind, s.Of(kind))
	}
	row("all", s.Counts)
	fmt.Fprintf(w, "\n%s, %v %% killed\n", count(s.Recordings, "recording"), s.Percent())
	if s.Untried > 0 {
		fmt.Fprintf(w, "%s not tried\n", count(s.Untried, "mutant"))
	}
	return w.Flush()
}

// survivor says what was changed, and what to record.
func survivor(m mutate.Mutant) string {
	keyword := m.Spec.Pointer[strings.LastIndexByte(m.Spec.Pointer, '/')+1:]
	return fmt.Sprintf("%s %s: record %s", keyword, m.Change, m.Record)
}

type jsonSpecs struct {
	Version    int     `json:"version"`
	Recordings int     `json:"recordings"`
	Percent    float64 `json:"percent"`
	jsonCounts
	Untried   int               `json:"untried"`
	Changes   []jsonChange      `json:"changes"`
	Survivors []jsonMutant      `json:"survivors"`
	Stale     []jsonStaleMutant `json:"stale"`
}

type jsonCounts struct {
	Mutants    int `json:"mutants"`
	Killed     int `json:"killed"`
	Equivalent int `json:"equivalent"`
	Survived   int `json:"survived"`
}

type jsonChange struct {
	Kind string `json:"kind"`
	jsonCounts
}

type jsonMutant struct {
	jsonOperation
	Response string       `json:"response"`
	Mutant   string       `json:"mutant"`
	Kind     string       `json:"kind"`
	Change   string       `json:"change"`
	Pointer  string       `json:"pointer"`
	Record   string       `json:"record"`
	Spec     jsonPosition `json:"spec"`
}

type jsonStaleMutant struct {
	Mutant string `json:"mutant"`
	Why    string `json:"why"`
}

func specsJSON(w io.Writer, s *mutate.Specs) error {
	counts := func(c mutate.Counts) jsonCounts {
		return jsonCounts{c.Mutants, c.Killed, c.Equivalent, c.Survived()}
	}
	all := jsonSpecs{
		Version: 1, Recordings: s.Recordings, Percent: s.Percent(), jsonCounts: counts(s.Counts), Untried: s.Untried,
		Survivors: []jsonMutant{}, Stale: []jsonStaleMutant{},
	}
	for _, kind := range mutate.Changes {
		all.Changes = append(all.Changes, jsonChange{kind, counts(s.Of(kind))})
	}
	for _, m := range s.Survivors {
		all.Survivors = append(all.Survivors, jsonMutant{
			jsonOperation{m.Provider, m.Operation}, m.Response, m.String(), m.Kind, m.Change, m.Pointer, m.Record, jsonPosition(m.Spec),
		})
	}
	for _, stale := range s.Stale {
		all.Stale = append(all.Stale, jsonStaleMutant{stale.Mutant, stale.Why})
	}
	return writeJSON(w, all)
}

// specsHTML writes the page of coverage, with the survivors beside the fields.
func specsHTML(w io.Writer, s *mutate.Specs, contracts []*coverage.Contract) error {
	p := &page{Title: "sandboxspec mutate specs", Class: "clean", Mutants: true}
	p.Verdict = fmt.Sprintf("%s of %s survived", thousands(s.Survived()), count(s.Mutants, "mutant"))
	if s.Survived()+len(s.Stale) > 0 {
		p.Class = "warning"
	}
	p.Totals = []htmlTotal{
		{"recordings", "", s.Recordings}, {"mutants", "", s.Mutants}, {"killed", "", s.Killed}, {"equivalent", "", s.Equivalent}, {"survived", "", s.Survived()},
	}
	if s.Untried > 0 {
		p.Totals = append(p.Totals, htmlTotal{"not tried", "", s.Untried})
	}
	ids := p.contracts(contracts, nil)
	rows := map[string]*htmlField{}
	for i := range p.Contracts {
		for f := range p.Contracts[i].Fields {
			row := &p.Contracts[i].Fields[f]
			rows[row.ID] = row
		}
	}
	for _, m := range s.Survivors {
		for _, c := range contracts {
			if c.Provider == m.Provider && c.Operation == m.Operation && c.Response == m.Response {
				row := rows[ids[c.Find(m.Pointer)]]
				row.State = "broken"
				row.Survivors = append(row.Survivors, conformance.Printable(survivor(m)))
			}
		}
	}
	for _, stale := range s.Stale {
		p.Stale = append(p.Stale, conformance.Printable(stale.String()))
	}
	return p.write(w)
}

func writeJSON(w io.Writer, v any) error {
	text, err := encode(v, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}
