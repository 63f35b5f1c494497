package sample

import (
	"container/heap"
	"math/rand/v2"
	"slices"
)

// An item is a node at a level. A row chooses a level for every node that is there; it
// covers each pair of its items. Cover returns rows that cover all pairs, as far as they can
// be in one body: not those that conditions keep apart, and of arrays and open objects the
// first item and the first member.
//
// It is greedy: each row starts with a pair that is not covered and takes, node by node, the
// level that covers most.

// maxItems bounds the work, and maxSteps the steps that lead to the items: of more, only those
// of the first nodes are paired.
const (
	maxItems = 1500
	maxSteps = 6000
)

type cover struct {
	random *rand.Rand
	nodes  []*node // each after the one above it, and what has most levels as soon as can be
	first  []int   // the first item of each node, by its id; -1 for none
	items  []item
	open   [][]uint64 // a bit for each pair that isn't covered yet
	left   []int      // how many bits each item has
	below  [][]int    // the items of the nodes below each item
	i, j   int        // the pair that the next row may have to cover
}

type item struct {
	node  *node
	level int
}

// newCover returns the cover of the nodes that can be reached, which makes rows one by one.
func newCover(nodes []*node, ids int, random *rand.Rand) *cover {
	c := &cover{random: random, nodes: inOrder(nodes), first: make([]int, ids)}
	for i := range c.first {
		c.first[i] = -1
	}
	steps := 0
	for _, n := range nodes {
		for at := n; at != nil; at = at.above {
			steps += len(n.live)
		}
		if len(c.items)+len(n.live) > maxItems || steps > maxSteps {
			break
		}
		c.first[n.id] = len(c.items)
		for _, l := range n.live {
			c.items = append(c.items, item{n, l})
		}
	}
	c.pair()
	return c
}

// next returns the next row; nil where all pairs are covered.
func (c *cover) next() []int {
	for ; c.i < len(c.items); c.i, c.j = c.i+1, 0 {
		for ; c.j < len(c.items); c.j++ {
			if i, j := c.i, c.j; c.has(i, j) {
				row := c.row(len(c.first), i, j)
				c.done(row)
				c.clear(i, j) // covered, or it can't be
				return row
			}
		}
	}
	return nil
}

// inOrder sorts nodes, of which the first one is the root: what there are most levels of is
// the hardest to cover, and comes first.
func inOrder(nodes []*node) (sorted []*node) {
	below := map[*node][]int{}
	for i, n := range nodes {
		below[n.above] = append(below[n.above], i)
	}
	left := order{nodes: nodes, at: below[nil]}
	for left.Len() > 0 {
		n := nodes[heap.Pop(&left).(int)]
		sorted = append(sorted, n)
		for _, i := range below[n] {
			heap.Push(&left, i)
		}
	}
	return sorted
}

// order is a heap of nodes, by their indexes.
type order struct {
	nodes []*node
	at    []int
}

func (o *order) Len() int      { return len(o.at) }
func (o *order) Swap(i, j int) { o.at[i], o.at[j] = o.at[j], o.at[i] }
func (o *order) Push(i any)    { o.at = append(o.at, i.(int)) }

func (o *order) Less(i, j int) bool {
	a, b := o.at[i], o.at[j]
	if more := len(o.nodes[a].live) - len(o.nodes[b].live); more != 0 {
		return more > 0
	}
	return a < b
}

func (o *order) Pop() any {
	last := o.at[len(o.at)-1]
	o.at = o.at[:len(o.at)-1]
	return last
}

func (c *cover) has(i, j int) bool { return c.open[i][j/64]&(1<<(j%64)) != 0 }

func (c *cover) clear(i, j int) {
	for range 2 {
		if c.has(i, j) {
			c.open[i][j/64] &^= 1 << (j % 64)
			c.left[i]--
		}
		i, j = j, i
	}
}

