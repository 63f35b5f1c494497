package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/coverage"
	"github.com/sandboxspec/sandboxspec/conformance/deviation"
	"github.com/sandboxspec/sandboxspec/conformance/report"
)

// checkCommand is "sandboxspec check".
type checkCommand struct {
	recordings
	Format  []string `help:"Report as one of ${formats}. NAME=FILE writes to a file. Can be repeated; the default is text." placeholder:"NAME[=FILE]" sep:"none"`
	Verbose bool     `help:"Show every finding, not only the first of those that are alike, and why each schema of an anyOf or oneOf doesn't fit, not only the closest."`
	FailOn  string   `help:"Exit with 1 for findings of this severity or a worse one: error, warning or never." enum:"error,warning,never" default:"error"`

	Deviations      []string `help:"Findings that this list explains are known: shown, but not failing, as those of the built-in list. Can be repeated; none drops the built-in list and the files before it." placeholder:"FILE" sep:"none"`
	WriteDeviations string   `help:"Add a draft for each kind of finding that isn't known to the end of this list. Reason and source are left to you." placeholder:"FILE"`
	FailStale       bool     `help:"Exit with 1 where an entry of --deviations matches nothing."`

	MaxFindings int    `help:"Show so many findings in text, and count the others by rule and pointer." default:"100"`
	Color       string `help:"Show text in colours: always, never, or auto, on a terminal unless NO_COLOR is set." enum:"auto,always,never" default:"auto"`
}

// Help is called by kong.
func (c *checkCommand) Help() string {
	return `The contract is that of the provider that --provider names, else of the one whose server and path the recorded request names, else of the one that the nearest folder is named after.

    sandboxspec check recordings
    curl -si https://api.superserve.ai/… | sandboxspec check --provider superserve -
    sandboxspec check --spec openapi.yaml --operation getThing thing.json
    sandboxspec check --format github --format sarif=findings.sarif recordings

"sandboxspec explain" says what the rules mean.

Exit status: 0 clean, 1 findings, 2 it could not run, or a recording can't be read.`
}

// Validate is called by kong.
func (c *checkCommand) Validate() error {
	switch {
	case c.Spec != "" && slices.ContainsFunc(c.Deviations, isFile), c.Spec != "" && c.WriteDeviations != "":
		return errors.New("known deviations are those of the providers: they don't go with --spec")
	case c.FailStale && !slices.ContainsFunc(c.Deviations, isFile):
		return errors.New("--fail-stale goes with --deviations FILE")
	case c.MaxFindings < 0:
		return fmt.Errorf("--max-findings is 0 or more, not %d", c.MaxFindings)
	}
	return c.recordings.Validate()
}

// none is the list that drops all before it.
const none = "none"

func isFile(list string) bool { return list != none }

// known returns the known deviations that the flags name.
func (c *checkCommand) known() (*deviation.List, error) {
	builtIn := conformance.Deviations()
	var own []deviation.Deviation
	for _, file := range c.Deviations {
		if file == none {
			own, builtIn = nil, nil
			continue
		}
		more, err := deviation.Open(file)
		if err != nil {
			return nil, err
		}
		own = append(own, more...)
	}
	return deviation.NewList(time.Now().UTC(), own, builtIn), nil
}

