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

// tokenField are members whose values are secret, by their names, wherever they stand.
var tokenField = regexp.MustCompile(`(?i)token|secret|passw|api_?-?key|private_?-?key|access_?-?key|credential|authorization|cookie`)

// environment are members that hold the variables of a process: whatever is in them is
// secret but for what harmlessVariable names. A text called env is a tag.
var environment = regexp.MustCompile(`(?i)^(env|envs|env[_-]?vars|environment|environment[_-]?(vars|variables))$`)

// meaning is what the name of a member says of its value.
type meaning struct{ token, environment bool }

func meaningOf(name string) meaning {
	return meaning{tokenField.MatchString(name), environment.MatchString(name)}
}

// meaning is meaningOf, worked out before for the names that the contract knows: most.
func (r *Redactor) meaning(name string) meaning {
	if m, ok := r.meanings[name]; ok {
		return m
	}
	return meaningOf(name)
}

var harmlessVariable = map[string]bool{"name": true, "secret": true}

// The parts of a URL in a text that may hold a token.
var (
	urlUser  = regexp.MustCompile(`(://)([^/?#\s"']*)(@)`)
	urlQuery = regexp.MustCompile(`(://[^?#\s"']*[?#])(\S+)()`)
)

// collectBody collects the strings that are secrets, so that they are found where else
// they stand.
func (d *redaction) collectBody(body []byte) {
	if d.contract == nil {
		return // nothing of it is kept
	}
	d.walk(body, func(v value) []byte {
		if text := v.text(); !v.isKey && (v.rule == XSecret || v.rule == TokenField) {
			d.secret(text)
		}
		return v.raw
	})
}

// Secrets returns the ranges of x's body that must not be shown, in order: those that the
// contract names, and what Redact replaces beyond them.
func (r *Redactor) Secrets(x Exchange) []contract.Span {
	d := redaction{Redactor: r}
	d.collect(x)
	spans := slices.Clone(d.spansOf(x.Body).secret)
	d.walk(x.Body, func(v value) []byte {
		if !bytes.Equal(d.replace(v), v.raw) {
			spans = append(spans, contract.Span{Start: v.at, End: v.at + len(v.raw)})
		}
		return v.raw
	})
	return contract.Union(spans)
}

// body returns what can be kept of a body.
func (d *redaction) body(body []byte) []byte {
	if len(bytes.TrimSpace(body)) == 0 {
		return body
	}
	kept, stop := d.walk(body, func(v value) []byte {
		stands := d.replace(v)
		if v.rule != "" && !bytes.Equal(stands, v.raw) {
			d.note(v.rule, v.within)
		}
		return stands
	})
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
	raw    []byte
	at     int // where it starts in the body
	isKey  bool
	rule   Rule   // why it is secret; empty where it isn't
	within string // the pointer of the outermost value that is secret for that reason
}

// text returns what a string means, and of a number how it is written.
func (v value) text() string {
	if v.raw[0] != '"' {
		return string(v.raw)
	}
	text, _ := unescape(v.raw)
	return string(text)
}

// replace returns what stands in the place of v.
func (d *redaction) replace(v value) []byte {
	text := v.text()
	switch {
	case v.raw[0] != '"' && v.rule != "":
		return []byte(number(text))
	case v.raw[0] != '"' || d.public[text]:
		return v.raw
	case v.rule != "" && v.isKey:
		return quote(d.stand.key(text))
	case v.rule != "":
		return quote(d.stand.text(text))
	case d.repeats(text):
		d.note(Repeated, "")
		if v.isKey {
			return quote(d.stand.key(text))
		}
		return quote(d.stand.text(text))
	case v.isKey:
		return v.raw
	case strings.Contains(text, "://") && !d.off(URL):
		if kept := fill(urlUser, fill(urlQuery, text)); kept != text {
			d.note(URL, "in the body")
			return quote(kept)
		}
	}
	return v.raw
}

// fill puts a filler into the second group of each match of the pattern.
func fill(pattern *regexp.Regexp, text string) string {
	return pattern.ReplaceAllStringFunc(text, func(match string) string {
		m := pattern.FindStringSubmatch(match)
		return m[1] + filler(utf8.RuneCountInString(m[2])) + m[3]
	})
}

func quote(text string) []byte {
	quoted, _ := jsontext.AppendQuote(nil, text) // it mends what isn't UTF-8, and errs to say so
	return quoted
}

// frame is an array or an object that is being walked through.
type frame struct {
	object  bool
	listed  bool // it is an item of an array
	wantKey bool
	key     string
	kept    string // what is kept of key
	index   int    // of the item that was read last
	env     bool   // it holds variables of a process
	rule    Rule
	within  string
}

