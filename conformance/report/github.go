package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/deviation"
	"github.com/sandboxspec/sandboxspec/conformance/recording"
)

// maxAnnotations is how many annotations GitHub shows of one step.
const maxAnnotations = 10

// githubReport writes workflow commands, which GitHub Actions shows as annotations of the
// files: the errors first, and of findings that are alike the first.
type githubReport struct {
	w                io.Writer
	errors, warnings annotations
}

// annotations are those of one level, as many as could be shown.
type annotations struct {
	shown  []*annotation
	firsts map[group]*annotation
	left   int // how many there are beyond
}

type annotation struct {
	command string
	like    int // how many more are like it
}

func newGitHub(w io.Writer) *githubReport {
	return &githubReport{w: w, errors: annotations{firsts: map[group]*annotation{}}, warnings: annotations{firsts: map[group]*annotation{}}}
}

func (g *githubReport) Result(r conformance.Result) {
	if r.Outcome == conformance.Unreadable && g.errors.wants() {
		g.errors.add(command("error", r.File, recording.Place{}, "unreadable", unreadable(r)))
	}
	for _, f := range r.Findings {
		if f.Known {
			continue
		}
		of := &g.warnings
		if f.Severity == contract.Error {
			of = &g.errors
		}
		group := groupOf(f)
		if first := of.firsts[group]; first != nil {
			first.like++
			continue
		}
		if of.wants() {
			message, at := pointed(&r, f)
			message += "\n" + position(f.Spec)
			of.firsts[group] = of.add(command(string(f.Severity), r.File, at, string(f.Rule), message))
		}
	}
}

func (a *annotations) wants() bool {
	if len(a.shown) < maxAnnotations {
		return true
	}
	a.left++
	return false
}

func (a *annotations) add(command string) *annotation {
	first := &annotation{command: command}
	a.shown = append(a.shown, first)
	return first
}

func (g *githubReport) Difference(d conformance.Difference) {
	if g.errors.wants() {
		g.errors.add(command("error", conformance.ExpectationFile(d.Recording), recording.Place{}, string(expectation.Rule), differs(d)))
	}
}

func (g *githubReport) Stale(d deviation.Deviation) {
	if g.warnings.wants() {
		g.warnings.add(command("warning", d.File, recording.Place{Line: d.Line, Column: d.Column}, string(stale.Rule), about(d)+": "+outdated(d)))
	}
}

// command returns a workflow command that annotates the file, at a place where there is
// one.
func command(level, file string, at recording.Place, title, message string) string {
	var where []string
	if file != "-" {
		where = append(where, "file="+property(file))
	}
	if file != "-" && at.Line > 0 {
		where = append(where, fmt.Sprintf("line=%d,col=%d", at.Line, at.Column))
	}
	where = append(where, "title="+property(title))
	return fmt.Sprintf("::%s %s::%s", level, strings.Join(where, ","), data(message))
}

// data escapes what would end a command.
func data(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

// property escapes what would end a property of a command.
func property(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(data(conformance.Printable(s)))
}

func (g *githubReport) Close(s conformance.Summary) error {
	w := bufio.NewWriter(g.w)
	room, more := maxAnnotations, 0
	for _, of := range []*annotations{&g.errors, &g.warnings} {
		for _, a := range of.shown {
			if room == 0 {
				more += 1 + a.like
				continue
			}
			room--
			fmt.Fprint(w, a.command)
			if a.like > 0 {
				fmt.Fprint(w, data(fmt.Sprintf("\n… and %s more like it", thousands(a.like))))
			}
			fmt.Fprintln(w)
		}
		more += of.left
	}
	if more > 0 {
		fmt.Fprintf(w, "::notice title=sandboxspec::and %s more\n", thousands(more))
	}
	printSummary(w, s)
	return w.Flush()
}
