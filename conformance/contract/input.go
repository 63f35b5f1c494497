package contract

import (
	"encoding/binary"
	"unsafe"
)

// input is a body as the checker reads it: any place may be asked for, and beyond the
// end stands 0, which JSON never allows. It is what a slice is, less the checks that a
// reader of eight bytes at a time pays for twice.
type input struct {
	p     unsafe.Pointer
	n     int // the length of the body
	words int // how many places have eight bytes of the body to read
}

func newInput(b []byte) input {
	return input{unsafe.Pointer(unsafe.SliceData(b)), len(b), max(len(b)-7, 0)}
}

// bytes returns the body from from up to to.
func (in *input) bytes(from, to int) []byte {
	return unsafe.Slice((*byte)(in.p), in.n)[from:to]
}

// all returns the body.
func (in *input) all() []byte { return in.bytes(0, in.n) }

// at returns the byte at i, 0 where the body has none.
func (in *input) at(i int) byte {
	if uint(i) >= uint(in.n) {
		return 0
	}
	return *(*byte)(unsafe.Add(in.p, i))
}

// pair says whether the two bytes at i are those of ab.
func (in *input) pair(i int, ab string) bool {
	return uint(i)+1 < uint(in.n) && binary.LittleEndian.Uint16((*[2]byte)(unsafe.Add(in.p, i))[:]) == uint16(ab[0])|uint16(ab[1])<<8
}

// word returns the eight bytes at i, the first one lowest, and 0 for those that the
// body doesn't have.
func (in *input) word(i int) uint64 {
	if uint(i) < uint(in.words) {
		return word(unsafe.Add(in.p, i))
	}
	return in.tail(i)
}

//go:noinline
func (in *input) tail(i int) uint64 {
	if uint(i) < uint(in.n) && in.n >= 8 {
		// Those that it has are the highest of the last eight.
		return word(unsafe.Add(in.p, in.n-8)) >> (8 * (i + 8 - in.n))
	}
	var last [8]byte
	if uint(i) < uint(in.n) {
		copy(last[:], in.bytes(i, in.n))
	}
	return word(unsafe.Pointer(&last))
}

// word returns the eight bytes at p, the first one lowest. They must be there.
func word(p unsafe.Pointer) uint64 {
	return binary.LittleEndian.Uint64((*[8]byte)(p)[:])
}

// word32 returns the four bytes at p, the first one lowest. They must be there.
func word32(p unsafe.Pointer) uint32 {
	return binary.LittleEndian.Uint32((*[4]byte)(p)[:])
}