// walk calls replace for every string, number and key in a body, and puts what that
// returns in its place. It stops where the body can't be read any further, and returns
// where that is: the length of the body where it never is.
func (d *redaction) walk(body []byte, replace func(value) []byte) (kept []byte, stop int) {
	spans := d.spansOf(body)
	decoder := jsontext.NewDecoder(bytes.NewBuffer(body), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	top := &frame{}
	if d.contract == nil && !d.off(UnjudgedBody) {
		top.rule = UnjudgedBody
	}
	frames := []*frame{top}
	read := 0
	for {
		kind := decoder.PeekKind()
		var err error
		length := 1
		switch kind {
		case '{', '}', '[', ']':
			_, err = decoder.ReadToken()
		default:
			var v jsontext.Value
			v, err = decoder.ReadValue()
			length = len(v)
		}
		to := int(decoder.InputOffset())
		if err != nil || to > spans.end {
			if errors.Is(err, io.EOF) && len(frames) == 1 && read > 0 {
				return append(kept, body[read:]...), len(body)
			}
			return kept, read
		}
		at := to - length
		kept = append(kept, body[read:at]...)
		read = to
		if kind == '}' || kind == ']' {
			kept = append(kept, body[at:to]...)
			frames = frames[:len(frames)-1]
			top = frames[len(frames)-1]
			continue
		}
		v := value{raw: body[at:to], at: at, rule: top.rule, within: top.within}
		if top.wantKey {
			v.isKey = true
			name := replace(v)
			top.key, top.kept, top.wantKey = v.text(), value{raw: name}.text(), false
			kept = append(kept, name...)
			continue
		}
		top.index++
		says := meaning{}
		if top.object {
			says = d.meaning(top.key)
		}
		env := top.env || says.environment
		if v.rule == "" {
			switch {
			case !d.off(UndocumentedField) && covers(spans.unknown, at):
				v.rule = UndocumentedField
			case covers(spans.secret, at) && !covers(spans.unknown, at):
				if !d.off(XSecret) {
					v.rule = XSecret
				}
			case d.contract == nil || d.off(TokenField):
			case says.token,
				env && kind != '{' && kind != '[' && !(top.listed && harmlessVariable[top.key]) && (top.env || strings.HasSuffix(strings.ToLower(top.key), "s")):
				v.rule = TokenField
			}
			if v.rule != "" {
				v.within = pointer(frames)
			}
		}
		switch kind {
		case '{', '[':
			kept = append(kept, v.raw...)
			frames = append(frames, &frame{
				object: kind == '{', wantKey: kind == '{', index: -1, listed: len(frames) > 1 && !top.object,
				env: env, rule: v.rule, within: v.within,
			})
		case '"', '0':
			kept = append(kept, replace(v)...)
		default: // one of two, or null: no secret
			kept = append(kept, v.raw...)
		}
		top.wantKey = top.object
		top = frames[len(frames)-1]
	}
}

// spans are what of a body must not be shown, which of that the contract doesn't know, and
// where the body can't be read any further.
type spans struct {
	secret, unknown []contract.Span
	end             int
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
	return d.spans
}

// covers says whether one of the spans holds the byte at at.
func covers(spans []contract.Span, at int) bool {
	i, found := slices.BinarySearchFunc(spans, at, func(s contract.Span, at int) int { return s.Start - at })
	return found || i > 0 && at < spans[i-1].End
}

// pointer returns the RFC 6901 pointer of the value that is being read, with what is kept of
// the names in it.
func pointer(frames []*frame) string {
	var b strings.Builder
	for _, f := range frames[1:] {
		b.WriteByte('/')
		if f.object {
			b.WriteString(contract.EscapeToken(f.kept))
		} else {
			b.WriteString(strconv.Itoa(f.index))
		}
	}
	return b.String()
}

// breakOff returns kept, which is body up to stop, with something after it that can't be
// read either, for the same reason where one is found.
func (d *redaction) breakOff(kept, body []byte, stop int) []byte {
	rest := body[stop:]
	between := rest[:len(rest)-len(bytes.TrimLeft(rest, " \t\r\n,:"))]
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
	for _, end := range []string{"", redacted, `"` + redacted, `"` + redacted + `"`, "0", "{", "}", "[", "]", "é", "\uFEFF", "'"} {
		candidate := append(bytes.Clone(kept), end...)
		if f := broken(candidate); f.Rule != "" && f.Expected == original.Expected && f.Actual == original.Actual {
			return candidate
		}
	}
	return append(kept, redacted...)
}
