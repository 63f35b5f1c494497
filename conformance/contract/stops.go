package contract

import (
	"math/bits"
	"unsafe"
)

// stops has a bit for each byte of a body, set where a run of plain string characters
// ends: at a quote, a backslash, a control character or a byte beyond ASCII. A bit may
// be set where nothing stops, but is never missing. Looking at 32 bytes at a time, and
// at each once, is what makes strings cheap.
type stops []uint64

// of makes s the stops of in, in the memory it has where that is enough. The bits
// beyond the end are set. The last bytes of the body pass through the block given.
func (s stops) of(in *input, block *[64]byte) stops {
	whole := in.n / 64
	if cap(s) < whole+1 {
		s = make(stops, whole+1)
	}
	s = s[:whole+1]
	if whole > 0 {
		markStops(&s[0], in.p, whole)
	}
	// Beyond the body stands 0, a control character.
	clear(block[copy(block[:], in.bytes(whole*64, in.n)):])
	markStops(&s[whole], unsafe.Pointer(block), 1)
	return s
}

// next returns the place of the first stop from i on, or a place beyond the body where
// there is none.
func (s stops) next(i int) int {
	if at := uint(i); at/64 < uint(len(s)) {
		if w := s[at/64] >> (at % 64); w != 0 {
			return i + bits.TrailingZeros64(w)
		}
	}
	return s.further(i)
}

// further is next where the stop isn't among the bits of i's own word.
func (s stops) further(i int) int {
	for word := i/64 + 1; word < len(s); word++ {
		if w := s[word]; w != 0 {
			return word*64 + bits.TrailingZeros64(w)
		}
	}
	return len(s) * 64
}
