package recording

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// tokenField are members whose values are secret, by their names, wherever they are.
var tokenField = regexp.MustCompile(`(?i)token|secret|passw|passphrase|credential|authorization|cookie|bearer|jwt|` +
	`(?:api|private|access|service|client|account|auth|deploy|encryption|host|license|master|server|shared|signing|ssh|storage)_?-?keys?(?:$|[^a-z])`)

// tokenName are further ones, whose names may mean something else where a contract has them.
var tokenName = regexp.MustCompile(`(?i:session)|(?:^|[^A-Za-z])(?i:keys?|pem|otp|pwd|pass|sid|auth|signature)[^A-Za-z]*$|` +
	`[a-z0-9](?:Keys?|KEY|Pem|PEM|Otp|OTP|Pwd|Pass|Sid|SID|Auth|Signature)[^A-Za-z]*$`)

// environment are members that hold the variables of a process: whatever is in them is
// secret but for what harmlessVariable names. A text called env is a tag.
var environment = regexp.MustCompile(`(?i)^(env|envs|env[_-]?vars|environment|environment[_-]?(vars|variables))$`)

// meaning is what the name of a member says of its value.
type meaning struct{ token, environment bool }

// longestName is how much of a name counts, in bytes: half of it from its start, half from its
// end.
const longestName = 256

// meaning returns what a name says. It remembers what the first names of a body say: most come
// again.
func (d *redaction) meaning(name string) meaning {
	if m, ok := d.meanings[name]; ok { // the contract knows it
		return m
	}
	if m, ok := d.remembered[name]; ok {
		return m
	}
	part := name
	if len(name) > longestName {
		part = name[:longestName/2] + name[len(name)-longestName/2:]
	}
	m := meaning{tokenField.MatchString(part) || tokenName.MatchString(part), environment.MatchString(part)}
	if d.remembered == nil {
		d.remembered = map[string]meaning{}
	}
	if len(name) <= longestName && len(d.remembered) < maxRemembered {
		d.remembered[name] = m
	}
	return m
}

// maxRemembered bounds how many names are remembered.
const maxRemembered = 1000

var harmlessVariable = map[string]bool{"name": true, "secret": true}

// collectBody collects the strings that are secrets, so that they are found where else
// they are.
func (d *redaction) collectBody(body []byte) {
	if d.contract == nil {
		return // nothing of it is kept
	}
	d.inner = map[string]bool{}
	d.walk(body, func(v value) {
		switch {
		case v.rule == "":
		case !v.isKey && v.rule != UndocumentedField:
			d.secret(v.text())
		case v.isKey && len(v.raw) >= contract.ShortestSecret+len(`""`):
			d.inner[v.text()] = true
		}
	})
}

// body returns what can be kept of a body.
func (d *redaction) body(body []byte) []byte {
	if len(bytes.TrimSpace(body)) == 0 {
		return body
	}
	kept, read := make([]byte, 0, len(body)), 0
	stop := d.walk(body, func(v value) {
		kept = append(kept, body[read:v.at]...)
		read = v.at + len(v.raw)
		n := len(kept)
		if kept = append(kept, d.replace(v)...); v.rule != "" && !bytes.Equal(kept[n:], v.raw) {
			d.noteValue(v)
		}
	})
	kept = append(kept, body[read:stop]...)
	switch {
	case stop == len(body):
		return kept
	case d.contract == nil && d.off(UnjudgedBody), d.contract != nil && d.off(BrokenJSON):
		return append(kept, body[stop:]...)
	case d.contract == nil:
		// Nobody knows what it is. A page that asks to sign in has tokens, too.
		d.note(UnjudgedBody, "")
		return []byte(redacted)
	}
	d.note(BrokenJSON, "")
	return d.breakOff(kept, body, stop)
}

// value is a string, a number or a key in a body.
type value struct {
	raw       []byte
	at        int // where it starts in the body
	isKey     bool
	rule      Rule    // why it is secret; empty where it isn't
	outermost int     // where the outermost value starts that is secret for that reason
	within    []frame // what leads to that value; it changes when the walk goes on
}

// text returns what a string means, and of a number how it is written.
func (v value) text() string {
	if v.raw[0] != '"' {
		return string(v.raw)
	}
	text, _ := unescape(v.raw)
	return string(text)
}

// telling returns the rule by which a text that has no secret place is secret; empty where it
// isn't.
func (d *redaction) telling(text string) Rule {
	switch {
	case d.repeats(text):
		return Repeated
	case d.contract != nil && !d.off(TokenField) && holdsToken(text):
		return TokenField
	case !d.off(URL) && fillURLs(text) != text:
		return URL
	}
	return ""
}

// replaces reports whether something else is put in the place of v.
func (d *redaction) replaces(v value) bool {
	switch {
	case v.raw[0] != '"':
		return v.rule != "" && number(string(v.raw)) != string(v.raw)
	case len(v.raw) == len(`""`):
		return false
	}
	text := v.text()
	return !d.public[text] && (v.rule != "" || d.telling(text) != "")
}

