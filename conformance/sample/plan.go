package sample

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// planner lays out what can stand where in a body that conforms to a program.
type planner struct {
	program  contract.Program
	contract *contract.Contract // of the program
	style    Style
	random   *rand.Rand
	judges   map[string]judge // of schemas together
	patterns map[string]*regexp.Regexp
	places   map[*contract.Keyword]map[string]int // where in "properties" a name is
	nodes    int
	path     []string // the schemas of the nodes that are being laid out, from the root on
	failed   *Error   // the first place where no value was found
	work     int
	steps    int  // about how many times a schema judged a value
	left     int  // the ways that were left out, since there are too many
	unsure   bool // not everything that is laid out is sure to conform
}

func newPlanner(c *contract.Contract, style Style, random *rand.Rand) *planner {
	return &planner{
		program: c.Program(), contract: c, style: style, random: random,
		judges: map[string]judge{}, patterns: map[string]*regexp.Regexp{}, places: map[*contract.Keyword]map[string]int{},
	}
}

// judge judges values by a schema of a contract; without one, all are good.
type judge struct {
	contract *contract.Contract
	schema   int
	size     int // how many schemas judge a value in the place of that one
}

func (j judge) accepts(value []byte) bool { return j.contract.Accepts(j.schema, value) }

// blame returns the error of a value that is not accepted.
func (j judge) blame(value []byte) *Error { return unmade(j.contract.CheckBy(j.schema, value)) }

// accepts has a judge judge a value.
func (p *planner) accepts(j judge, value []byte) bool {
	p.steps += j.size * (1 + len(value)/16)
	return j.accepts(value)
}

