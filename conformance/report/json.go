package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/deviation"
)

// jsonReport writes one object, when all is known. Its lists wait in spools, so that a
// million findings don't fill the memory.
type jsonReport struct {
	w                                        io.Writer
	verbose                                  bool
	findings, unreadable, differences, stale jsonList
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
	Deviation *jsonDeviation `json:"deviation,omitempty"`
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

type jsonDeviation struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Reason string `json:"reason"`
	Source string `json:"source"`
}

type jsonStale struct {
	File     string        `json:"file"`
	Line     int           `json:"line"`
	Column   int           `json:"column"`
	Provider string        `json:"provider"`
	Rule     contract.Rule `json:"rule"`
	Pointer  string        `json:"pointer"`
	Property string        `json:"property"`
	Expired  bool          `json:"expired"`
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

func newJSON(w io.Writer, verbose bool) *jsonReport { return &jsonReport{w: w, verbose: verbose} }

func (j *jsonReport) Result(r conformance.Result) {
	if r.Outcome == conformance.Unreadable {
		j.unreadable.add(encode(unreadableJSON(r), "    ", "  "))
	}
	for _, f := range r.Findings {
		j.findings.add(encode(findingJSON(&r, f, j.verbose), "    ", "  "))
	}
}

func unreadableJSON(r conformance.Result) jsonUnreadable {
	return jsonUnreadable{r.File, r.Entry, fmt.Sprint(r.Err)}
}

func findingJSON(r *conformance.Result, f conformance.Finding, verbose bool) jsonFinding {
	f = r.Shown(f)
	said := breakJSON(r, f.Finding, verbose, 1)
	said.Known, said.Decoded = &f.Known, f.Decoded
	finding := jsonFinding{r.File, r.Entry, r.Provider, r.Operation, said, nil}
	if d := f.Deviation; d != nil {
		finding.Deviation = &jsonDeviation{d.File, d.Line, d.Column, d.Reason, d.Source}
	}
	return finding
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
			branch.Findings = append(branch.Findings, breakJSON(r, r.InBranch(inner), verbose, depth+1))
		}
		said.Branches = append(said.Branches, branch)
	}
	return said
}

func (j *jsonReport) Difference(d conformance.Difference) {
	j.differences.add(encode(differenceJSON(d), "    ", "  "))
}

func differenceJSON(d conformance.Difference) jsonDifference {
	return jsonDifference{d.Recording, list(d.Missing), list(d.Unexpected)}
}

func (j *jsonReport) Stale(d deviation.Deviation) { j.stale.add(encode(staleJSON(d), "    ", "  ")) }

func staleJSON(d deviation.Deviation) jsonStale {
	return jsonStale{d.File, d.Line, d.Column, d.Provider, d.Rule, d.Pointer, d.Property, d.Expired}
}

// list is lines, never null.
func list(lines []string) []string { return append([]string{}, lines...) }

func (j *jsonReport) Close(s conformance.Summary) error {
	defer j.findings.remove()
	defer j.unreadable.remove()
	defer j.differences.remove()
	defer j.stale.remove()
	summary, err := encode(jsonSummary(s), "  ", "  ")
	if err != nil {
		return err
	}
	w := bufio.NewWriter(j.w)
	fmt.Fprintf(w, "{\n  \"version\": 1,\n  \"summary\": %s", summary)
	for _, list := range []struct {
		name string
		*jsonList
	}{{"findings", &j.findings}, {"unreadable", &j.unreadable}, {"differences", &j.differences}, {"stale", &j.stale}} {
		fmt.Fprintf(w, ",\n  %q: [", list.name)
		if _, err := list.WriteTo(w); err != nil {
			return err
		}
		if list.some {
			fmt.Fprint(w, "\n  ")
		}
		fmt.Fprint(w, "]")
	}
	fmt.Fprint(w, "\n}\n")
	return w.Flush()
}

// jsonList is the items of a list in the object.
type jsonList struct {
	spool
	some bool
}

// add adds an item that encode returned.
func (l *jsonList) add(item []byte, err error) {
	if err != nil && l.err == nil {
		l.err = err
	}
	separator := ","
	if !l.some {
		separator = ""
	}
	l.some = true
	fmt.Fprintf(l, "%s\n    %s", separator, item)
}

// encode writes v as JSON: each line but the first starts with prefix and is indented by
// indent a level; where both are empty, there is one line.
func encode(v any, prefix, indent string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent(prefix, indent)
	err := e.Encode(v)
	return visible(bytes.TrimSpace(b.Bytes())), err
}

// visible writes as escapes what JSON lets stand in a string and a terminal or a CI server obeys.
func visible(document []byte) []byte {
	out := make([]byte, 0, len(document))
	for _, r := range strings.ReplaceAll(string(document), "##[", `#\u0023[`) {
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
