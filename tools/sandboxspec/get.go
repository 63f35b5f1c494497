package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"github.com/sandboxspec/sandboxspec/clients/api"
	"github.com/sandboxspec/sandboxspec/clients/sandbox"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/specs"
)

// getCommand is "sandboxspec get".
type getCommand struct {
	Sandboxes []string `arg:"" name:"sandbox" help:"Which sandboxes to get, as PROVIDER/ID." placeholder:"PROVIDER/ID"`
	Format    string   `help:"Print a table, a JSON object a line, or a YAML document each." enum:"table,json,yaml" default:"table"`
	Watch     bool     `help:"Get them again and again, and print each that has changed, until all have ended."`
}

// Help is called by kong.
func (c *getCommand) Help() string {
	return `Gets sandboxes of any provider with the key and the address from its environment variables, and shows them by the same names and in the same units: state is one of starting, running, stopping, paused, ended, failed and unknown, status the provider's own word for it. What the provider doesn't say is left out.

Exit status: 0 all were got, 2 one wasn't.`
}

// Validate is called by kong.
func (c *getCommand) Validate() error {
	for _, name := range c.Sandboxes {
		provider, id, _ := strings.Cut(name, "/")
		if id == "" {
			return fmt.Errorf("%q names no sandbox: write PROVIDER/ID, such as tensorlake/sbx_4f1k8t", name)
		}
		if _, ok := specs.Lookup(provider); !ok {
			var slugs []string
			for _, p := range specs.Providers() {
				slugs = append(slugs, p.Slug)
			}
			return fmt.Errorf("%q: no provider %q: choose one of %s", name, provider, strings.Join(slugs, ", "))
		}
	}
	return nil
}

// open returns a client for each provider that has one of the sandboxes.
func (c *getCommand) open() (map[string]*sandbox.Client, error) {
	clients := map[string]*sandbox.Client{}
	for _, name := range c.Sandboxes {
		provider, _, _ := strings.Cut(name, "/")
		if clients[provider] != nil {
			continue
		}
		client, err := sandbox.Open(provider)
		if err != nil {
			return nil, err
		}
		clients[provider] = client
	}
	return clients, nil
}

// Run is called by kong.
func (c *getCommand) Run(s streams) error {
	clients, err := c.open()
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(s.ctx)
	defer stop()
	printer := newPrinter(c.Format, s.stdout)
	var (
		mu     sync.Mutex
		group  sync.WaitGroup
		failed int
		broken error
	)
	get := func(name string) {
		provider, id, _ := strings.Cut(name, "/")
		see := func(b *sandbox.Sandbox) {
			mu.Lock()
			defer mu.Unlock()
			b = withoutKey(b)
			if err := printer.print(name, b); err != nil {
				broken = err
				stop()
			}
			if c.Watch {
				printer.flush()
			}
			if note := findings(b.Response); note != "" {
				say(s.stderr, "%s: %s", name, note)
			}
		}
		err := c.get(ctx, clients[provider], id, see)
		if err != nil && ctx.Err() == nil {
			mu.Lock()
			defer mu.Unlock()
			failed++
			say(s.stderr, "%s: %s", name, reason(err))
		}
	}
	for _, name := range c.Sandboxes {
		if c.Watch {
			group.Go(func() { get(name) })
		} else {
			get(name)
		}
	}
	group.Wait()
	if err := printer.flush(); err != nil {
		broken = err
	}
	switch {
	case broken != nil:
		return broken
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case failed > 0:
		return fmt.Errorf("%d of the sandboxes could not be got", failed)
	}
	return nil
}

// get calls see with a sandbox: once, or with --watch whenever it has changed.
func (c *getCommand) get(ctx context.Context, client *sandbox.Client, id string, see func(*sandbox.Sandbox)) error {
	if c.Watch {
		return client.Watch(ctx, id, see)
	}
	b, err := client.GetSandbox(ctx, id)
	if b != nil {
		see(b)
	}
	return err
}

// findings says of a response that breaks its contract how often it does.
func findings(r *api.Response) string {
	errors := 0
	for _, f := range r.Findings {
		if f.Severity == contract.Error {
			errors++
		}
	}
	if errors == 0 {
		return ""
	}
	return fmt.Sprintf("errors against its contract: %d; record and check show them", errors)
}

// withoutKey returns a sandbox without the key, which a server may say back in any text.
func withoutKey(b *sandbox.Sandbox) *sandbox.Sandbox {
	masked := *b
	for _, text := range []**string{&masked.ID, &masked.Name, &masked.Image, &masked.Status, &masked.URL} {
		if *text != nil {
			without := b.Response.Mask(**text)
			*text = &without
		}
	}
	if b.Labels != nil {
		masked.Labels = map[string]string{}
		for name, value := range b.Labels {
			masked.Labels[b.Response.Mask(name)] = b.Response.Mask(value)
		}
	}
	return &masked
}

// reason says why a sandbox was not fetched, without the address, which may be a proxy's that has a token in its path.
func reason(err error) string {
	var (
		failure *api.Error
		sending *url.Error
	)
	switch {
	case errors.As(err, &failure):
		return failure.Reason()
	case errors.As(err, &sending):
		return sending.Err.Error()
	}
	return err.Error()
}
