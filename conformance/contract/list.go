package contract

import "math"

// list is what a schema says of arrays beyond the schema of their items.
type list struct {
	heavy        bool // there is anything
	prefix       []*node
	rest         bool // "items" stands
	contains     *node
	least, most  int // how many items contains
	min, max     int
	unique       bool
	leastKeyword Rule // contains or minContains
}

func newList() list {
	return list{max: math.MaxInt, least: 1, most: math.MaxInt, leastKeyword: Contains}
}

// list reads a keyword on arrays into a.
func (l *layout) list(a *list, kw *Keyword) {
	a.heavy = true
	switch kw.Name {
	case PrefixItems:
		for _, i := range kw.Schemas {
			a.prefix = append(a.prefix, &l.nodes[i])
		}
	case Contains:
		a.contains = l.node(kw)
	case MinContains:
		a.least, a.leastKeyword = count(kw), MinContains
	case MaxContains:
		a.most = count(kw)
	case MinItems:
		a.min = count(kw)
	case MaxItems:
		a.max = count(kw)
	case UniqueItems:
		a.unique = kw.Values[0] == "true"
	}
}

// readArray reads the array at i and judges its items.
func (k *checker) readArray(n *node, i int) int {
	if k.in.at(i) != '[' {
		return k.read(n, i)
	}
	if k.depth++; k.depth > MaxDepth {
		return k.tooDeep(i)
	}
	if k.shared > 0 {
		i = k.sharedArray(n, i)
	} else if n.list != nil {
		i = k.list(n, i, nil)
	} else {
		i = k.plainItems(n.items, i)
	}
	k.depth--
	return i
}

// sharedArray reads an array that other schemas judge, too.
func (k *checker) sharedArray(n *node, i int) int {
	if end, ok := k.recall(n, i); ok {
		return end
	}
	memo := k.begin(n, i)
	outer := k.marks
	k.marks = nil
	end := k.list(n, i, outer)
	if end >= 0 {
		k.marks = outer
		k.conclude(memo, end)
	}
	return end
}

// plainItems reads an array of whose items all the same is said, and nothing else.
func (k *checker) plainItems(items *node, i int) int {
	if i++; k.in.at(i) <= ' ' {
		i = k.in.skip(i)
	}
	if k.in.at(i) == ']' {
		return i + 1
	}
	plain := items.plain
	for {
		if plain && k.in.at(i) == '"' {
			end := k.stops.next(i + 1)
			if k.in.pair(end, "\",") && k.in.at(end+2) == '"' {
				i = end + 2
				continue
			}
			if k.in.at(end) == '"' {
				i = end + 1
			} else if i = k.judge(items, i); i < 0 {
				return -1
			}
		} else if i = k.value(items, i); i < 0 {
			return -1
		}
		switch k.in.at(i) {
		case ',':
			if i++; k.in.at(i) <= ' ' {
				i = k.in.skip(i)
			}
		case ']':
			return i + 1
		default:
			var more bool
			if i, more = k.separator(i); !more {
				return i
			}
		}
	}
}

// list reads an array whose number of items, or whose items one by one, matter.
func (k *checker) list(n *node, i int, outer *marks) int {
	a := n.list
	if a == nil {
		empty := newList()
		empty.rest = n.schema.Keyword(Items) != nil && n != n.free
		a = &empty
	}
	start := i
	var seen map[string]bool
	if a.unique {
		seen = map[string]bool{}
	}
	count, contained := 0, 0
	i = k.in.skip(i + 1)
	more := k.in.at(i) != ']'
	if !more {
		i++
	}
	for ; more; count++ {
		item, covered := n.items, a.rest
		if count < len(a.prefix) {
			item, covered = a.prefix[count], true
		}
		i = k.in.skip(i)
		at := i
		if i = k.value(item, at); i < 0 {
			return -1
		}
		if a.contains != nil && k.probe(a.contains, at) {
			contained++
			covered = true
		}
		if covered && outer != nil {
			outer.cover(count)
		}
		if a.unique {
			text := canonicalText(&k.in, at, k.digests())
			if seen[text] {
				k.report(found{rule: UniqueItems, at: at, node: n})
			}
			seen[text] = true
		}
		if i, more = k.separator(i); i < 0 {
			return -1
		}
	}
	if count < a.min {
		k.report(found{rule: MinItems, at: start, node: n, count: count})
	}
	if count > a.max {
		k.report(found{rule: MaxItems, at: start, node: n, count: count})
	}
	if a.contains != nil {
		if contained < a.least {
			k.report(found{rule: a.leastKeyword, at: start, node: n, count: contained})
		}
		if contained > a.most {
			k.report(found{rule: MaxContains, at: start, node: n, count: contained})
		}
	}
	return i
}

func (k *checker) tooDeep(i int) int {
	return k.syntax(i, "at most 10,000 levels of nesting", "one more")
}

// separator reads the comma, and the space that may follow it, or the closing bracket
// after an item; more says that it was the comma.
func (k *checker) separator(i int) (end int, more bool) {
	if k.in.at(i) <= ' ' {
		i = k.in.skip(i)
	}
	switch k.in.at(i) {
	case ',':
		if i++; k.in.at(i) <= ' ' {
			i = k.in.skip(i)
		}
		return i, true
	case ']':
		return i + 1, false
	}
	return k.syntax(i, "a comma or ']'", ""), false
}
