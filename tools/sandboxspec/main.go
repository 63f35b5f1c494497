// Sandboxspec checks recorded responses against what five sandbox providers document.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/alecthomas/kong"
)

// The exit statuses. They never count anything.
const (
	exitClean    = 0
	exitFindings = 1
	exitCouldNot = 2
)

// cli is the command line: a field a subcommand.
type cli struct {
	Check   checkCommand   `cmd:"" help:"Check recorded responses against the contracts."`
	Record  recordCommand  `cmd:"" help:"Record the response to a request, or convert recordings, without their secrets."`
	Explain explainCommand `cmd:"" help:"Say what a rule means, with an example that breaks it."`
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// errFindings is returned by a subcommand that ran, and found what must not be.
var errFindings = errors.New("findings")

// streams are where a subcommand writes.
type streams struct{ stdout, stderr io.Writer }

func run(args []string, stdout, stderr io.Writer) int {
	exited := -1
	parser, err := kong.New(&cli{},
		kong.Name("sandboxspec"),
		kong.Description("Checks recorded responses against what sandbox providers document.\n\nExit status: 0 clean, 1 findings, 2 could not run."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(status int) { exited = status }),
		kong.UsageOnError(),
		kong.Vars{"rules": ruleNames()},
	)
	if err != nil {
		fmt.Fprintln(stderr, "sandboxspec:", err)
		return exitCouldNot
	}
	command, err := parser.Parse(args)
	if exited >= 0 {
		return exited // --help
	}
	if err == nil {
		err = command.Run(streams{stdout, stderr})
	}
	switch {
	case err == nil:
		return exitClean
	case errors.Is(err, errFindings):
		return exitFindings
	}
	fmt.Fprintln(stderr, "sandboxspec:", err)
	return exitCouldNot
}
