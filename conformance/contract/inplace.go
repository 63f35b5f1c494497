package contract

import (
	"cmp"
	"slices"
)

// inPlace is what judges a value in a schema's place: the schema's own keywords, and
// the schemas that other keywords put beside them.
type inPlace struct {
	any     bool // there is anything but own
	own     *node
	all     []*node // "$ref" beside other keywords, and "allOf"
	choices []choice
	not     []*node

	condition, then, otherwise *node // "if", "then" and "else"
	dependents                 []dependent
	triggers                   map[string]bool // of the dependents

	requestOnly func() map[string]bool // the members that it, or a schema that always judges with it, has writeOnly; nil where nothing is

	unevaluatedItems      *node
	unevaluatedProperties *node
	closed                bool // unevaluatedProperties: false
	discriminator         *Keyword
	chosen                map[string]*node // by the value of the discriminator
}

// choice is "anyOf" or "oneOf".
type choice struct {
	rule     Rule
	branches []*node
	one      bool // no more than one may fit
}

// dependent is a schema of "dependentSchemas".
type dependent struct {
	trigger string
	node    *node
}

// inPlace reads a keyword that puts schemas in the place of its own.
func (l *layout) inPlace(p *inPlace, kw *Keyword) {
	var nodes []*node
	for _, i := range kw.Schemas {
		nodes = append(nodes, &l.nodes[i])
	}
	p.any = true
	switch kw.Name {
	case Ref, AllOf:
		p.all = append(p.all, nodes...)
	case AnyOf, OneOf:
		p.choices = append(p.choices, choice{kw.Name, nodes, kw.Name == OneOf && len(kw.Values) == 0})
	case Not:
		p.not = append(p.not, nodes...)
	case If:
		p.condition = nodes[0]
	case Then:
		p.then = nodes[0]
	case Else:
		p.otherwise = nodes[0]
	case DependentSchemas:
		p.triggers = map[string]bool{}
		for i, trigger := range kw.Values {
			p.triggers[trigger] = true
			p.dependents = append(p.dependents, dependent{trigger, nodes[i]})
		}
	case UnevaluatedItems:
		p.unevaluatedItems = nodes[0]
	case UnevaluatedProperties:
		if p.closed = len(nodes) == 0; !p.closed {
			p.unevaluatedProperties = nodes[0]
		}
	case Discriminator:
		p.discriminator = kw
		p.chosen = map[string]*node{}
		for i, value := range kw.Values[1:] {
			p.chosen[value] = nodes[i]
		}
	}
}

// parts are the nodes that judge the value in place.
func (p *inPlace) parts() []*node {
	if p == nil {
		return nil
	}
	parts := append([]*node{p.own}, p.all...)
	for _, c := range p.choices {
		parts = append(parts, c.branches...)
	}
	parts = append(parts, p.not...)
	for _, n := range []*node{p.condition, p.then, p.otherwise} {
		if n != nil {
			parts = append(parts, n)
		}
	}
	for _, d := range p.dependents {
		parts = append(parts, d.node)
	}
	return parts
}

// requestOnly returns the members that responses don't have, as n says or a schema that always
// judges in its place; they can be required of requests.
func (n *node) requestOnly() map[string]bool {
	names := map[string]bool{}
	seen := map[*node]bool{n: true}
	for rest := []*node{n}; len(rest) > 0; {
		n, rest = rest[len(rest)-1], rest[:len(rest)-1]
		for i := range n.object.fields {
			if f := &n.object.fields[i]; f.documented && f.node.writeOnly {
				names[f.name] = true
			}
		}
		if n.inPlace == nil {
			continue
		}
		for _, part := range n.inPlace.all {
			if !seen[part] {
				seen[part] = true
				rest = append(rest, part)
			}
		}
	}
	return names
}

func (p *inPlace) judgesTheRest() bool {
	return p.closed || p.unevaluatedItems != nil || p.unevaluatedProperties != nil
}

