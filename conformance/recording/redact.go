package recording

import (
	"encoding/base64"
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

// Redaction names something that a rule took out.
type Redaction struct {
	Rule Rule
	// What names it without showing it: a header, a part of the URL, or the RFC 6901
	// pointer of a value in the body, cut after 200 bytes; empty for all of the body.
	What string
	// More counts what was taken out beyond the first 100: in the last Redaction, which has
	// nothing else. It is 0 in any other.
	More int
}

// maxRedactions bounds how many redactions are named, and maxPointer how many bytes of a
// pointer name one: a body has many values, and their pointers can be as long as the body.
const (
	maxRedactions = 100
	maxPointer    = 200
	cut           = "…" // ends a pointer that is longer
)

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
		r.meanings[word] = meaning{tokenField.MatchString(word), environment.MatchString(word)}
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

// Redact returns what can be kept of x, and what was taken out: the first 100 by name, and the
// number of the others. The rules in keep are turned off. Time and memory grow with the size
// of x.
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

// redaction is one exchange being redacted.
type redaction struct {
	*Redactor
	keep       map[Rule]string
	secrets    secretSet // what is taken out, to be found where else it stands
	stand      standIns
	spans      *spans // once they are asked for
	remembered map[string]meaning
	inner      map[string]bool // the keys within values that are secret
	broken     string          // the key that the body breaks at; empty where it doesn't break at one
	done       []Redaction
	noted      map[Redaction]bool // of those that are no values, the ones in done
	notedAt    int                // 1 + the offset of the value that was noted last
}

// off reports whether a rule is turned off.
func (d *redaction) off(rule Rule) bool {
	_, off := d.keep[rule]
	return off
}

// note notes that something that isn't a value in the body is taken out, each once.
func (d *redaction) note(rule Rule, what string) {
	n := Redaction{Rule: rule, What: what}
	if d.noted[n] {
		return
	}
	if d.noted == nil {
		d.noted = map[Redaction]bool{}
	}
	d.noted[n] = true
	d.list(func() Redaction { return n })
}

// noteValue notes that a value in the body is taken out, with all that stands in it.
func (d *redaction) noteValue(v value) {
	switch {
	case v.rule == UnjudgedBody:
		d.note(UnjudgedBody, "")
	case d.notedAt != 1+v.outermost:
		d.notedAt = 1 + v.outermost
		d.list(func() Redaction { return Redaction{Rule: v.rule, What: d.pointer(v.within)} })
	}
}

// list adds a redaction to those that are done, and beyond maxRedactions counts it.
func (d *redaction) list(n func() Redaction) {
	switch last := len(d.done) - 1; {
	case last < maxRedactions-1:
		n := n()
		if last < 0 || d.done[last] != n || strings.HasSuffix(n.What, cut) { // a key can be repeated
			d.done = append(d.done, n)
		}
	case last < maxRedactions:
		d.done = append(d.done, Redaction{More: 1})
	default:
		d.done[last].More++
	}
}

func (d *redaction) secret(text string) {
	if !d.public[text] {
		d.secrets.add(text)
	}
}

// repeats reports whether text holds a secret that is taken out elsewhere.
func (d *redaction) repeats(text string) bool {
	return !d.off(Repeated) && len(d.secrets.texts) > 0 && d.secrets.in(text)
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
	var segments []string
	if x.URL != nil {
		segments = append(strings.Split(x.URL.Path, "/"), x.URL.Hostname())
	}
	if !d.off(RequestHeader) {
		d.collectHeaders(x.RequestHeader, harmlessRequest, segments)
		d.collectHeaders(x.sentHeader, harmlessRequest, segments)
	}
	if !d.off(ResponseHeader) {
		d.collectHeaders(x.Header, harmlessResponse, segments)
	}
	d.collectSent(x.sent)
	d.collectSent([]byte(x.sentText))
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
	names := contract.FieldMask(given[d.FieldMask]...)
	for i, name := range names {
		if !d.public[name] {
			names[i] = redacted
		}
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

// shortestKey is from how many bytes on a word in a header is taken to be a key, and not the
// name of a scheme, a cookie or a parameter.
const shortestKey = 12

// collectHeaders collects the keys in headers of credentials, and in all others that aren't
// kept the words that may be one.
func (d *redaction) collectHeaders(h http.Header, harmless map[string]*regexp.Regexp, segments []string) {
	for name, values := range h {
		for _, value := range values {
			switch pattern := harmless[name]; {
			case credential.MatchString(name):
				d.collectCredential(name, value)
			case slices.Contains(transfer, name), name == "Content-Type" && HarmlessContentType(value) == value, pattern != nil && pattern.MatchString(value):
			default:
				d.collectWords(value, segments)
			}
		}
	}
}

// collectCredential collects the keys in a header of credentials.
func (d *redaction) collectCredential(name, value string) {
	if name == "Set-Cookie" {
		value, _, _ = strings.Cut(value, ";") // then come a domain and a date
	}
	d.secret(value)
	scheme, key, _ := strings.Cut(value, " ")
	d.secret(key)
	if strings.EqualFold(scheme, "Basic") {
		if text, err := base64.StdEncoding.DecodeString(strings.TrimSpace(key)); err == nil {
			user, password, _ := strings.Cut(string(text), ":")
			d.secret(user)
			d.secret(password)
		}
	}
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

// plainWord is what hosts, media types and the names of headers look like.
var plainWord = regexp.MustCompile(`^[a-z.-]+$`)

// collectWords collects what may be keys in a text from outside the body. The segments of the
// request's path aren't: they are kept, and services repeat them.
func (d *redaction) collectWords(text string, segments []string) {
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(" \t;,=&?#/:\"'<>()", r) }) {
		if len(word) >= shortestKey && !plainWord.MatchString(word) && !slices.Contains(segments, word) {
			d.secret(word)
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
