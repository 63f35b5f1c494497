package contract

import "unsafe"

// markPlain is a marker without vector instructions.
func markPlain(marks *byte, to, from unsafe.Pointer, blocks int) {
	copy(unsafe.Slice((*byte)(to), blocks*64), unsafe.Slice((*byte)(from), blocks*64))
	out := unsafe.Slice(marks, blocks*8)
	for m := range out {
		w := word(unsafe.Add(to, m*8))
		quote := w ^ '"'*ones
		slash := w ^ '\\'*ones
		// A borrow can set a bit falsely only above a byte that is truly found.
		stop := ((quote-ones)&^quote | (slash-ones)&^slash | (w-' '*ones)&^w | w) & highs
		// The multiplication gathers the eight high bits in the top byte.
		out[m] = byte(stop >> 7 * 0x0102040810204080 >> 56)
	}
}
