package main

import (
	"fmt"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/coverage"
	"github.com/sandboxspec/sandboxspec/conformance/mutate"
	"github.com/sandboxspec/sandboxspec/conformance/report"
)

// mutateCommand is "sandboxspec mutate".
type mutateCommand struct {
	Bodies mutateBodies `cmd:"" help:"Break the bodies of recordings in one step each, and see whether the contracts say exactly that."`
	Specs  mutateSpecs  `cmd:"" help:"Change the contracts in one step each, and see whether the recordings notice."`
}

// trial are the flags of both.
type trial struct {
	recordings
	Min float64 `help:"The share in percent below which the exit status is 1." default:"100" placeholder:"PERCENT"`
}

// Validate is called by kong.
func (c *trial) Validate() error {
	if !(0 <= c.Min && c.Min <= 100) {
		return fmt.Errorf("--min is a percentage from 0 to 100, not %v", c.Min)
	}
	return c.recordings.Validate()
}

// observed has an observer see all recordings.
func (c *trial) observed(s streams, observe func(*conformance.Result)) (conformance.Summary, error) {
	bar := newBar(s.stderr)
	defer bar.clear()
	options := c.options(bar.beside(s.stderr))
	options.Observe = observe
	judge, err := conformance.NewJudge(options)
	if err != nil {
		return conformance.Summary{}, err
	}
	return c.run(s, judge, &unreadable{bar.beside(s.stderr)}, bar)
}

// reached returns an error where a share is below --min.
func (c *trial) reached(s streams, percent float64, what string) error {
	if percent >= c.Min {
		return nil
	}
	say(s.stderr, "%v %% %s is below %v %%", percent, what, c.Min)
	return errFindings
}

// mutateBodies is "sandboxspec mutate bodies".
type mutateBodies struct {
	trial
	Format string `help:"Write text or json." enum:"text,json" default:"text"`
}

// Run is called by kong.
func (c *mutateBodies) Run(s streams) error {
	bodies := mutate.NewBodies()
	summary, err := c.observed(s, bodies.Observe)
	if err != nil {
		return err
	}
	if bodies.Recordings == 0 {
		return fmt.Errorf("%w without a finding, and no longer than %d bytes, to break", conformance.ErrNothing, mutate.MaxBody)
	}
	if err := report.Bodies(c.Format, s.stdout, bodies); err != nil {
		return fmt.Errorf("the verdicts could not be written: %w", err)
	}
	if bodies.Unfinished > 0 {
		say(s.stderr, "gave up on %d recordings with too many violations: the others of theirs were not tried", bodies.Unfinished)
	}
	if err := c.readable(summary); err != nil {
		return err
	}
	return c.reached(s, bodies.Percent(), "caught")
}

// mutateSpecs is "sandboxspec mutate specs".
type mutateSpecs struct {
	trial
	Format     string `help:"Write text, json or html." enum:"text,json,html" default:"text"`
	Equivalent string `help:"A YAML list of {mutant, reason}: mutants that no body can tell. The default is the list for the providers' specs." placeholder:"FILE"`
}

// Run is called by kong.
func (c *mutateSpecs) Run(s streams) error {
	equivalents := mutate.Equivalents()
	if c.Equivalent != "" {
		var err error
		if equivalents, err = mutate.ReadEquivalents(c.Equivalent); err != nil {
			return err
		}
	}
	suite, shown := mutate.NewSuite(), coverage.New()
	summary, err := c.observed(s, func(r *conformance.Result) {
		suite.Observe(r)
		shown.Observe(r)
	})
	if err != nil {
		return err
	}
	if suite.Recordings == 0 {
		return fmt.Errorf("%w whose body a contract judges", conformance.ErrNothing)
	}
	specs := suite.Try(equivalents)
	if err := report.Specs(c.Format, s.stdout, specs, shown.Contracts()); err != nil {
		return fmt.Errorf("the mutants could not be written: %w", err)
	}
	if specs.Untried > 0 {
		say(s.stderr, "gave up on %d mutants: the contract has too many to try them all", specs.Untried)
	}
	if err := c.readable(summary); err != nil {
		return err
	}
	if len(specs.Stale) > 0 {
		say(s.stderr, "mutants are listed as equivalent that are not: take them off the list")
		return errFindings
	}
	return c.reached(s, specs.Percent(), "killed")
}
