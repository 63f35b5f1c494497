// Sandboxspec checks recorded responses against what five sandbox providers document.
package main

import (
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"runtime/debug"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/sandboxspec/sandboxspec/conformance/report"
)

// The exit statuses. They never count anything.
const (
	exitClean    = 0
	exitFindings = 1
	exitCouldNot = 2
)

// cli is the command line: a field a subcommand.
type cli struct {
	Check    checkCommand    `cmd:"" help:"Check recorded responses against the contracts."`
	Coverage coverageCommand `cmd:"" help:"Tell what of the contracts recorded responses show."`
	Mutate   mutateCommand   `cmd:"" help:"Prove contracts and recordings by changing one thing at a time."`
	Record   recordCommand   `cmd:"" help:"Record the response to a request, or convert recordings, without their secrets."`
	Sample   sampleCommand   `cmd:"" help:"Make bodies that conform to a contract, or break it in one way."`
	Get      getCommand      `cmd:"" help:"Get sandboxes of any provider, and show them all in the same way."`
	Explain  explainCommand  `cmd:"" help:"Say what a rule means, with an example that breaks it."`

	Version kong.VersionFlag `help:"Print the version."`
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// errFindings is returned by a subcommand that ran, and found what must not be.
var errFindings = errors.New("findings")

// streams are where a subcommand writes.
type streams struct{ stdout, stderr io.Writer }

func run(args []string, stdout, stderr io.Writer) int {
	log.SetOutput(io.Discard) // net/http logs what a server sends beyond its response, which may be the key
	exited := -1
	parser, err := kong.New(&cli{},
		kong.Name("sandboxspec"),
		kong.Description("Checks recorded HTTP responses against what sandbox providers document, or against an OpenAPI document of yours.\n\n"+
			"Exit status: 0 clean, 1 findings, 2 could not run."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(status int) { exited = status }),
		kong.Vars{"rules": ruleNames(), "providers": providerNames(), "formats": strings.Join(report.Formats, ", "), "version": version()},
	)
	if err != nil {
		fmt.Fprintln(stderr, "sandboxspec:", err)
		return exitCouldNot
	}
	parser.Model.HelpFlag.Help = "Show this help."
	command, err := parser.Parse(args)
	if exited >= 0 {
		return exited // --help or --version
	}
	if err != nil {
		fmt.Fprintf(stderr, "sandboxspec: %v\n%s\n", err, hint(err))
		return exitCouldNot
	}
	err = command.Run(streams{stdout, stderr})
	switch {
	case err == nil:
		return exitClean
	case errors.Is(err, errFindings):
		return exitFindings
	}
	fmt.Fprintln(stderr, "sandboxspec:", err)
	return exitCouldNot
}

// hint says where to read about a command line that can't be meant.
func hint(err error) string {
	about := "sandboxspec"
	var wrong *kong.ParseError
	if errors.As(err, &wrong) && wrong.Context.Selected() != nil {
		about = wrong.Context.Selected().FullPath()
	}
	return fmt.Sprintf("%q says what there is.", about+" --help")
}

// version says which build this is.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "sandboxspec, built without modules"
	}
	return fmt.Sprintf("sandboxspec %s (%s)", info.Main.Version, info.GoVersion)
}
