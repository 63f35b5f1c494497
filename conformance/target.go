package conformance

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/sandboxspec/sandboxspec/conformance/compile"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/recording"
	"github.com/sandboxspec/sandboxspec/specs"
)

// target is an operation that recordings can be of.
type target struct {
	provider  string // a slug; empty where the document is the user's own
	operation func() compile.Operation
	patterns  func() patterns

	mutex     sync.Mutex
	contracts map[string]*contract.Contract // by status, and by field mask where one is asked for
	redactors map[*contract.Contract]*recording.Redactor
}

// patterns match the requests of an operation.
type patterns struct {
	addresses []*regexp.Regexp // the path, below each server
	hosts     []*regexp.Regexp // the servers'
	path      *regexp.Regexp   // the end of an address
}

// newTarget returns the target for an operation, which it asks for when that is first needed.
func newTarget(provider string, operation func() compile.Operation) *target {
	return &target{
		provider: provider, operation: operation, contracts: map[string]*contract.Contract{},
		patterns: sync.OnceValue(func() patterns { return newPatterns(operation()) }),
	}
}

// newPatterns returns the patterns of an operation.
func newPatterns(o compile.Operation) patterns {
	p := patterns{path: regexp.MustCompile(pathPattern(o.Path) + "$")}
	for _, server := range o.Servers {
		m := absoluteServer.FindStringSubmatch(server)
		if m == nil {
			continue // where it is isn't known: its path alone counts
		}
		p.hosts = append(p.hosts, regexp.MustCompile("^"+pathPattern(strings.ToLower(m[2]))+"$"))
		address := strings.ToLower(m[2]) + strings.TrimSuffix(m[3], "/") + o.Path
		p.addresses = append(p.addresses, regexp.MustCompile("^"+pathPattern(address)+"$"))
	}
	return p
}

var absoluteServer = regexp.MustCompile(`^(?i)(https?://)([^/]+)(.*)$`)

var templateExpression = regexp.MustCompile(`(\\\{|%7B)[^{}/]*(\\\}|%7D)`)

// pathPattern matches what fills in a template, each {name} in it being one segment.
func pathPattern(template string) string {
	return templateExpression.ReplaceAllString(regexp.QuoteMeta(strings.TrimSuffix(template, "/")), `[^/]+`) + `/?`
}

// serves says whether the request is one to the target's own server and path, by http or https:
// what recorded it may have ended the encryption.
func (t *target) serves(method string, u *url.URL) bool {
	address := host(u) + u.EscapedPath()
	return t.takes(method) && slices.ContainsFunc(t.patterns().addresses, func(p *regexp.Regexp) bool { return p.MatchString(address) })
}

// host returns the server of an address in lower case, with its port where that isn't the
// one of its scheme: some recorders always write it.
func host(u *url.URL) string {
	host := strings.ToLower(u.Host)
	switch strings.ToLower(u.Scheme) {
	case "https":
		host = strings.TrimSuffix(host, ":443")
	case "http":
		host = strings.TrimSuffix(host, ":80")
	}
	return host
}

// resembles says whether the path of the request is the target's, whatever its server: a
// proxy, a test double, or one that the document doesn't name.
func (t *target) resembles(method string, u *url.URL) bool {
	return t.takes(method) && t.patterns().path.MatchString(u.EscapedPath())
}

func (t *target) takes(method string) bool {
	return method == "" || method == t.operation().Method || method == http.MethodHead && t.operation().Method == http.MethodGet
}

// mask returns the fields that the request asks for; nil where it has no field mask.
func (t *target) mask(u *url.URL) []string {
	if u == nil || t.operation().FieldMask == "" {
		return nil
	}
	return contract.FieldMask(u.Query()[t.operation().FieldMask]...)
}

// contract returns the contract of the response, shrunk to a field mask where that isn't
// nil. What is odd about the document goes to warn, once.
func (t *target) contract(r compile.Response, mask []string, warn func(error)) (*contract.Contract, error) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	c, ok := t.contracts[r.Status]
	if !ok {
		program, warnings, err := r.Program()
		if err != nil {
			return nil, err
		}
		for _, w := range warnings {
			warn(w)
		}
		c = contract.New(program)
		t.contracts[r.Status] = c
	}
	if mask == nil {
		return c, nil
	}
	mask = required(c.Program(), mask)
	key := r.Status + " " + strings.Join(mask, ",")
	masked, ok := t.contracts[key]
	if !ok {
		masked = c.Only(mask...)
		if len(t.contracts) < maxContracts {
			t.contracts[key] = masked
		}
	}
	return masked, nil
}

// maxContracts bounds how many contracts are kept: requests ask for what they like.
const maxContracts = 1000

