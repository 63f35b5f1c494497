package sample

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// planner lays out what can stand where in a body that conforms to a program.
type planner struct {
	program   contract.Program
	style     Style
	random    *rand.Rand
	contracts map[string]*contract.Contract // of schemas together
	nodes     int
	path      []string // the schemas of the nodes that are being laid out, from the root on
	failed    *Error   // the first place where no value was found
	work      int
	unsure    bool // not everything that is laid out is sure to conform
}

// node is a place in a body, with all that can stand there.
type node struct {
	id     int
	levels []level
	live   []int    // the levels that the style asks for
	table  []uint16 // those, as often as they are to come
	// The node is there where another one is at one of some levels; nil for the root.
	above  *node
	within []int
}

// pick returns a random level.
func (n *node) pick(random *rand.Rand) int {
	return int(n.table[random.Uint64()&uint64(len(n.table)-1)])
}

// level is one of the things that can stand in a place. One of texts, words, object and
// array says which; where it is absent, none does.
type level struct {
	class  class
	texts  [][]byte // as JSON
	words  words
	object *object
	array  *array
	check  *contract.Contract // judges what is not sure to conform; nil where it is
	good   []byte             // a value that conforms, where there is check
}

// class says what is special about a level.
type class int

const (
	usual class = iota
	odd         // a bound, and what is right and often refused
	empty       // an array, an object or a text
	null
	absent
)

// holds says whether there is a value that isn't null.
func (c class) holds() bool { return c != null && c != absent }

// often says how often the levels of each class come, all together.
var often = [...]int{usual: 12, odd: 2, empty: 2, null: 3, absent: 4}

// object has members that schemas name, and some that none does.
type object struct {
	members    []member
	extras     int // how many of extra it has
	extra      []member
	conditions []condition
	aliases    [][2]int // members that have the same value where both are there
	dependents []dependent
	min, max   int
}

type member struct {
	key    []byte // as JSON, with its colon
	node   *node
	absent int // the level at which it is absent; -1 where it is required
}

// array has items: those with a schema each first, then those that have to be contained.
type array struct {
	length    int
	prefix    []*node
	contained int
	contains  *node
	items     *node
}

// maxWork bounds a plan, in ways that values were looked for, and maxLevels what can stand in
// a place: what is beyond is left out where it can be.
const (
	maxWork   = 2000
	maxLevels = 1000
)

// node lays out a place whose values conform to all of the schemas; nil where no value
// does. Name is that of the nearest member around.
func (p *planner) node(schemas []int, name string, optional bool) *node {
	t := newTogether(schemas)
	n := &node{id: p.nodes}
	p.nodes++
	p.path = append(p.path, t.key())
	if p.endless() {
		p.fail(t, "", "what has to be there has to hold the same again, without end")
	} else {
		n.levels = distinct(p.levels(t, name))
	}
	p.path = p.path[:len(p.path)-1]
	if optional {
		n.levels = append(n.levels, level{class: absent})
	}
	if len(n.levels) == 0 {
		return nil
	}
	n.live = p.live(n.levels)
	n.weigh()
	return n
}

// weigh makes the table.
func (n *node) weigh() {
	var of [len(often)]int
	for _, l := range n.live {
		of[n.levels[l].class]++
	}
	total := 0
	for class, count := range of {
		if count > 0 {
			total += often[class]
		}
	}
	size := 256
	for size < 4*len(n.live) {
		size *= 2
	}
	for _, l := range n.live {
		class := n.levels[l].class
		for range max(1, size*often[class]/total/of[class]) {
			n.table = append(n.table, uint16(l))
		}
	}
	for i := 0; len(n.table) < size; i++ {
		n.table = append(n.table, n.table[i])
	}
	n.table = n.table[:size]
}

// live returns the levels that the style asks for; all where it asks for none of them.
func (p *planner) live(levels []level) (live []int) {
	of := func(classes ...class) {
		for i, l := range levels {
			if slices.Contains(classes, l.class) {
				live = append(live, i)
			}
		}
	}
	switch p.style {
	case Dense:
		if of(usual); len(live) == 0 {
			of(odd)
		}
	case Sparse:
		for _, class := range []class{absent, null, empty, usual} {
			if len(live) == 0 {
				of(class)
			}
			if class == empty && len(live) > 0 && levels[live[0]].texts != nil {
				live = nil // a text says more where it has something to say
			}
		}
	case Boundary:
		if of(odd, empty); len(live) == 0 || slices.ContainsFunc(levels, func(l level) bool { return len(l.inner()) > 0 }) {
			of(usual) // there are bounds inside
		}
	}
	if len(live) == 0 {
		of(usual, odd, empty, null, absent)
	}
	return live
}

