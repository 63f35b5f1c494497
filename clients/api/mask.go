package api

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// A mask takes the key out of texts that a server has written, or that quote one. Nil takes nothing out. It is a function
// because package fmt prints what any other value holds.
type mask func() *forms

// forms are the ways in which the key may be written, the longest first, and what takes their place.
type forms struct {
	all         []string
	placeholder string
	replacer    *strings.Replacer
}

// shortestForm is how long, in bytes, an encoded key must be to be looked for: a shorter one is found by chance.
const shortestForm = 6

// newMask returns the mask for a key: as it is and in other case, in HTML or a URL, in hexadecimal or in base64, at any
// place in what was encoded; and each of these also as it is quoted, in Go or in JSON.
func newMask(key string) mask {
	written := []string{
		key, strings.ToLower(key), strings.ToUpper(key), quoted(key), jsonText(key, true), jsonText(key, false), html.EscapeString(key),
		url.PathEscape(key), url.QueryEscape(key), percent(key), hex.EncodeToString([]byte(key)),
	}
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for offset := range 3 {
			written = append(written, inner(encoding, key, offset))
		}
	}
	all := []string{key, strings.ToLower(key), strings.ToUpper(key)}
	for _, text := range written {
		for _, form := range []string{text, quoted(text), ascii(text), jsonText(text, true), jsonText(text, false)} {
			if len(form) >= shortestForm {
				all = append(all, form, strings.ToLower(form), strings.ToUpper(form))
			}
		}
	}
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	f := &forms{all: slices.Compact(all)}
	f.placeholder = placeholder(f.all)
	var pairs []string
	for _, form := range f.all {
		pairs = append(pairs, form, f.placeholder)
	}
	f.replacer = strings.NewReplacer(pairs...)
	return func() *forms { return f }
}

// quoted returns a text as Go writes it between quotation marks.
func quoted(text string) string {
	literal := strconv.Quote(text)
	return literal[1 : len(literal)-1]
}

// ascii returns a text as Go writes it between quotation marks in ASCII.
func ascii(text string) string {
	literal := strconv.QuoteToASCII(text)
	return literal[1 : len(literal)-1]
}

// jsonText returns a text as JSON writes it between quotation marks.
func jsonText(text string, escapeHTML bool) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(escapeHTML)
	if encoder.Encode(text) != nil {
		return ""
	}
	literal := strings.TrimSuffix(b.String(), "\n")
	return literal[1 : len(literal)-1]
}

// percent returns a text with each byte escaped as in a URL.
func percent(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		fmt.Fprintf(&b, "%%%02x", c)
	}
	return b.String()
}

// inner returns what is the same in every base64 text that has the key at an offset, modulo 3: without the characters
// that also depend on what is around the key.
func inner(encoding *base64.Encoding, key string, offset int) string {
	encoded := encoding.EncodeToString(slices.Concat(make([]byte, offset), []byte(key)))
	start := (8*offset + 5) / 6
	end := 8 * (offset + len(key)) / 6
	if start >= end {
		return ""
	}
	return encoded[start:end]
}

// placeholder returns what takes the place of the key. No form of the key overlaps it, or what it makes with the text
// around it might be the key again.
func placeholder(forms []string) string {
	const usual = "[key]"
	all := strings.Join(forms, "")
	if !strings.ContainsAny(all, "[]") && !slices.ContainsFunc(forms, func(form string) bool { return strings.Contains(usual, form) }) {
		return usual
	}
	// No key has a control character in it, so this ends there at the latest.
	other := byte('*')
	for strings.IndexByte(all, other) >= 0 && other < 0x7f {
		other++
	}
	return strings.Repeat(string(other), 3)
}

// text returns a text without the key.
func (m mask) text(text string) string {
	if m == nil {
		return text
	}
	return m().replacer.Replace(text)
}

// shortestRest is how much, in bytes, of the start of a key is taken out where the rest was cut off.
const shortestRest = 4

// cut returns a text without the key that has a "…" where a longer text was cut, perhaps in the middle of the key.
func (m mask) cut(text string) string {
	text = m.text(text)
	end := strings.LastIndex(text, "…")
	if m == nil || end < 0 {
		return text
	}
	longest := 0
	for _, form := range m().all {
		for n := min(len(form), end); n > longest && n >= shortestRest; n-- {
			if strings.HasSuffix(text[:end], form[:n]) {
				longest = n
			}
		}
	}
	if longest == 0 {
		return text
	}
	return text[:end-longest] + m().placeholder + text[end:]
}

// error returns an error whose text doesn't hold the key, is on one line and not longer than longest code points.
// errors.Is and errors.As find in it what they find in err.
func (m mask) error(err error, longest int) error {
	text := m.text(line(m.text(err.Error()), longest))
	if text == err.Error() {
		return err
	}
	return masked{text, func() error { return err }}
}

// masked is an error with another text. The function keeps the error that it stands for from being printed.
type masked struct {
	text string
	err  func() error
}

func (e masked) Error() string        { return e.text }
func (e masked) Is(target error) bool { return errors.Is(e.err(), target) }
func (e masked) As(target any) bool   { return errors.As(e.err(), target) }

// Timeout is called by url.Error.
func (e masked) Timeout() bool {
	var timeout net.Error
	return errors.As(e.err(), &timeout) && timeout.Timeout()
}