// required returns the fields of a mask that a contract can require, each once and in order:
// the others change nothing.
func required(p contract.Program, mask []string) []string {
	fields := []string{}
	for _, s := range p.Schemas {
		for _, kw := range s.Keywords {
			switch kw.Name {
			case contract.Properties, contract.Required, contract.DependentRequired:
				for _, name := range kw.Values {
					if slices.Contains(mask, name) && !slices.Contains(fields, name) {
						fields = append(fields, name)
					}
				}
			}
		}
	}
	slices.Sort(fields)
	return fields
}

// redactor returns what knows the secrets of exchanges whose body the contract judges; nil
// where none does.
func (t *target) redactor(c *contract.Contract) *recording.Redactor {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if known, ok := t.redactors[c]; ok {
		return known
	}
	r := recording.NewRedactor(c)
	r.Path, r.FieldMask = t.operation().Path, t.operation().FieldMask
	for _, server := range t.operation().Servers {
		if m := absoluteServer.FindStringSubmatch(server); m != nil {
			r.Bases = append(r.Bases, m[3])
		}
	}
	if t.redactors == nil {
		t.redactors = map[*contract.Contract]*recording.Redactor{}
	}
	t.redactors[c] = r
	return r
}

// compile compiles the contracts of all responses, so that what can't be honoured is
// known before anything is judged.
func (t *target) compile(warn func(error)) error {
	for _, r := range t.operation().Responses {
		if !slices.Contains(r.MediaTypes, "application/json") {
			continue
		}
		if _, err := t.contract(r, nil, warn); err != nil {
			return err
		}
	}
	return nil
}

// plainFirst sorts targets so that a path without a template goes before one with, as
// OpenAPI says.
func plainFirst(all []*target) {
	slices.SortStableFunc(all, func(a, b *target) int {
		return strings.Count(a.operation().Path, "{") - strings.Count(b.operation().Path, "{")
	})
}

// targets returns what recordings can be of: the one operation of each provider, or
// those of the user's own document.
func targets(o Options) ([]*target, error) {
	if o.Spec != "" {
		document, err := compile.Open(o.Spec)
		if err != nil {
			return nil, err
		}
		if o.Operation != "" {
			operation, err := document.Operation(o.Operation)
			return []*target{newTarget("", func() compile.Operation { return operation })}, err
		}
		operations, err := document.Operations()
		if err != nil {
			return nil, err
		}
		var all []*target
		for _, operation := range operations {
			all = append(all, newTarget("", func() compile.Operation { return operation }))
		}
		plainFirst(all)
		return all, nil
	}
	if o.Provider != "" {
		if _, ok := specs.Lookup(o.Provider); !ok {
			return nil, fmt.Errorf("no provider %q: choose one of %s", o.Provider, strings.Join(slugs(), ", "))
		}
	}
	var all []*target
	for _, p := range specs.Providers() {
		all = append(all, newTarget(p.Slug, documented[p.Slug]))
	}
	return all, nil
}

// documented returns the operation of each provider, by slug. A document is parsed once in a
// process, when its operation is first asked for.
var documented = func() map[string]func() compile.Operation {
	all := map[string]func() compile.Operation{}
	for _, p := range specs.Providers() {
		all[p.Slug] = sync.OnceValue(func() compile.Operation {
			document, err := compile.Parse(p.File, p.Document())
			if err != nil {
				panic("conformance: " + err.Error())
			}
			operation, err := document.Operation("")
			if err != nil {
				panic("conformance: " + err.Error())
			}
			return operation
		})
	}
	return all
}()

// Operation is what exchanges can be of, named as a Result names it.
type Operation struct {
	Provider string // a slug; empty where the document is the user's own
	ID       string
}

// String returns the provider, where there is one, and the ID.
func (o Operation) String() string { return strings.TrimPrefix(o.Provider+" "+o.ID, " ") }

// Operations returns what exchanges can be of.
func (j *Judge) Operations() (all []Operation) {
	for _, t := range j.targets {
		if j.options.Provider == "" || j.options.Provider == t.provider {
			all = append(all, Operation{t.provider, t.operation().ID})
		}
	}
	return all
}

// Document returns the text of a document that exchanges are judged against, by the name that findings give it; nil where
// there is none, or it can't be read any more.
func (j *Judge) Document(file string) []byte {
	if j.options.Spec != "" && file == j.options.Spec {
		text, _ := os.ReadFile(file)
		return text
	}
	for _, p := range specs.Providers() {
		if p.File == file && j.options.Spec == "" {
			return p.Document()
		}
	}
	return nil
}

func slugs() []string {
	var slugs []string
	for _, p := range specs.Providers() {
		slugs = append(slugs, p.Slug)
	}
	return slugs
}

// folder returns the slug that the nearest folder above the file is named after; empty
// where none is.
func folder(file string) string {
	for dir := path.Dir(file); dir != "." && dir != "/"; dir = path.Dir(dir) {
		if _, ok := specs.Lookup(path.Base(dir)); ok {
			return path.Base(dir)
		}
	}
	return ""
}
