package contract

import "hash/maphash"

// object reads the object at b[i] and judges its members.
func (k *checker) object(n *node, b []byte, i int) int {
	if k.depth++; k.depth > MaxDepth {
		return k.tooDeep(b, i)
	}
	o := n.object
	start, outer := i, k.marks
	k.marks = nil
	frame := frame{keys: keySet{base: len(k.keys)}, seen: len(k.seen), watched: len(k.watched)}
	if o.watched > 0 || len(o.fields) > 64 {
		k.open(o)
	}

	var seen uint64
	slot := o.slot
	i = skip(b, i+1)
	more := i == len(b) || b[i] != '}'
	if !more {
		i++
	}
	for member := 0; more; member++ {
		key, f := i, k.next[slot]
		if f.matches(b, i) {
			if i += len(f.literal); i < len(b) && b[i] <= ' ' {
				i = skip(b, i)
			}
		} else if f, i = k.key(n, slot, &frame.keys, b, i); i < 0 {
			return -1
		}
		if seen&f.bit != 0 {
			k.report(found{rule: DuplicateKey, key: true, at: key, node: n, property: f.name})
		}
		seen |= f.bit
		slot = f.slot
		if outer != nil {
			outer.note(o, f, member)
		}
		value := i
		if i = k.value(f.node, b, i); i < 0 {
			return -1
		}
		if f.special {
			k.special(n, f, &frame, b, key, value, i, outer)
		}
		if i, more = k.separator(b, i, '}', "a comma or }"); i < 0 {
			return -1
		}
	}

	if o.must&^seen != 0 || len(o.required) > 0 && len(o.fields) > 64 {
		k.missing(n, &frame, seen, start)
	}
	if len(o.conditions) > 0 {
		k.conditions(o, &frame, b, start)
	}
	k.keys, k.seen, k.watched = k.keys[:frame.keys.base], k.seen[:frame.seen], k.watched[:frame.watched]
	k.depth--
	k.marks = outer
	return i
}

// frame is where an object being read keeps what in the checker's scratch memory.
type frame struct {
	keys    keySet
	seen    int
	watched int
}

// open makes room for an object that has more than 64 fields or has conditions.
func (k *checker) open(o *object) {
	for range o.watched {
		k.watched = append(k.watched, -1)
	}
	for range (len(o.fields) - 1) / 64 {
		k.seen = append(k.seen, 0)
	}
}

// key reads a member's key that the prediction missed, and the colon. It returns the
// field and the place of the value; the place is -1 where the body isn't JSON.
func (k *checker) key(n *node, slot int, unknown *keySet, b []byte, i int) (*field, int) {
	if i == len(b) || b[i] != '"' {
		return nil, k.syntax(b, i, "a key in double quotes", "")
	}
	name, end, problem := k.name(b, i)
	if problem != "" {
		return nil, k.syntax(b, end, "a key and its closing quote", problem)
	}
	at := i
	if i = skip(b, end); i == len(b) || b[i] != ':' {
		return nil, k.syntax(b, i, "a colon", "")
	}
	i = skip(b, i+1)
	f := n.object.lookup(name)
	if f == nil {
		f = &n.object.other
		if !unknown.add(k, b, at, name) {
			k.report(found{rule: DuplicateKey, key: true, at: at, node: n, property: string(name)})
		}
	}
	k.next[slot] = f
	return f, i
}

// name returns the key at b[i], unescaped, and the place after its closing quote. What
// it returns lasts until the next escaped string.
func (k *checker) name(b []byte, i int) (name []byte, end int, problem string) {
	end, escaped, problem := scanString(b, i+1)
	if problem != "" {
		return nil, end, problem
	}
	name = b[i+1 : end]
	if escaped {
		k.text = unescape(k.text[:0], name)
		name = k.text
	}
	return name, end + 1, ""
}

// special does what few fields need: those that conditions look at, those beyond the
// first 64, and those that the schema doesn't document.
func (k *checker) special(n *node, f *field, frame *frame, b []byte, key, value, end int, outer *marks) {
	o := n.object
	if f.watch != 0 {
		k.watched[frame.watched+f.watch-1] = value
	}
	if f.index >= 64 {
		word, bit := frame.seen+f.index/64-1, uint64(1)<<(f.index%64)
		if k.seen[word]&bit != 0 {
			k.report(found{rule: DuplicateKey, key: true, at: key, node: n, property: f.name})
		}
		k.seen[word] |= bit
	}
	if f.documented || !o.closed && (!o.documented || outer != nil) {
		return
	}
	k.undocumented(n, b, key, value, end)
}

