package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/coverage"
)

// htmlContract is a contract as the page shows it: a tree.
type htmlContract struct {
	ID, Name, Detail string
	Percent          int
	Fields           []htmlField
}

// htmlField is a row of the tree of a contract.
type htmlField struct {
	ID, Outer, Name, Spec   string
	Depth, Indent           int
	State                   string // complete, left or broken
	Type                    string
	Required, Nullable      bool
	Limits                  []string
	Present, Null, Absent   *htmlChip // nil where it is no goal
	Values                  []htmlChip
	Range, SameAs, SameAsID string
	Found                   string
	Survivors               []string // the mutants of the field
}

// htmlChip is a goal.
type htmlChip struct {
	Label, Class, Origin string
	Count                int
}

// htmlTally counts the findings of a field.
type htmlTally struct{ errors, warnings, known int }

// contracts adds the trees of the contracts, and returns the IDs of the fields.
func (p *page) contracts(all []*coverage.Contract, found map[*coverage.Field]*htmlTally) map[*coverage.Field]string {
	ids := map[*coverage.Field]string{}
	for i, c := range all {
		n := 0
		for f := range c.Root.All {
			n++
			ids[f] = fmt.Sprintf("field-%d-%d", i+1, n)
		}
	}
	for i, c := range all {
		one := htmlContract{
			ID: fmt.Sprintf("contract-%d", i+1), Name: conformance.Printable(c.Name()), Percent: c.Percent(), Detail: detail(c),
		}
		for f := range c.Root.All {
			one.Fields = append(one.Fields, fieldHTML(f, ids, found[f]))
		}
		p.Contracts = append(p.Contracts, one)
	}
	return ids
}

// unrecorded names the operations that no recording is of.
func (p *page) unrecorded(all []conformance.Operation) {
	for i, o := range all {
		if i == maxUnrecorded {
			p.MoreUnrecorded = len(all) - i
			break
		}
		p.Unrecorded = append(p.Unrecorded, conformance.Printable(o.String()))
	}
}

// deepestIndent is how many levels of a tree are indented.
const deepestIndent = 8

// fieldHTML returns the row of a field.
func fieldHTML(f *coverage.Field, ids map[*coverage.Field]string, found *htmlTally) htmlField {
	at := strings.LastIndexByte(f.Pointer, '/') + 1
	row := htmlField{
		ID: ids[f], Outer: conformance.Printable(f.Pointer[:at]), Name: conformance.Printable(f.Pointer[at:]),
		Spec:  conformance.Printable(fmt.Sprintf("%s:%d:%d", f.Spec.File, f.Spec.Line, f.Spec.Column)),
		Depth: strings.Count(f.Pointer, "/"), State: "complete", Required: f.Required, Nullable: f.Nullable,
		Type: conformance.Printable(strings.TrimSpace(strings.Join(f.Types, " or ") + " " + f.Format)),
	}
	row.Indent = min(row.Depth, deepestIndent)
	if f.Pointer == "" {
		row.Name = "the body"
	}
	bounds := map[string]bool{}
	for _, g := range f.Goals {
		if !g.Reached() {
			row.State = "left"
		}
		chip := chipHTML(g)
		switch g.Name {
		case coverage.Present:
			row.Present = &chip
		case coverage.Null:
			row.Null = &chip
		case coverage.Absent:
			row.Absent = &chip
		default:
			bounds[g.Name] = true
			chip.Label = short(label(g))
			row.Values = append(row.Values, chip)
		}
	}
	for _, limit := range f.Limits {
		if keyword, _, _ := strings.Cut(limit, " "); !bounds[keyword] {
			row.Limits = append(row.Limits, short(limit))
		}
	}
	switch {
	case f.Lowest == f.Highest:
		row.Range = digits(f.Lowest)
	default:
		row.Range = digits(f.Lowest) + " … " + digits(f.Highest)
	}
	if f.SameAs != nil {
		row.SameAs, row.SameAsID = conformance.Printable(cmp.Or(f.SameAs.Pointer, "the body")), ids[f.SameAs]
	}
	if found != nil {
		row.Found = found.String()
		if found.errors+found.warnings > 0 {
			row.State = "broken"
		}
	}
	return row
}

// chipHTML returns a goal without a label.
func chipHTML(g *coverage.Goal) htmlChip {
	chip := htmlChip{Class: "never", Count: g.Shown.All()}
	switch {
	case g.Shown.Live > 0:
		chip.Class = "live"
	case g.Reached():
		chip.Class = "shown"
	}
	if g.Reached() {
		chip.Origin = origins(g.Shown)
	}
	return chip
}

// label is a goal of a schema in as few characters as can be.
func label(g *coverage.Goal) string {
	switch g.Name {
	case coverage.Type:
		return g.Value
	case coverage.Value:
		if text, err := jsontext.AppendUnquote(nil, g.Value); err == nil && len(text) > 0 {
			return string(text)
		}
		return g.Value
	case string(contract.AnyOf), string(contract.OneOf), string(contract.DependentSchemas):
		return g.Name + "/" + g.Value
	}
	return strings.TrimSpace(g.Name + " " + g.Value)
}

// digits is an integer without its middle where it is very long.
func digits(n string) string {
	if len(n) <= 40 {
		return n
	}
	return fmt.Sprintf("%s…%s (%d digits)", n[:15], n[len(n)-10:], len(strings.TrimPrefix(n, "-")))
}

// String says how many findings there are of each kind.
func (t *htmlTally) String() string {
	var said []string
	if t.errors > 0 {
		said = append(said, count(t.errors, "error"))
	}
	if t.warnings > 0 {
		said = append(said, count(t.warnings, "warning"))
	}
	if t.known > 0 {
		said = append(said, thousands(t.known)+" known")
	}
	return strings.Join(said, ", ")
}

// coverageHTML writes the page without findings.
func coverageHTML(w io.Writer, contracts []*coverage.Contract, unrecorded []conformance.Operation) error {
	p := &page{Title: "sandboxspec coverage", Class: "clean"}
	reached, goals := 0, 0
	for _, c := range contracts {
		reached, goals = reached+c.Reached(), goals+len(c.Goals)
	}
	p.Verdict = fmt.Sprintf("%s of %s reached", thousands(reached), count(goals, "goal"))
	if reached < goals {
		p.Class = "warning"
	}
	var recordings coverage.Count
	for _, c := range contracts {
		recordings.Composed += c.Recordings.Composed
		recordings.Live += c.Recordings.Live
		recordings.Unknown += c.Recordings.Unknown
	}
	p.Totals = []htmlTotal{
		{"contracts", "", len(contracts)}, {"recordings", "", recordings.All()}, {"composed", "", recordings.Composed},
		{"live", "", recordings.Live}, {"of unknown source", "", recordings.Unknown},
	}
	p.contracts(contracts, nil)
	p.unrecorded(unrecorded)
	return p.write(w)
}
