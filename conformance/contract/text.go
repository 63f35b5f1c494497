package contract

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// load returns the eight bytes at b[i], the first one lowest.
func load(b []byte, i int) uint64 { return binary.LittleEndian.Uint64(b[i:]) }

// scan returns the place of the first byte from b[i] on that ends a run of plain
// string characters: a quote, a backslash, a control character or a byte beyond
// ASCII; len(b) where there is none.
func scan(b []byte, i int) int {
	for ; i+8 <= len(b); i += 8 {
		w := load(b, i)
		quote := w ^ '"'*ones
		slash := w ^ '\\'*ones
		// A borrow can set a bit falsely only above a byte that is truly found.
		if stop := ((quote-ones)&^quote | (slash-ones)&^slash | (w-' '*ones)&^w | w) & highs; stop != 0 {
			return i + bits.TrailingZeros64(stop)/8
		}
	}
	for ; i < len(b); i++ {
		if c := b[i]; c == '"' || c == '\\' || c < ' ' || c >= utf8.RuneSelf {
			break
		}
	}
	return i
}

// scanString reads a string from b[i], just after its opening quote, and returns the
// place of the closing one. Where it isn't a JSON string, problem says what stands at
// end instead.
func scanString(b []byte, i int) (end int, escaped bool, problem string) {
	for {
		i = scan(b, i)
		if i == len(b) {
			return i, escaped, "the end of the body"
		}
		switch c := b[i]; {
		case c == '"':
			return i, escaped, ""
		case c == '\\':
			escaped = true
			n, problem := scanEscape(b[i:])
			if problem != "" {
				return i, escaped, problem
			}
			i += n
		case c < ' ':
			return i, escaped, "a control character"
		default:
			for i < len(b) && b[i] >= utf8.RuneSelf {
				r, n := utf8.DecodeRune(b[i:])
				if r == utf8.RuneError && n == 1 {
					return i, escaped, "a byte that isn't UTF-8"
				}
				i += n
			}
		}
	}
}

// scanEscape returns the length of the escape that b starts with; a surrogate pair
// is one.
func scanEscape(b []byte) (n int, problem string) {
	if len(b) < 2 {
		return 0, "the end of the body"
	}
	switch b[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2, ""
	case 'u':
	default:
		return 0, "an unknown escape"
	}
	r, ok := hex4(b[2:])
	if !ok {
		return 0, `a \u without four hexadecimal digits`
	}
	if !utf16.IsSurrogate(r) {
		return 6, ""
	}
	if len(b) >= 12 && b[6] == '\\' && b[7] == 'u' {
		if low, ok := hex4(b[8:]); ok && utf16.DecodeRune(r, low) != utf8.RuneError {
			return 12, ""
		}
	}
	return 0, "a lone surrogate"
}

func hex4(b []byte) (r rune, ok bool) {
	if len(b) < 4 {
		return 0, false
	}
	for _, c := range b[:4] {
		v := hexValue[c]
		if v < 0 {
			return 0, false
		}
		r = r<<4 | rune(v)
	}
	return r, true
}

// hexValue is the value of a hexadecimal digit, -1 for any other byte.
var hexValue = func() (table [256]int8) {
	for c := range table {
		switch {
		case '0' <= c && c <= '9':
			table[c] = int8(c - '0')
		case 'a' <= c|0x20 && c|0x20 <= 'f' && c < utf8.RuneSelf:
			table[c] = int8(c | 0x20 - 'a' + 10)
		default:
			table[c] = -1
		}
	}
	return table
}()

// unescape appends to dst what the JSON string characters in raw, already known to be
// right, mean.
func unescape(dst, raw []byte) []byte {
	for i := 0; i < len(raw); {
		c := raw[i]
		if c != '\\' {
			dst = append(dst, c)
			i++
			continue
		}
		switch c = raw[i+1]; c {
		case 'b':
			dst = append(dst, '\b')
		case 'f':
			dst = append(dst, '\f')
		case 'n':
			dst = append(dst, '\n')
		case 'r':
			dst = append(dst, '\r')
		case 't':
			dst = append(dst, '\t')
		case 'u':
			r, _ := hex4(raw[i+2:])
			if utf16.IsSurrogate(r) {
				low, _ := hex4(raw[i+8:])
				r = utf16.DecodeRune(r, low)
				i += 6
			}
			dst = utf8.AppendRune(dst, r)
			i += 4
		default:
			dst = append(dst, c)
		}
		i += 2
	}
	return dst
}

// unquote returns the text of a JSON string with its quotes; ok is false where it is
// none.
func unquote(quoted []byte) (text []byte, ok bool) {
	end, escaped, problem := scanString(quoted, 1)
	if problem != "" || end != len(quoted)-1 {
		return nil, false
	}
	text = quoted[1:end]
	if escaped {
		text = unescape(nil, text)
	}
	return text, true
}

// skip returns the place of the first byte from i on that isn't JSON white space.
func (in *input) skip(i int) int {
	for {
		switch in.at(i) {
		case ' ', '\n', '\r', '\t':
			i++
		default:
			return i
		}
	}
}
