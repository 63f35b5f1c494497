package mutate

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"sync"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// Suite are recordings that have to notice when a contract is changed. It is safe for
// concurrent use.
type Suite struct {
	mutex  sync.Mutex
	trials map[*contract.Contract]*trial
	// Recordings is how many were judged by a contract.
	Recordings int
}

// trial is a contract, and the bodies that recordings hold against it.
type trial struct {
	provider, operation, response string
	program                       contract.Program
	bodies                        []judged
}

type judged struct {
	body []byte
	mask []string // nil where there is no field mask
}

// NewSuite returns one without recordings.
func NewSuite() *Suite { return &Suite{trials: map[*contract.Contract]*trial{}} }

// Observe takes a recording in. It is an Observe of conformance.Options.
func (s *Suite) Observe(r *conformance.Result) {
	if r.Contract == nil {
		return
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.Recordings++
	t := s.trials[r.Contract]
	if t == nil {
		t = &trial{provider: r.Provider, operation: r.Operation, response: r.Response, program: r.Contract.Program()}
		s.trials[r.Contract] = t
	}
	t.bodies = append(t.bodies, judged{bytes.Clone(r.Body), r.Mask})
}

// Specs is what recordings made of mutants.
type Specs struct {
	Recordings int
	Counts
	// Untried are the mutants that weren't tried, since those before them took MaxWork.
	Untried int
	kinds   map[string]*Counts
	// Survivors are the mutants that no recording noticed and that aren't equivalent, in the
	// order of the documents.
	Survivors []Mutant
	// Stale are the equivalents that there are no mutants of, or that were noticed.
	Stale []Stale
}

// Counts counts mutants.
type Counts struct{ Mutants, Killed, Equivalent int }

// Survived is how many are neither killed nor equivalent.
func (c Counts) Survived() int { return c.Mutants - c.Killed - c.Equivalent }

// Percent returns how many of those that aren't equivalent were killed, rounded down to a
// tenth.
func (c Counts) Percent() float64 { return percent(c.Killed, c.Mutants-c.Equivalent) }

// Of returns the counts of one of Changes.
func (s *Specs) Of(kind string) Counts { return *s.kinds[kind] }

// Try makes every mutant of the contracts that the recordings were judged by, and looks
// whether a recording notices: gives another finding than by the contract as it is, or one at
// another place. What findings say in words doesn't count.
func (s *Suite) Try(equivalents []Equivalent) *Specs {
	specs := &Specs{Recordings: s.Recordings, kinds: map[string]*Counts{}}
	for _, kind := range Changes {
		specs.kinds[kind] = &Counts{}
	}
	known := newKnown(equivalents)
	for _, t := range slices.SortedFunc(maps.Values(s.trials), (*trial).compare) {
		known.about(t.program.File)
		asItIs := t.findings(t.program)
		each, one, work := newMutator(t.program), t.work(), 0
		for _, all := range asItIs {
			one += 8 * len(all) // to put a finding into words takes about that
		}
		each.mutants(func(m Mutant) bool {
			killed := !t.same(m.program(), asItIs)
			m.base, m.keywords = contract.Program{}, nil
			equivalent := known.has(m, killed)
			for _, c := range []*Counts{&specs.Counts, specs.kinds[m.Kind]} {
				c.Mutants++
				switch {
				case killed:
					c.Killed++
				case equivalent:
					c.Equivalent++
				}
			}
			if !killed && !equivalent {
				m.Provider, m.Operation, m.Response = t.provider, t.operation, t.response
				specs.Survivors = append(specs.Survivors, m)
			}
			work += one
			return work < MaxWork
		})
		specs.Untried += each.left
	}
	slices.SortStableFunc(specs.Survivors, func(a, b Mutant) int {
		return cmp.Or(cmp.Compare(a.Spec.File, b.Spec.File), cmp.Compare(a.Spec.Line, b.Spec.Line), cmp.Compare(a.Spec.Column, b.Spec.Column))
	})
	specs.Stale = known.stale()
	return specs
}

// MaxWork bounds the work on the mutants of a contract: how many operands of keywords are laid
// out, all of them for each mutant; a schema is about as much as ten. So no recording is checked
// more than about 3,200 times.
const MaxWork = 10_000_000

// work is what a mutant takes, less the checking of its recordings.
func (t *trial) work() int {
	work := 10 * len(t.program.Schemas)
	for _, s := range t.program.Schemas {
		for _, kw := range s.Keywords {
			work += 1 + len(kw.Values) + len(kw.Schemas)
			if kw.Name == contract.Enum {
				for _, v := range kw.Values {
					work += len(v) / 4
				}
			}
		}
	}
	return work
}

func (t *trial) compare(u *trial) int {
	return cmp.Or(cmp.Compare(t.provider, u.provider), cmp.Compare(t.operation, u.operation), cmp.Compare(t.response, u.response))
}

// told is a finding without its words.
type told struct {
	rule              contract.Rule
	pointer, property string
	offset            int
}

// findings are what the program has against each of the bodies.
func (t *trial) findings(p contract.Program) (all [][]told) {
	check := t.checker(p)
	for _, b := range t.bodies {
		all = append(all, check(b))
	}
	return all
}

// same says whether a program has the very same against the bodies.
func (t *trial) same(p contract.Program, as [][]told) bool {
	check := t.checker(p)
	for i, b := range t.bodies {
		if !slices.Equal(check(b), as[i]) {
			return false
		}
	}
	return true
}

// checker judges bodies by a program, shrunk to their field masks.
func (t *trial) checker(p contract.Program) func(judged) []told {
	c := contract.New(p)
	return func(b judged) (all []told) {
		c := c
		if b.mask != nil {
			c = c.Only(b.mask...)
		}
		for _, f := range c.Check(b.body) {
			all = append(all, told{f.Rule, f.Pointer, f.Property, f.Offset})
		}
		return all
	}
}
