// Package mutate proves contracts by changing one thing at a time: a body that conforms,
// and then the contract has to say exactly what is due; or the contract, and then a
// recording has to notice.
package mutate

import (
	"errors"
	"fmt"
	"slices"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/recording"
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
type Tally struct{ Violations, Caught, Missed, Elsewhere int }

func (t *Tally) count(v Verdict) {
	t.Violations++
	switch v {
	case Caught:
		t.Caught++
	case Missed:
		t.Missed++
	case Elsewhere:
		t.Elsewhere++
	}
}

// Bodies is what contracts made of violations.
type Bodies struct {
	// Recordings are those that violations were made from: the ones without a finding.
	Recordings int
	// TooLong are those that were left out since they are longer than MaxBody.
	TooLong int
	Tally
	// ByKind has a tally for each of Kinds.
	ByKind []Tally
	// Wrong are the violations that were not caught, the first MaxWrong of them.
	Wrong []Wrong
}

// MaxBody is the length of the longest body that violations are made from, in bytes: there
// are more of them than a body has bytes, each as long as the body.
const MaxBody = 16 << 10

// MaxWrong is how many violations that were not caught are kept.
const MaxWrong = 1000

// Wrong is a violation that was not caught.
type Wrong struct {
	// File and Entry are the recording that it was made from.
	File  string
	Entry int
	Verdict
	Violation
	// Found is what the contract said.
	Found []contract.Finding
}

// ErrNothing is the error of a run without a recording to start from.
var ErrNothing = errors.New("no recording without a finding")

// TryBodies makes every violation from each recording without a finding, and holds what its
// contract says against what is due. It returns an error where a path can't be read, an
// entry of a recording included, and ErrNothing where there was nothing to start from.
func TryBodies(j *conformance.Judge, paths []string) (*Bodies, error) {
	b := &Bodies{ByKind: make([]Tally, len(Kinds))}
	oracles := map[*contract.Contract]*Oracle{}
	err := eachJudged(j, paths, func(r conformance.Result) error {
		if len(r.Findings) > 0 {
			return nil
		}
		if len(r.Body) > MaxBody {
			b.TooLong++
			return nil
		}
		c := r.Contract
		if r.Mask != nil {
			c = c.Only(r.Mask...)
		}
		if oracles[c] == nil {
			oracles[c] = NewOracle(c.Program())
		}
		violations, err := oracles[c].Violations(r.Body)
		if err != nil {
			return err
		}
		b.Recordings++
		for v := range violations {
			b.add(Wrong{File: r.File, Entry: r.Entry, Violation: v, Found: c.Check(v.Body)})
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case b.Recordings == 0 && b.TooLong > 0:
		return nil, fmt.Errorf("%w and no longer than %d bytes", ErrNothing, MaxBody)
	case b.Recordings == 0:
		return nil, ErrNothing
	}
	return b, nil
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
	b.ByKind[slices.Index(Kinds, w.Kind)].count(w.Verdict)
	if w.Verdict != Caught && len(b.Wrong) < MaxWrong {
		b.Wrong = append(b.Wrong, w)
	}
}

// eachJudged judges the recordings that the paths name, one after the other, and hands on
// those whose body was judged. What can't be read ends it.
func eachJudged(j *conformance.Judge, paths []string, f func(conformance.Result) error) error {
	for _, path := range paths {
		files, err := recording.Files(path)
		if err != nil {
			return err
		}
		for _, file := range files {
			for x := range recording.Read(file) {
				r := j.Judge(x)
				err := r.Err
				if r.Outcome == conformance.Judged && r.Contract != nil {
					err = f(r)
				}
				if err != nil {
					name := r.File
					if r.Many {
						name = fmt.Sprintf("%s: entry %d", name, r.Entry)
					}
					return fmt.Errorf("%s: %w", name, err)
				}
			}
		}
	}
	return nil
}
