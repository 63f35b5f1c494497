// Package coverage tells which of the things that contracts promise recordings have shown. Definition says what counts.
package coverage

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// Definition says what coverage is.
const Definition = `Coverage is the share of a contract's goals that recordings have reached, rounded down. A goal is what a body can show of one place in it: that a value is present and not null; that it is null, where null conforms and the schema isn't free-form; that it is absent, where it isn't required (of items, that there are none); each value of an enum and of a boolean; each bound, such as minimum, maxLength or minItems, where a value at the bound conforms; each type, where there are several; and each schema of anyOf and oneOf, then, else and each of dependentSchemas. A recording reaches a goal where a value in its body shows it, and no finding is about that value; of an object that only lacks a member the other members count, of any other array or object with a finding of its own nothing in it does. A response to a field mask shows no absence at its top level. What stands in not, if, contains, propertyNames and the unevaluated keywords is no goal, nor are conditions and the bounds of formats, nor what lies deeper than 64 levels, or in the place of more than 200 other schemas. What only several keywords together rule out is one all the same.`

// Coverage gathers what recordings show. It is safe for concurrent use.
type Coverage struct {
	mutex     sync.Mutex
	contracts map[*contract.Contract]*Contract
}

// New returns a Coverage that has seen nothing.
func New() *Coverage { return &Coverage{contracts: map[*contract.Contract]*Contract{}} }

// Contract is what recordings showed of one contract.
type Contract struct {
	// Provider and Operation are those of the Results; Response is the status that the document gives the response:
	// "200", "2XX" or "default".
	Provider, Operation, Response string
	// Recordings counts the recordings whose body the contract judged.
	Recordings Count
	// Root is the body itself.
	Root *Field
	// Goals are all that there are, in the order of the fields.
	Goals []*Goal

	mutex sync.Mutex
}

// Count says how many recordings, by where they say that they are from.
type Count struct {
	Composed int // the first word of their source is "composed" or "documentation"
	Live     int // it is "live", or sandboxspec itself recorded them
	Unknown  int // they say something else, or nothing
}

// All is how many there are in all.
func (c Count) All() int { return c.Composed + c.Live + c.Unknown }

// add counts a recording with that source.
func (c *Count) add(source string) {
	word, rest, _ := strings.Cut(strings.ToLower(source), " ")
	switch strings.TrimRight(word, ":,;") {
	case "composed", "documentation":
		c.Composed++
		return
	case "sandboxspec":
		if !strings.HasPrefix(rest, "record ") {
			break
		}
		fallthrough
	case "live":
		c.Live++
		return
	}
	c.Unknown++
}

// Observe takes in what the exchange of a Result shows; a Result whose body nothing judged shows nothing. It is what
// conformance.Options.Observe is meant for.
func (c *Coverage) Observe(r *conformance.Result) {
	if r.Contract == nil {
		return
	}
	c.mutex.Lock()
	one, ok := c.contracts[r.Contract]
	if !ok {
		one = newContract(r.Contract)
		one.Provider, one.Operation, one.Response = r.Provider, r.Operation, r.Response
		c.contracts[r.Contract] = one
	}
	c.mutex.Unlock()
	one.take(r, look(one, r))
}

// take counts what one body showed.
func (c *Contract) take(r *conformance.Result, b *body) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.Recordings.add(r.Source)
	for g := range b.shown {
		g.Shown.add(r.Source)
	}
	for f, seen := range b.integers {
		f.take(seen, r)
	}
}

// Contracts returns the contracts that judged a recording, sorted by provider, operation and response. They are good once
// nothing more is observed.
func (c *Coverage) Contracts() []*Contract {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	var all []*Contract
	for _, one := range c.contracts {
		all = append(all, one)
	}
	slices.SortFunc(all, func(a, b *Contract) int {
		return cmp.Or(strings.Compare(a.Provider, b.Provider), strings.Compare(a.Operation, b.Operation), strings.Compare(a.Response, b.Response))
	})
	return all
}

// Of returns the contract that judged the exchange of a Result; nil where none did.
func (c *Coverage) Of(r *conformance.Result) *Contract {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.contracts[r.Contract]
}

// Name says which contract it is: "tensorlake getSandbox 200".
func (c *Contract) Name() string {
	return conformance.Operation{Provider: c.Provider, ID: c.Operation}.String() + " " + c.Response
}

// Find returns the place in the contract that an RFC 6901 pointer into a body leads to; where there is none, the nearest one
// around it.
func (c *Contract) Find(pointer string) *Field {
	f := c.Root
	for pointer != "" {
		var token string
		token, pointer, _ = strings.Cut(pointer[1:], "/")
		if pointer != "" {
			pointer = "/" + pointer
		}
		next := f.in(token)
		if next == nil {
			break
		}
		f = next
	}
	return f
}

// Reached is how many of the goals recordings have reached.
func (c *Contract) Reached() (n int) {
	for _, g := range c.Goals {
		if g.Reached() {
			n++
		}
	}
	return n
}

// Percent is the coverage of the contract. It is 100 only where every goal is reached.
func (c *Contract) Percent() int {
	if len(c.Goals) == 0 {
		return 100
	}
	return c.Reached() * 100 / len(c.Goals)
}

// Unrecorded returns the operations that j knows and no recording is of.
func (c *Coverage) Unrecorded(j *conformance.Judge) []conformance.Operation {
	contracts := c.Contracts()
	return slices.DeleteFunc(j.Operations(), func(o conformance.Operation) bool {
		return slices.ContainsFunc(contracts, func(one *Contract) bool { return one.Provider == o.Provider && one.Operation == o.ID })
	})
}
