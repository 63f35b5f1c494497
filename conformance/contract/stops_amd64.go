package contract

import "unsafe"

// markStops copies blocks of 64 bytes and writes their stops, eight bytes a block.
var markStops = func() func(marks *byte, to, from unsafe.Pointer, blocks int) {
	if hasAVX2() {
		return markAVX2
	}
	return markPlain
}()

//go:noescape
func markAVX2(marks *byte, to, from unsafe.Pointer, blocks int)

func hasAVX2() bool
