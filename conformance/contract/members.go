package contract

import (
	"cmp"
	"unsafe"
)

// readObject reads the object at i and judges its members.
func (k *checker) readObject(n *node, i int) int {
	if k.in.at(i) != '{' {
		return k.read(n, i)
	}
	if k.shared > 0 {
		return k.sharedObject(n, i)
	}
	return k.members(n, i, nil)
}

// sharedObject reads an object that other schemas judge, too.
func (k *checker) sharedObject(n *node, i int) int {
	if end, ok := k.recall(n, i); ok {
		return end
	}
	memo := k.begin(n, i)
	outer := k.marks
	if outer != nil {
		if n.object.documented {
			outer.documents = cmp.Or(outer.documents, n)
		}
		outer.open = outer.open || n.object.additional
	}
	k.marks = nil
	end := k.members(n, i, outer)
	if end >= 0 {
		k.marks = outer
		k.conclude(memo, end)
	}
	return end
}

// members reads the object that starts at i: its members one after the other, and what
// is to be said of them all. The marks are where to note those that are documented, nil
// where nobody asks.
func (k *checker) members(n *node, i int, marks *marks) int {
	if k.depth++; k.depth > MaxDepth {
		return k.tooDeep(i)
	}
	o := n.object
	var f frame // a literal is written twice
	f.node, f.start, f.slot, f.seen, f.marks = n, i, o.slot, crowded, marks
	if o.opens {
		k.open(&f)
	}
	i++
	c := k.in.at(i)
	if c <= ' ' {
		i = k.in.skip(i)
		c = k.in.at(i)
	}
	if c != '"' && c != '}' {
		return k.syntax(i, "a key in double quotes", "")
	}
	for c == '"' {
		key := true
		switch {
		case k.shared > 0:
		case len(o.fields) > 0:
			i, key = k.predicted(&f, i)
		case !o.other.special:
			i, key = k.entries(&f, i)
		}
		if key {
			i = k.member(&f, i)
		}
		if i < 0 {
			return -1
		}
		if c = k.in.at(i); c <= ' ' {
			i = k.in.skip(i)
			c = k.in.at(i)
		}
		switch c {
		case '}':
		case ',':
			i++
			if c = k.in.at(i); c <= ' ' {
				i = k.in.skip(i)
				c = k.in.at(i)
			}
			if c != '"' {
				return k.syntax(i, "a key in double quotes", "")
			}
		default:
			return k.syntax(i, "a comma or '}'", "")
		}
	}
	i++
	if o.must&^f.seen != 0 {
		k.missing(&f)
	}
	if o.ends {
		k.ends(&f)
	}
	if f.opened {
		k.close(&f)
	}
	k.depth--
	return i
}

// ends judges what few schemas say of all members.
func (k *checker) ends(f *frame) {
	o := f.node.object
	if len(o.fields) > bitFields && o.must&^f.seen == 0 {
		k.missing(f)
	}
	k.counted(f)
	k.conditions(f)
}

// frame is the state of an object being read.
type frame struct {
	node  *node
	start int    // where the object starts
	slot  int    // the prediction slot of the next member
	seen  uint64 // the bits of the fields that it has had, and crowded
	count int    // the members that were read one by one: all, where that matters
	marks *marks // see members

	opened  bool // it has scratch memory in the checker, from these places on:
	keys    keySet
	beyond  int // the bits of the fields beyond the first bitFields
	watched int // the places of the values that conditions look at
}

// open gives an object its scratch memory.
func (k *checker) open(f *frame) {
	f.opened = true
	f.keys.base, f.beyond, f.watched = len(k.keys), len(k.beyond), len(k.watched)
	for range f.node.object.watched {
		k.watched = append(k.watched, -1)
	}
	for range (len(f.node.object.fields) - bitFields + 63) / 64 {
		k.beyond = append(k.beyond, 0)
	}
}

// close takes it back.
func (k *checker) close(f *frame) {
	k.keys, k.beyond, k.watched = k.keys[:f.keys.base], k.beyond[:f.beyond], k.watched[:f.watched]
}

