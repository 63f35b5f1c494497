package contract

import (
	"math/bits"
	"unicode/utf8"
	"unsafe"
)

// stops has a bit for each byte of a body, set where a run of plain string characters
// ends: at a quote, a backslash, a control character or a byte beyond ASCII. A bit may
// be set where nothing stops, but is never missing. Looking at 64 bytes at a time, and
// at each once, is what makes strings cheap.
type stops struct {
	bits []byte         // eight places a byte, the first one lowest
	p    unsafe.Pointer // to bits
}

// marker copies blocks of 64 bytes, which may stay where they are, and writes their stops,
// eight bytes a block.
type marker func(marks *byte, to, from unsafe.Pointer, blocks int)

var markStops = markers()[0]

// grow gives s the memory for a body of n bytes.
func (s *stops) grow(n int) {
	// Eight bytes more, so that next can read eight from any place.
	if size := n/64*8 + 16; cap(s.bits) < size {
		s.bits = make([]byte, size)
	} else {
		s.bits = s.bits[:size]
	}
	s.p = unsafe.Pointer(&s.bits[0])
}

// next returns the place of the first stop from i on, which is in the body, or less than 64
// after it.
func (s *stops) next(i int) int {
	// A word read from any place has at least 57 places from there on, so that most
	// strings end among them, wherever they start.
	for {
		if w := word(unsafe.Add(s.p, i>>3)) >> (i & 7); w != 0 {
			return i + bits.TrailingZeros64(w)
		}
		i += 57
	}
}

// scanString is the function of that name for the body being read, whose stops are known.
func (k *checker) scanString(i int) (end int, escaped bool, problem string) {
	for {
		i = k.stops.next(i)
		switch c := k.in.at(i); {
		case i >= k.in.n:
			return k.in.n, escaped, "the end of the body"
		case c == '"':
			return i, escaped, ""
		case c == '\\':
			escaped = true
			n, problem := scanEscape(k.in.bytes(i, k.in.n))
			if problem != "" {
				return i, escaped, problem
			}
			i += n
		case c < ' ':
			return i, escaped, "a control character"
		case c < utf8.RuneSelf:
			i++ // marked, but no stop
		default:
			for k.in.at(i) >= utf8.RuneSelf {
				r, n := utf8.DecodeRune(k.in.bytes(i, min(i+utf8.UTFMax, k.in.n)))
				if r == utf8.RuneError && n == 1 {
					return i, escaped, "a byte that isn't UTF-8"
				}
				i += n
			}
		}
	}
}