// together reads the value at i, which several schemas judge in the place of one.
func (k *checker) together(n *node, i int) int {
	if k.shared > 0 {
		if end, ok := k.recall(n, i); ok {
			return end
		}
	}
	memo := k.begin(n, i)
	outermost, outermostAt := k.outermost, k.outermostAt
	if outermost == nil || outermostAt != i {
		k.outermost, k.outermostAt = n, i
	}
	p, outer := n.inPlace, k.marks
	m := outer
	if m == nil || p.judgesTheRest() {
		m = &marks{}
	}
	k.shared++
	end := k.parts(n, i, m)
	k.shared--
	k.marks = outer
	k.outermost, k.outermostAt = outermost, outermostAt
	if end < 0 {
		if k.collecting {
			k.hide(i, k.in.n) // the parts to come might have found a secret
		}
		return -1
	}
	switch {
	case m.unsure: // what the value should have been isn't known
	case k.in.at(i) == '{' && (p.closed || p.unevaluatedProperties != nil):
		k.unevaluatedMembers(n, m, i)
	case k.in.at(i) == '[' && p.unevaluatedItems != nil:
		k.unevaluatedItems(n, m, i)
	case outer == nil && m.documents != nil && !m.open:
		k.unmarked(m, i)
	}
	if outer != nil && m != outer {
		outer.merge(m)
	}
	k.conclude(memo, end)
	return end
}

func (k *checker) parts(n *node, i int, m *marks) (end int) {
	p := n.inPlace
	apply := func(part *node) bool {
		k.marks = m
		end = k.value(part, i)
		return end >= 0
	}
	if !apply(p.own) {
		return -1
	}
	if !p.own.lets(&k.in, i) {
		m.unsure = true // that it is of another type says all
		return end
	}
	for _, part := range p.all {
		if !apply(part) {
			return -1
		}
	}
	// From here on the value is known to be JSON.
	for _, c := range p.choices {
		k.choose(n, c, i, m)
	}
	for _, part := range p.not {
		if k.probe(part, i) {
			k.report(found{rule: Not, at: i, node: n})
		}
	}
	if p.condition != nil {
		next := p.otherwise
		if k.probeMarked(p.condition, i, m) {
			next = p.then
		}
		if next != nil {
			apply(next)
		}
	}
	if k.in.at(i) == '{' {
		for _, d := range k.triggered(p, i) {
			apply(d.node)
		}
	}
	return end
}

// lets says whether the value at i, which has been read before, is of one of n's types.
func (n *node) lets(in *input, i int) bool {
	switch in.at(i) {
	case '{':
		return n.types&objectKind != 0
	case '[':
		return n.types&arrayKind != 0
	case '"':
		return n.types&stringKind != 0
	case 't', 'f':
		return n.types&booleanKind != 0
	case 'n':
		return n.types&nullKind != 0
	}
	if n.types&integerKind == 0 || n.types&numberKind != 0 {
		return n.types&numberKind != 0
	}
	end, _, _ := scanNumber(in.all(), i)
	return parseDecimal(string(in.bytes(i, end))).integer()
}

// attempt is what judging a value by one of several schemas gave, taken back.
type attempt struct {
	node  *node
	valid bool
	found []found
	marks marks
	keys  []documented
}

// try judges the value at i by n, and takes back what that found.
func (k *checker) try(n *node, i int) attempt {
	base, keysBase, invalid, errors, warnings := len(k.found), len(k.documents), k.invalid, k.errors, k.warnings
	a := attempt{node: n}
	outer := k.marks
	k.marks = &a.marks
	k.shared++
	k.trying++
	k.value(n, i)
	k.trying--
	k.shared--
	k.marks = outer
	a.valid = k.invalid == invalid
	a.found = slices.Clone(k.found[base:])
	a.keys = slices.Clone(k.documents[keysBase:])
	k.found, k.documents = k.found[:base], k.documents[:keysBase]
	k.invalid, k.errors, k.warnings = invalid, errors, warnings
	return a
}

