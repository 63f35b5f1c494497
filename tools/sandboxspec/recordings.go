package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/sandboxspec/sandboxspec/conformance"
)

// recordings are the flags of a subcommand that judges recordings.
type recordings struct {
	Paths     []string `arg:"" optional:"" name:"path" help:"Recordings: .json, .http, .ndjson, .jsonl, .har and .yaml (go-vcr) files, each also .gz or .zst, folders, or - for standard input. The default is conformance/recordings."`
	Provider  string   `help:"The provider of the recordings, whatever they say: ${providers}." placeholder:"SLUG"`
	Spec      string   `help:"Check against this OpenAPI 3.0 or 3.1 document instead of the providers'." placeholder:"FILE"`
	Operation string   `help:"The operationId in --spec, where the recorded requests don't tell." placeholder:"ID"`
	Status    int      `help:"The HTTP status of bodies that were recorded without one." default:"200"`

	AllowUnreadable bool `help:"Don't exit with 2 because a recording can't be read."`
}

const defaultPath = "conformance/recordings"

// Validate is called by kong.
func (r *recordings) Validate() error {
	switch {
	case r.Operation != "" && r.Spec == "":
		return errors.New("--operation goes with --spec")
	case r.Provider != "" && r.Spec != "":
		return errors.New("--provider and --spec exclude each other")
	case r.Status < 100 || r.Status > 599:
		return fmt.Errorf("--status is an HTTP status from 100 to 599, not %d", r.Status)
	}
	return nil
}

// options returns what the recordings are judged against; what is odd about it goes to stderr.
func (r *recordings) options(stderr io.Writer) conformance.Options {
	return conformance.Options{
		Provider: r.Provider, Spec: r.Spec, Operation: r.Operation, Status: r.Status,
		Warn: func(err error) { say(stderr, "warning: %v", err) },
	}
}

// run judges the recordings.
func (r *recordings) run(s streams, judge *conformance.Judge, reporter conformance.Reporter, bar *bar) (conformance.Summary, error) {
	paths := r.Paths
	if len(paths) == 0 {
		paths = []string{defaultPath}
	}
	defer bar.clear()
	return conformance.Run(s.ctx, judge, paths, reporter, bar.progress())
}

// readable returns an error where what couldn't be read decides about the exit status.
func (r *recordings) readable(s conformance.Summary) error {
	switch {
	case s.Unreadable > 0 && !r.AllowUnreadable:
		return fmt.Errorf("%d of the recordings can't be read", s.Unreadable)
	case s.Recordings == 0:
		return fmt.Errorf("%w that can be read", conformance.ErrNothing)
	}
	return nil
}