// distinct leaves out texts that are there already.
func distinct(levels []level) (kept []level) {
	had := map[string]bool{}
	for _, l := range levels {
		if len(l.texts) == 1 {
			if had[string(l.texts[0])] {
				continue
			}
			had[string(l.texts[0])] = true
		}
		kept = append(kept, l)
	}
	return kept
}

// within is how many times the schemas are being laid out, one within the other.
func (p *planner) within() (times int) {
	for _, key := range p.path {
		if key == p.path[len(p.path)-1] {
			times++
		}
	}
	return times
}

// deep says whether what isn't needed had better be left out, endless that nothing ends
// what is needed.
func (p *planner) deep() bool    { return p.within() > 2 || p.work > maxWork }
func (p *planner) endless() bool { return p.within() > 5 || p.work > 2*maxWork }

// link tells the nodes below n where they are, and returns all that the style reaches.
func (n *node) link(all []*node) []*node {
	all = append(all, n)
	for _, i := range n.live {
		for _, inner := range n.levels[i].inner() {
			if inner.above == nil {
				inner.above = n
				inner.within = []int{i}
				all = inner.link(all)
			} else if !slices.Contains(inner.within, i) {
				inner.within = append(inner.within, i)
			}
		}
	}
	return all
}

// inner are the nodes of what stands inside.
func (l *level) inner() (nodes []*node) {
	if l.object != nil {
		for _, m := range l.object.members {
			nodes = append(nodes, m.node)
		}
		if l.object.extras > 0 {
			for _, m := range l.object.extra {
				nodes = append(nodes, m.node)
			}
		}
	}
	if l.array != nil {
		nodes = append(nodes, l.array.prefix[:min(len(l.array.prefix), l.array.length)]...)
		if l.array.contained > 0 {
			nodes = append(nodes, l.array.contains)
		}
		if l.array.length > len(l.array.prefix)+l.array.contained {
			nodes = append(nodes, l.array.items)
		}
	}
	return nodes
}

// contract returns the contract of values that conform to all of the schemas.
func (p *planner) contract(schemas []int) *contract.Contract {
	key := fmt.Sprint(schemas)
	if c := p.contracts[key]; c != nil {
		return c
	}
	// The root that asks for all of them takes the place of the program's own.
	moved := len(p.program.Schemas)
	together := contract.Schema{Pointer: p.program.Schemas[0].Pointer, Line: p.program.Schemas[0].Line, Column: p.program.Schemas[0].Column}
	all := contract.Program{File: p.program.File, Schemas: append([]contract.Schema{together}, p.program.Schemas[1:]...)}
	all.Schemas = append(all.Schemas, p.program.Schemas[0])
	for i := range all.Schemas {
		s := &all.Schemas[i]
		s.Keywords = slices.Clone(s.Keywords)
		for k := range s.Keywords {
			s.Keywords[k].Schemas = replaced(s.Keywords[k].Schemas, moved)
		}
	}
	all.Schemas[0].Keywords = []contract.Keyword{{
		Name: contract.AllOf, Line: together.Line, Column: together.Column, Schemas: replaced(schemas, moved),
	}}
	c := contract.New(all)
	p.contracts[key] = c
	return c
}

// replaced has another index for the root.
func replaced(schemas []int, root int) []int {
	schemas = slices.Clone(schemas)
	for i := range schemas {
		if schemas[i] == 0 {
			schemas[i] = root
		}
	}
	return schemas
}

// together are schemas that a value has to conform to, all of them.
type together struct {
	schemas []int
	decided map[choice]bool // the keywords of which a schema was chosen
	must    map[string]bool // the members that have to be there, and that must not
	mustNot map[string]bool
	asked   []int // the schemas as they were given
}

// choice is a keyword of a schema that has more than one schema to choose from.
type choice struct{ schema, keyword int }

func newTogether(schemas []int) together {
	asked := slices.Compact(slices.Sorted(slices.Values(schemas)))
	return together{schemas: asked, decided: map[choice]bool{}, must: map[string]bool{}, mustNot: map[string]bool{}, asked: asked}
}

func (t together) key() string { return fmt.Sprint(t.asked) }

// with returns t with more schemas, after a choice.
func (t together) with(c choice, schemas ...int) together {
	t.decided, t.must, t.mustNot = maps.Clone(t.decided), maps.Clone(t.must), maps.Clone(t.mustNot)
	t.decided[c] = true
	t.schemas = slices.Clone(t.schemas)
	for _, s := range schemas {
		if !slices.Contains(t.schemas, s) {
			t.schemas = append(t.schemas, s)
		}
	}
	return t
}
