package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// jsonReport writes one object, when all is known.
type jsonReport struct {
	w        io.Writer
	verbose  bool
	document jsonDocument
}

type jsonDocument struct {
	Version     int              `json:"version"`
	Summary     jsonSummary      `json:"summary"`
	Findings    []jsonFinding    `json:"findings"`
	Unreadable  []jsonUnreadable `json:"unreadable"`
	Differences []jsonDifference `json:"differences"`
}

type jsonSummary struct {
	Recordings    int `json:"recordings"`
	Conforming    int `json:"conforming"`
	Nonconforming int `json:"nonconforming"`
	Unreadable    int `json:"unreadable"`
	Skipped       int `json:"skipped"`
	Errors        int `json:"errors"`
	Warnings      int `json:"warnings"`
	Known         int `json:"known"`
}

type jsonFinding struct {
	Recording string `json:"recording"`
	Entry     int    `json:"entry"`
	Provider  string `json:"provider"`
	Operation string `json:"operation"`
	jsonBreak
}

// jsonBreak is what is said of a finding in a branch, too.
type jsonBreak struct {
	Severity contract.Severity `json:"severity"`
	Rule     contract.Rule     `json:"rule"`
	Pointer  string            `json:"pointer"`
	Property string            `json:"property"`
	Decoded  bool              `json:"decoded,omitempty"`
	Offset   int               `json:"offset"`
	Line     int               `json:"line"`
	Column   int               `json:"column"`
	Expected string            `json:"expected"`
	Actual   string            `json:"actual"`
	Known    *bool             `json:"known,omitempty"` // nil in a branch
	Spec     jsonPosition      `json:"spec"`
	Branches []jsonBranch      `json:"branches,omitempty"`
}

type jsonBranch struct {
	Spec     jsonPosition `json:"spec"`
	Findings []jsonBreak  `json:"findings"`
}

type jsonPosition struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Pointer string `json:"pointer"`
}

type jsonUnreadable struct {
	Recording string `json:"recording"`
	Entry     int    `json:"entry"`
	Reason    string `json:"reason"`
}

type jsonDifference struct {
	Recording  string   `json:"recording"`
	Missing    []string `json:"missing"`
	Unexpected []string `json:"unexpected"`
}

func newJSON(w io.Writer, verbose bool) *jsonReport {
	return &jsonReport{w: w, verbose: verbose, document: jsonDocument{
		Version: 1, Findings: []jsonFinding{}, Unreadable: []jsonUnreadable{}, Differences: []jsonDifference{},
	}}
}

func (j *jsonReport) Result(r conformance.Result) {
	if r.Outcome == conformance.Unreadable {
		j.document.Unreadable = append(j.document.Unreadable, unreadableJSON(r))
	}
	for _, f := range r.Findings {
		j.document.Findings = append(j.document.Findings, findingJSON(&r, f, j.verbose))
	}
}

func unreadableJSON(r conformance.Result) jsonUnreadable {
	return jsonUnreadable{r.File, r.Entry, r.Err.Error()}
}

func findingJSON(r *conformance.Result, f conformance.Finding, verbose bool) jsonFinding {
	said := breakJSON(r, f.Finding, verbose, 1)
	said.Known, said.Decoded = &f.Known, f.Decoded
	return jsonFinding{r.File, r.Entry, r.Provider, r.Operation, said}
}

func breakJSON(r *conformance.Result, f contract.Finding, verbose bool, depth int) jsonBreak {
	said := jsonBreak{
		Severity: f.Severity, Rule: f.Rule, Pointer: f.Pointer, Property: f.Property,
		Offset: f.Offset, Line: f.Line, Column: f.Column,
		Expected: f.Expected, Actual: f.Actual, Spec: jsonPosition(f.Spec),
	}
	for i, b := range f.Branches {
		if depth > deepest || i > 0 && !verbose {
			break
		}
		branch := jsonBranch{Spec: jsonPosition(b.Spec), Findings: []jsonBreak{}}
		for _, inner := range b.Findings {
			branch.Findings = append(branch.Findings, breakJSON(r, r.InFile(inner), verbose, depth+1))
		}
		said.Branches = append(said.Branches, branch)
	}
	return said
}

func (j *jsonReport) Difference(d conformance.Difference) {
	j.document.Differences = append(j.document.Differences, differenceJSON(d))
}

func differenceJSON(d conformance.Difference) jsonDifference {
	return jsonDifference{d.Recording, list(d.Missing), list(d.Unexpected)}
}

// list is lines, never null.
func list(lines []string) []string { return append([]string{}, lines...) }

func (j *jsonReport) Close(s conformance.Summary) error {
	j.document.Summary = jsonSummary(s)
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(j.document); err != nil {
		return err
	}
	_, err := j.w.Write(visible(b.Bytes()))
	return err
}

// visible writes as escapes what JSON lets stand in a string and a terminal obeys.
func visible(document []byte) []byte {
	var out []byte
	for _, r := range string(document) {
		if r < 0x7f || unicode.IsGraphic(r) {
			out = utf8.AppendRune(out, r)
			continue
		}
		for _, unit := range utf16.AppendRune(nil, r) {
			out = fmt.Appendf(out, "\\u%04x", unit)
		}
	}
	return out
}