// predicted reads members as long as each is the one that was predicted, or the one
// after it, written without white space, and with no more to do than to judge its value.
// It returns where it stopped: at a key, or after a value that no such member follows.
//
// This is where most of the time goes. What it does is what matches and value do; written
// out, it takes half the instructions.
func (k *checker) predicted(f *frame, i int) (end int, key bool) {
	slot, seen := f.slot, f.seen
	m := k.next[slot]
	for {
		following := k.next[m.slot]
		p := unsafe.Add(k.in.p, i)
		if ((word(p)^m.head)|(word(unsafe.Add(p, m.tailAt))^m.tail))&m.mask != 0 || m.tailAt > 8 && !m.matchesMiddle(p) {
			if k.in.at(i) != '"' {
				i-- // a comma
				break
			}
			// Most often one member is absent.
			if m = following; !m.matches(&k.in, i) {
				if m = k.known(f.node.object, slot, i); m == nil {
					key = true
					break
				}
			}
			following = k.next[m.slot]
		}
		if seen&m.bit != 0 && (m.bit != crowded || k.again(f, m)) {
			key = true
			break
		}
		seen |= m.bit
		slot = m.slot
		i += m.length
		if c := k.in.at(i); m.plain && c == '"' {
			start := i
			i = k.stops.next(i + 1)
			if k.in.pair(i, "\",") {
				i, m = i+2, following
				continue
			}
			if k.in.at(i) == '"' {
				i++
			} else {
				i = k.judge(m.node, start)
			}
		} else {
			if m.plainOrNull {
				// Which of the two it is can't be predicted: no branch depends on it.
				null := int(int64(uint64(word32(unsafe.Add(k.in.p, i))^wordNull)-1) >> 63) // all bits, or none
				end := k.stops.next(i+1) + 1
				end += (i + 4 - end) & null
				last := uint32('"' ^ ('"'^'l')&null)
				if word32(unsafe.Add(k.in.p, end-1))&0xff_ff_ff == last|','<<8|'"'<<16 && c&^byte(null) == '"'&^byte(null) {
					i, m = end+1, following
					continue
				}
			}
			if c <= ' ' {
				i = k.in.skip(i)
			}
			if m.watch != 0 {
				k.watched[f.watched+m.watch-1] = i
			}
			i = k.value(m.node, i)
		}
		if i < 0 || k.in.at(i) != ',' {
			break
		}
		i, m = i+1, following
	}
	f.slot, f.seen = slot, seen
	return i, key
}

// entries reads members of an object whose schema names none, as long as they are written
// without white space, their keys without escapes, and each key is a new one. Like
// predicted, it returns where it stopped.
func (k *checker) entries(f *frame, i int) (end int, key bool) {
	n := f.node.object.other.node
	if !f.opened {
		k.open(f)
	}
	for {
		end := k.stops.next(i + 1)
		if !k.in.pair(end, "\":") {
			return i, true
		}
		if !f.keys.addNew(k, i, k.in.hash(i, end)) && !f.keys.add(k, i, k.in.bytes(i+1, end)) {
			return i, true
		}
		i = end + 2
		if c := k.in.at(i); c == '"' && n.plain {
			if end = k.stops.next(i + 1); k.in.at(end) == '"' {
				i = end + 1
			} else {
				i = k.judge(n, i)
			}
		} else {
			if c <= ' ' {
				i = k.in.skip(i)
			}
			i = k.value(n, i)
		}
		if i < 0 || !k.in.pair(i, ",\"") {
			return i, false
		}
		i++
	}
}

// known returns the field whose key is at i, written without escapes and with the colon
// after it, and remembers that it came; nil where the schema names no such field, or that
// isn't to be predicted.
func (k *checker) known(o *object, slot, i int) *field {
	end := k.stops.next(i + 1)
	if !k.in.pair(end, "\":") {
		return nil
	}
	index := o.names.find(&k.in, i+1, end)
	if index < 0 || o.fields[index].literal == "" {
		return nil
	}
	m := &o.fields[index]
	k.next[slot] = m
	return m
}

