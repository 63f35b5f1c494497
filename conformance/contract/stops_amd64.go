package contract

import "unsafe"

// markStops writes the stops of blocks of 64 bytes at p, eight bytes a block.
var markStops = func() func(marks *byte, p unsafe.Pointer, blocks int) {
	if hasAVX2() {
		return markAVX2
	}
	return markPlain
}()

//go:noescape
func markAVX2(marks *byte, p unsafe.Pointer, blocks int)

func hasAVX2() bool
