package contract

import (
	"encoding/binary"
	"math/bits"
	"unsafe"
)

// input is a body as the checker reads it: a copy with zeros before and after it. JSON
// allows a zero nowhere, so that whatever reads on stops there, and nothing has to ask
// for the end before it looks at a byte, or at eight.
type input struct {
	text []byte         // the zeros, the body, the zeros
	p    unsafe.Pointer // to the body
	n    int            // the length of the body
}

// The zeros before and after a body. From a place in the body, or its end, nothing is
// read that is further away.
const (
	zerosBefore = 8
	zerosAfter  = 128
)

// newInput returns the input of b.
func newInput(b []byte) input {
	var in input
	in.load(b, new(stops))
	return in
}

// load makes in the input of b and s its stops, in the memory that they have where that is
// enough. The first 64 of the zeros after the body are stops.
func (in *input) load(b []byte, s *stops) {
	if size := zerosBefore + len(b) + zerosAfter; cap(in.text) < size {
		in.text = make([]byte, size)
	} else {
		in.text = in.text[:size]
	}
	s.grow(len(b))
	in.n = len(b)
	in.p = unsafe.Pointer(&in.text[zerosBefore])
	*(*[zerosAfter]byte)(unsafe.Add(in.p, in.n)) = [zerosAfter]byte{}
	whole, rest := in.n/64, in.n%64
	last := s.bits[whole*8:]
	if whole == 0 {
		copy(in.text[zerosBefore:], b)
		markStops(&last[0], in.p, in.p, 1)
	} else {
		from := unsafe.Pointer(unsafe.SliceData(b))
		markStops(&s.bits[0], in.p, from, whole)
		// The last 64 bytes, of which those before the rest come twice.
		markStops(&last[0], unsafe.Add(in.p, in.n-64), unsafe.Add(from, in.n-64), 1)
		binary.LittleEndian.PutUint64(last, binary.LittleEndian.Uint64(last)>>(64-rest)|^uint64(0)<<rest)
	}
	binary.LittleEndian.PutUint64(last[8:], ^uint64(0))
}

// bytes returns the body from from up to to.
func (in *input) bytes(from, to int) []byte {
	return unsafe.Slice((*byte)(in.p), in.n)[from:to]
}

// all returns the body.
func (in *input) all() []byte { return in.bytes(0, in.n) }

// at returns the byte at i.
func (in *input) at(i int) byte { return *(*byte)(unsafe.Add(in.p, i)) }

// pair says whether the two bytes at i are those of ab.
func (in *input) pair(i int, ab string) bool {
	return binary.LittleEndian.Uint16((*[2]byte)(unsafe.Add(in.p, i))[:]) == uint16(ab[0])|uint16(ab[1])<<8
}

// word returns the eight bytes at i, the first one lowest.
func (in *input) word(i int) uint64 { return word(unsafe.Add(in.p, i)) }

// ends returns the first and the last eight bytes of what stands from i up to end; all
// of it twice where it is shorter.
func (in *input) ends(i, end int) (head, tail uint64) {
	lacking := lackingBits(end - i)
	return in.word(i) << lacking >> lacking, in.word(end-8) >> lacking
}

// lackingBits returns how many bits of eight bytes n bytes leave. How many they are can't be
// predicted: no branch depends on it.
func lackingBits(n int) uint {
	n = 8 - n
	return uint(n&^(n>>(bits.UintSize-1))) * 8
}

// word returns the eight bytes at p, the first one lowest. They must be there.
func word(p unsafe.Pointer) uint64 {
	return binary.LittleEndian.Uint64((*[8]byte)(p)[:])
}

// word32 returns the four bytes at p, the first one lowest. They must be there.
func word32(p unsafe.Pointer) uint32 {
	return binary.LittleEndian.Uint32((*[4]byte)(p)[:])
}
