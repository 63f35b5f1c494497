package contract

import "unsafe"

// markPlain is markStops without vector instructions.
func markPlain(marks *uint64, p unsafe.Pointer, blocks int) {
	in := newInput(unsafe.Slice((*byte)(p), blocks*64))
	for m, out := range unsafe.Slice(marks, blocks) {
		out = 0
		for j := 0; j < 64; j += 8 {
			w := in.word(m*64 + j)
			quote := w ^ '"'*ones
			slash := w ^ '\\'*ones
			// A borrow can set a bit falsely only above a byte that is truly found.
			stop := ((quote-ones)&^quote | (slash-ones)&^slash | (w-' '*ones)&^w | w) & highs
			// The multiplication gathers the eight high bits in the top byte.
			out |= stop >> 7 * 0x0102040810204080 >> 56 << j
		}
		unsafe.Slice(marks, blocks)[m] = out
	}
}