// member reads the member whose key is at i, whatever it is, and returns the place
// after its value.
func (k *checker) member(f *frame, i int) int {
	key := i
	m, i := k.key(f, i)
	if i < 0 {
		return -1
	}
	if k.again(f, m) {
		k.report(found{rule: DuplicateKey, key: true, at: key, node: f.node, property: m.name})
	}
	f.slot = m.slot
	value, inner, covered := i, m.node, m.documented
	var more []*node
	if len(f.node.object.patterns) > 0 {
		if more = k.matching(f.node.object, key); len(more) > 0 && !covered {
			inner, more, covered = more[0], more[1:], true
		}
	}
	if len(more) > 0 {
		k.shared++ // what one of them documents, the others don't warn of
	}
	if i = k.value(inner, i); i < 0 {
		if k.collecting && m.special {
			k.hide(value, k.in.n)
		}
		return -1
	}
	for _, n := range more {
		k.value(n, value)
	}
	if len(more) > 0 {
		k.shared--
	}
	if m.watch != 0 {
		k.watched[f.watched+m.watch-1] = value
	}
	if m.special {
		k.special(f, m, covered, key, value, i)
	}
	if covered || f.node.object.additional {
		if f.marks != nil {
			f.marks.cover(f.count)
		}
		if k.shared > 0 {
			k.documents = append(k.documents, documented{at: key})
		}
	}
	f.count++
	return i
}

// key reads a member's key that the prediction missed, and the colon. It returns the
// field and the place of the value; the place is -1 where the body isn't JSON.
func (k *checker) key(f *frame, i int) (*field, int) {
	o := f.node.object
	at := i
	var name []byte
	index := -1
	if end := k.stops.next(i + 1); k.in.pair(end, "\":") {
		if len(o.fields) > 0 {
			index = o.names.find(&k.in, i+1, end)
		}
		name = k.in.bytes(i+1, end)
		i = end + 2
		if k.in.at(i) <= ' ' {
			i = k.in.skip(i)
		}
	} else {
		var problem string
		if name, i, problem = k.name(i); problem != "" {
			return nil, k.brokenKey(at, i, "the rest of a key", problem)
		}
		if i = k.in.skip(i); k.in.at(i) != ':' {
			return nil, k.brokenKey(at, i, "a colon", "")
		}
		index = o.names.findText(name)
		i = k.in.skip(i + 1)
	}
	m := &o.other
	if index >= 0 {
		m = &o.fields[index]
	} else {
		if !f.opened {
			k.open(f)
		}
		if !f.keys.add(k, at, name) {
			k.report(found{rule: DuplicateKey, key: true, at: at, node: f.node, property: string(name)})
		}
	}
	k.next[f.slot] = m
	if len(k.spans) > maxSpans {
		return nil, -1 // all the rest is hidden
	}
	return m, i
}

// brokenKey is syntax for what is wrong at i with the key at at. A text that no colon
// follows may have been going to be a value.
func (k *checker) brokenKey(at, i int, expected, actual string) int {
	if k.collecting {
		k.hide(at, k.in.n)
	}
	return k.syntax(i, expected, actual)
}

// name returns the key at i, unescaped, and the place after its closing quote. What
// it returns lasts until the next escaped string.
func (k *checker) name(i int) (name []byte, end int, problem string) {
	end, escaped, problem := k.scanString(i + 1)
	if problem != "" {
		return nil, end, problem
	}
	name = k.in.bytes(i+1, end)
	if escaped {
		k.text = unescape(k.text[:0], name)
		name = k.text
	}
	return name, end + 1, ""
}

// special does what few members need: those that the schema doesn't document, and all
// where it speaks of their names or their number.
func (k *checker) special(f *frame, m *field, documented bool, key, value, end int) {
	o := f.node.object
	if o.memberName != nil && !k.probe(o.memberName, key) {
		name, _, _ := k.name(key)
		k.report(found{rule: PropertyNames, key: true, at: key, node: f.node, property: string(name)})
	}
	if !documented && (o.closed || o.documented && f.marks == nil) {
		k.undocumented(f.node, key, value, end)
	}
}

// matching returns the schemas of the patterns that the key matches.
func (k *checker) matching(o *object, key int) (nodes []*node) {
	name, _, _ := k.name(key)
	for _, p := range o.patterns {
		if k.matches(p.expression, name) {
			nodes = append(nodes, p.node)
		}
	}
	return nodes
}

// undocumented reports the member whose key is at key and whose value is body[value:end], and hides
// the value: nobody has said whether it is secret.
func (k *checker) undocumented(n *node, key, value, end int) {
	if k.collecting {
		k.hide(value, end)
		return
	}
	rule, keyword := UndocumentedField, Properties
	if n.object.closed {
		rule, keyword = AdditionalProperties, AdditionalProperties
	}
	name, _, _ := k.name(key)
	k.report(found{rule: rule, keyword: keyword, at: key, key: true, node: n, property: string(name), actual: describe(k.in.all(), value)})
}