// probe says whether the value at i conforms to n, and forgets why.
func (k *checker) probe(n *node, i int) bool { return k.try(n, i).valid }

// probeMarked is probe, which also notes what n documents where the value conforms.
func (k *checker) probeMarked(n *node, i int, m *marks) bool {
	a := k.try(n, i)
	if a.valid {
		k.accept(&a, m)
	}
	return a.valid
}

// accept notes what an attempt documents.
func (k *checker) accept(a *attempt, m *marks) {
	m.merge(&a.marks)
	k.documents = append(k.documents, a.keys...)
}

// choose judges the value at i by "anyOf" or "oneOf".
func (k *checker) choose(n *node, c choice, i int, m *marks) {
	var fit, unfit []attempt
	for _, branch := range c.branches {
		if a := k.try(branch, i); a.valid {
			fit = append(fit, a)
			k.accept(&a, m)
		} else {
			unfit = append(unfit, a)
		}
	}
	switch {
	case len(fit) == 0:
		m.unsure = true
		if k.collecting && k.trying == 0 && c.strays(&k.in, i) {
			k.hide(i, k.endOf(i))
		}
		k.report(found{rule: c.rule, at: i, node: n, branches: k.closest(n, unfit, i)})
	case len(fit) > 1 && c.one:
		m.unsure = true
		k.report(found{rule: OneOf, at: i, node: n, count: len(fit)})
	default:
		// The warnings of the schema that has the least to say.
		least := slices.MinFunc(fit, func(a, b attempt) int { return weight(a.found) - weight(b.found) })
		for _, f := range least.found {
			if k.warnings++; k.warnings <= MaxFindings {
				k.found = append(k.found, f)
			}
		}
	}
}

// strays reports whether the value at i is a scalar of a kind that no branch has a place
// for, where a branch has one for objects.
func (c choice) strays(in *input, i int) bool {
	switch in.at(i) {
	case '{', '[', 'n':
		return false
	}
	return slices.ContainsFunc(c.branches, func(n *node) bool { return n.holds }) &&
		!slices.ContainsFunc(c.branches, func(n *node) bool { return n.lets(in, i) })
}

// closest sorts attempts by how close the value came: what the discriminator chooses
// first, a value of the wrong kind last, else by what was found.
func (k *checker) closest(n *node, attempts []attempt, i int) []attempt {
	var chosen *node
	if d := n.inPlace.discriminator; d != nil && k.in.at(i) == '{' {
		k.eachMember(i, func(_, key, value, _ int) {
			if name, _, _ := k.name(key); string(name) == d.Values[0] && k.in.at(value) == '"' {
				text, _, _ := k.name(value)
				chosen = n.inPlace.chosen[string(text)]
			}
		})
	}
	distance := func(a attempt) int {
		if a.node == chosen {
			return -1
		}
		sum := 0
		for _, f := range flatten(a.found) {
			switch {
			case f.rule.Severity() != Error:
			case f.at == i && (f.rule == Type || f.rule == Nullable):
				sum += 1_000_000
			case f.rule == Const || f.rule == Enum:
				sum += 100 // a tag that says that another schema is meant
			default:
				sum++
			}
		}
		return sum
	}
	distances := map[*node]int{}
	known := map[*memo]int{}
	for _, a := range attempts {
		m := onlyMemo(a.found)
		d, ok := known[m]
		if !ok || a.node == chosen {
			d = distance(a)
		}
		if m != nil && a.node != chosen {
			known[m] = d
		}
		distances[a.node] = d
	}
	slices.SortStableFunc(attempts, func(a, b attempt) int { return distances[a.node] - distances[b.node] })
	return attempts
}

// marks notes which members of one object, or items of one array, the schemas that
// judge it in place say something of.
type marks struct {
	covered   []uint64 // a bit a member or item, in the order of the body
	documents *node    // the first schema that has "properties"; nil where none has
	open      bool     // a schema has "additionalProperties"
	unsure    bool     // none of several schemas fits, or one asks for another type
}

