// Package sample makes bodies that conform to a contract, and bodies that break it in
// one way.
package sample

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/mutate"
)

// Style says which of the bodies that conform are made.
type Style string

// The styles.
const (
	Any      Style = "any"      // all of them, what is usual more often
	Dense    Style = "dense"    // with every member, and no null
	Sparse   Style = "sparse"   // with as little as can be
	Boundary Style = "boundary" // with bounds, and what is odd but right
)

// Styles are all of them.
var Styles = []Style{Any, Dense, Sparse, Boundary}

// Sampler makes bodies that conform, the same ones for the same contract, style and seed.
// The first few hundred have every value of every member together with every value of
// every other one, as far as both can be there; what follows is random. It is not safe for
// concurrent use.
type Sampler struct {
	contract *contract.Contract
	root     *node
	cover    *cover // makes the levels of the nodes, for the first bodies; nil once it has made all
	end      int    // where in what is written the rest becomes as short as can be
	left     int
	sure     bool // what is made conforms
	random   *rand.Rand
	levels   []int          // those of the members of the objects being written
	oracle   *mutate.Oracle // made when it is asked for
	scratch  []byte
}

// Error says that no value could be made of a schema.
type Error struct {
	// Spec is the place of the keyword that is to blame, as far as that can be told.
	Spec contract.Position
	// Message says what is wrong.
	Message string
}

// Error returns "file:line:column: message".
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.Spec.File, e.Spec.Line, e.Spec.Column, e.Message)
}

// New returns a Sampler. It returns an *Error where no body is found that conforms.
func New(p contract.Program, style Style, seed uint64) (*Sampler, error) {
	c := contract.New(p)
	planner := newPlanner(c, style, rand.New(rand.NewPCG(seed, 1)))
	root := planner.node([]int{0}, "", false)
	if root == nil {
		return nil, planner.failure()
	}
	s := &Sampler{contract: c, root: root, left: planner.left, sure: !planner.unsure}
	nodes := root.link(nil)
	start := func() {
		s.random = rand.New(rand.NewPCG(seed, 2))
		s.cover = newCover(nodes, planner.nodes, rand.New(rand.NewPCG(seed, 3)))
	}
	start()
	if _, err := s.Append(nil); err != nil {
		return nil, err
	}
	start()
	return s, nil
}

// Left is how many ways to make bodies were left out, since the contract has too many: members
// that may be absent, values of enums, and schemas of anyOf and oneOf.
func (s *Sampler) Left() int { return s.left }

// soft is how long a value gets, in bytes, before the rest of it becomes as short as can be.
const soft = 64 << 10

// tries is how often a value is made anew before it is given up.
const tries = 60

// Append appends a body to dst, on one line and without a line end. It returns an *Error
// where none was found that conforms.
func (s *Sampler) Append(dst []byte) ([]byte, error) {
	var row []int
	if s.cover != nil {
		if row = s.cover.next(); row == nil {
			s.cover = nil
		}
	}
	start := len(dst)
	for range tries {
		s.end = start + soft
		dst = s.value(dst[:start], s.root, row)
		if s.sure && row == nil {
			return dst, nil
		}
		if s.contract.Accepts(0, dst[start:]) {
			return dst, nil
		}
		row = nil // what it asks for can't be
	}
	return dst[:start], judge{contract: s.contract}.blame(dst[start:])
}

// AppendBroken appends a body, on one line and without a line end, that breaks the contract
// in one way, and says which: the violation, whose Body is the one appended. It returns an
// error where none was found.
func (s *Sampler) AppendBroken(dst []byte) ([]byte, mutate.Violation, error) {
	if s.oracle == nil {
		s.oracle = mutate.NewOracle(s.contract.Program())
	}
	for range tries {
		body, err := s.Append(s.scratch[:0])
		if s.scratch = body; err != nil {
			return dst, mutate.Violation{}, err
		}
		v, ok, err := s.oracle.Violation(body, s.random, onALine)
		if err != nil {
			return dst, v, err
		}
		if ok {
			return append(dst, v.Body...), v, nil
		}
	}
	return dst, mutate.Violation{}, errors.New("no way was found to break the contract in one way alone")
}

// onALine says whether a body can be a line of NDJSON.
func onALine(v mutate.Violation) bool {
	return !bytes.ContainsAny(v.Body, "\n\r") && len(bytes.TrimSpace(v.Body)) > 0
}

