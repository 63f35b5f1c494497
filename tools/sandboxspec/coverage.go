package main

import (
	"fmt"
	"io"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/coverage"
	"github.com/sandboxspec/sandboxspec/conformance/deviation"
	"github.com/sandboxspec/sandboxspec/conformance/report"
)

// coverageCommand is "sandboxspec coverage".
type coverageCommand struct {
	recordings
	Format string `help:"Write text, json or html." enum:"text,json,html" default:"text"`
	Min    int    `help:"The coverage in percent below which a contract makes the exit status 1." default:"0" placeholder:"PERCENT"`
}

// Help is called by kong.
func (c *coverageCommand) Help() string {
	return coverage.Definition + `

A recording is live where its source starts with "live" or "sandboxspec record", composed where with "composed" or "documentation": the line "# source:" on top of a .http file, the member "source" of an exchange in NDJSON.

Exit status: 0 the coverage was written, 1 it is below --min, 2 could not run.`
}

// Validate is called by kong.
func (c *coverageCommand) Validate() error {
	if c.Min < 0 || c.Min > 100 {
		return fmt.Errorf("--min is a percentage from 0 to 100, not %d", c.Min)
	}
	return c.recordings.Validate()
}

// Run is called by kong.
func (c *coverageCommand) Run(s streams) error {
	bar := newBar(s.stderr)
	defer bar.clear()
	shown := coverage.New()
	options := c.options(bar.beside(s.stderr))
	options.Observe = shown.Observe
	judge, err := conformance.NewJudge(options)
	if err != nil {
		return err
	}
	unreadable := &unreadable{bar.beside(s.stderr)}
	summary, err := c.run(s, judge, unreadable, bar)
	if err != nil {
		return err
	}
	if err := report.Coverage(c.Format, s.stdout, shown.Contracts(), shown.Unrecorded(judge)); err != nil {
		return fmt.Errorf("the coverage could not be written: %w", err)
	}
	if err := c.readable(summary); err != nil {
		return err
	}
	if len(shown.Contracts()) == 0 {
		return fmt.Errorf("%w whose body a contract judges", conformance.ErrNothing)
	}
	low := false
	for _, one := range shown.Contracts() {
		if one.Percent() < c.Min {
			low = true
			say(s.stderr, "%s: %d %% is below %d %%", one.Name(), one.Percent(), c.Min)
		}
	}
	if low {
		return errFindings
	}
	return nil
}

// unreadable says what can't be read, and nothing of what can.
type unreadable struct{ stderr io.Writer }

// Result is called by conformance.Run.
func (u *unreadable) Result(r conformance.Result) {
	if r.Outcome != conformance.Unreadable {
		return
	}
	name := r.File
	if r.Many {
		name = fmt.Sprintf("%s: entry %d", name, r.Entry)
	}
	say(u.stderr, "%s: unreadable: %v", name, r.Err)
}

// Difference is called by conformance.Run, and so is Stale. What findings somebody expects is check's business.
func (u *unreadable) Difference(conformance.Difference) {}

// Stale is called by conformance.Run, too.
func (u *unreadable) Stale(deviation.Deviation) {}