func (m *marks) cover(n int) {
	for len(m.covered) <= n/64 {
		m.covered = append(m.covered, 0)
	}
	m.covered[n/64] |= 1 << (n % 64)
}

func (m *marks) has(n int) bool {
	return n/64 < len(m.covered) && m.covered[n/64]&(1<<(n%64)) != 0
}

func (m *marks) merge(other *marks) {
	for len(m.covered) < len(other.covered) {
		m.covered = append(m.covered, 0)
	}
	for i, bits := range other.covered {
		m.covered[i] |= bits
	}
	m.documents = cmp.Or(m.documents, other.documents)
	m.open = m.open || other.open
	m.unsure = m.unsure || other.unsure
}

// unmarked reports the members of the object at i that no schema documents.
func (k *checker) unmarked(m *marks, i int) {
	k.eachMember(i, func(member, key, value, end int) {
		if !m.has(member) {
			k.undocumented(m.documents, key, value, end)
		}
	})
}

// unevaluatedMembers judges the members of the object at i that no schema has judged.
func (k *checker) unevaluatedMembers(n *node, m *marks, i int) {
	m.open = true
	p := n.inPlace
	k.eachMember(i, func(member, key, value, end int) {
		switch {
		case m.has(member):
			return
		case !p.closed:
			k.marks = nil
			k.value(p.unevaluatedProperties, value)
		case k.collecting:
			k.hide(value, end)
		default:
			name, _, _ := k.name(key)
			k.report(found{rule: UnevaluatedProperties, at: key, key: true, node: n, property: string(name), actual: describe(k.in.all(), value)})
		}
		m.cover(member)
	})
}

// unevaluatedItems judges the items of the array at i that no schema has judged.
func (k *checker) unevaluatedItems(n *node, m *marks, i int) {
	i = k.in.skip(i + 1)
	for item := 0; k.in.at(i) != ']'; item++ {
		if !m.has(item) {
			k.marks = nil
			k.value(n.inPlace.unevaluatedItems, i)
			m.cover(item)
		}
		i = k.in.skip(k.endOf(i))
		if k.in.at(i) == ',' {
			i = k.in.skip(i + 1)
		}
	}
}

// eachMember calls f for the members of the object at i, which has been read before.
func (k *checker) eachMember(i int, f func(member, key, value, end int)) {
	i = k.in.skip(i + 1)
	for member := 0; k.in.at(i) == '"'; member++ {
		key := i
		_, end, _ := k.name(i)
		value := k.in.skip(k.in.skip(end) + 1)
		end = k.endOf(value)
		f(member, key, value, end)
		if i = k.in.skip(end); k.in.at(i) == ',' {
			i = k.in.skip(i + 1)
		}
	}
}

// triggered returns those of the dependents whose member the object at i has.
func (k *checker) triggered(p *inPlace, i int) (there []dependent) {
	if p.dependents == nil {
		return nil
	}
	names := map[string]bool{}
	k.eachMember(i, func(_, key, _, _ int) {
		if name, _, _ := k.name(key); p.triggers[string(name)] {
			names[string(name)] = true
		}
	})
	for _, d := range p.dependents {
		if names[d.trigger] {
			there = append(there, d)
		}
	}
	return there
}

// skipValue returns the end of the JSON value at b[i], which has been read before.
func skipValue(b []byte, i int) int {
	depth := 0
	for {
		switch b[i] {
		case '"':
			i, _, _ = scanString(b, i+1)
			i++
		case '{', '[':
			depth++
			i++
		case '}', ']':
			depth--
			i++
		case ',', ':', ' ', '\n', '\r', '\t':
			i++
			continue
		default:
			for i < len(b) && b[i] != ',' && b[i] != '}' && b[i] != ']' && b[i] > ' ' {
				i++
			}
		}
		if depth == 0 {
			return i
		}
	}
}
