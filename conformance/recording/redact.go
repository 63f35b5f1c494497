package recording

import (
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// Rule names a reason to take something out of a recording.
type Rule string

// The rules of redaction. Each can be turned off by its name.
const (
	CredentialHeader  Rule = "credential-header"  // Authorization, X-API-Key, Cookie, Set-Cookie: headers whose names speak of keys
	RequestHeader     Rule = "request-header"     // any other request header that isn't known to be harmless
	ResponseHeader    Rule = "response-header"    // any other response header that isn't known to be harmless
	URL               Rule = "url"                // user, fragment and unexpected path of the request; user, query and fragment of URLs in the body
	Query             Rule = "query"              // the parameters of the request, but for the field mask
	XSecret           Rule = "x-secret"           // what the contract marks as secret
	UndocumentedField Rule = "undocumented-field" // what the contract doesn't know
	TokenField        Rule = "token-field"        // members whose names speak of secrets, in open objects too
	UnjudgedBody      Rule = "unjudged-body"      // the body of a response that nobody documents
	BrokenJSON        Rule = "broken-json"        // what stands after the place from where a body can't be read
	Repeated          Rule = "repeated"           // what another rule takes out, wherever else it stands
)

// Rules are all rules.
var Rules = []Rule{
	CredentialHeader, RequestHeader, ResponseHeader, URL, Query,
	XSecret, UndocumentedField, TokenField, UnjudgedBody, BrokenJSON, Repeated,
}

// Redaction says that a rule took something out.
type Redaction struct {
	Rule Rule
	// What names it without saying it: a header, a part of the URL, or the RFC 6901
	// pointer of a value in the body; empty for all of the body.
	What string
}

// Redactor takes out of exchanges what may be secret. What it doesn't know to be harmless
// it takes out.
type Redactor struct {
	// Path is the template that the end of a request's path fills in, such as
	// "/sandboxes/{id}".
	Path string
	// Bases are the paths that may stand before Path: those of the documented servers.
	Bases []string
	// FieldMask is the query parameter that selects fields; empty where there is none.
	FieldMask string

	contract *contract.Contract
	plain    *contract.Contract // without secrets: what it hides nobody knows
	public   map[string]bool    // what may stand anywhere: the contract says it itself
	meanings map[string]meaning // of what is public
}

// NewRedactor returns a Redactor for exchanges whose body the contract judges; nil is for
// those whose body nothing judges.
func NewRedactor(c *contract.Contract) *Redactor {
	r := &Redactor{contract: c, public: vocabulary(c), meanings: map[string]meaning{}}
	for word := range r.public {
		r.meanings[word] = meaningOf(word)
	}
	if c != nil {
		p := c.Program()
		p.Schemas = slices.Clone(p.Schemas)
		for i, s := range p.Schemas {
			p.Schemas[i].Keywords = slices.DeleteFunc(slices.Clone(s.Keywords), func(kw contract.Keyword) bool { return kw.Name == contract.Rule(XSecret) })
		}
		r.plain = contract.New(p)
	}
	return r
}

// Redact returns what can be kept of x, and what was taken out. The rules in keep are
// turned off.
//
// Its findings are those of x, up to their places and to what is taken out: a string
// stays one of as many code points, a uuid or a date-time stays one, a number keeps its
// sign and its notation, stays an integer or a fraction and doesn't grow, and what stands in the contract itself stays.
// The Content-Length, where there is one, is the new body's; the headers that say how
// the old one was transferred are gone.
func (r *Redactor) Redact(x Exchange, keep map[Rule]string) (Exchange, []Redaction) {
	d := redaction{Redactor: r, keep: keep}
	d.collect(x)
	y := Exchange{File: x.File, Entry: x.Entry, Many: x.Many, Method: x.Method, Status: x.Status}
	y.URL = d.url(x.URL)
	y.RequestHeader = d.headers(x.RequestHeader, RequestHeader, harmlessRequest)
	y.Header = d.headers(x.Header, ResponseHeader, harmlessResponse)
	y.Body = d.body(x.Body)
	mendLength(y.Header, x.Header, len(y.Body))
	return y, d.done
}

// Names returns a function that people may be shown the names of members through: of one
// that holds a secret of x it returns Hidden.
func (r *Redactor) Names(x Exchange) func(name string) string {
	var d *redaction
	return func(name string) string {
		if len(name) < shortestSecret || r.public[name] {
			return name
		}
		if d == nil {
			d = &redaction{Redactor: r}
			d.collect(x)
		}
		if d.repeats(name) {
			return Hidden
		}
		return name
	}
}

// Hidden stands where something must not be shown.
const Hidden = "•••"

// redaction is one exchange being redacted.
type redaction struct {
	*Redactor
	keep    map[Rule]string
	secrets []string          // what is taken out, each followed by what the finder makes of it
	finder  *strings.Replacer // finds secrets where else they stand
	stand   standIns
	spans   *spans // once they are asked for
	done    []Redaction
}

// off says whether a rule is turned off.
func (d *redaction) off(rule Rule) bool {
	_, off := d.keep[rule]
	return off
}

// note notes that something is taken out, each once.
func (d *redaction) note(rule Rule, what string) {
	if n := (Redaction{rule, what}); !slices.Contains(d.done[max(0, len(d.done)-1):], n) {
		d.done = append(d.done, n)
	}
}

// shortestSecret is how long, in bytes, a secret is to be looked for elsewhere: a
// shorter one would be found by chance.
const shortestSecret = 6

func (d *redaction) secret(text string) {
	if len(text) >= shortestSecret && !d.public[text] {
		d.secrets = append(d.secrets, text, "")
	}
}

// repeats says whether text holds a secret that is taken out elsewhere.
func (d *redaction) repeats(text string) bool {
	if d.off(Repeated) || len(d.secrets) == 0 {
		return false
	}
	if d.finder == nil {
		d.finder = strings.NewReplacer(d.secrets...) // looks for all of them at once
	}
	return d.finder.Replace(text) != text
}

// vocabulary is what a contract says itself: the names of members, and the values of
// enums. Without a contract it is what the providers' errors call their members.
func vocabulary(c *contract.Contract) map[string]bool {
	words := map[string]bool{}
	if c == nil {
		for _, name := range []string{"error", "errors", "code", "status", "message", "msg", "detail", "details", "param", "type", "title"} {
			words[name] = true
		}
		return words
	}
	for _, s := range c.Program().Schemas {
		for _, kw := range s.Keywords {
			for _, value := range kw.Values {
				switch kw.Name {
				case contract.Properties, contract.Required:
					words[value] = true
				case contract.Enum, contract.Const:
					if quoted := []byte(value); quoted[0] == '"' {
						text, _ := unescape(quoted)
						words[string(text)] = true
					}
				}
			}
		}
	}
	return words
}

// redacted stands where something was taken out that had no form to keep.
const redacted = "redacted"

// segment is what the ID of a sandbox looks like: no parameters, no escapes, and too
// short for most tokens.
var segment = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$`)

// collect collects what is secret in x, so that it is found where else it stands.
func (d *redaction) collect(x Exchange) {
	d.collectHeaders(x.RequestHeader)
	d.collectHeaders(x.Header)
	d.collectURL(x.URL)
	d.collectBody(x.Body)
}

func (d *redaction) collectURL(u *url.URL) {
	if u == nil {
		return
	}
	if u.User != nil {
		password, _ := u.User.Password()
		d.secret(password)
		d.secret(u.User.Username())
	}
	for name, values := range u.Query() {
		if name != d.FieldMask || name == "" {
			for _, value := range values {
				d.secret(value)
			}
		}
	}
	d.secret(u.Fragment)
}

func (d *redaction) url(u *url.URL) *url.URL {
	if u == nil {
		return nil
	}
	kept := *u
	if !d.off(URL) {
		kept.User, kept.Fragment, kept.RawFragment = nil, "", ""
		kept.RawPath, kept.Path = "", d.path(u.EscapedPath())
		if u.User != nil {
			d.note(URL, "user")
		}
		if u.Host != "" && (!harmlessHost.MatchString(u.Host) || d.repeats(u.Host)) { // from a Host header it may be anything
			kept.Host = redacted + ".invalid"
			d.note(URL, "host")
		}
		if u.Fragment != "" {
			d.note(URL, "fragment")
		}
	}
	if !d.off(Query) && (u.RawQuery != "" || u.ForceQuery) {
		kept.RawQuery, kept.ForceQuery = d.query(u.Query()), false
		if kept.RawQuery != u.RawQuery {
			// Not which: a name may be a secret, too.
			d.note(Query, "")
		}
	}
	return &kept
}

// path returns the path with what isn't known to be harmless taken out. It keeps on
// filling in d.Path.
func (d *redaction) path(escaped string) string {
	given := strings.Split(strings.Trim(escaped, "/"), "/")
	template := strings.Split(strings.Trim(d.Path, "/"), "/")
	before := max(0, len(given)-len(template))
	base := strings.Join(given[:before], "/")
	given = given[before:]
	if !slices.ContainsFunc(d.Bases, func(b string) bool { return strings.Trim(b, "/") == base }) {
		if base != "" {
			d.note(URL, "path")
		}
		base = ""
	}
	for i, text := range given {
		if i < len(template) && template[i] == text {
			continue
		}
		if !segment.MatchString(text) || text == ".." || d.repeats(text) {
			d.note(URL, "path")
			given[i] = redacted
		}
	}
	return path.Join("/", base, strings.Join(given, "/"))
}

// query keeps the field mask alone, and of it the names that the contract knows.
func (d *redaction) query(given url.Values) string {
	if d.FieldMask == "" || !given.Has(d.FieldMask) {
		return ""
	}
	var names []string
	mask := strings.Join(given[d.FieldMask], ",")
	for name := range strings.FieldsFuncSeq(mask, func(r rune) bool { return r == ',' || r == ' ' }) {
		if !d.public[name] {
			name = redacted
		}
		names = append(names, name)
	}
	if mask != "" && len(names) == 0 {
		names = []string{redacted} // an empty mask would be none
	}
	return d.FieldMask + "=" + strings.Join(names, ",")
}

// credential are the headers whose values are keys, by their names.
var credential = regexp.MustCompile(`(?i)auth|cookie|key|token|secret|session|password|credential|signature|jwt`)

// transfer are the headers that say how a body was transferred: not how it stands in a
// recording.
var transfer = []string{"Content-Length", "Transfer-Encoding", "Content-Encoding", "Trailer", "Connection", "Keep-Alive"}

const (
	httpDate = `[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT`
	count    = `[0-9]{1,10}`
)

// What is harmless in a header that is.
var (
	harmlessDate  = regexp.MustCompile(`^` + httpDate + `$`)
	harmlessCount = regexp.MustCompile(`^` + count + `$`)
	harmlessWait  = regexp.MustCompile(`^(` + count + `|` + httpDate + `)$`)
	harmlessQuota = regexp.MustCompile(`^(("[a-z]{1,12}";)?[qrtwl]=|;|,| |[0-9]{1,10})+$`)
	harmlessCache = regexp.MustCompile(`^((no-(cache|store|transform)|must-revalidate|private|public|(max-age|s-maxage)=` + count + `)(, ?|$))+$`)
	harmlessType  = regexp.MustCompile(`^((application/json|\*/\*)(, ?|$))+$`)
	harmlessAgent = regexp.MustCompile(`^(curl|Go-http-client)/[0-9.]{1,12}$`)
	harmlessHost  = regexp.MustCompile(`^([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:[0-9]+)?$`)
)

var harmlessRequest = map[string]*regexp.Regexp{
	"Accept": harmlessType, "User-Agent": harmlessAgent, "Host": harmlessHost,
}

// harmlessResponse lacks Content-Type, which is judged: HarmlessContentType sees to it.
var harmlessResponse = map[string]*regexp.Regexp{
	"Date": harmlessDate, "Last-Modified": harmlessDate, "Age": harmlessCount, "Retry-After": harmlessWait,
	"Cache-Control": harmlessCache,
	"Ratelimit":     harmlessQuota, "Ratelimit-Policy": harmlessQuota,
	"Ratelimit-Limit": harmlessQuota, "Ratelimit-Remaining": harmlessCount, "Ratelimit-Reset": harmlessCount,
	"X-Ratelimit-Limit": harmlessQuota, "X-Ratelimit-Remaining": harmlessCount, "X-Ratelimit-Reset": harmlessCount,
}

// shortestKey is from how many bytes on a word in a header with a key is one, and not the
// name of a scheme, a cookie or a parameter.
const shortestKey = 12

func (d *redaction) collectHeaders(h http.Header) {
	for name, values := range h {
		if !credential.MatchString(name) {
			continue
		}
		for _, value := range values {
			if name == "Set-Cookie" {
				value, _, _ = strings.Cut(value, ";") // then come a domain and a date
			}
			d.secret(value)
			_, key, _ := strings.Cut(value, " ") // behind the name of a scheme
			d.secret(key)
			for cookie := range strings.SplitSeq(value, ";") {
				_, text, _ := strings.Cut(cookie, "=")
				d.secret(strings.TrimSpace(text))
			}
			for part := range strings.FieldsFuncSeq(value, func(r rune) bool { return strings.ContainsRune(" ;,=", r) }) {
				if len(part) >= shortestKey {
					d.secret(part)
				}
			}
		}
	}
}

func (d *redaction) headers(given http.Header, rule Rule, harmless map[string]*regexp.Regexp) http.Header {
	if given == nil {
		return nil
	}
	kept := http.Header{}
	names := make([]string, 0, len(given))
	for name := range given {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		values := given[name]
		if slices.Contains(transfer, name) {
			continue
		}
		applies := rule
		if credential.MatchString(name) {
			applies = CredentialHeader
		}
		if d.off(applies) {
			kept[name] = values
			continue
		}
		if applies == ResponseHeader && name == "Content-Type" {
			for _, value := range values {
				k := HarmlessContentType(value)
				if k != value {
					d.note(rule, name)
				}
				kept.Add(name, k)
			}
			continue
		}
		if pattern := harmless[name]; pattern != nil && !slices.ContainsFunc(values, func(v string) bool { return !pattern.MatchString(v) || d.repeats(v) }) {
			kept[name] = values
			continue
		}
		d.note(applies, name)
	}
	return kept
}
