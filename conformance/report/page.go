package report

import (
	"bufio"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/coverage"
)

// page is what page.html shows.
type page struct {
	Title, Verdict, Class string
	Policy                string
	Style                 template.CSS
	Script                template.JS
	Definition            string

	Check          bool // the page of check, not that of coverage
	Mutants        bool // the page of mutate
	Totals         []htmlTotal
	Groups         []htmlFinding
	GroupContracts []string
	Rules          []string
	Known          bool
	More           int
	Differences    []conformance.Difference
	Stale          []string
	Unreadable     []string
	MoreUnreadable int
	Contracts      []htmlContract
	Unrecorded     []string
	MoreUnrecorded int
}

type htmlTotal struct {
	Name, Class string
	Count       int
}

// htmlFinding is a group as the page shows it.
type htmlFinding struct {
	ID, Contract, Rule, Severity, Says, Field string
	Meaning                                   string // of the rule
	Known, Several                            bool
	Times, More                               int
	First, Rest                               []htmlPlace
	RestCount                                 int
	Spec, SpecPointer                         string
	SpecLines                                 []htmlLine
	Because                                   string // of the known deviation; empty for none
}

// htmlLine is a line of a spec.
type htmlLine struct {
	Number              int
	Marked              bool
	Before, Mark, After string
}

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

//go:embed page.js
var pageJS string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{"thousands": thousands}).Parse(pageHTML))

// write writes the page. Its policy lets the browser load nothing at all, and run and apply nothing but what the page
// itself has.
func (p *page) write(w io.Writer) error {
	p.Style, p.Script, p.Definition = template.CSS(pageCSS), template.JS(pageJS), coverage.Definition
	hash := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	p.Policy = fmt.Sprintf("default-src 'none'; style-src %s; script-src %s; base-uri 'none'; form-action 'none'", hash(pageCSS), hash(pageJS))
	buffered := bufio.NewWriter(w)
	if err := pageTemplate.Execute(buffered, p); err != nil {
		return err
	}
	return buffered.Flush()
}
