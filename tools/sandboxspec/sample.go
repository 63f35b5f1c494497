package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/google/renameio/v2"

	"github.com/sandboxspec/sandboxspec/conformance/compile"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/mutate"
	"github.com/sandboxspec/sandboxspec/conformance/sample"
	"github.com/sandboxspec/sandboxspec/specs"
)

// sampleCommand is "sandboxspec sample".
type sampleCommand struct {
	Provider  string  `help:"Make responses of this provider." placeholder:"SLUG"`
	Spec      string  `help:"Make responses as this OpenAPI 3.0 or 3.1 document has them." placeholder:"FILE"`
	Operation string  `help:"The operationId in --spec, where it has several." placeholder:"ID"`
	Status    int     `help:"The HTTP status of the responses." default:"200"`
	N         int     `short:"n" help:"How many bodies." default:"10"`
	Seed      uint64  `help:"Another number, other bodies." default:"1"`
	Style     string  `help:"any; dense: every member, no null; sparse: as little as can be; boundary: bounds, and what is odd but right." enum:"any,dense,sparse,boundary" default:"any"`
	Invalid   float64 `help:"The share of bodies, from 0 to 1, that break the contract in one way." default:"0" placeholder:"RATE"`
	Expect    string  `help:"Write what each broken body gives, a line of JSON each: the line it stands on, rule, pointer and property." placeholder:"FILE"`
}

// Validate is called by kong.
func (c *sampleCommand) Validate() error {
	switch {
	case (c.Provider == "") == (c.Spec == ""):
		return errors.New("name a provider with --provider, or a document with --spec")
	case c.Operation != "" && c.Spec == "":
		return errors.New("--operation goes with --spec")
	case c.N < 0:
		return fmt.Errorf("-n is 0 or more, not %d", c.N)
	case c.Status < 100 || c.Status > 599:
		return fmt.Errorf("--status is an HTTP status from 100 to 599, not %d", c.Status)
	case !(0 <= c.Invalid && c.Invalid <= 1):
		return fmt.Errorf("--invalid is a share from 0 to 1, not %v", c.Invalid)
	}
	return nil
}

// Run is called by kong.
func (c *sampleCommand) Run(s streams) error {
	program, err := c.program(s)
	if err != nil {
		return err
	}
	sampler, err := sample.New(program, sample.Style(c.Style), c.Seed)
	if err != nil {
		return err
	}
	var expected *expected
	if c.Expect != "" {
		if expected, err = newExpected(c.Expect); err != nil {
			return err
		}
		defer expected.cleanup()
	}
	if err := c.write(s, sampler, expected); err != nil {
		return err
	}
	if expected != nil {
		return expected.close()
	}
	return nil
}

// flushed is how many bytes are written at once.
const flushed = 64 << 10

// write writes the bodies.
func (c *sampleCommand) write(s streams, sampler *sample.Sampler, expected *expected) (err error) {
	chance := rand.New(rand.NewPCG(c.Seed, 0))
	var lines []byte
	for line := 1; line <= c.N; line++ {
		if c.Invalid > 0 && chance.Float64() < c.Invalid {
			var v mutate.Violation
			if lines, v, err = sampler.AppendBroken(lines); err == nil && expected != nil {
				err = expected.add(line, v)
			}
		} else {
			lines, err = sampler.Append(lines)
		}
		if err != nil {
			return err
		}
		lines = append(lines, '\n')
		if len(lines) > flushed || line == c.N {
			if _, err := s.stdout.Write(lines); err != nil {
				return fmt.Errorf("the bodies could not be written: %w", err)
			}
			lines = lines[:0]
		}
	}
	return nil
}

// program compiles the contract that the bodies are of.
func (c *sampleCommand) program(s streams) (program contract.Program, err error) {
	var document *compile.Document
	if c.Provider != "" {
		p, ok := specs.Lookup(c.Provider)
		if !ok {
			var slugs []string
			for _, p := range specs.Providers() {
				slugs = append(slugs, p.Slug)
			}
			return program, fmt.Errorf("no provider %q: choose one of %s", c.Provider, strings.Join(slugs, ", "))
		}
		document, err = compile.Parse(p.File, p.Document())
	} else {
		document, err = compile.Open(c.Spec)
	}
	if err != nil {
		return program, err
	}
	operation, err := document.Operation(c.Operation)
	if err != nil {
		return program, err
	}
	response, ok := operation.Response(c.Status)
	if !ok {
		var documented []string
		for _, r := range operation.Responses {
			documented = append(documented, r.Status)
		}
		return program, fmt.Errorf("%s documents no status %d: choose one of %s with --status", operation.ID, c.Status, strings.Join(documented, ", "))
	}
	program, warnings, err := response.Program()
	for _, w := range warnings {
		fmt.Fprintln(s.stderr, "sandboxspec: warning:", w)
	}
	return program, err
}

// expected is the file that says what broken bodies give. It is written whole or not at all.
type expected struct {
	file *renameio.PendingFile
	*bufio.Writer
}

func newExpected(file string) (*expected, error) {
	pending, err := renameio.NewPendingFile(file, renameio.WithPermissions(0o644))
	if err != nil {
		return nil, err
	}
	return &expected{pending, bufio.NewWriter(pending)}, nil
}

func (e *expected) cleanup() { _ = e.file.Cleanup() }

// add writes what the body on a line gives.
func (e *expected) add(line int, v mutate.Violation) error {
	due := v.Due[0]
	encoder := json.NewEncoder(e)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(struct {
		Line     int           `json:"line"`
		Kind     string        `json:"kind"`
		Rule     contract.Rule `json:"rule"`
		Pointer  string        `json:"pointer"`
		Property string        `json:"property"`
	}{line, v.Kind, due.Rule, due.Pointer, due.Property})
}

func (e *expected) close() error {
	if err := e.Flush(); err != nil {
		return err
	}
	return e.file.CloseAtomicallyReplace()
}
