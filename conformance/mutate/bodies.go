// Package mutate proves contracts by changing one thing at a time: a body that conforms,
// and then the contract has to say exactly what is due; or the contract, and then a
// recording has to notice.
package mutate

import (
	"cmp"
	"math"
	"slices"
	"sync"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// Verdict is what a contract makes of a violation.
type Verdict string

// The verdicts.
const (
	Caught    Verdict = "caught"    // it says exactly what is due
	Missed    Verdict = "missed"    // it says nothing
	Elsewhere Verdict = "elsewhere" // it says something else
)

// Tally counts verdicts.
type Tally struct{ Tried, Caught, Missed, Elsewhere int }

func (t *Tally) count(v Verdict) {
	t.Tried++
	switch v {
	case Caught:
		t.Caught++
	case Missed:
		t.Missed++
	case Elsewhere:
		t.Elsewhere++
	}
}

func (t *Tally) add(other Tally) {
	t.Tried += other.Tried
	t.Caught += other.Caught
	t.Missed += other.Missed
	t.Elsewhere += other.Elsewhere
}

// Percent returns how many of all were caught, rounded down to a tenth.
func (t Tally) Percent() float64 { return percent(t.Caught, t.Tried) }

func percent(some, all int) float64 {
	if all == 0 {
		return 100
	}
	return math.Floor(float64(some)*1000/float64(all)) / 10
}

// AsRecorded is the kind of a body that nothing was done to. What it owes it gives.
const AsRecorded = "nothing: the body as recorded"

// Bodies makes every violation from the bodies of recordings that give no finding, and
// holds what their contracts say against what is due. It is safe for concurrent use.
type Bodies struct {
	mutex   sync.Mutex
	oracles map[*contract.Contract]*Oracle
	tallies map[string]*Tally // by kind
	wrong   []Wrong

	// Recordings are those that violations were made from. TooLong are those that none were
	// made from since they are longer than MaxBody. Unfinished are those of which not every
	// violation was tried, since that would take more than MaxSteps.
	Recordings, TooLong, Unfinished int
	// Tally is that of all violations.
	Tally
}

// NewBodies returns one that has seen no recording.
func NewBodies() *Bodies {
	return &Bodies{oracles: map[*contract.Contract]*Oracle{}, tallies: map[string]*Tally{}}
}

// MaxBody is the length of the longest body that violations are made from, in bytes: there
// are more of them than a body has bytes, each as long as the body.
const MaxBody = 16 << 10

// MaxSteps bounds the work on the violations of a body. About what it takes to judge a value
// by a schema, or 32 bytes of a body, is a step.
const MaxSteps = 50_000_000

// Wrong is a violation that was not caught.
type Wrong struct {
	// File and Entry are the recording that it was made from; Many says that File can hold
	// many entries.
	File  string
	Entry int
	Many  bool
	Verdict
	Violation
	// Found is what the contract said.
	Found []contract.Finding
}

// Observe tries the violations of a recording. It is an Observe of conformance.Options.
func (b *Bodies) Observe(r *conformance.Result) {
	if r.Contract == nil {
		return
	}
	one := NewBodies()
	if len(r.Body) > MaxBody {
		if len(r.Findings) == 0 {
			one.TooLong++
		}
	} else {
		c, o := b.judges(r)
		one.observe(r, c, o)
	}
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.Recordings += one.Recordings
	b.TooLong += one.TooLong
	b.Unfinished += one.Unfinished
	b.wrong = append(b.wrong, one.wrong...)
	b.Tally.add(one.Tally)
	for kind, t := range one.tallies {
		b.of(kind).add(*t)
	}
}

// observe holds what a contract says of a recording, and of its violations, against what its
// oracle says is due.
func (b *Bodies) observe(r *conformance.Result, c *contract.Contract, o *Oracle) {
	due, err := o.Findings(r.Body)
	if err != nil {
		return // what isn't JSON says nothing of the other rules
	}
	try := func(v Violation) bool {
		b.add(Wrong{File: r.File, Entry: r.Entry, Many: r.Many, Violation: v, Found: c.Check(v.Body)})
		return true
	}
	try(Violation{Kind: AsRecorded, Body: r.Body, Due: due})
	if len(r.Findings) > 0 || len(due) > 0 {
		return
	}
	w, err := o.works(r.Body)
	if err != nil {
		return
	}
	b.Recordings++
	spent, unfinished := &steps{}, false
	for i, k := range kinds {
		// What a kind leaves goes to those after it.
		spent.most = spent.done + (MaxSteps-spent.done)/(len(kinds)-i)
		w.kind(k, spent, try)
		unfinished = unfinished || !spent.add(0)
	}
	if unfinished {
		b.Unfinished++
	}
}

// judges returns the contract that the recording was judged by, and its oracle.
func (b *Bodies) judges(r *conformance.Result) (*contract.Contract, *Oracle) {
	if r.Mask != nil {
		c := r.Contract.Only(r.Mask...)
		return c, NewOracle(c.Program())
	}
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.oracles[r.Contract] == nil {
		b.oracles[r.Contract] = NewOracle(r.Contract.Program())
	}
	return r.Contract, b.oracles[r.Contract]
}

// add counts what was said of a violation.
func (b *Bodies) add(w Wrong) {
	switch {
	case Same(w.Found, w.Due):
		w.Verdict = Caught
	case len(w.Found) == 0:
		w.Verdict = Missed
	default:
		w.Verdict = Elsewhere
	}
	b.count(w.Verdict)
	b.of(w.Kind).count(w.Verdict)
	if w.Verdict != Caught {
		w.Body = nil
		b.wrong = append(b.wrong, w)
	}
}

func (b *Bodies) of(kind string) *Tally {
	if b.tallies[kind] == nil {
		b.tallies[kind] = &Tally{}
	}
	return b.tallies[kind]
}

// Of returns the tally of a kind: AsRecorded, or one of Kinds.
func (b *Bodies) Of(kind string) Tally {
	if t := b.tallies[kind]; t != nil {
		return *t
	}
	return Tally{}
}

// Wrong returns the violations that were not caught, without their bodies, in the order of
// the recordings' names.
func (b *Bodies) Wrong() []Wrong {
	wrong := slices.Clone(b.wrong)
	slices.SortStableFunc(wrong, func(v, w Wrong) int {
		return cmp.Or(cmp.Compare(v.File, w.File), cmp.Compare(v.Entry, w.Entry))
	})
	return wrong
}