// replace returns what is put in the place of v: v.raw where that can stay.
func (d *redaction) replace(v value) []byte {
	switch {
	case !d.replaces(v):
		return v.raw
	case v.raw[0] != '"':
		return []byte(number(string(v.raw)))
	}
	text := v.text()
	if v.rule == "" {
		switch rule := d.telling(text); {
		case rule != URL:
			d.note(rule, "")
		case v.isKey:
			d.note(URL, "in the body")
		default:
			d.note(URL, "in the body")
			return quote(fillURLs(text))
		}
	}
	if v.isKey {
		return quote(d.stand.key(text))
	}
	return quote(d.stand.text(text))
}

func quote(text string) []byte {
	quoted, _ := jsontext.AppendQuote(nil, text) // it mends what isn't UTF-8, and errs to say so
	return quoted
}

// frame is an array or an object that is being walked through.
type frame struct {
	object    bool
	listed    bool // it is an item of an array
	wantKey   bool
	name      value  // the key that was read last, and
	key       string // what it means
	index     int    // of the item that was read last
	env       bool   // it holds variables of a process
	rule      Rule   // why all in it is secret; empty where it isn't
	outermost int    // of what is secret for that reason; see value
	depth     int    // how many frames lead to that
}

// walk calls visit for every string, number and key in a body, in order. It stops where the
// body can't be read any further, or at a key that no colon follows, and returns where that is:
// the length of the body where it never is.
func (d *redaction) walk(body []byte, visit func(value)) (stop int) {
	spans := d.spansOf(body)
	decoder := newDecoder(body)
	frames := []frame{{}}
	if d.contract == nil && !d.off(UnjudgedBody) {
		frames[0].rule = UnjudgedBody
	}
	read := 0
	for {
		raw, err := next(decoder)
		to := int(decoder.InputOffset())
		if err != nil || to > spans.end {
			if errors.Is(err, io.EOF) && len(frames) == 1 && read > 0 {
				return len(body)
			}
			return read
		}
		at := to - len(raw)
		if raw[0] == '}' || raw[0] == ']' {
			read = to
			frames = frames[:len(frames)-1]
			continue
		}
		top := &frames[len(frames)-1]
		v := value{raw: raw, at: at, isKey: top.wantKey, rule: top.rule, outermost: top.outermost, within: frames[:top.depth]}
		if v.isKey {
			top.name, top.key, top.wantKey = v, v.text(), false
			if !bytes.HasPrefix(bytes.TrimLeft(body[to:], " \t\r\n"), []byte(":")) {
				d.broken = top.key
				return read
			}
			read = to
			visit(v)
			continue
		}
		read = to
		top.index++
		says := meaning{}
		if top.object {
			says = d.meaning(top.key)
		}
		says.environment = says.environment || top.env
		if v.rule == "" {
			if v.rule = d.ruleOf(top, says, raw[0], at); v.rule != "" {
				v.outermost, v.within = at, frames
			}
		}
		top.wantKey = top.object
		switch raw[0] {
		case '{', '[':
			frames = append(frames, frame{
				object: raw[0] == '{', wantKey: raw[0] == '{', index: -1, listed: len(frames) > 1 && !top.object,
				env: says.environment, rule: v.rule, outermost: v.outermost, depth: len(v.within),
			})
		case 't', 'f', 'n': // one of two, or null: no secret
		default:
			visit(v)
		}
	}
}

// next reads a key, a scalar, or the start or the end of an array or object.
func next(d *jsontext.Decoder) ([]byte, error) {
	switch kind := d.PeekKind(); kind {
	case '{', '}', '[', ']':
		_, err := d.ReadToken()
		return []byte{byte(kind)}, err
	default:
		return d.ReadValue()
	}
}

// ruleOf returns why the value at at is secret, which starts with first and is one of top's,
// with a name that says what it says; empty where it isn't.
func (d *redaction) ruleOf(top *frame, says meaning, first byte, at int) Rule {
	unknown := covers(d.spans.unknown, at)
	switch {
	case unknown && says.token && !d.off(TokenField):
		return TokenField // so that it is looked for elsewhere, which other undocumented values aren't
	case unknown && !d.off(UndocumentedField):
		return UndocumentedField
	case !unknown && covers(d.spans.secret, at):
		if !d.off(XSecret) {
			return XSecret
		}
		return ""
	case d.contract == nil || d.off(TokenField):
		return ""
	case covers(d.spans.labelled, at):
		return TokenField
	}
	variable := says.environment && first != '{' && first != '[' &&
		!(top.listed && harmlessVariable[top.key]) && (top.env || strings.HasSuffix(strings.ToLower(top.key), "s"))
	if says.token || variable {
		return TokenField
	}
	return ""
}

// spans are what of a body must not be shown, which of that the contract doesn't know, the
// values that a member beside them names like a token, and where the body can't be read any
// further.
type spans struct {
	secret, unknown, labelled []contract.Span
	end                       int
}