// counted judges how many members the object has, and which of them go together.
func (k *checker) counted(f *frame) {
	o := f.node.object
	if f.count < o.min {
		k.report(found{rule: MinProperties, at: f.start, node: f.node, count: f.count})
	}
	if f.count > o.max {
		k.report(found{rule: MaxProperties, at: f.start, node: f.node, count: f.count})
	}
	for _, d := range o.dependents {
		if !k.has(f, d.trigger) {
			continue
		}
		for _, m := range d.required {
			if !k.has(f, m) {
				expected := "the member " + quote(m.name) + ", which " + quote(d.trigger.name) + " requires"
				k.report(found{rule: DependentRequired, at: f.start, node: f.node, property: m.name, expected: expected})
			}
		}
	}
}

// again notes that the object has the member m, and says whether it has had it before.
func (k *checker) again(f *frame, m *field) bool {
	seen, bit := &f.seen, m.bit
	if bit == crowded {
		beyond := m.index - bitFields
		seen, bit = &k.beyond[f.beyond+beyond/64], 1<<(beyond%64)
	}
	before := *seen&bit != 0
	*seen |= bit
	return before
}

// has says whether the object has had the member.
func (k *checker) has(f *frame, m *field) bool {
	if m.bit == crowded {
		beyond := m.index - bitFields
		return k.beyond[f.beyond+beyond/64]&(1<<(beyond%64)) != 0
	}
	return f.seen&m.bit != 0
}

// missing reports the required members that the object lacks.
func (k *checker) missing(f *frame) {
	var requestOnly map[string]bool
	if k.outermost != nil && k.outermostAt == f.start && k.outermost.inPlace.requestOnly != nil {
		requestOnly = k.outermost.inPlace.requestOnly()
	}
	for _, m := range f.node.object.required {
		if k.has(f, m) || requestOnly[m.name] {
			continue
		}
		k.report(found{rule: Required, at: f.start, node: f.node, property: m.name})
		if k.errors > MaxFindings {
			return // no more are kept, and there can be very many objects
		}
	}
}

// conditions judges the conditions on the members of the object.
func (k *checker) conditions(f *frame) {
	for i := range f.node.object.conditions {
		c := &f.node.object.conditions[i]
		trigger, target := k.watched[f.watched+c.trigger.watch-1], k.watched[f.watched+c.target.watch-1]
		if trigger < 0 || k.meets(c, trigger, target) {
			continue
		}
		broken := found{rule: Condition, keyword: c.keyword.Name, at: target, node: c.target.node, property: c.target.name}
		if target < 0 {
			broken.at, broken.actual = f.start, Absent
		}
		k.report(broken)
	}
}

// meets reports whether the member at target, which is -1 where it is absent, meets a
// condition that the member at trigger decides.
func (k *checker) meets(c *condition, trigger, target int) bool {
	if c.alias {
		return target < 0 || k.equal(trigger, target) || k.in.at(trigger) == 'n' && !k.probe(c.trigger.node, trigger)
	}
	present := target >= 0 && k.in.at(target) != 'n'
	if present != c.only {
		// x-present-when and it is there, or x-present-only-when and it isn't
		return true
	}
	return k.among(c.values, trigger) == present
}

// equal reports whether the values at i and j, which have been read before, are equal: as
// JSON, or as two date-times of one instant.
func (k *checker) equal(i, j int) bool {
	if k.in.at(i) == '"' && k.in.at(j) == '"' {
		s, _, _ := k.name(i)
		t := k.otherName(j)
		if string(s) == string(t) {
			return true
		}
		a, isTime := parseDateTime(s)
		b, areTimes := parseDateTime(t)
		return isTime && areTimes && a.equal(b)
	}
	if string(k.in.bytes(i, k.endOf(i))) == string(k.in.bytes(j, k.endOf(j))) {
		return true
	}
	return canonicalText(&k.in, i, k.digests()) == canonicalText(&k.in, j, k.digests())
}

// among says whether the value at i is one of the enum.
func (k *checker) among(e *enum, i int) bool {
	if k.in.at(i) != '"' {
		return k.lists(e, i)
	}
	if end := k.stops.next(i + 1); k.in.at(end) == '"' {
		return e.strings.find(&k.in, i+1, end) >= 0
	}
	text, _, _ := k.name(i)
	return e.hasString(text)
}