// unmade is the error of a value that gives findings whatever is tried.
func unmade(findings []contract.Finding) *Error {
	f := findings[0]
	return &Error{f.Spec, fmt.Sprintf("no value found in %d tries that conforms to %s", tries, f.Rule)}
}

// value appends a value of the node: at the level that the row has for it, else at a random
// one.
func (s *Sampler) value(dst []byte, n *node, row []int) []byte {
	if len(dst) > s.end {
		return s.at(dst, n, n.least, nil)
	}
	return s.at(dst, n, s.level(n, row), row)
}

func (s *Sampler) level(n *node, row []int) int {
	if row != nil && row[n.id] >= 0 {
		return row[n.id]
	}
	return n.pick(s.random)
}

// at appends a value of the node at a level.
func (s *Sampler) at(dst []byte, n *node, level int, row []int) []byte {
	l := &n.levels[level]
	switch {
	case l.check.contract == nil:
		return s.write(dst, l, row)
	case len(dst) > s.end:
		return append(dst, l.good...)
	}
	start := len(dst)
	for range tries {
		if dst = s.write(dst[:start], l, row); l.check.accepts(dst[start:]) {
			return dst
		}
		row = nil
	}
	return append(dst[:start], l.good...)
}

func (s *Sampler) write(dst []byte, l *level, row []int) []byte {
	switch {
	case l.texts != nil:
		return append(dst, l.texts[s.below(len(l.texts))]...)
	case l.words != nil:
		return l.words.append(dst, s.random)
	case l.object != nil:
		return s.object(dst, l.object, row)
	}
	return s.array(dst, l.array, row)
}

// below returns a number from 0 up to, and not including, n.
func (s *Sampler) below(n int) int {
	if n == 1 {
		return 0
	}
	return s.random.IntN(n)
}

func (s *Sampler) object(dst []byte, o *object, row []int) []byte {
	base := len(s.levels)
	for i := range o.members {
		n := o.members[i].node
		level := n.least
		if len(dst) <= s.end {
			level = s.level(n, row)
		}
		s.levels = append(s.levels, level)
	}
	o.settle(s.levels[base:], s.random)
	dst = append(dst, '{')
	var written [][2]int // by member, where its value is in dst
	if len(o.aliases) > 0 {
		written = make([][2]int, len(o.members))
	}
	for i := range o.members {
		m := &o.members[i]
		level := s.levels[base+i]
		if level == m.absent {
			continue
		}
		same := o.same(i, written)
		if same[1] > 0 && m.absent >= 0 && len(dst) > s.end {
			continue
		}
		dst = append(dst, m.key...)
		start := len(dst)
		if same[1] > 0 {
			dst = append(dst, dst[same[0]:same[1]]...)
		} else {
			dst = s.at(dst, m.node, level, row)
		}
		if written != nil {
			written[i] = [2]int{start, len(dst)}
		}
		dst = append(dst, ',')
	}
	s.levels = s.levels[:base]
	if o.extras > 0 {
		dst = s.extras(dst, o, row)
	}
	if dst[len(dst)-1] == ',' {
		dst = dst[:len(dst)-1]
	}
	return append(dst, '}')
}

// same returns where the value is written that the i-th member has, too; zero where it is
// free to have its own.
func (o *object) same(i int, written [][2]int) (place [2]int) {
	for _, pair := range o.aliases {
		switch i {
		case pair[0]:
			place = written[pair[1]]
		case pair[1]:
			place = written[pair[0]]
		}
		if place[1] > 0 {
			return place
		}
	}
	return place
}

// extras appends members that no schema names: some that follow each other on the list.
func (s *Sampler) extras(dst []byte, o *object, row []int) []byte {
	first := s.below(len(o.extra))
	for i := range min(o.extras, len(o.extra)) {
		e := &o.extra[(first+i)%len(o.extra)]
		dst = append(dst, e.key...)
		dst = append(s.value(dst, e.node, row), ',')
		row = nil
	}
	return dst
}

func (s *Sampler) array(dst []byte, a *array, row []int) []byte {
	dst = append(dst, '[')
	for i := range a.length {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = s.value(dst, a.item(i), row)
		if i >= len(a.prefix)+a.contained {
			row = nil
		}
	}
	return append(dst, ']')
}
