package contract

import (
	"math/bits"
	"regexp"
	"regexp/syntax"
	"slices"
	"sort"
	"unicode"
	"unicode/utf8"
)

// expression is a pattern. A small one is matched by package regexp. That takes time for
// each instruction and each byte of a text, which for a large one is much too long: an
// automaton remembers what it did before.
type expression struct {
	small *regexp.Regexp
	large *automaton
}

// smallProgram is how many instructions a small expression has at most.
const smallProgram = 100

// newExpression reads a pattern in the syntax of package regexp. It panics where that is
// wrong.
func newExpression(pattern string) *expression {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		panic("contract: " + err.Error())
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		panic("contract: " + err.Error())
	}
	if len(program.Inst) <= smallProgram {
		return &expression{small: regexp.MustCompile(pattern)}
	}
	return &expression{large: newAutomaton(program)}
}

// matches reports whether the text, which is UTF-8, or a part of it matches e.
func (k *checker) matches(e *expression, text []byte) bool {
	if e.small != nil {
		return e.small.Match(text)
	}
	w := k.walks[e.large]
	if w == nil {
		w = newWalk(e.large)
		if k.walks == nil {
			k.walks = map[*automaton]*walk{}
		}
		k.walks[e.large] = w
	}
	return w.match(text)
}

// automaton is a compiled expression, with the classes of runes that it can tell apart.
type automaton struct {
	program *syntax.Prog
	starts  []rune // the first rune of each class, ascending
	ascii   [utf8.RuneSelf]uint16
}

func newAutomaton(p *syntax.Prog) *automaton {
	starts := []rune{0}
	split := func(lo, hi rune) { starts = append(starts, lo, hi+1) }
	// What anchors and \b look at.
	split('\n', '\n')
	split('0', '9')
	split('A', 'Z')
	split('_', '_')
	split('a', 'z')
	for i := range p.Inst {
		switch inst := &p.Inst[i]; inst.Op {
		case syntax.InstRune, syntax.InstRune1:
			if len(inst.Rune) != 1 {
				for at := 0; at+1 < len(inst.Rune); at += 2 {
					split(inst.Rune[at], inst.Rune[at+1])
				}
				continue
			}
			r := inst.Rune[0]
			split(r, r)
			for folded := unicode.SimpleFold(r); folded != r; folded = unicode.SimpleFold(folded) {
				split(folded, folded)
			}
		}
	}
	slices.Sort(starts)
	a := &automaton{program: p, starts: slices.Compact(starts)}
	for c := range a.ascii {
		a.ascii[c] = uint16(a.search(rune(c)))
	}
	return a
}

// search returns the class of a rune.
func (a *automaton) search(r rune) int {
	return sort.Search(len(a.starts), func(i int) bool { return a.starts[i] > r }) - 1
}

// walk is a checker's way through an automaton. Its states are sets of instructions that are
// to come next; those met are kept, with where each class of runes leads from there.
type walk struct {
	*automaton
	states  []walkState
	index   map[string]int32 // by before and set
	size    int              // of all that is kept, in words
	reached []uint64         // the instructions that a step has come to
	pending []uint32         // those whose followers are to be looked at
	set     []uint64         // the state that a step leads to
	key     []byte
}

// walkState is a set of instructions, and which kind of rune comes before them.
type walkState struct {
	before rune
	set    []uint64
	next   []int32 // by class, and for the end of the text: 1 + a state; 0 where that isn't known
}

// matched is where a step leads once the text matches.
const matched = -1

// maxWalk bounds what a walk keeps, in words of eight bytes.
const maxWalk = 1 << 20

func newWalk(a *automaton) *walk {
	words := (len(a.program.Inst) + 63) / 64
	w := &walk{automaton: a, reached: make([]uint64, words), set: make([]uint64, words)}
	w.reset()
	return w
}

// reset forgets all states but the first one, and returns that.
func (w *walk) reset() int32 {
	w.states, w.index, w.size = nil, map[string]int32{}, 0
	clear(w.set)
	return w.state(-1)
}

// state returns the state with that rune before it and with w.set.
func (w *walk) state(before rune) int32 {
	w.key = append(w.key[:0], byte(before))
	for _, bits := range w.set {
		for at := 0; at < 64; at += 8 {
			w.key = append(w.key, byte(bits>>at))
		}
	}
	if s, ok := w.index[string(w.key)]; ok {
		return s
	}
	s := int32(len(w.states))
	w.index[string(w.key)] = s
	w.states = append(w.states, walkState{before, slices.Clone(w.set), make([]int32, len(w.starts)+1)})
	w.size += 2*len(w.set) + len(w.starts)/2 + 32
	return s
}

func (w *walk) match(text []byte) bool {
	s := int32(0)
	for i := 0; i < len(text); {
		class, size := 0, 1
		if c := text[i]; c < utf8.RuneSelf {
			class = int(w.ascii[c])
		} else {
			var r rune
			r, size = utf8.DecodeRune(text[i:])
			class = w.search(r)
		}
		i += size
		if s = w.follow(s, class); s == matched {
			return true
		}
	}
	return w.follow(s, len(w.starts)) == matched
}

// follow returns where a class of runes, or the end of the text, leads from a state.
func (w *walk) follow(s int32, class int) int32 {
	if next := w.states[s].next[class]; next != 0 {
		if next == matched {
			return matched
		}
		return next - 1
	}
	if w.size > maxWalk {
		copy(w.set, w.states[s].set)
		before, set := w.states[s].before, slices.Clone(w.set)
		w.reset()
		copy(w.set, set)
		s = w.state(before)
	}
	next := w.step(s, class)
	w.states[s].next[class] = next + 1
	if next == matched {
		w.states[s].next[class] = matched
	}
	return next
}

// kinds of runes that anchors and \b tell apart; before the text it is -1.
func before(r rune) rune {
	switch {
	case r == '\n':
		return '\n'
	case syntax.IsWordChar(r):
		return 'a'
	}
	return ' '
}

// step works out where a class of runes, or the end of the text, leads from a state.
func (w *walk) step(s int32, class int) int32 {
	r := rune(-1)
	if class < len(w.starts) {
		r = w.starts[class]
	}
	given := syntax.EmptyOpContext(w.states[s].before, r)
	clear(w.reached)
	clear(w.set)
	w.pending = w.pending[:0]
	w.reach(uint32(w.program.Start)) // a match can start anywhere
	for at, word := range w.states[s].set {
		for ; word != 0; word &= word - 1 {
			w.reach(uint32(64*at + bits.TrailingZeros64(word)))
		}
	}
	for len(w.pending) > 0 {
		inst := &w.program.Inst[w.pending[len(w.pending)-1]]
		w.pending = w.pending[:len(w.pending)-1]
		switch inst.Op {
		case syntax.InstMatch:
			return matched
		case syntax.InstAlt, syntax.InstAltMatch:
			w.reach(inst.Out)
			w.reach(inst.Arg)
		case syntax.InstEmptyWidth:
			if syntax.EmptyOp(inst.Arg)&^given == 0 {
				w.reach(inst.Out)
			}
		case syntax.InstCapture, syntax.InstNop:
			w.reach(inst.Out)
		case syntax.InstFail:
		default:
			if r >= 0 && inst.MatchRune(r) {
				w.set[inst.Out/64] |= 1 << (inst.Out % 64)
			}
		}
	}
	return w.state(before(r))
}

// reach notes that a step has come to an instruction.
func (w *walk) reach(at uint32) {
	if w.reached[at/64]&(1<<(at%64)) == 0 {
		w.reached[at/64] |= 1 << (at % 64)
		w.pending = append(w.pending, at)
	}
}