// node is a place in a body, with all that can stand there.
type node struct {
	id     int
	levels []level
	live   []int    // the levels that the style asks for
	table  []uint16 // those, as often as they are to come
	least  int      // the level whose values are shortest
	length int      // how long those are at least, about; no more than tooLong
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
	check  judge  // of what is not sure to conform
	good   []byte // a value that conforms, where there is check
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
// a place: what is beyond is left out where it can be. Beyond mostWork there is no plan, nor
// where the shortest body is longer than tooLong bytes.
const (
	maxWork   = 2000
	mostWork  = 100_000
	maxChecks = 1_000_000 // what maxWork is, in steps of checking
	maxLevels = 1000
	tooLong   = 16 << 20
)

// node lays out a place whose values conform to all of the schemas; nil where no value
// does. Name is that of the nearest member around.
func (p *planner) node(schemas []int, name string, optional bool) *node {
	t := newTogether(schemas)
	n := &node{id: p.nodes}
	p.nodes++
	p.path = append(p.path, t.key())
	switch {
	case p.within() > 5:
		p.fail(t, "", "what has to be there has to hold the same again, without end")
	case p.work > mostWork:
		p.fail(t, "", "there are too many ways to make a body, or too many values that it has to have")
	default:
		room := maxLevels
		n.levels = distinct(p.levels(t, name, &room))
	}
	p.path = p.path[:len(p.path)-1]
	if n.shorten(); len(n.levels) > 0 && n.length >= tooLong {
		p.fail(t, "", "the shortest body is longer than 16 MiB")
		n.levels = nil
	}
	if optional {
		n.levels = append(n.levels, level{class: absent})
	}
	if len(n.levels) == 0 {
		return nil
	}
	n.shorten()
	n.live = p.live(n.levels)
	n.weigh()
	return n
}

// shorten finds the shortest level.
func (n *node) shorten() {
	n.length = tooLong
	for i := range n.levels {
		if length := n.levels[i].length(); length < n.length {
			n.least, n.length = i, length
		}
	}
}

// length is how long the shortest value is, about.
func (l *level) length() int {
	switch {
	case l.class == absent:
		return 0
	case l.object != nil:
		sum := 2
		for i := range l.object.members {
			if m := &l.object.members[i]; m.absent < 0 {
				sum += len(m.key) + m.node.length + 1
			}
		}
		return min(sum, tooLong)
	case l.array != nil:
		sum := 2
		for i := range l.array.length {
			sum = min(sum+l.array.item(i).length+1, tooLong)
		}
		return sum
	case l.texts != nil:
		return len(l.texts[0])
	}
	return len(`"a few words"`)
}

// item is the node of the item at an index.
func (a *array) item(i int) *node {
	switch {
	case i < len(a.prefix):
		return a.prefix[i]
	case i < len(a.prefix)+a.contained:
		return a.contains
	}
	return a.items
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

// shallow is how deep a place is where a plan may have more than maxWork ways.
const shallow = 3

// deep reports whether what isn't needed had better be left out.
func (p *planner) deep() bool { return p.within() > 2 || p.crowded() }

// crowded reports whether there are so many ways that what isn't needed is left out.
func (p *planner) crowded() bool {
	return p.work > maxWork && len(p.path) > shallow || p.work > mostWork/10 || p.steps > maxChecks
}

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

// judge returns the judge of values that conform to all of the schemas.
func (p *planner) judge(schemas []int) judge {
	key := fmt.Sprint(schemas)
	if j, ok := p.judges[key]; ok {
		return j
	}
	j := judge{size: p.inPlace(schemas)}
	if len(schemas) == 1 {
		j.contract, j.schema = p.contract, schemas[0]
	} else {
		j.contract = p.allOf(schemas)
	}
	p.judges[key] = j
	return j
}

// inPlace is how many schemas judge a value in the place of some.
func (p *planner) inPlace(schemas []int) int {
	seen := map[int]bool{}
	for rest := slices.Clone(schemas); len(rest) > 0; {
		at := rest[len(rest)-1]
		if rest = rest[:len(rest)-1]; seen[at] {
			continue
		}
		seen[at] = true
		for _, kw := range p.program.Schemas[at].Keywords {
			if kw.InPlace() || kw.Name == contract.Not {
				rest = append(rest, kw.Schemas...)
			}
		}
	}
	return len(seen)
}

// allOf returns a contract of values that conform to all of the schemas.
func (p *planner) allOf(schemas []int) *contract.Contract {
	// A root that asks for all of them, and what they lead to.
	root := p.program.Schemas[0]
	root.Never = ""
	root.Keywords = []contract.Keyword{{Name: contract.AllOf, Line: root.Line, Column: root.Column, Schemas: schemas}}
	all := contract.Program{File: p.program.File, Schemas: []contract.Schema{root}}
	moved := map[int]int{}
	for at := 0; at < len(all.Schemas); at++ {
		keywords := slices.Clone(all.Schemas[at].Keywords)
		for k := range keywords {
			kw := &keywords[k]
			kw.Schemas = slices.Clone(kw.Schemas)
			for i, schema := range kw.Schemas {
				if _, ok := moved[schema]; !ok {
					moved[schema] = len(all.Schemas)
					all.Schemas = append(all.Schemas, p.program.Schemas[schema])
				}
				kw.Schemas[i] = moved[schema]
			}
		}
		all.Schemas[at].Keywords = keywords
	}
	p.work += len(all.Schemas) / 16
	return contract.New(all)
}

// together are schemas that a value has to conform to, all of them.
type together struct {
	schemas []int
	has     map[int]bool    // the same
	decided map[choice]bool // the keywords of which a schema was chosen
	must    map[string]bool // the members that have to be there, and that must not
	mustNot map[string]bool
	asked   []int // the schemas as they were given
}

// choice is a keyword of a schema that has more than one schema to choose from.
type choice struct{ schema, keyword int }

func newTogether(schemas []int) together {
	asked := slices.Compact(slices.Sorted(slices.Values(schemas)))
	t := together{
		schemas: slices.Clone(asked), has: map[int]bool{}, decided: map[choice]bool{}, must: map[string]bool{}, mustNot: map[string]bool{}, asked: asked,
	}
	for _, s := range asked {
		t.has[s] = true
	}
	return t
}

func (t together) key() string { return fmt.Sprint(t.asked) }

// with returns t with more schemas, after a choice.
func (t together) with(c choice, schemas ...int) together {
	t = t.clone()
	t.take(c, schemas...)
	return t
}

func (t together) clone() together {
	t.decided, t.must, t.mustNot, t.has = maps.Clone(t.decided), maps.Clone(t.must), maps.Clone(t.mustNot), maps.Clone(t.has)
	t.schemas = slices.Clone(t.schemas)
	return t
}

// take adds more schemas to t, after a choice.
func (t *together) take(c choice, schemas ...int) {
	t.decided[c] = true
	for _, s := range schemas {
		if !t.has[s] {
			t.has[s] = true
			t.schemas = append(t.schemas, s)
		}
	}
}