// spansOf returns the spans of the exchange's body.
func (d *redaction) spansOf(body []byte) *spans {
	if d.spans != nil {
		return d.spans
	}
	d.spans = &spans{end: len(body)}
	if d.contract == nil {
		return d.spans
	}
	for _, f := range d.contract.Check(body) {
		if f.Rule == contract.JSONSyntax {
			d.spans.end = f.Offset
		}
	}
	d.spans.secret, d.spans.unknown = d.contract.Secrets(body), d.plain.Secrets(body)
	d.spans.labelled = d.labelled(body)
	return d.spans
}

// label is the name of a member that says what the value of the one beside it is, as in
// {"name": "Authorization", "value": "Basic …"}; labelled is the name of that one.
var (
	label    = map[string]bool{"name": true, "key": true, "header": true, "field": true}
	labelled = map[string]bool{"value": true, "values": true, "val": true, "content": true}
)

// labelled returns the ranges of the values that a member beside them names like a token.
func (d *redaction) labelled(body []byte) (spans []contract.Span) {
	type object struct {
		open    bool // it is an object, and not an array
		wantKey bool
		label   bool // it has a label
		secret  bool // its label names a token
		key     string
		at      int // where the value starts that its label is about; -1: it has none
		end     int
	}
	close := func(o object) {
		if o.secret && o.at >= 0 {
			spans = append(spans, contract.Span{Start: o.at, End: o.end})
		}
	}
	objects := []object{{at: -1}}
	decoder := newDecoder(body)
	for {
		raw, err := next(decoder)
		to := int(decoder.InputOffset())
		if err != nil {
			for _, o := range objects {
				if o.end < o.at {
					o.end = len(body)
				}
				o.secret = o.secret || !o.label && o.open // its label may be cut off
				close(o)
			}
			return contract.Union(spans)
		}
		top := &objects[len(objects)-1]
		switch {
		case raw[0] == '}' || raw[0] == ']':
			close(*top)
			objects = objects[:len(objects)-1]
			if top = &objects[len(objects)-1]; top.open && labelled[top.key] {
				top.end = to
			}
			continue
		case top.wantKey:
			top.key, top.wantKey = strings.ToLower(value{raw: raw}.text()), false
			continue
		}
		if top.wantKey = top.open; top.open && labelled[top.key] {
			top.at, top.end = to-len(raw), to
		} else if top.open && raw[0] == '"' && label[top.key] {
			top.label = true
			top.secret = top.secret || d.meaning(value{raw: raw}.text()).token
		}
		if raw[0] == '{' || raw[0] == '[' {
			if labelled[top.key] {
				top.end = -1 // until it ends
			}
			objects = append(objects, object{open: raw[0] == '{', wantKey: raw[0] == '{', at: -1})
		}
	}
}

// covers reports whether one of the spans holds the byte at at.
func covers(spans []contract.Span, at int) bool {
	i, found := slices.BinarySearchFunc(spans, at, func(s contract.Span, at int) int { return s.Start - at })
	return found || i > 0 && at < spans[i-1].End
}

// pointer returns the RFC 6901 pointer that frames lead to, with what is kept of the names in
// it, cut after maxPointer bytes.
func (d *redaction) pointer(frames []frame) string {
	var b strings.Builder
	for i := 1; i < len(frames) && b.Len() <= maxPointer; i++ {
		b.WriteByte('/')
		if f := &frames[i]; f.object {
			b.WriteString(contract.EscapeToken(value{raw: d.replace(f.name)}.text()))
		} else {
			b.WriteString(strconv.Itoa(f.index))
		}
	}
	pointer := b.String()
	if len(pointer) <= maxPointer {
		return pointer
	}
	return strings.ToValidUTF8(pointer[:maxPointer], "") + cut
}

// betweenValues is what can be between two values.
const betweenValues = " \t\r\n,:"

// breakOff returns kept, which is body up to stop, with something after it that can't be
// read either, for the same reason where one is found.
func (d *redaction) breakOff(kept, body []byte, stop int) []byte {
	rest := body[stop:]
	between := rest[:len(rest)-len(bytes.TrimLeft(rest, betweenValues))]
	kept = append(kept, between...)
	broken := func(body []byte) contract.Finding {
		for _, f := range d.contract.Check(body) {
			if f.Rule == contract.JSONSyntax {
				return f
			}
		}
		return contract.Finding{}
	}
	original := broken(body)
	ends := []string{"", redacted, `"` + redacted, `"` + redacted + `"`, "0", "{", "}", "[", "]", "é", "\uFEFF", "'"}
	if c := body[min(original.Offset, len(body)-1)]; c < utf8.RuneSelf && !isAlphanumeric(c) {
		ends = append(ends, `"`+redacted+`"`+string(c)) // a key, and what is in the place of its colon
	}
	ends = append(ends, `"`+redacted+`"0`, `"`+redacted+`"`+redacted)
	n := len(kept)
	for _, end := range ends {
		kept = append(kept[:n], end...)
		if f := broken(kept); f.Rule != "" && f.Expected == original.Expected && f.Actual == original.Actual {
			return kept
		}
	}
	return append(kept[:n], redacted...)
}
