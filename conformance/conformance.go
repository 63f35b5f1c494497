// Package conformance judges recorded responses: recordings become findings. It is an
// independent judge: it reads the OpenAPI documents themselves and imports neither
// the generated code nor the clients.
package conformance

import (
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/deviation"
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
	// Deviations are the known ones; nil for none.
	Deviations *deviation.List
	// Warn is told what a document contradicts itself in, each once and one at a time;
	// nil where nobody wants to know.
	Warn func(error)
	// Observe is told of each exchange that was judged, conforming ones included: several at a time, and in no order. The
	// Result is good until Observe returns. Nil where nobody wants to know.
	Observe func(*Result)
}

// Judge judges exchanges. It is safe for concurrent use. The zero Judge knows no endpoint.
type Judge struct {
	options Options
	targets []*target
}

// NewJudge returns a Judge. It returns an error where the options name a provider,
// a document or an operation that there isn't, or a document that can't be compiled, and
// where they name both a provider and a document, or an operation of no document.
func NewJudge(o Options) (*Judge, error) {
	switch {
	case o.Provider != "" && o.Spec != "":
		return nil, errors.New("a provider and a document exclude each other")
	case o.Operation != "" && o.Spec == "":
		return nil, fmt.Errorf("the operation %q is of no document: name its document, too", o.Operation)
	}
	targets, err := targets(o)
	if err != nil {
		return nil, err
	}
	if o.Status == 0 {
		o.Status = http.StatusOK
	}
	warn, mutex := o.Warn, new(sync.Mutex)
	o.Warn = func(err error) {
		if mutex.Lock(); warn != nil {
			warn(err)
		}
		mutex.Unlock()
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
	// Contract is what judges Body, without the field mask of the request, and Response the status that the document gives
	// it: "200", "2XX" or "default". Both are zero where Body wasn't judged.
	Contract *contract.Contract
	Response string
	// Mask are the fields that the request asked for; nil where it had no field mask.
	Mask []string

	expected bool            // a file beside the recording says what it gives
	mask     *recording.Mask // knows what of Body is secret; nil where Body wasn't judged
}

// Finding is a contract.Finding whose Offset, Line and Column are those in the file. Those
// in its Branches are not: Result.InBranch tells them.
type Finding struct {
	contract.Finding
	// Decoded says that the body doesn't stand in the file as text: Offset, Line and
	// Column are those in the body, decompressed and out of its base64.
	Decoded bool
	// Known says that somebody has written the finding down: the file beside the recording
	// lists it, or Deviation is it.
	Known bool
	// Deviation is the known deviation that the finding is; nil for none.
	Deviation *deviation.Deviation

	at int // Offset as it is in Body, or in Actual where Body isn't what is wrong
}

// Judge judges one exchange.
func (j *Judge) Judge(x recording.Exchange) Result {
	x.Open()
	return j.of(x.File).judge(&x)
}

// fileJudge judges the exchanges of one file.
type fileJudge struct {
	*Judge
	slug string // the provider that the options or the file's folders name; empty for none
	// deviations are nil where a file beside the recording says what it gives.
	deviations *deviation.List
	// lone is the contract of a body that stands alone; nil where none can be told.
	lone *contract.Contract
	// closed says that what conforms to lone is no exchange on a line.
	closed bool
}

// of returns the judge of a file; an empty name is that of an exchange from no file.
func (j *Judge) of(file string) *fileJudge {
	f := &fileJudge{Judge: j, slug: j.options.Provider, deviations: j.options.Deviations}
	if f.slug == "" && j.options.Spec == "" && file != "-" && file != "" {
		if absolute, err := filepath.Abs(file); err == nil {
			f.slug = folder(filepath.ToSlash(absolute))
		}
	}
	t, err := f.target(&recording.Exchange{File: file})
	if err != nil || t == nil {
		return f
	}
	if response, ok := t.operation().Response(j.options.Status); ok && hasBody("", j.options.Status) && len(response.MediaTypes) > 0 {
		if c, err := t.contract(response, nil, j.options.Warn); err == nil {
			f.lone, f.closed = c, closed(c.Program())
		}
	}
	return f
}

// closed says whether every body with a member "response" gives a finding: whatever else
// it has, the member is undocumented. It is a quick answer: false where it would take
// thought.
func closed(p contract.Program) (closed bool) {
	for _, kw := range p.Schemas[0].Keywords {
		switch kw.Name {
		case contract.Properties:
			closed = !slices.Contains(kw.Values, "response")
		case contract.Type, contract.Nullable, contract.Required:
		default:
			return false
		}
	}
	return closed
}

// judge judges one exchange.
func (j *fileJudge) judge(x *recording.Exchange) Result {
	r := Result{Exchange: *x}
	if x.Err != nil && x.URL == nil {
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
	r.Provider, r.Operation = t.provider, t.operation().ID
	if r.Err == nil {
		r.Err = j.against(t, &r)
	}
	if r.Err != nil {
		r.Outcome = Unreadable
	} else if j.options.Observe != nil {
		j.options.Observe(&r)
	}
	return r
}

// conforms says whether x is a body that stands alone and conforms: what most of an
// archive is, and gets along without a Result. Where it says no, x is open.
func (j *fileJudge) conforms(x *recording.Exchange) bool {
	if !j.closed {
		x.Open()
	}
	if j.options.Observe == nil && j.lone != nil && x.Err == nil && x.URL == nil && x.Status == 0 && x.BodyErr == nil && j.lone.Check(x.Body) == nil {
		return true
	}
	x.Open()
	return false
}

// target chooses what the exchange is judged against; nil where it is of another
// endpoint.
func (j *fileJudge) target(x *recording.Exchange) (*target, error) {
	if j.options.Operation != "" {
		return j.targets[0], nil
	}
	slug := j.slug
	if x.URL != nil {
		for _, t := range j.targets {
			if (j.options.Provider == "" || t.provider == slug) && t.serves(x.Method, x.URL) {
				return t, nil
			}
		}
		if j.known(host(x.URL)) {
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

// known says whether a document names a server with that host, in lower case.
func (j *Judge) known(host string) bool {
	return slices.ContainsFunc(j.targets, func(t *target) bool {
		return slices.ContainsFunc(t.patterns().hosts, func(h *regexp.Regexp) bool { return h.MatchString(host) })
	})
}

// hasBody says whether a response with that status to that method has a body to check.
func hasBody(method string, status int) bool {
	return method != http.MethodHead && status >= 200 && status != http.StatusNoContent && status/100 != 3
}

// against judges the exchange of r against t.
func (j *fileJudge) against(t *target, r *Result) (err error) {
	status := r.Status
	if status == 0 {
		status = j.options.Status
	}
	response, ok := t.operation().Response(status)
	if !ok {
		actual := strconv.Itoa(status)
		r.report(r.StatusPlace(), j.found(r, contract.Finding{
			Rule: contract.UndocumentedStatus, Expected: statuses(t), Actual: actual,
			Spec: t.operation().Position,
		}, []byte(actual)))
		return nil
	}
	if !hasBody(r.Method, status) || len(response.MediaTypes) == 0 {
		return nil
	}
	if given := r.Header.Values("Content-Type"); len(given) > 0 && mediaType(given[0]) != "application/json" {
		actual := strconv.Quote(recording.HarmlessContentType(given[0]))
		r.report(r.HeaderPlace("Content-Type"), j.found(r, contract.Finding{
			Rule: contract.ContentType, Expected: oneOf(response.MediaTypes), Actual: actual,
			Spec: response.Position,
		}, []byte(actual)))
		return nil
	}
	if r.BodyErr != nil {
		return r.BodyErr
	}
	if r.Contract, err = t.contract(response, nil, j.options.Warn); err != nil {
		return err
	}
	r.Response, r.Mask = response.Status, t.mask(r.URL)
	c, err := t.contract(response, r.Mask, j.options.Warn)
	if err != nil {
		return err
	}
	j.breaks(t, c, r)
	return nil
}

// found returns a finding, whose Offset is one in text, with what is known of it.
func (j *fileJudge) found(r *Result, f contract.Finding, text []byte) Finding {
	d := j.deviations.Match(r.Provider, f, text)
	return Finding{Finding: f, Known: d != nil, Deviation: d, at: f.Offset}
}

// contentType is the field as RFC 9110 writes it: parameters can be empty, and white
// space can stand around the semicolons.
var contentType = regexp.MustCompile("^([!#$%&'*+.^_`|~0-9A-Za-z-]+/[!#$%&'*+.^_`|~0-9A-Za-z-]+)" +
	"[ \t]*(;[ \t]*([!#$%&'*+.^_`|~0-9A-Za-z-]+=([!#$%&'*+.^_`|~0-9A-Za-z-]+|\"([^\"\\\\]|\\\\.)*\"))?[ \t]*)*$")

// mediaType returns the media type of a Content-Type field, in lower case; empty where
// it has none.
func mediaType(field string) string {
	m := contentType.FindStringSubmatch(field)
	if m == nil {
		return ""
	}
	return strings.ToLower(m[1])
}

// breaks takes over what Check finds in the body.
func (j *fileJudge) breaks(t *target, c *contract.Contract, r *Result) {
	findings := c.Check(r.Body)
	r.mask = t.redactor(r.Contract).Mask(r.Exchange)
	r.Findings = make([]Finding, 0, len(findings))
	for _, inBody := range findings {
		f := j.found(r, inBody, r.Body)
		f.Finding, f.Decoded = r.inFile(r.named(inBody)), r.Exchange.Decoded
		r.report(recording.Place{Offset: f.Offset, Line: f.Line, Column: f.Column}, f)
	}
}

// Shown returns the finding as people may see it: where the value must not be shown,
// Actual says its kind alone.
func (r *Result) Shown(f Finding) Finding {
	switch f.Rule {
	case contract.DuplicateKey, contract.PropertyNames, contract.MinLength, contract.MaxLength, contract.MinItems, contract.MaxItems,
		contract.Contains, contract.MinContains, contract.MaxContains, contract.MinProperties, contract.MaxProperties:
		return f // a name or a count, not a value
	}
	if f.Actual == "" {
		return f
	}
	kind := ""
	switch c := f.Actual[0]; {
	case c == '"':
		kind = "a string"
	case c == '-' || '0' <= c && c <= '9':
		kind = "a number"
	}
	if kind != "" && r.Hidden(f, f.Offset) {
		f.Actual = kind + " that may be secret"
	}
	return f
}

// InBranch returns what stands in a branch of a finding as Shown does, with its place in
// the file. What stands in its own Branches keeps its place in the body.
func (r *Result) InBranch(f contract.Finding) contract.Finding {
	return r.Shown(Finding{Finding: r.inFile(r.named(f)), Decoded: r.Decoded}).Finding
}

// named returns the finding without the secrets that the names of members hold.
func (r *Result) named(f contract.Finding) contract.Finding {
	if r.mask == nil {
		return f
	}
	tokens := strings.Split(f.Pointer, "/")
	for i, token := range tokens {
		if r.mask.Name(contract.UnescapeToken(token)) == recording.Hidden {
			tokens[i] = recording.Hidden
		}
	}
	f.Pointer = strings.Join(tokens, "/")
	if f.Property != "" && r.mask.Name(f.Property) == recording.Hidden {
		f.Property = recording.Hidden
		if f.Rule == contract.DuplicateKey || f.Rule == contract.PropertyNames {
			f.Actual = "a name that may be secret"
		}
	}
	return f
}

// inFile returns a finding in the body with its place in the file. What stands in its
// Branches keeps its place in the body.
func (r *Result) inFile(f contract.Finding) contract.Finding {
	at := r.BodyPlace(recording.Place{Offset: f.Offset, Line: f.Line, Column: f.Column})
	f.Offset, f.Line, f.Column = at.Offset, at.Line, at.Column
	return f
}

func (r *Result) report(at recording.Place, f Finding) {
	f.Severity = f.Rule.Severity()
	f.Offset, f.Line, f.Column = at.Offset, at.Line, at.Column
	r.Findings = append(r.Findings, f)
}

func statuses(t *target) string {
	var all []string
	for _, r := range t.operation().Responses {
		all = append(all, r.Status)
	}
	return oneOf(all)
}

// oneOf says which values are expected.
func oneOf(values []string) string {
	switch len(values) {
	case 0:
		return "none"
	case 1:
		return values[0]
	}
	return "one of " + strings.Join(values, ", ")
}

// Around returns what stands in the line around the finding, as Exchange.Around does.
func (r *Result) Around(f Finding, before, after int) recording.Excerpt {
	if f.Decoded {
		return r.BodyAround(f.Offset, before, after)
	}
	return r.Exchange.Around(f.Offset, before, after)
}

// Hidden says whether the byte at offset, where the finding's Offset counts, must not be
// shown.
func (r *Result) Hidden(f Finding, offset int) bool {
	if r.mask == nil || f.Decoded != r.Exchange.Decoded {
		return false
	}
	secrets := r.mask.Secrets()
	i := sort.Search(len(secrets), func(i int) bool { return r.BodyOffset(secrets[i].End) > offset })
	return i < len(secrets) && r.BodyOffset(secrets[i].Start) <= offset
}
