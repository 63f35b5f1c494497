package contract

import "unsafe"

// wordTable finds texts by their first and last eight bytes: a hash table with open
// addressing, at most a quarter full. Few texts differ in the middle alone, so that
// looking at the ends is nearly always looking once.
type wordTable struct {
	slots []wordSlot
	shift uint
}

type wordSlot struct {
	head, tail uint64
	text       string
	value      int // 1 + the index of the text; 0: the slot is empty
}

func newWordTable(texts []string) wordTable {
	bits := uint(1)
	for 1<<bits < 4*len(texts) {
		bits++
	}
	t := wordTable{make([]wordSlot, 1<<bits), 64 - bits}
	for i, text := range texts {
		in := newInput([]byte(text))
		head, tail := in.ends(0, in.n)
		at := t.start(head, tail)
		for t.slots[at].value != 0 {
			at = (at + 1) % len(t.slots)
		}
		t.slots[at] = wordSlot{head, tail, text, i + 1}
	}
	return t
}

// start returns the slot where the search begins.
func (t *wordTable) start(head, tail uint64) int {
	return int((head ^ tail<<23 ^ tail>>41) * 0x9E3779B97F4A7C15 >> t.shift)
}

// find returns the index of the text that stands from i up to end, -1 where there is
// no such one.
func (t *wordTable) find(in *input, i, end int) int {
	head, tail := in.ends(i, end)
	for at := t.start(head, tail); ; at = (at + 1) & (len(t.slots) - 1) {
		s := &t.slots[at&(len(t.slots)-1)]
		if s.head == head && s.tail == tail && len(s.text) == end-i && (end-i <= 16 || s.text == string(in.bytes(i, end))) {
			return s.value - 1
		}
		if s.value == 0 {
			return -1
		}
	}
}

// findText is find for a text that isn't part of a body.
func (t *wordTable) findText(text []byte) int {
	in := newInput(text)
	return t.find(&in, 0, in.n)
}

// ends returns the first and the last eight bytes of what stands from i up to end; all
// of it twice where it is shorter.
func (in *input) ends(i, end int) (head, tail uint64) {
	if end < 8 || i+8 > in.n {
		return in.nearEnds(i, end)
	}
	// How long names are can't be predicted: no branch depends on it.
	missing := 8 * max(8-(end-i), 0)
	return word(unsafe.Add(in.p, i)) << missing >> missing, word(unsafe.Add(in.p, end-8)) >> missing
}

// nearEnds is ends where the body has fewer than eight bytes on one side.
func (in *input) nearEnds(i, end int) (head, tail uint64) {
	head = in.word(i)
	if n := end - i; n < 8 {
		head &= 1<<(8*n) - 1
		return head, head
	}
	return head, in.word(end - 8)
}
