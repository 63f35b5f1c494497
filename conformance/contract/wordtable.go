package contract

import "unsafe"

// wordTable finds texts by their first and last eight bytes: a hash table with open
// addressing, at most a quarter full. Few texts differ in the middle alone, so that
// looking at the ends is nearly always looking once.
type wordTable struct {
	slots []wordSlot
	shift uint
	all   map[string]int // the indexes, where many texts differ in the middle alone; else nil
}

// longestSearch is how many slots are looked at for a text at most.
const longestSearch = 32

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
	t := wordTable{slots: make([]wordSlot, 1<<bits), shift: 64 - bits}
	for i, text := range texts {
		head, tail := endsOf([]byte(text))
		at := t.start(head, tail)
		for looked := 1; t.slots[at].value != 0; looked++ {
			if looked > longestSearch {
				return newTextTable(texts)
			}
			at = (at + 1) % len(t.slots)
		}
		t.slots[at] = wordSlot{head, tail, text, i + 1}
	}
	return t
}

// newTextTable returns a table that looks at all of each text.
func newTextTable(texts []string) wordTable {
	// No text has such a slot: that of none is empty.
	none := wordSlot{head: 1}
	t := wordTable{slots: []wordSlot{none, none}, shift: 63, all: make(map[string]int, len(texts))}
	for i, text := range texts {
		t.all[text] = i
	}
	return t
}

// start returns the slot where the search begins.
func (t *wordTable) start(head, tail uint64) int {
	return int((head ^ tail<<23 ^ tail>>41) * 0x9E3779B97F4A7C15 >> (t.shift & 63))
}

// find returns the index of the text that stands from i up to end, -1 where there is
// no such one.
func (t *wordTable) find(in *input, i, end int) int {
	head, tail := in.ends(i, end)
	// Nearly always it is the first one looked at: that way takes no further call.
	s := &t.slots[t.start(head, tail)&(len(t.slots)-1)]
	if s.head == head && s.tail == tail && len(s.text) == end-i && end-i <= 16 {
		return s.value - 1
	}
	return t.lookUp(head, tail, unsafe.Slice((*byte)(unsafe.Add(in.p, i)), end-i))
}

// findText is find for a text that isn't part of a body.
func (t *wordTable) findText(text []byte) int {
	head, tail := endsOf(text)
	return t.lookUp(head, tail, text)
}

func (t *wordTable) lookUp(head, tail uint64, text []byte) int {
	if t.all != nil {
		if i, ok := t.all[string(text)]; ok {
			return i
		}
		return -1
	}
	for at := t.start(head, tail); ; at = (at + 1) & (len(t.slots) - 1) {
		s := &t.slots[at&(len(t.slots)-1)]
		if s.head == head && s.tail == tail && len(s.text) == len(text) && (len(text) <= 16 || s.text == string(text)) {
			return s.value - 1
		}
		if s.value == 0 {
			return -1
		}
	}
}

// endsOf is ends for a text that isn't part of a body.
func endsOf(text []byte) (head, tail uint64) {
	if n := len(text); n >= 8 {
		return load(text, 0), load(text, n-8)
	}
	var short [8]byte
	copy(short[:], text)
	head = load(short[:], 0)
	return head, head
}
