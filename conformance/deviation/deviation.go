// Package deviation knows the findings that somebody has looked at and lives with: each
// is written down in a list, with its reason and where it is known from.
package deviation

import (
	"regexp"
	"sync/atomic"
	"time"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// Deviation is an entry of a list: findings that are known.
type Deviation struct {
	// File, Line and Column are the place of the entry, the file as its path was given.
	File         string
	Line, Column int

	// Provider is the slug of the provider whose responses deviate.
	Provider string
	// Rule is the rule that they break.
	Rule contract.Rule
	// Pointer is the finding's; a segment * stands for any item or key.
	Pointer string
	// Property is the finding's; empty for any.
	Property string
	// Value is the value that stands where the finding is, as JSON, a string in its
	// shortest spelling; empty for any.
	Value string
	// Pattern is a regular expression, as package regexp has it, that the text of a string
	// where the finding is matches; empty for any value. A Pattern that doesn't compile
	// matches nothing.
	Pattern string
	// Reason says why the deviation is lived with, Source where it is known from.
	Reason, Source string
	// Until is the last day on which it holds; zero where it holds for good.
	Until time.Time
	// Expired says that Until was past when the List was made.
	Expired bool
}

// List finds the deviation that a finding is. It is safe for concurrent use. A nil List
// has none.
type List struct {
	own   []*entry
	index map[broken][]*entry
}

// broken is what is looked up.
type broken struct {
	provider string
	rule     contract.Rule
}

// entry is a deviation of a List.
type entry struct {
	Deviation
	pattern *regexp.Regexp // nil for any value
	matched atomic.Bool
}

// NewList returns a List with the deviations that hold today. Those that are the user's
// own go first, and go stale.
func NewList(today time.Time, own, builtIn []Deviation) *List {
	today = time.Date(today.Year(), today.Month(), today.Day(), 0, 0, 0, 0, time.UTC)
	l := &List{index: map[broken][]*entry{}}
	add := func(d Deviation) *entry {
		d.Expired = !d.Until.IsZero() && today.After(d.Until)
		e := &entry{Deviation: d}
		var err error
		if d.Pattern != "" {
			e.pattern, err = regexp.Compile(d.Pattern)
		}
		if !d.Expired && err == nil {
			at := broken{d.Provider, d.Rule}
			l.index[at] = append(l.index[at], e)
		}
		return e
	}
	for _, d := range own {
		l.own = append(l.own, add(d))
	}
	for _, d := range builtIn {
		add(d)
	}
	return l
}

// Match returns the first deviation that the finding is, nil where it is none. The
// finding's Offset is one in text, where the value that breaks the rule stands.
func (l *List) Match(provider string, f contract.Finding, text []byte) *Deviation {
	if l == nil {
		return nil
	}
	var first *Deviation
	value, read := "", false
	for _, e := range l.index[broken{provider, f.Rule}] {
		if e.Property != "" && e.Property != f.Property || !covers(e.Pointer, f.Pointer) {
			continue
		}
		if (e.Value != "" || e.pattern != nil) && !read {
			value, read = ValueAt(text, f.Offset), true
		}
		if e.Value != "" && e.Value != value || e.pattern != nil && !matches(e.pattern, value) {
			continue
		}
		if !e.matched.Load() {
			e.matched.Store(true)
		}
		if first == nil {
			first = &e.Deviation
		}
	}
	return first
}

// Stale returns the user's own deviations that have matched nothing, in their order.
func (l *List) Stale() []Deviation {
	var stale []Deviation
	if l != nil {
		for _, e := range l.own {
			if !e.matched.Load() {
				stale = append(stale, e.Deviation)
			}
		}
	}
	return stale
}