// pair opens the pairs of items that can be in one body; an item alone is a pair with
// itself.
func (c *cover) pair() {
	words := (len(c.items) + 63) / 64
	c.open, c.left, c.below = make([][]uint64, len(c.items)), make([]int, len(c.items)), make([][]int, len(c.items))
	needs := make([]map[*node][]int, len(c.items))
	for i, one := range c.items {
		c.open[i] = make([]uint64, words)
		needs[i] = map[*node][]int{one.node: {one.level}}
		for n := one.node; n.above != nil; n = n.above {
			needs[i][n.above] = n.within
			for _, l := range n.within {
				if at := c.item(n.above, l); at >= 0 {
					c.below[at] = append(c.below[at], i)
				}
			}
		}
	}
	for i := range c.items {
		for j := 0; j <= i; j++ {
			if i != j && c.items[i].node == c.items[j].node || !compatible(needs[i], needs[j]) {
				continue
			}
			c.open[i][j/64] |= 1 << (j % 64)
			c.left[i]++
			if i != j {
				c.open[j][i/64] |= 1 << (i % 64)
				c.left[j]++
			}
		}
	}
}

// compatible says whether what two items need can be together.
func compatible(a, b map[*node][]int) bool {
	for n, levels := range a {
		if other, ok := b[n]; ok && !slices.ContainsFunc(levels, func(l int) bool { return slices.Contains(other, l) }) {
			return false
		}
	}
	return true
}

// item returns the item of a node at a level; -1 where it has none.
func (c *cover) item(n *node, level int) int {
	if c.first[n.id] < 0 {
		return -1
	}
	at := slices.Index(n.live, level)
	if at < 0 {
		return -1
	}
	return c.first[n.id] + at
}

// row returns a row with two items.
func (c *cover) row(ids, i, j int) []int {
	row := make([]int, ids)
	for at := range row {
		row[at] = -1
	}
	var chosen []int
	// What the two need goes first, and where a level has several ways to it, the first one
	// that both take.
	for _, one := range []int{i, j} {
		other := c.items[i+j-one]
		row[c.items[one].node.id] = c.items[one].level
		for n := c.items[one].node; n.above != nil; n = n.above {
			if row[n.above.id] >= 0 && slices.Contains(n.within, row[n.above.id]) {
				continue
			}
			way := n.within[0]
			for _, l := range n.within {
				for m := other.node; m.above != nil; m = m.above {
					if m.above == n.above && slices.Contains(m.within, l) {
						way = l
					}
				}
				if n.above == other.node && l == other.level {
					way = l
				}
			}
			row[n.above.id] = way
		}
	}
	for _, n := range c.nodes {
		if n.above != nil && !slices.Contains(n.within, row[n.above.id]) {
			row[n.id] = -1 // it isn't there
			continue
		}
		if row[n.id] < 0 && c.first[n.id] >= 0 {
			row[n.id] = c.best(n, chosen)
		}
		if at := c.item(n, row[n.id]); at >= 0 {
			chosen = append(chosen, at)
		}
	}
	return row
}

// best returns the level that covers most pairs with what is chosen already, and opens the
// way to most others.
func (c *cover) best(n *node, chosen []int) int {
	best, most := n.live[0], -1
	for _, at := range c.random.Perm(len(n.live)) {
		i := c.first[n.id] + at
		gain := 0
		for _, j := range chosen {
			if c.has(i, j) {
				gain += 4
			}
		}
		if c.left[i] > 0 {
			gain++
		}
		for _, j := range c.below[i] {
			if c.left[j] > 0 {
				gain += 2
			}
		}
		if gain > most {
			best, most = n.live[at], gain
		}
	}
	return best
}

// done notes the pairs that a row covers, once what objects change about it is known.
func (c *cover) done(row []int) {
	for _, n := range c.nodes {
		if row[n.id] >= 0 && n.levels[row[n.id]].object != nil {
			c.settle(n.levels[row[n.id]].object, row)
		}
	}
	var there []int
	for _, n := range c.nodes {
		if row[n.id] < 0 || n.above != nil && !slices.Contains(n.within, row[n.above.id]) {
			continue
		}
		if at := c.item(n, row[n.id]); at >= 0 {
			there = append(there, at)
		}
	}
	for _, i := range there {
		for _, j := range there {
			c.clear(i, j)
		}
	}
}

// settle keeps the conditions of an object in a row.
func (c *cover) settle(o *object, row []int) {
	levels := make([]int, len(o.members))
	for i, m := range o.members {
		if levels[i] = row[m.node.id]; levels[i] < 0 {
			return // it is beyond what is paired
		}
	}
	o.settle(levels, c.random)
	for i, m := range o.members {
		row[m.node.id] = levels[i]
	}
}
