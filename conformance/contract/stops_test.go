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

// TestMarkStops has every byte at every place of a block.
func TestMarkStops(t *testing.T) {
	for c := range 256 {
		for at := range 64 {
			var block [64]byte
			for i := range block {
				block[i] = 'x'
			}
			block[at] = byte(c)
			var marked, plain [8]byte
			var to, plainTo [64]byte
			markStops(&marked[0], unsafe.Pointer(&to), unsafe.Pointer(&block), 1)
			markPlain(&plain[0], unsafe.Pointer(&plainTo), unsafe.Pointer(&block), 1)
			require.Equal(t, block, to)
			require.Equal(t, block, plainTo)
			stops := byte(c) == '"' || byte(c) == '\\' || c < ' ' || c >= 0x80
			for i := range 64 {
				want := i == at && stops
				require.Equal(t, want, marked[i/8]>>(i%8)&1 == 1, "%#x at %d: %d", c, at, i)
				if want {
					require.Equal(t, byte(1), plain[i/8]>>(i%8)&1, "%#x at %d: %d, plain", c, at, i)
				}
			}
		}
	}
}
