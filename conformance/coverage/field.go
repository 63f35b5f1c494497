package coverage

import (
	"slices"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// maxDepth is how many levels of a body are looked at.
const maxDepth = 64

// Field is a place in a contract where a value can stand: the body, a member of an object, or all items of an array or
// members of a map.
type Field struct {
	// Pointer leads to the place in a body, as RFC 6901 has it, but with * for any item or member.
	Pointer string
	// Types are what the schema says of the type, Format of the format; empty for nothing.
	Types  []string
	Format string
	// Limits are what else it says of a value by itself, such as "minimum 1" or "pattern ^sbx_".
	Limits []string
	// Required says that there is always a value, Nullable that it may be null.
	Required, Nullable bool
	// Lowest and Highest are the integers that recordings showed, in digits; empty where they showed none. What may be
	// secret isn't among them.
	Lowest, Highest string
	// Spec is the place of the schema.
	Spec contract.Position
	// Goals are those of the place, and those of the schemas that no place before it has.
	Goals []*Goal
	// Fields are the places in the value that these schemas speak of.
	Fields []*Field
	// SameAs is the first place that has another of the schemas, and shows what is in it; nil where there is none.
	SameAs *Field

	present, null, absent *Goal // nil where it is no goal
	schema                int   // in the program
	part                  *part // of that schema
	shared                []*Field
	isShared              map[*Field]bool
	depth                 int
	byToken               map[string]*Field // of Fields, once that is asked for
}

// layout makes the fields and the goals of a contract.
type layout struct {
	contract *contract.Contract
	program  contract.Program
	parts    map[int]*part // by the index of the schema
	known    map[int]facts // what the schema at an index says by itself
	nullable map[int]bool  // whether null conforms to the schema at an index
	queue    []*Field      // those that have to be filled
}

// newContract lays out the goals of a contract.
func newContract(judge *contract.Contract) *Contract {
	l := layout{contract: judge, program: judge.Program(), parts: map[int]*part{}, known: map[int]facts{}, nullable: map[int]bool{}}
	c := &Contract{Root: l.field("", 0, 0, true)}
	// Places are filled from the shallowest on: that is the one that gets what is in a schema.
	for ; len(l.queue) > 0; l.queue = l.queue[1:] {
		f := l.queue[0]
		f.part = l.newPart(f, f.schema, l.alone(f.schema), 0)
	}
	for f := range c.Root.All {
		c.Goals = append(c.Goals, f.Goals...)
	}
	return c
}

// All yields f and then all fields in it, the outer ones before those in them.
func (f *Field) All(yield func(*Field) bool) {
	f.all(yield)
}

func (f *Field) all(yield func(*Field) bool) bool {
	return yield(f) && !slices.ContainsFunc(f.Fields, func(inner *Field) bool { return !inner.all(yield) })
}

// in returns the place in f that a token of a pointer leads to; nil where there is none.
func (f *Field) in(token string) *Field {
	for _, name := range []string{token, "*"} {
		if inner := f.token(name); inner != nil {
			return inner
		}
		for _, place := range f.shared {
			if inner := place.token(name); inner != nil {
				return inner
			}
		}
	}
	return nil
}

// token returns the first of f's own fields with that last token; nil where there is none.
func (f *Field) token(name string) *Field {
	if f.byToken == nil {
		f.byToken = make(map[string]*Field, len(f.Fields))
		for _, inner := range slices.Backward(f.Fields) {
			f.byToken[inner.Pointer[len(f.Pointer)+1:]] = inner
		}
	}
	return f.byToken[name]
}

// field returns the place whose values the schema at index i judges, without what is in it.
func (l *layout) field(pointer string, i, depth int, required bool) *Field {
	s := &l.program.Schemas[i]
	said := l.alone(i)
	f := &Field{
		Pointer: pointer, Types: said.types, Format: said.format, Limits: said.limits, Required: required, schema: i, depth: depth,
		Spec: contract.Position{File: l.program.File, Line: s.Line, Column: s.Column, Pointer: s.Pointer},
	}
	f.Nullable = said.kinds && l.nulls(i)
	if !said.never && !slices.Equal(said.types, []string{"null"}) {
		f.present = f.goal(Present, "", f.Spec)
	}
	if f.Nullable {
		f.null = f.goal(Null, "", f.Spec)
	}
	if !required {
		f.absent = f.goal(Absent, "", f.Spec)
	}
	l.queue = append(l.queue, f)
	return f
}

// goal adds a goal to f.
func (f *Field) goal(name, value string, spec contract.Position) *Goal {
	g := &Goal{Field: f, Name: name, Value: value, Spec: spec}
	f.Goals = append(f.Goals, g)
	return g
}

// share notes that f has a schema that the place first has already, and that is shown there.
func (f *Field) share(first *Field) {
	if first == f || f.isShared[first] {
		return
	}
	own := slices.ContainsFunc(first.Goals, func(g *Goal) bool { return !g.ofPlace() })
	if !own && len(first.Fields) == 0 {
		return
	}
	if f.isShared == nil {
		f.isShared = map[*Field]bool{}
	}
	f.isShared[first] = true
	f.shared = append(f.shared, first)
	f.SameAs = f.shared[0]
}
