package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/coverage"
)

// CoverageFormats are the names that Coverage knows.
var CoverageFormats = []string{"text", "json", "html"}

// Coverage writes what recordings showed of contracts, in one of CoverageFormats. Unrecorded are the operations that no
// recording is of. It returns the error of w, and one for a format that there isn't.
func Coverage(format string, w io.Writer, contracts []*coverage.Contract, unrecorded []conformance.Operation) error {
	switch format {
	case "text":
		return coverageText(w, contracts, unrecorded)
	case "json":
		return coverageJSON(w, contracts, unrecorded)
	case "html":
		return coverageHTML(w, contracts, unrecorded)
	}
	return fmt.Errorf("no format %q: choose one of %s", format, strings.Join(CoverageFormats, ", "))
}

// maxUnrecorded is how many operations text names that no recording is of.
const maxUnrecorded = 20

// coverageText writes a line for each goal that no recording reached, then one of counts.
func coverageText(out io.Writer, contracts []*coverage.Contract, unrecorded []conformance.Operation) error {
	w := bufio.NewWriter(out)
	for i, c := range contracts {
		if i > 0 && c.Reached() < len(c.Goals) {
			fmt.Fprintln(w)
		}
		for _, g := range c.Goals {
			if !g.Reached() {
				fmt.Fprintln(w, conformance.Printable(missing(g)))
			}
		}
		fmt.Fprintf(w, "%s: %d %%, %s\n", conformance.Printable(c.Name()), c.Percent(), detail(c))
	}
	if len(unrecorded) > 0 {
		fmt.Fprintln(w)
	}
	for i, o := range unrecorded {
		if i == maxUnrecorded {
			fmt.Fprintf(w, "and %s more without a recording\n", thousands(len(unrecorded)-i))
			break
		}
		fmt.Fprintf(w, "%s: no recording\n", conformance.Printable(o.String()))
	}
	return w.Flush()
}

// missing says which goal nobody reached, and where it stands.
func missing(g *coverage.Goal) string {
	place := g.Field.Pointer
	if place == "" {
		place = "the body"
	}
	return fmt.Sprintf("%s:%d:%d: %s: never %s", g.Spec.File, g.Spec.Line, g.Spec.Column, place, g)
}

// detail says what the percentage of a contract is made of.
func detail(c *coverage.Contract) string {
	return fmt.Sprintf("%s of %s, in %s", thousands(c.Reached()), count(len(c.Goals), "goal"), origins(c.Recordings))
}

// origins says how many recordings there are, and where they are from.
func origins(c coverage.Count) string {
	from := fmt.Sprintf("%s composed, %s live", thousands(c.Composed), thousands(c.Live))
	if c.Unknown > 0 {
		from += ", " + thousands(c.Unknown) + " of unknown source"
	}
	return count(c.All(), "recording") + ": " + from
}

type jsonCoverage struct {
	Version    int             `json:"version"`
	Contracts  []jsonContract  `json:"contracts"`
	Unrecorded []jsonOperation `json:"unrecorded"`
}

type jsonOperation struct {
	Provider  string `json:"provider"`
	Operation string `json:"operation"`
}

type jsonContract struct {
	jsonOperation
	Response   string      `json:"response"`
	Recordings jsonCount   `json:"recordings"`
	Percent    int         `json:"percent"`
	Goals      int         `json:"goals"`
	Reached    int         `json:"reached"`
	Fields     []jsonField `json:"fields"`
}

type jsonCount struct {
	Composed int `json:"composed"`
	Live     int `json:"live"`
	Unknown  int `json:"unknown"`
}

type jsonField struct {
	Pointer  string       `json:"pointer"`
	Types    []string     `json:"types"`
	Format   string       `json:"format"`
	Limits   []string     `json:"limits"`
	Required bool         `json:"required"`
	Nullable bool         `json:"nullable"`
	Lowest   string       `json:"lowest"`
	Highest  string       `json:"highest"`
	SameAs   *string      `json:"same_as,omitempty"`
	Spec     jsonPosition `json:"spec"`
	Goals    []jsonGoal   `json:"goals"`
}

type jsonGoal struct {
	Goal    string       `json:"goal"`
	Value   string       `json:"value"`
	Reached bool         `json:"reached"`
	Shown   jsonCount    `json:"shown"`
	Spec    jsonPosition `json:"spec"`
}

// coverageJSON writes one object.
func coverageJSON(w io.Writer, contracts []*coverage.Contract, unrecorded []conformance.Operation) error {
	all := jsonCoverage{Version: 1, Contracts: []jsonContract{}, Unrecorded: []jsonOperation{}}
	for _, c := range contracts {
		one := jsonContract{
			jsonOperation: jsonOperation{c.Provider, c.Operation}, Response: c.Response, Recordings: jsonCount(c.Recordings),
			Percent: c.Percent(), Goals: len(c.Goals), Reached: c.Reached(),
		}
		for f := range c.Root.All {
			one.Fields = append(one.Fields, fieldJSON(f))
		}
		all.Contracts = append(all.Contracts, one)
	}
	for _, o := range unrecorded {
		all.Unrecorded = append(all.Unrecorded, jsonOperation{o.Provider, o.ID})
	}
	return writeJSON(w, all)
}

func fieldJSON(f *coverage.Field) jsonField {
	said := jsonField{
		Pointer: f.Pointer, Types: list(f.Types), Format: f.Format, Limits: list(f.Limits), Required: f.Required,
		Nullable: f.Nullable, Lowest: f.Lowest, Highest: f.Highest, Spec: jsonPosition(f.Spec), Goals: []jsonGoal{},
	}
	if f.SameAs != nil {
		said.SameAs = &f.SameAs.Pointer
	}
	for _, g := range f.Goals {
		said.Goals = append(said.Goals, jsonGoal{g.Name, g.Value, g.Reached(), jsonCount(g.Shown), jsonPosition(g.Spec)})
	}
	return said
}
