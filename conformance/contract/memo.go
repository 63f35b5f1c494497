package contract

import "slices"

// memo is what judging one value by one node gave. Where several schemas judge a value
// in place, each meets what stands inside it: remembering keeps the cost from doubling
// with each level.
type memo struct {
	end     int
	invalid bool
	found   []found
	weight  int
	marks   *marks // nil where nobody asked for them
	keys    []documented
	digest  []byte // of the value, where that was asked for; see canonical

	node       *node
	at         int
	outer      *marks
	own        marks
	base       int // what was found before
	keysBase   int // the keys that were documented before
	wasInvalid int
}

// memoKey is a node and a place; without a node, it is the key of any memo of the place.
// What was found without marks includes the members that nobody documents; who asks for
// marks looks for those himself.
type memoKey struct {
	node   *node
	at     int
	marked bool
	tried  bool // secrets are collected, and fewer values are stray: see checker.trying
}

// documented is the place of a key that a schema documents, or a group of them.
type documented struct {
	at    int
	group *memo
}

// recall returns the end of the value at i where it has been judged by n before, and
// finds again what was found then.
func (k *checker) recall(n *node, i int) (end int, ok bool) {
	m := k.memos[memoKey{n, i, k.marks != nil, k.collecting && k.trying > 0}]
	if m == nil {
		return 0, false
	}
	if m.invalid {
		k.invalid++
	}
	if len(m.found) > 0 {
		k.found = append(k.found, found{group: m})
	}
	if len(m.keys) > 0 {
		k.documents = append(k.documents, documented{group: m})
	}
	if k.marks != nil {
		k.marks.merge(m.marks)
	}
	return m.end, true
}

// begin starts remembering what judging the value at i by n gives, where that may be
// asked again.
func (k *checker) begin(n *node, i int) *memo {
	if k.shared == 0 {
		return nil
	}
	m := &memo{node: n, at: i, outer: k.marks, base: len(k.found), keysBase: len(k.documents), wasInvalid: k.invalid}
	if k.marks != nil {
		k.marks = &m.own
	}
	return m
}

// conclude ends what begin started.
func (k *checker) conclude(m *memo, end int) {
	if m == nil {
		return
	}
	m.end, m.invalid = end, k.invalid != m.wasInvalid
	if m.outer != nil {
		m.marks = &m.own
		m.outer.merge(m.marks)
		k.marks = m.outer
	}
	if len(k.found) > m.base {
		m.found = append([]found(nil), k.found[m.base:]...)
		m.weight = weight(m.found)
		k.found = append(k.found[:m.base], found{group: m})
	}
	if len(k.documents) > m.keysBase {
		m.keys = slices.Clone(k.documents[m.keysBase:])
		k.documents = append(k.documents[:m.keysBase], documented{group: m})
	}
	memos := k.digests()
	memos[memoKey{m.node, m.at, m.marks != nil, k.collecting && k.trying > 0}] = m
	if last := memos[memoKey{at: m.at}]; last != nil {
		m.digest = last.digest
	}
	k.memos[memoKey{at: m.at}] = m
}

// endOf returns the end of the value at i, which has been read before.
func (k *checker) endOf(i int) int {
	if m := k.memos[memoKey{at: i}]; m != nil {
		return m.end
	}
	return skipValue(k.in.all(), i)
}

// digests is where the digests of arrays and objects are kept: values in values are asked for
// again and again.
func (k *checker) digests() map[memoKey]*memo {
	if k.memos == nil {
		k.memos = map[memoKey]*memo{}
	}
	return k.memos
}

// weight is how many findings there are, no more than any body may have.
func weight(all []found) (n int) {
	for _, f := range all {
		if f.group == nil {
			n++
		} else {
			n += f.group.weight
		}
	}
	return min(n, MaxFindings)
}

// flatten resolves groups, each once.
func flatten(all []found) []found {
	if !slices.ContainsFunc(all, func(f found) bool { return f.group != nil }) {
		return all
	}
	var flat []found
	seen := map[*memo]bool{}
	var add func(all []found)
	add = func(all []found) {
		for _, f := range all {
			switch {
			case f.group == nil:
				flat = append(flat, f)
			case !seen[f.group]:
				seen[f.group] = true
				add(f.group.found)
			}
		}
	}
	add(all)
	return flat
}
