package contract

import (
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// TestStops holds the vector instructions and their plain twin against the bytes: no stop
// is missing, and on this machine's way of marking none is invented.
func TestStops(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for n := range 300 {
		b := make([]byte, n)
		for i := range b {
			if b[i] = byte(random.Uint32()); random.IntN(4) > 0 {
				b[i] = 'a' + b[i]%26
			}
		}
		var in input
		var s stops
		in.load(b, &s)
		for i := 0; i <= n; i++ {
			want := scan(b, i)
			got := s.next(i)
			require.GreaterOrEqual(t, want, min(got, n), "%q from %d", b, i)
			if want < n {
				require.LessOrEqual(t, got, want, "%q from %d", b, i)
			} else {
				require.GreaterOrEqual(t, got, 0)
			}
		}
	}
}

// TestMarkers has every byte at every place of a block, among others, for each way to mark
// that this machine has.
func TestMarkers(t *testing.T) {
	for way, mark := range markers() {
		for c := range 256 {
			for at := range 128 {
				var blocks, to [128]byte
				for i := range blocks {
					blocks[i] = 'x'
				}
				blocks[at] = byte(c)
				var marks [16]byte
				mark(&marks[0], unsafe.Pointer(&to), unsafe.Pointer(&blocks), 2)
				require.True(t, blocks == to, "way %d, %#x at %d: %q is copied as %q", way, c, at, blocks, to)
				var want [16]byte
				if byte(c) == '"' || byte(c) == '\\' || c < ' ' || c >= 0x80 {
					want[at/8] = 1 << (at % 8)
				}
				for i := range want {
					if way > 0 { // it may mark more
						marks[i] &= want[i]
					}
				}
				require.True(t, marks == want, "way %d, %#x at %d: marks %x", way, c, at, marks)
			}
		}
	}
}