// undocumented reports the member at b[key], whose value is b[value:end], and hides
// the value: nobody has said whether it is secret.
func (k *checker) undocumented(n *node, b []byte, key, value, end int) {
	if k.collecting {
		k.hide(b, value, end)
		return
	}
	rule, keyword := UndocumentedField, Properties
	if n.object.closed {
		rule, keyword = AdditionalProperties, AdditionalProperties
	}
	name, _, _ := k.name(b, key)
	k.report(found{rule: rule, keyword: keyword, at: key, key: true, node: n, property: string(name), actual: describe(b, value)})
}

// missing reports the required members that the object at b[start] lacks.
func (k *checker) missing(n *node, frame *frame, seen uint64, start int) {
	for _, f := range n.object.required {
		has := seen&f.bit != 0
		if f.index >= 64 {
			has = k.seen[frame.seen+f.index/64-1]&(1<<(f.index%64)) != 0
		}
		if !has {
			k.report(found{rule: Required, at: start, node: n, property: f.name})
		}
	}
}

// conditions judges the conditions on the members of the object at b[start].
func (k *checker) conditions(o *object, frame *frame, b []byte, start int) {
	for i := range o.conditions {
		c := &o.conditions[i]
		trigger, target := k.watched[frame.watched+c.trigger.watch-1], k.watched[frame.watched+c.target.watch-1]
		if trigger < 0 {
			continue
		}
		met := k.among(c.values, b, trigger)
		present := target >= 0 && b[target] != 'n'
		if met == present || met == c.only {
			continue
		}
		f := found{rule: Condition, keyword: c.keyword.Name, at: target, node: c.target.node, property: c.target.name}
		if target < 0 {
			f.at, f.actual = start, Absent
		}
		k.report(f)
	}
}

// among says whether the value at b[i] is one of the enum.
func (k *checker) among(e *enum, b []byte, i int) bool {
	switch c := b[i]; {
	case c == '"':
		text, _, _ := k.name(b, i)
		return e.hasString(text)
	case c == '-' || c-'0' <= 9:
		end, _, _ := scanNumber(b, i)
		return e.hasNumber(parseDecimal(string(b[i:end])))
	case c == 't':
		return e.hasLiteral([]byte("true"))
	case c == 'f':
		return e.hasLiteral([]byte("false"))
	case c == 'n':
		return e.hasLiteral([]byte("null"))
	}
	return false
}

// keySet is the set of the unknown keys of one object. It lives at the end of the
// checker's keys: a list while it is short, then a hash table. An entry is the place
// of the key in the body with 24 bits of its hash above; a key is never at 0.
type keySet struct {
	base, count int
	size        int // of the table; 0: a list
}

const (
	placeBits   = 40
	placeMask   = 1<<placeBits - 1
	longestList = 16
)

// add puts the key at b[at], name when unescaped, into the set. It returns false
// where the set has it already.
func (s *keySet) add(k *checker, b []byte, at int, name []byte) bool {
	h := maphash.Bytes(seed, name)
	entry := h&^uint64(placeMask) | uint64(at)
	if s.size == 0 {
		for _, e := range k.keys[s.base:] {
			if (e^entry)>>placeBits == 0 && k.sameName(b, int(e&placeMask), name) {
				return false
			}
		}
		k.keys = append(k.keys, entry)
		if s.count++; s.count > longestList {
			s.grow(k, b)
		}
		return true
	}
	table := k.keys[s.base : s.base+s.size]
	slot := h & uint64(s.size-1)
	for ; table[slot] != 0; slot = (slot + 1) & uint64(s.size-1) {
		if e := table[slot]; (e^entry)>>placeBits == 0 && k.sameName(b, int(e&placeMask), name) {
			return false
		}
	}
	table[slot] = entry
	if s.count++; s.count > s.size/2 {
		s.grow(k, b)
	}
	return true
}

// grow makes the set a table with room for at least as many keys again.
func (s *keySet) grow(k *checker, b []byte) {
	size := 4 * longestList
	for size < 4*s.count {
		size *= 2
	}
	old := append([]uint64(nil), k.keys[s.base:]...)
	k.keys = k.keys[:s.base]
	for range size {
		k.keys = append(k.keys, 0)
	}
	table := k.keys[s.base:]
	for _, e := range old {
		if e == 0 {
			continue
		}
		name := k.otherName(b, int(e&placeMask))
		slot := maphash.Bytes(seed, name) & uint64(size-1)
		for table[slot] != 0 {
			slot = (slot + 1) & uint64(size-1)
		}
		table[slot] = e
	}
	s.size = size
}

func (k *checker) sameName(b []byte, at int, name []byte) bool {
	return string(k.otherName(b, at)) == string(name)
}

// otherName is name, for a key read before, in scratch memory of its own.
func (k *checker) otherName(b []byte, at int) []byte {
	end, escaped, _ := scanString(b, at+1)
	name := b[at+1 : end]
	if escaped {
		k.other = unescape(k.other[:0], name)
		name = k.other
	}
	return name
}