// Run is called by kong.
func (c *checkCommand) Run(s streams) error {
	bar := newBar(s.stderr)
	defer bar.clear()
	colored := c.Color == "always" || c.Color == "auto" && showsColors(s.stdout)
	s.stdout, s.stderr = bar.beside(s.stdout), bar.beside(s.stderr)
	options := c.options(s.stderr)
	var err error
	if options.Deviations, err = c.known(); err != nil {
		return err
	}
	var shown *coverage.Coverage
	if slices.ContainsFunc(c.Format, func(format string) bool { return format == "html" || strings.HasPrefix(format, "html=") }) {
		shown = coverage.New()
		options.Observe = shown.Observe
	}
	judge, err := conformance.NewJudge(options)
	if err != nil {
		return err
	}
	reports, err := c.reports(s, report.Options{
		Verbose: c.Verbose, MaxFindings: c.MaxFindings, Judge: judge, Coverage: shown, Color: colored,
	})
	if err != nil {
		return err
	}
	if c.WriteDeviations != "" {
		if reports.draft, err = deviation.NewDraft(c.WriteDeviations); err != nil {
			return err
		}
	}
	summary, err := c.run(s, judge, reports, bar)
	if err != nil {
		return err
	}
	if err := reports.close(summary); err != nil {
		return err
	}
	if reports.draft != nil {
		if err := writeDraft(s, reports.draft, c.WriteDeviations); err != nil {
			return err
		}
	}
	if err := c.readable(summary); err != nil {
		return err
	}
	if c.fails(summary, reports.differences) || c.FailStale && reports.stale > 0 {
		return errFindings
	}
	return nil
}

// writeDraft writes the entries that a list lacks, and says what came of it.
func writeDraft(s streams, d *deviation.Draft, file string) error {
	s.files.Lock()
	n, err := d.Write()
	s.files.Unlock()
	if err != nil {
		return fmt.Errorf("no known deviations were written: %w", err)
	}
	todo := ""
	if n > 0 {
		todo = "; write the reason and the source of each in the place of " + deviation.Todo
	}
	if d.LeftOut > 0 {
		todo += fmt.Sprintf("; %d findings found no room: draft again after that", d.LeftOut)
	}
	say(s.stderr, "entries drafted in %s: %d%s", file, n, todo)
	return nil
}

func (c *checkCommand) fails(s conformance.Summary, differences int) bool {
	switch c.FailOn {
	case "never":
		return false
	case "warning":
		return s.Errors+s.Warnings+differences > 0
	}
	return s.Errors+differences > 0
}

// reports passes what a run meets on to every report that was asked for.
type reports struct {
	all                []report.Report
	files              *files
	draft              *deviation.Draft // nil where none was asked for
	differences, stale int
}

// reports opens what --format asks for. Files have colours only where they are always asked for.
func (c *checkCommand) reports(s streams, o report.Options) (*reports, error) {
	formats := c.Format
	if len(formats) == 0 {
		formats = []string{"text"}
	}
	r := &reports{files: s.files}
	taken := false
	written := map[string]bool{filepath.Clean(c.WriteDeviations): c.WriteDeviations != ""}
	for _, format := range formats {
		name, file, toFile := strings.Cut(format, "=")
		w := s.stdout
		if !toFile {
			if taken {
				return nil, errors.New("two reports can't share standard output: write one to a file, as in --format json=FILE")
			}
			taken = true
		} else {
			var err error
			if written[filepath.Clean(file)] {
				err = fmt.Errorf("%s can't hold two reports", file)
			} else {
				w, err = r.files.create(file)
			}
			if err != nil {
				return nil, err
			}
			written[filepath.Clean(file)] = true
		}
		own := o
		own.Color = o.Color && (!toFile || c.Color == "always")
		one, err := report.New(name, w, own)
		if err != nil {
			return nil, err
		}
		r.all = append(r.all, one)
	}
	return r, nil
}

func (r *reports) Result(result conformance.Result) {
	for _, one := range r.all {
		one.Result(result)
	}
	if r.draft != nil {
		conformance.Draft(r.draft, result)
	}
}

func (r *reports) Difference(d conformance.Difference) {
	r.differences++
	for _, one := range r.all {
		one.Difference(d)
	}
}

func (r *reports) Stale(d deviation.Deviation) {
	r.stale++
	for _, one := range r.all {
		one.Stale(d)
	}
}

func (r *reports) File(file string, s conformance.Summary) {
	for _, one := range r.all {
		if one, ok := one.(conformance.FileReporter); ok {
			one.File(file, s)
		}
	}
}

func (r *reports) close(s conformance.Summary) error {
	for _, one := range r.all {
		if err := one.Close(s); err != nil {
			return fmt.Errorf("the report could not be written: %w", err)
		}
	}
	return r.files.close()
}
