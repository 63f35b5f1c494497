package contract

import (
	"encoding/binary"
	"math/bits"
	"unsafe"
)

// stops has a bit for each byte of a body, set where a run of plain string characters
// ends: at a quote, a backslash, a control character or a byte beyond ASCII. A bit may
// be set where nothing stops, but is never missing. Looking at 64 bytes at a time, and
// at each once, is what makes strings cheap.
type stops struct {
	bits []byte // eight places a byte, the first one lowest
}

// of makes s the stops of in, in the memory it has where that is enough. The bits
// beyond the end are set. The last bytes of the body pass through the block given.
func (s *stops) of(in *input, block *[64]byte) {
	whole := in.n / 64
	// Eight bytes more, so that next can read eight from any place.
	if size := whole*8 + 16; cap(s.bits) < size {
		s.bits = make([]byte, size)
	} else {
		s.bits = s.bits[:size]
	}
	if whole > 0 {
		markStops(&s.bits[0], in.p, whole)
	}
	// Beyond the body stands 0, a control character.
	clear(block[copy(block[:], in.bytes(whole*64, in.n)):])
	markStops(&s.bits[whole*8], unsafe.Pointer(block), 1)
}

// next returns the place of the first stop from i on, or a place beyond the body where
// there is none. The place i is in the body, or its end.
func (s *stops) next(i int) int {
	// At least 57 places fit the eight bytes that start with that of i, so that most
	// strings end in the first word, wherever they start.
	if w := binary.LittleEndian.Uint64(s.bits[i>>3:]) >> (i & 7); w != 0 {
		return i + bits.TrailingZeros64(w)
	}
	return s.further(i)
}

// further is next where the stop is not among those places.
func (s *stops) further(i int) int {
	for at := i>>3 + 1; at+8 <= len(s.bits)-8; at += 8 {
		if w := binary.LittleEndian.Uint64(s.bits[at:]); w != 0 {
			return at*8 + bits.TrailingZeros64(w)
		}
	}
	return len(s.bits) * 8
}
