// Package conformance judges recorded responses: recordings become findings. It is an
// independent judge: it reads the OpenAPI documents themselves and imports neither
// the generated code nor the clients.
package conformance

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/recording"
)

// Options say what recordings are judged against.
type Options struct {
	// Provider is a slug that goes before what the recordings themselves say; empty
	// where they decide.
	Provider string
	// Spec is the path of another OpenAPI document to judge against; empty for the
	// providers' own.
	Spec string
	// Operation is the ID of the operation in Spec; it may be empty where Spec has one
	// operation, or where the recorded requests tell.
	Operation string
	// Status is the HTTP status of bodies recorded without one; 0 is 200.
	Status int
	// Warn is told what a document contradicts itself in, each once; nil where nobody
	// wants to know.
	Warn func(error)
}

// Judge judges exchanges. It is safe for concurrent use.
type Judge struct {
	options Options
	targets []*target
}

// NewJudge returns a Judge. It returns an error where the options name a provider,
// a document or an operation that there isn't, or a document that can't be compiled.
func NewJudge(o Options) (*Judge, error) {
	targets, err := targets(o)
	if err != nil {
		return nil, err
	}
	if o.Status == 0 {
		o.Status = http.StatusOK
	}
	if o.Warn == nil {
		o.Warn = func(error) {}
	}
	if len(targets) == 1 {
		if err := targets[0].compile(o.Warn); err != nil {
			return nil, err
		}
	}
	return &Judge{options: o, targets: targets}, nil
}

// Outcome says what became of an exchange.
type Outcome int

// The outcomes.
const (
	Judged     Outcome = iota
	Unreadable         // Result.Err says why
	Skipped            // the exchange is of another endpoint
)

// Result is what was found out about one exchange.
type Result struct {
	recording.Exchange
	Outcome   Outcome
	Provider  string // a slug; empty where the document is the user's own
	Operation string // the operation's ID
	Findings  []Finding

	redactor *recording.Redactor
	secrets  []contract.Span // of Body, once they are asked for
}

// Finding is a contract.Finding whose Offset, Line and Column are those in the file. Those
// in its Branches are not: Result.InFile tells them.
type Finding struct {
	contract.Finding
	// Known says that the finding is expected: the file beside the recording lists it.
	Known bool
}

// Judge judges one exchange.
func (j *Judge) Judge(x recording.Exchange) Result {
	r := Result{Exchange: x}
	if x.Err != nil {
		r.Outcome = Unreadable
		return r
	}
	t, err := j.target(x)
	switch {
	case err != nil:
		r.Outcome, r.Err = Unreadable, err
		return r
	case t == nil:
		r.Outcome = Skipped
		return r
	}
	r.Provider, r.Operation = t.provider, t.operation.ID
	if err := j.judge(t, &r); err != nil {
		r.Outcome, r.Err = Unreadable, err
	}
	return r
}

// target chooses what the exchange is judged against; nil where it is of another
// endpoint.
func (j *Judge) target(x recording.Exchange) (*target, error) {
	if j.options.Operation != "" {
		return j.targets[0], nil
	}
	slug := j.options.Provider
	if slug == "" && j.options.Spec == "" && x.File != "-" {
		if absolute, err := filepath.Abs(x.File); err == nil {
			slug = folder(filepath.ToSlash(absolute))
		}
	}
	if x.URL != nil {
		for _, t := range j.targets {
			if t.serves(x.Method, x.URL) && (j.options.Provider == "" || t.provider == slug) {
				return t, nil
			}
		}
		if j.known(x.URL.Host) {
			return nil, nil // another endpoint, or another provider's
		}
	}
	for _, t := range j.targets {
		switch {
		case x.URL == nil && (slug != "" && t.provider == slug || len(j.targets) == 1):
			return t, nil
		case x.URL != nil && t.provider == slug && (slug != "" || j.options.Spec != "") && t.resembles(x.Method, x.URL):
			return t, nil
		}
	}
	switch {
	case x.URL != nil:
		return nil, nil
	case j.options.Spec != "":
		return nil, errors.New("no request says which operation this body is of: name it with --operation")
	}
	return nil, fmt.Errorf("no provider is known for this body: name it with --provider, or put it into a folder named %s", strings.Join(slugs(), ", "))
}

// known says whether a document names a server with that host.
func (j *Judge) known(host string) bool {
	return slices.ContainsFunc(j.targets, func(t *target) bool {
		return slices.ContainsFunc(t.hosts, func(h *regexp.Regexp) bool { return h.MatchString(strings.ToLower(host)) })
	})
}

func (j *Judge) judge(t *target, r *Result) error {
	status := r.Status
	if status == 0 {
		status = j.options.Status
	}
	response, ok := t.operation.Response(status)
	if !ok {
		r.report(r.StatusPlace(), contract.Finding{
			Rule: contract.UndocumentedStatus, Expected: "a documented one: " + statuses(t), Actual: strconv.Itoa(status),
			Spec: t.operation.Position,
		})
		return nil
	}
	if r.Method == http.MethodHead || status == http.StatusNoContent || status == http.StatusNotModified || len(response.MediaTypes) == 0 {
		return nil
	}
	if given := r.Header.Values("Content-Type"); len(given) > 0 {
		mediaType, _, err := mime.ParseMediaType(given[0])
		if err != nil || mediaType != "application/json" {
			r.report(r.HeaderPlace("Content-Type"), contract.Finding{
				Rule: contract.ContentType, Expected: strings.Join(response.MediaTypes, ", "), Actual: strconv.Quote(recording.HarmlessContentType(given[0])),
				Spec: response.Position,
			})
			return nil
		}
	}
	c, err := t.contract(response, r.URL, j.options.Warn)
	if err != nil {
		return err
	}
	for _, f := range c.Check(r.Body) {
		f = r.InFile(f)
		r.report(recording.Place{Offset: f.Offset, Line: f.Line, Column: f.Column}, f)
	}
	if len(r.Findings) > 0 {
		r.redactor = t.redactor(c)
	}
	return nil
}

// InFile returns a finding in the body with its place in the file. What stands in its
// Branches keeps its place in the body.
func (r *Result) InFile(f contract.Finding) contract.Finding {
	at := r.BodyPlace(recording.Place{Offset: f.Offset, Line: f.Line, Column: f.Column})
	f.Offset, f.Line, f.Column = at.Offset, at.Line, at.Column
	return f
}

func (r *Result) report(at recording.Place, f contract.Finding) {
	f.Severity = f.Rule.Severity()
	f.Offset, f.Line, f.Column = at.Offset, at.Line, at.Column
	r.Findings = append(r.Findings, Finding{Finding: f})
}

func statuses(t *target) string {
	var all []string
	for _, r := range t.operation.Responses {
		all = append(all, r.Status)
	}
	return strings.Join(all, ", ")
}

// Hidden says whether the byte of the file at offset must not be shown.
func (r *Result) Hidden(offset int) bool {
	if r.redactor != nil {
		r.secrets, r.redactor = r.redactor.Secrets(r.Exchange), nil
	}
	i := sort.Search(len(r.secrets), func(i int) bool { return r.BodyOffset(r.secrets[i].End) > offset })
	return i < len(r.secrets) && r.BodyOffset(r.secrets[i].Start) <= offset
}
