package conformance

import (
	"fmt"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/sandboxspec/sandboxspec/conformance/compile"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/specs"
)

// target is an operation that recordings can be of.
type target struct {
	provider  string // a slug; empty where the document is the user's own
	operation compile.Operation
	paths     []*regexp.Regexp // the path, below each server

	mutex     sync.Mutex
	contracts map[string]*contract.Contract // by status, and by field mask where one is asked for
}

func newTarget(provider string, o compile.Operation) *target {
	t := &target{provider: provider, operation: o, contracts: map[string]*contract.Contract{}}
	for _, server := range o.Servers {
		t.paths = append(t.paths, pathPattern(server+o.Path))
	}
	return t
}

var templateExpression = regexp.MustCompile(`\\\{[^{}]*\\\}`)

// pathPattern matches the address template, each {name} in it being one segment.
func pathPattern(template string) *regexp.Regexp {
	quoted := regexp.QuoteMeta(strings.TrimSuffix(template, "/"))
	return regexp.MustCompile(`^` + templateExpression.ReplaceAllString(quoted, `[^/]+`) + `/?$`)
}

// serves says whether the request is one to the target's own server and path.
func (t *target) serves(method string, u *url.URL) bool {
	address := strings.ToLower(u.Scheme+"://"+u.Host) + u.EscapedPath()
	return t.takes(method) && slices.ContainsFunc(t.paths, func(p *regexp.Regexp) bool { return p.MatchString(address) })
}

// hosts says whether one of the target's servers is the request's.
func (t *target) hosts(u *url.URL) bool {
	return slices.ContainsFunc(t.operation.Servers, func(server string) bool {
		s, err := url.Parse(server)
		return err == nil && strings.EqualFold(s.Host, u.Host)
	})
}

// resembles says whether the request is one to the target's path on another server, a
// proxy or a test double.
func (t *target) resembles(method string, u *url.URL) bool {
	path := regexp.MustCompile(strings.TrimPrefix(pathPattern(t.operation.Path).String(), "^"))
	return t.takes(method) && !t.hosts(u) && path.MatchString(u.EscapedPath())
}

func (t *target) takes(method string) bool {
	return method == t.operation.Method || method == http.MethodHead && t.operation.Method == http.MethodGet
}

// contract returns the contract of the response, shrunk to a field mask where the
// request has one. What is odd about the document goes to warn, once.
func (t *target) contract(r compile.Response, u *url.URL, warn func(error)) (*contract.Contract, error) {
	mask := ""
	if u != nil && t.operation.FieldMask != "" {
		mask = strings.Join(u.Query()[t.operation.FieldMask], ",")
	}
	t.mutex.Lock()
	defer t.mutex.Unlock()
	key := r.Status + " " + mask
	if c, ok := t.contracts[key]; ok {
		return c, nil
	}
	program, warnings, err := r.Program()
	if err != nil {
		return nil, err
	}
	for _, w := range warnings {
		warn(w)
	}
	c := contract.New(program)
	if mask != "" {
		c = c.Only(strings.FieldsFunc(mask, func(r rune) bool { return r == ',' || r == ' ' })...)
	}
	t.contracts[key] = c
	return c, nil
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
			return []*target{newTarget("", operation)}, err
		}
		operations, err := document.Operations()
		if err != nil {
			return nil, err
		}
		var all []*target
		for _, operation := range operations {
			all = append(all, newTarget("", operation))
		}
		return all, nil
	}
	if o.Provider != "" {
		if _, ok := specs.Lookup(o.Provider); !ok {
			return nil, fmt.Errorf("no provider %q: choose one of %s", o.Provider, strings.Join(slugs(), ", "))
		}
	}
	var all []*target
	for _, p := range specs.Providers() {
		if o.Provider != "" && o.Provider != p.Slug {
			continue
		}
		document, err := compile.Parse(p.File, p.Document())
		if err != nil {
			return nil, err
		}
		operation, err := document.Operation("")
		if err != nil {
			return nil, err
		}
		all = append(all, newTarget(p.Slug, operation))
	}
	return all, nil
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
