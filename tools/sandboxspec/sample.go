package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"

	"github.com/sandboxspec/sandboxspec/conformance/compile"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/mutate"
	"github.com/sandboxspec/sandboxspec/conformance/sample"
	"github.com/sandboxspec/sandboxspec/specs"
)

// sampleCommand is "sandboxspec sample".
type sampleCommand struct {
	Provider  string  `help:"Make responses of this provider: ${providers}." placeholder:"SLUG"`
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
	if left := sampler.Left(); left > 0 {
		fmt.Fprintf(s.stderr, "sandboxspec: gave up on %d ways to make a body: the schema has too many\n", left)
	}
	told := io.Discard
	if c.Expect != "" {
		if told, err = s.files.create(c.Expect); err != nil {
			return err
		}
	}
	buffered := bufio.NewWriter(told)
	if err := c.write(s, buffered, sampler); err != nil {
		return err
	}
	if err := buffered.Flush(); err != nil {
		return err
	}
	return s.files.close()
}

// flushed is how many bytes are written at once.
const flushed = 64 << 10

// write writes the bodies, and what the broken ones give.
func (c *sampleCommand) write(s streams, told io.Writer, sampler *sample.Sampler) (err error) {
	chance := rand.New(rand.NewPCG(c.Seed, 0))
	var lines []byte
	for line := 1; line <= c.N; line++ {
		if s.ctx.Err() != nil {
			return context.Cause(s.ctx)
		}
		if c.Invalid > 0 && chance.Float64() < c.Invalid {
			var v mutate.Violation
			if lines, v, err = sampler.AppendBroken(lines); err == nil {
				err = tell(told, line, v)
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
			return program, fmt.Errorf("no provider %q: choose one of %s", c.Provider, providerNames())
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
		say(s.stderr, "warning: %v", w)
	}
	return program, err
}

// tell writes what the broken body on a line gives.
func tell(w io.Writer, line int, v mutate.Violation) error {
	due := v.Due[0]
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(struct {
		Line     int           `json:"line"`
		Kind     string        `json:"kind"`
		Rule     contract.Rule `json:"rule"`
		Pointer  string        `json:"pointer"`
		Property string        `json:"property"`
	}{line, v.Kind, due.Rule, due.Pointer, due.Property})
}
