// Package contract judges response bodies against a compiled OpenAPI schema.
//
// A schema is compiled once, by package compile or at generation time, into a
// flat Program. New lays it out for checking, and Check reads a body once, from
// its first byte to its last: no tree, no reflection, and no allocation while the
// body conforms. Pointer, line and message are worked out for findings alone.
//
// The package imports the standard library only, so that generated clients can
// carry their contract without further modules.
package contract

import (
	"cmp"
	"slices"
	"sync"
)

// MaxDepth is how deep arrays and objects may nest. A body that nests deeper is
// not read any further: a json-syntax finding.
const MaxDepth = 10_000

// MaxFindings is how many errors, and how many warnings, Check returns for one
// body: the first ones met. It bounds the memory that a hostile body can ask for.
const MaxFindings = 10_000

// Contract is a schema ready to judge bodies. It is safe for concurrent use. The zero Contract
// allows every JSON value.
type Contract struct {
	program  Program
	plan     *plan
	checkers sync.Pool
	// secrets are checkers of another plan, which is laid out when it is first asked for.
	secrets sync.Pool
}

// New lays a Program out for checking. It panics on a Program that package compile
// would not make: an unknown keyword, or an index out of range.
func New(p Program) *Contract {
	c := &Contract{program: p}
	c.plan = newPlan(p, judging, c.Secrets)
	c.checkers.New = func() any { return newChecker(c.plan) }
	secrets := sync.OnceValue(func() *plan { return newPlan(p, collecting, nil) })
	c.secrets.New = func() any { return newChecker(secrets()) }
	return c
}

// anything is the Program of the zero Contract.
var anything = Program{Schemas: []Schema{{}}}

func (c *Contract) checker() *checker {
	if k, ok := c.checkers.Get().(*checker); ok {
		return k
	}
	return newChecker(newPlan(anything, judging, nil))
}

// Program returns the data that c was made from. It must not be changed.
func (c *Contract) Program() Program {
	if len(c.program.Schemas) == 0 {
		return anything
	}
	return c.program
}

// Only returns the contract of a response to a request with a field mask: at the
// top level, members that are not among fields are no longer required, and
// conditions on them are not judged, nor minProperties, nor what oneOf and if tell by
// them. An x-alias-of is judged where both members are among fields. Everything else
// stays. With no fields at all nothing is required.
func (c *Contract) Only(fields ...string) *Contract {
	return New(c.Program().only(fields))
}

// Check reads body, one JSON value in UTF-8 with nothing after it but white space,
// and returns what breaks the contract in the order of the bytes; nil when the body
// conforms. After a json-syntax finding nothing more is said of the body. It reads from a
// copy, in memory that it keeps for the next body where the body has less than 250 KiB.
func (c *Contract) Check(body []byte) []Finding { return c.CheckBy(0, body) }

// CheckBy returns what Check does where nothing is said of the body but by the schema at that
// index of the Program. It panics where there is no such schema.
func (c *Contract) CheckBy(schema int, body []byte) []Finding {
	k := c.checker()
	k.runAt(&k.plan.nodes[schema], body)
	var findings []Finding
	if len(k.found) > 0 {
		findings = k.findings(body)
	}
	if k.release() {
		c.checkers.Put(k)
	}
	return findings
}

// Accepts reports whether CheckBy returns nothing. It is quicker where that returns something.
func (c *Contract) Accepts(schema int, value []byte) bool {
	k := c.checker()
	k.runAt(&k.plan.nodes[schema], value)
	accepts := k.errors == 0 && (len(k.found) == 0 || len(k.findings(value)) == 0)
	if k.release() {
		c.checkers.Put(k)
	}
	return accepts
}

// Conforms says whether a value gives no finding of severity Error where nothing judges
// it but the schema at that index of the Program. It panics where there is no such schema.
func (c *Contract) Conforms(schema int, value []byte) bool {
	k := c.checker()
	k.runAt(&k.plan.nodes[schema], value)
	conforms := k.errors == 0
	if k.release() {
		c.checkers.Put(k)
	}
	return conforms
}

// Secrets returns the ranges of body that must not be shown, in order:
//   - the values that the contract marks as secret,
//   - the values of members that it doesn't know,
//   - values of the wrong kind in the place of what may hold either; of scalars in the place
//     of what holds no x-secret, those of [ShortestSecret] bytes or more,
//   - where the body is not JSON, everything from the key or the value that could not be read.
//
// Where they are very many, all the rest of the body is the last one.
func (c *Contract) Secrets(body []byte) []Span {
	k, ok := c.secrets.Get().(*checker)
	if !ok {
		k = newChecker(newPlan(anything, collecting, nil))
	}
	k.run(body)
	spans := Union(k.spans)
	if k.spans = nil; k.release() {
		c.secrets.Put(k)
	}
	return spans
}

// Union sorts spans and joins those that touch. It changes spans.
func Union(spans []Span) []Span {
	slices.SortFunc(spans, func(a, b Span) int { return cmp.Compare(a.Start, b.Start) })
	var union []Span
	for _, s := range spans {
		if n := len(union); n > 0 && s.Start <= union[n-1].End {
			union[n-1].End = max(union[n-1].End, s.End)
		} else {
			union = append(union, s)
		}
	}
	return union
}
