package report

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/jstemmer/go-junit-report/v2/junit"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/deviation"
)

// junitReport writes a suite a file. Each entry that gives findings is a case of its own,
// which fails where one is an error that isn't known; all others of the file are one case.
type junitReport struct {
	w      io.Writer
	o      Options
	suites spool
	all    junit.Testsuites // what is written around the suites
	files  int
	cases  *spool          // those of the file that is being told
	suite  junit.Testsuite // what is written around them
	told   int             // how many of its entries are cases
	list   string          // the list of deviations that is being told of
	err    error
}

func newJUnit(w io.Writer, o Options) *junitReport {
	return &junitReport{w: w, o: Options{Verbose: o.Verbose, MaxFindings: o.MaxFindings}, cases: &spool{}}
}

func (j *junitReport) Result(r conformance.Result) {
	j.told++
	name := path.Base(r.File)
	if r.Many {
		name = fmt.Sprintf("%s: entry %d", name, r.Entry)
	}
	c := junitCase(r.File, name)
	if r.Outcome == conformance.Unreadable {
		c.Error = &junit.Result{Type: "unreadable", Message: conformance.Printable(fmt.Sprint(r.Err))}
		j.add(c)
		return
	}
	failing, passing := newText(nil, j.o), newText(nil, j.o)
	for _, f := range r.Findings {
		isError := f.Severity == contract.Error
		if isError && !f.Known {
			failing.finding(&r, f)
			if c.Failure == nil {
				c.Failure = &junit.Result{Type: string(f.Rule), Message: title(&r, f)}
			}
			continue
		}
		passing.finding(&r, f)
		if isError && c.Skipped == nil {
			c.Skipped = &junit.Result{Message: "known: " + title(&r, f)}
		}
	}
	if c.Failure != nil {
		c.Skipped, c.Failure.Data = nil, j.text(failing)
	}
	if said := j.text(passing); said != "" {
		c.SystemOut = &junit.Output{Data: said}
	}
	j.add(c)
}

// title says the rule and the sentence of a finding.
func title(r *conformance.Result, f conformance.Finding) string {
	return string(f.Rule) + ": " + sentence(r.Shown(f).Finding)
}

// junitCase names a case so that what keeps the history of cases finds it again.
func junitCase(file, name string) junit.Testcase {
	return junit.Testcase{Classname: conformance.Printable(path.Dir(file)), Name: conformance.Printable(name)}
}

func (j *junitReport) text(t *text) string {
	var b strings.Builder
	if err := t.findings(&b); err != nil && j.err == nil {
		j.err = err
	}
	return b.String()
}

func (j *junitReport) Difference(d conformance.Difference) {
	var p paragraph
	p.difference(d)
	c := junitCase(d.Recording, path.Base(conformance.ExpectationFile(d.Recording)))
	first, _, _ := strings.Cut(p.String(), "\n")
	c.Failure = &junit.Result{Type: "expectation", Message: first, Data: p.String()}
	j.add(c)
}

func (j *junitReport) add(c junit.Testcase) {
	j.suite.AddTestcase(c)
	j.suite.Testcases = nil // it waits in the spool
	_, _ = j.cases.Write(j.encode("testcase", c, "\t\t"))
}

// encode writes v as an element, in lines that start with prefix.
func (j *junitReport) encode(element string, v any, prefix string) []byte {
	var b bytes.Buffer
	e := xml.NewEncoder(&b)
	e.Indent(prefix, "\t")
	if err := e.EncodeElement(v, xml.StartElement{Name: xml.Name{Local: element}}); err != nil && j.err == nil {
		j.err = err
	}
	b.WriteByte('\n')
	return b.Bytes()
}

// File ends the suite of a file: of what conforms, or is of another endpoint, only the
// counts are known.
func (j *junitReport) File(file string, s conformance.Summary) {
	if quiet := s.Recordings + s.Unreadable - j.told; quiet > 0 || s.Skipped > 0 {
		c := junitCase(file, path.Base(file))
		skipped := count(s.Skipped, "exchange") + " of other endpoints"
		switch {
		case quiet == 0:
			c.Skipped = &junit.Result{Message: skipped}
		case s.Skipped > 0:
			c.SystemOut = &junit.Output{Data: fmt.Sprintf("%s without findings, %s", thousands(quiet), skipped)}
		case quiet > 1 || j.told > 0:
			c.SystemOut = &junit.Output{Data: fmt.Sprintf("%s without findings", thousands(quiet))}
		}
		j.add(c)
	}
	j.end(file)
}

// Stale adds an entry of a list to the suite of that list, which is a file, too.
func (j *junitReport) Stale(d deviation.Deviation) {
	if j.list != "" && j.list != d.File {
		j.end(j.list)
	}
	j.list = d.File
	c := junitCase(d.File, about(d))
	c.Skipped = &junit.Result{Message: "stale: " + outdated(d)}
	j.add(c)
}

// end ends the suite of a file.
func (j *junitReport) end(file string) {
	j.suite.Name, j.suite.ID, j.suite.Time = conformance.Printable(file), j.files, "0"
	j.all.AddSuite(j.suite)
	j.all.Suites = nil // they wait in the spool
	j.around(&j.suites, "testsuite", j.suite, "\t", j.cases)
	j.files++
	j.cases, j.suite, j.told = &spool{}, junit.Testsuite{}, 0
}

// around writes v, which is an element without content, with what waits in the spool as
// its content.
func (j *junitReport) around(w io.Writer, element string, v any, prefix string, content *spool) {
	start, end, _ := bytes.Cut(j.encode(element, v, prefix), []byte("></"))
	fmt.Fprintf(w, "%s>\n", start)
	if _, err := content.WriteTo(w); err != nil && j.err == nil {
		j.err = err
	}
	fmt.Fprintf(w, "%s</%s", prefix, end)
}

func (j *junitReport) Close(conformance.Summary) error {
	if j.list != "" {
		j.end(j.list)
	}
	w := bufio.NewWriter(j.w)
	_, _ = w.WriteString(xml.Header)
	j.all.Name = "sandboxspec check"
	j.around(w, "testsuites", j.all, "", &j.suites)
	if j.err != nil {
		return j.err
	}
	return w.Flush()
}
