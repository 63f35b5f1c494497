package contract

import "unsafe"

// markStops writes the stops of blocks of 64 bytes at p, a word a block.
var markStops = func() func(marks *uint64, p unsafe.Pointer, blocks int) {
	if hasAVX2() {
		return markAVX2
	}
	return markPlain
}()

//go:noescape
func markAVX2(marks *uint64, p unsafe.Pointer, blocks int)

func hasAVX2() bool
