package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/sandboxspec/sandboxspec/conformance/report"
)

// explainCommand is "sandboxspec explain".
type explainCommand struct {
	Rule string `arg:"" optional:"" help:"The rule, as a finding names it. Without one, all are listed."`
}

// Run is called by kong.
func (c *explainCommand) Run(s streams) error {
	if c.Rule != "" {
		return report.Explain(s.stdout, c.Rule)
	}
	w := tabwriter.NewWriter(s.stdout, 0, 0, 2, ' ', 0)
	for _, e := range report.Explanations {
		fmt.Fprintf(w, "%s\t%s\t%s\n", e.Rule, e.Rule.Severity(), e.Summary())
	}
	return w.Flush()
}
