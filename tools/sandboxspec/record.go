package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/sandboxspec/sandboxspec/clients/api"
	"github.com/sandboxspec/sandboxspec/clients/sandbox"
	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/recording"
	"github.com/sandboxspec/sandboxspec/specs"
)

// recordCommand is "sandboxspec record".
type recordCommand struct {
	Provider string            `arg:"" optional:"" help:"Whose sandbox: ${providers}."`
	ID       string            `arg:"" optional:"" help:"Which sandbox to get."`
	From     string            `help:"Convert recordings instead of getting a sandbox: a file or folder that check reads, or - for standard input." placeholder:"PATH"`
	Of       string            `name:"provider" help:"With --from: take the recordings for responses of this provider." placeholder:"SLUG"`
	Out      string            `short:"o" help:"The folder to write to: a file an exchange, at DIR/PROVIDER/NAME.http. The default is conformance/recordings." placeholder:"DIR" default:"conformance/recordings"`
	Force    bool              `help:"Write over recordings that are there."`
	Keep     map[string]string `help:"Turn a rule of redaction off; the reason goes into the file. Repeatable. The rules: ${rules}." placeholder:"RULE=REASON" mapsep:"none"`
}

// Help is called by kong.
func (c *recordCommand) Help() string {
	return `Gets a sandbox with the key and the address from the provider's environment variables, and writes whatever it answers as a recording; or converts recordings to one .http file an exchange.

What may be secret is taken out first: headers, parameters and parts of the address that aren't known to be harmless, what a spec marks as secret, what no spec knows, members whose names speak of tokens or environment variables, and all of a body that no spec documents. What is left gives the same findings. The file says what was redacted.

Exit status: 0 all was written, 1 the sandbox was asked for and the answer, which was written, is no 200, 2 something wasn't written.`
}

// Validate is called by kong.
func (c *recordCommand) Validate() error {
	switch {
	case c.From != "" && c.Provider != "":
		return errors.New("a sandbox to get and --from exclude each other")
	case c.From == "" && c.Of != "":
		return errors.New("--provider goes with --from")
	case c.From == "" && (c.Provider == "" || c.ID == ""):
		return errors.New("name a provider and the ID of a sandbox, or recordings with --from")
	case c.Out == "":
		return errors.New("-o needs a folder")
	}
	for rule, reason := range c.Keep {
		if !slices.Contains(recording.Rules, recording.Rule(rule)) {
			return fmt.Errorf("--keep: no rule %q: choose one of %s", rule, ruleNames())
		}
		if strings.TrimSpace(reason) == "" {
			return fmt.Errorf("--keep: %s needs a reason, such as %s=\"this key was revoked\"", rule, rule)
		}
	}
	return nil
}

// ruleNames lists the rules of redaction.
func ruleNames() string {
	var names []string
	for _, rule := range recording.Rules {
		names = append(names, string(rule))
	}
	return strings.Join(names, ", ")
}

// providerNames lists the providers.
func providerNames() string {
	var names []string
	for _, p := range specs.Providers() {
		names = append(names, p.Slug)
	}
	return strings.Join(names, ", ")
}

// Run is called by kong.
func (c *recordCommand) Run(s streams) error {
	judge, err := conformance.NewJudge(conformance.Options{Provider: cmp.Or(c.Provider, c.Of)})
	if err != nil {
		return err
	}
	recorder := conformance.Recorder{
		Guard: s.files, Judge: judge, Folder: c.Out, Force: c.Force, Keep: map[recording.Rule]string{},
		Wrote: func(file string) { fmt.Fprintln(s.stdout, conformance.Printable(file)) },
		Failed: func(x recording.Exchange, err error) {
			name := x.File
			if x.Many {
				name = fmt.Sprintf("%s: entry %d", name, x.Entry)
			}
			if errors.Is(err, fs.ErrExist) {
				err = fmt.Errorf("%w; --force writes over it", err)
			}
			say(s.stderr, "%s", strings.TrimPrefix(name+": "+err.Error(), ": "))
		},
	}
	for rule, reason := range c.Keep {
		recorder.Keep[recording.Rule(rule)] = reason
	}
	var done conformance.Recorded
	status := http.StatusOK
	if c.From != "" {
		if done, err = recorder.Convert(s.ctx, c.From); err != nil {
			return err
		}
	} else {
		x, err := fetch(s.ctx, c.Provider, c.ID)
		if err != nil {
			return err
		}
		status = x.Status
		done = recorder.Record(x, "sandboxspec record "+c.Provider, time.Now())
	}
	if done.Skipped > 0 {
		say(s.stderr, "exchanges of other endpoints, left out: %d", done.Skipped)
	}
	if done.Failed > 0 {
		return fmt.Errorf("%d of the recordings could not be written", done.Failed)
	}
	if status != http.StatusOK {
		say(s.stderr, "%s", strings.TrimSpace(fmt.Sprintf("%s answered %d %s", c.Provider, status, http.StatusText(status))))
		return errFindings
	}
	return nil
}

// fetch gets a sandbox with its provider's client, and returns what went over the wire,
// whatever the client thinks of it.
func fetch(ctx context.Context, slug, id string) (recording.Exchange, error) {
	wire := &wiretap{}
	client, err := sandbox.Open(slug, api.WithRetries(0), api.WithHTTPClient(&http.Client{Timeout: api.Timeout, Transport: wire}))
	if err != nil {
		return recording.Exchange{}, err
	}
	_, err = client.GetSandbox(ctx, id)
	switch {
	case wire.err != nil:
		return recording.Exchange{}, fmt.Errorf("%s: no whole response: %s", slug, reason(err))
	case wire.exchange.Status == 0:
		var failure *url.Error
		if errors.As(err, &failure) {
			err = fmt.Errorf("%s: %w", slug, failure.Err)
		}
		return recording.Exchange{}, err
	}
	return wire.exchange, nil
}

// wiretap is a transport that keeps the exchange.
type wiretap struct {
	exchange recording.Exchange
	err      error
}

// RoundTrip is called by net/http.
func (w *wiretap) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		w.err = err
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusSwitchingProtocols {
		// The connection has another protocol now, and neither a timeout nor the context ends it.
		w.err = errors.New("the server switched to another protocol: 101 Switching Protocols")
		return nil, w.err
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, api.MaxBody+1))
	if len(body) > api.MaxBody {
		err = api.ErrTooLarge
	}
	if err != nil {
		w.err = err
		return nil, err
	}
	w.exchange = recording.New(response, body)
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}
