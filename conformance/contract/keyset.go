package contract

import (
	"hash/maphash"
	"unsafe"
)

// keySet is the set of the unknown keys of one object: while they are few, a list at the
// end of the checker's keys, then a hash table. An entry is the place of the key in the
// body with 24 bits of its hash above; a key is never at 0.
type keySet struct {
	base   int    // of the list
	filter uint64 // a bit for the highest six of each hash in the list: most keys are new
	count  int
	table  []uint64 // a power of two, at most three quarters full
}

const (
	placeBits   = 40
	placeMask   = 1<<placeBits - 1
	longestList = 16
)

// addNew is add for a key that shares no bit of the filter with another. It returns false
// where that takes a closer look. The hash is that of the key.
func (s *keySet) addNew(k *checker, at int, hash uint64) bool {
	bit := uint64(1) << (hash >> 58)
	n := len(k.keys)
	if s.filter&bit != 0 || s.count >= longestList-1 || n == cap(k.keys) {
		return false
	}
	s.filter |= bit
	s.count++
	k.keys = k.keys[:n+1]
	k.keys[n] = hash&^uint64(placeMask) | uint64(at)
	return true
}

// add puts the key whose place is at, name when unescaped, into the set. It returns
// false where the set has it already.
func (s *keySet) add(k *checker, at int, name []byte) bool {
	if s.table == nil {
		hash := hashOf(name)
		entry := hash&^uint64(placeMask) | uint64(at)
		for _, e := range k.keys[s.base:] {
			if (e^entry)>>placeBits == 0 && k.sameName(int(e&placeMask), name) {
				return false
			}
		}
		s.filter |= 1 << (hash >> 58)
		k.keys = append(k.keys, entry)
		if s.count++; s.count == longestList {
			s.rehash(k, k.keys[s.base:], 4*longestList)
		}
		return true
	}
	h := maphash.Bytes(seed, name)
	entry := h&^uint64(placeMask) | uint64(at)
	mask := uint64(len(s.table) - 1)
	slot := h & mask
	for ; s.table[slot] != 0; slot = (slot + 1) & mask {
		if e := s.table[slot]; (e^entry)>>placeBits == 0 && k.sameName(int(e&placeMask), name) {
			return false
		}
	}
	s.table[slot] = entry
	if s.count++; s.count > len(s.table)/4*3 {
		s.rehash(k, s.table, 2*len(s.table))
	}
	return true
}

// rehash puts the keys among the entries into a new table.
func (s *keySet) rehash(k *checker, entries []uint64, size int) {
	s.table = make([]uint64, size)
	mask := uint64(size - 1)
	for _, e := range entries {
		if e == 0 {
			continue
		}
		h := maphash.Bytes(seed, k.otherName(int(e&placeMask)))
		slot := h & mask
		for s.table[slot] != 0 {
			slot = (slot + 1) & mask
		}
		s.table[slot] = h&^uint64(placeMask) | e&placeMask
	}
}

// hash is hashOf the key that stands from the quote at i to the one at end, written without
// escapes.
func (in *input) hash(i, end int) uint64 {
	return mixed(in.word(end-8)>>(lackingBits(end-i)&63), end-i)
}

// hashOf tells the few keys of a list apart, mostly, by their length and their last eight
// bytes, an opening quote included. Collisions that somebody chose make a list no longer.
func hashOf(name []byte) uint64 {
	text := [8]byte{'"'}
	if n := len(name); n < 8 {
		copy(text[1:], name)
	} else {
		copy(text[:], name[n-8:])
	}
	return mixed(word(unsafe.Pointer(&text)), 1+len(name))
}

func mixed(tail uint64, length int) uint64 { return (tail ^ uint64(length)) * 0x9E3779B97F4A7C15 }

func (k *checker) sameName(at int, name []byte) bool {
	return string(k.otherName(at)) == string(name)
}

// otherName is name, for a key read before, in scratch memory of its own.
func (k *checker) otherName(at int) []byte {
	end, escaped, _ := scanString(k.in.all(), at+1)
	name := k.in.bytes(at+1, end)
	if escaped {
		k.other = unescape(k.other[:0], name)
		name = k.other
	}
	return name
}

// seed keeps the set of unknown keys from being flooded with chosen collisions.
var seed = maphash.MakeSeed()
