package recording

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// escaped is a JSON string that holds a body.
type escaped struct {
	quoted []byte
	marks  []mark // one at least every markEvery bytes of the body
}

// mark says that the byte of the body at text stands at quoted.
type mark struct{ text, quoted int }

const markEvery = 4096

// unescapeBody makes what the JSON string quoted means the body. It returns an error where
// there is no memory for it.
func (x *Exchange) unescapeBody(quoted []byte) error {
	if err := x.claim(len(quoted)); err != nil {
		return err
	}
	x.Body, x.inner = unescape(quoted)
	return nil
}

// unescape returns what the JSON string quoted means. A lone surrogate stays one, in
// three bytes that aren't UTF-8, so that whoever reads the text can say so.
func unescape(quoted []byte) (text []byte, e *escaped) {
	e = &escaped{quoted: quoted}
	end := len(quoted) - 1
	text = make([]byte, 0, end)
	for i := 1; i < end; {
		if len(text) >= len(e.marks)*markEvery {
			e.marks = append(e.marks, mark{len(text), i})
		}
		if quoted[i] == '\\' {
			var read int
			text, read = appendMeaning(text, quoted[i:end])
			i += read
			continue
		}
		run := min(markEvery, end-i)
		if n := bytes.IndexByte(quoted[i:i+run], '\\'); n >= 0 {
			run = n
		}
		text = append(text, quoted[i:i+run]...)
		i += run
	}
	return text, e
}

// place returns where in quoted the byte of the body at offset stands.
func (e *escaped) place(offset int) int {
	n, i := 0, 1
	if at := min(offset/markEvery, len(e.marks)-1); at >= 0 {
		if e.marks[at].text > offset {
			at--
		}
		n, i = e.marks[at].text, e.marks[at].quoted
	}
	var meaning [utf8.UTFMax]byte
	for end := len(e.quoted) - 1; n < offset && i < end; {
		if e.quoted[i] != '\\' {
			n++
			i++
			continue
		}
		text, read := appendMeaning(meaning[:0], e.quoted[i:end])
		n += len(text)
		i += read
	}
	return i
}

var shortEscapes = map[byte]byte{'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// appendMeaning appends to text what the escape means that raw starts with, and returns
// how long the escape is.
func appendMeaning(text, raw []byte) (_ []byte, read int) {
	c := raw[1]
	if short, ok := shortEscapes[c]; ok {
		c = short
	}
	if c != 'u' {
		return append(text, c), 2
	}
	unit := func(raw []byte) rune {
		n, _ := strconv.ParseUint(string(raw[2:6]), 16, 16)
		return rune(n)
	}
	r := unit(raw)
	if !utf16.IsSurrogate(r) {
		return utf8.AppendRune(text, r), 6
	}
	if len(raw) >= 12 && raw[6] == '\\' && raw[7] == 'u' {
		if pair := utf16.DecodeRune(r, unit(raw[6:])); pair != utf8.RuneError {
			return utf8.AppendRune(text, pair), 12
		}
	}
	return append(text, 0xE0|byte(r>>12), 0x80|byte(r>>6)&0x3F, 0x80|byte(r)&0x3F), 6
}
