package contract

import "unsafe"

// markers are the ways to mark stops that this machine has, the fastest one first.
func markers() []marker {
	all := []marker{markPlain}
	avx2, avx512 := vectors()
	if avx2 {
		all = append([]marker{markAVX2}, all...)
	}
	if avx512 {
		all = append([]marker{markAVX512}, all...)
	}
	return all
}

//go:noescape
func markAVX2(marks *byte, to, from unsafe.Pointer, blocks int)

//go:noescape
func markAVX512(marks *byte, to, from unsafe.Pointer, blocks int)

// vectors says which instructions the machine and the system have.
func vectors() (avx2, avx512 bool)
