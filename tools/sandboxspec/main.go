// Sandboxspec checks recorded responses against what five sandbox providers document.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/sandboxspec/sandboxspec/conformance"
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

// streams are where a subcommand writes. It ends when ctx does.
type streams struct {
	ctx            context.Context
	stdout, stderr io.Writer
	files          *files
}

// say prints a line on standard error; what is in it from outside can neither start nor colour
// another one.
func say(stderr io.Writer, format string, args ...any) {
	fmt.Fprintln(stderr, "sandboxspec:", conformance.Printable(fmt.Sprintf(format, args...)))
}

// patience is how long a run that is stopped may take to say how far it came.
const patience = time.Second

// interruptible returns a context that ends with the signal that ends a run: that of Ctrl-C, of
// kill, or of a terminal that is closed, unless the run was started not to hear of that.
func interruptible() (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	wanted := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		wanted = append(wanted, syscall.SIGHUP)
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, wanted...)
	go func() {
		if s, ok := <-signals; ok {
			signal.Stop(signals) // another one ends the process at once
			cancel(errors.New(s.String()))
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(signals)
		cancel(nil)
	}
}

// supervised runs a subcommand to its end, or until it is stopped: then at most the files that were
// complete are there.
func supervised(s streams, run func(streams) error) error {
	done := make(chan error, 1)
	go func() { done <- run(s) }()
	var err error
	select {
	case err = <-done:
	case <-s.ctx.Done():
		select {
		case err = <-done:
		case <-time.After(patience):
		}
	}
	s.files.cleanup()
	cause := context.Cause(s.ctx)
	if cause == nil || errors.Is(err, cause) && err.Error() != cause.Error() { // it says more
		return err
	}
	return fmt.Errorf("stopped: %w", cause)
}

func run(args []string, stdout, stderr io.Writer) int {
	log.SetOutput(io.Discard) // net/http logs what a server sends beyond its response, which may be the key
	exited := -1
	parser, err := kong.New(&cli{},
		kong.Name("sandboxspec"),
		kong.Description("Checks recorded HTTP responses against what sandbox providers document, or against an OpenAPI document of yours.\n\n"+
			"Exit status: 0 clean, 1 findings, 2 could not run."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(status int) { exited = status }),
		kong.PostBuild(fillNames),
		kong.Vars{"version": version()},
	)
	if err != nil {
		say(stderr, "%v", err)
		return exitCouldNot
	}
	parser.Model.HelpFlag.Help = "Show this help."
	command, err := parser.Parse(args)
	if exited >= 0 {
		return exited // --help or --version
	}
	if err != nil {
		say(stderr, "%v", err)
		fmt.Fprintln(stderr, hint(err))
		return exitCouldNot
	}
	ctx, stop := interruptible()
	defer stop()
	err = supervised(streams{ctx, stdout, stderr, &files{}}, func(s streams) error { return command.Run(s) })
	switch {
	case err == nil:
		return exitClean
	case errors.Is(err, errFindings):
		return exitFindings
	}
	say(stderr, "%v", err)
	return exitCouldNot
}

// fillNames puts lists of names into the help of flags and arguments. Variables of kong would do the
// same, but kong reads each of them again for each flag, which takes longer than a check.
func fillNames(k *kong.Kong) error {
	names := strings.NewReplacer("${rules}", ruleNames(), "${providers}", providerNames(), "${formats}", strings.Join(report.Formats, ", "))
	return kong.Visit(k.Model, func(node kong.Visitable, next kong.Next) error {
		if value, ok := node.(*kong.Value); ok {
			value.Help = names.Replace(value.Help)
		}
		return next(nil)
	})
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
