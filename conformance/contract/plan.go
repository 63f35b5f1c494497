package contract

import (
	"math"
	"strconv"
)

// plan is a Program laid out for the checker.
type plan struct {
	root       *node
	first      []*field // the first prediction for each slot: the schema's order
	collecting bool
}

// purpose says what a plan is for.
type purpose bool

const (
	judging    purpose = false
	collecting purpose = true // note the spans of secret values
)

// node is a schema laid out for the checker.
type node struct {
	shortcut shortcut
	nullable bool // the schema says nullable: true
	null     bool // null conforms, without a closer look
	secret   bool // the value is never shown
	hides    bool // the value is secret or may hold something that is

	lo, hi  int64 // what the integer shortcut lets pass
	enum    *enum
	object  *object
	items   *node
	free    *node // judges nothing: what the schema says nothing of
	parts   []*node // what judges the value in place: the schema's own keywords, then allOf
	types   kinds
	format  string
	bounds  []bound
	unix    bool // x-unix-time: ms
	schema  *Schema
	program *Program
}

// kinds is a set of JSON kinds.
type kinds uint8

const (
	nullKind kinds = 1 << iota
	booleanKind
	objectKind
	arrayKind
	stringKind
	integerKind
	numberKind // any number, an integer included
	anyKind    = nullKind | booleanKind | objectKind | arrayKind | stringKind | integerKind | numberKind
)

var kindOf = map[string]kinds{
	"null": nullKind, "boolean": booleanKind, "object": objectKind, "array": arrayKind,
	"string": stringKind, "integer": integerKind, "number": numberKind | integerKind,
}

// bound is minimum or maximum.
type bound struct {
	rule  Rule
	limit decimal
}

func (b bound) holds(d decimal) bool {
	if b.rule == Minimum {
		return d.compare(b.limit) >= 0
	}
	return d.compare(b.limit) <= 0
}

const earliestMilliseconds = 100_000_000_000

var earliest = mustDecimal(strconv.Itoa(earliestMilliseconds))

func newPlan(p Program, mask *[]string, why purpose) *plan {
	l := layout{program: &p, plan: &plan{collecting: bool(why)}, nodes: make([]node, len(p.Schemas))}
	for i := range p.Schemas {
		l.fill(&l.nodes[i], &p.Schemas[i], nil)
	}
	l.plan.root = &l.nodes[0]
	if mask != nil {
		l.plan.root = l.masked(0, *mask)
	}
	l.spread()
	for _, n := range l.all {
		l.shorten(n)
	}
	return l.plan
}

// layout is a plan in the making.
type layout struct {
	program *Program
	plan    *plan
	nodes   []node  // one a schema
	all     []*node // those, and the ones made beside them
}

// masked returns a node for schema i whose object requires no more than the mask.
// What it applies in place, it applies masked; a schema met again keeps its mask.
func (l *layout) masked(i int, mask []string) *node {
	done := map[int]*node{}
	var copyOf func(i int) *node
	copyOf = func(i int) *node {
		if n, ok := done[i]; ok {
			return n
		}
		n := &node{}
		done[i] = n
		l.fill(n, &l.program.Schemas[i], &mask)
		for _, kw := range l.program.Schemas[i].Keywords {
			if kw.Name == AllOf {
				for at, part := range kw.Schemas {
					n.parts[1+at] = copyOf(part)
				}
			}
		}
		return n
	}
	return copyOf(i)
}

// fill lays schema s out in n. A mask other than nil shrinks what its object
// requires.
func (l *layout) fill(n *node, s *Schema, mask *[]string) {
	n.schema, n.program = s, l.program
	n.types = anyKind
	n.free = l.free(s)
	n.items = n.free
	nullable := false
	typed := false
	for k := range s.Keywords {
		kw := &s.Keywords[k]
		switch kw.Name {
		case Type:
			typed = true
			n.types = 0
			for _, name := range kw.Values {
				n.types |= kindOf[name]
			}
		case Nullable:
			nullable = kw.Values[0] == "true"
		case Enum:
			n.enum = newEnum(kw.Values)
		case Minimum, Maximum:
			n.bounds = append(n.bounds, bound{kw.Name, mustDecimal(kw.Values[0])})
		case Format:
			n.format = kw.Values[0]
		case Items:
			n.items = &l.nodes[kw.Schemas[0]]
		case AllOf:
			for _, part := range kw.Schemas {
				n.parts = append(n.parts, &l.nodes[part])
			}
		case xUnixTime:
			n.unix = true
		case xSecret:
			n.secret = true
		case Properties, Required, AdditionalProperties:
			// object reads them
		case xPresentWhen, xPresentOnlyWhen:
			// the object that holds the property reads them
		default:
			panic("contract: unknown keyword " + string(kw.Name))
		}
	}
	if typed && nullable {
		n.types |= nullKind
		n.nullable = true
	}
	n.object = l.object(s, n.free, mask)
	l.all = append(l.all, n)
	if len(n.parts) > 0 {
		own := *n
		own.parts = nil
		n.parts = append([]*node{&own}, n.parts...)
		l.all = append(l.all, &own)
	}
}

// free returns a node that judges nothing, for what stands inside a value of schema s
// that the schema says nothing of.
func (l *layout) free(s *Schema) *node {
	n := &node{types: anyKind, nullable: true, schema: s, program: l.program}
	n.free, n.items = n, n
	n.object = l.object(&Schema{}, n, nil)
	return n
}

// spread carries secrecy along the schemas: down, since what stands inside a secret
// is secret, and up, since a value in the wrong place may be one.
func (l *layout) spread() {
	for changed := true; changed; {
		changed = false
		mark := func(flag *bool, value bool) {
			if value && !*flag {
				*flag, changed = true, true
			}
		}
		for _, n := range l.all {
			mark(&n.hides, n.secret)
			for _, inner := range n.inner() {
				mark(&inner.secret, n.secret)
				mark(&n.hides, inner.hides)
			}
			for _, part := range n.parts {
				mark(&part.secret, n.secret)
				mark(&n.secret, part.secret)
				mark(&part.hides, n.hides)
				mark(&n.hides, part.hides)
			}
		}
	}
}

// inner are the nodes that judge what stands inside the value.
func (n *node) inner() []*node {
	inner := []*node{n.items}
	for i := range n.object.fields {
		inner = append(inner, n.object.fields[i].node)
	}
	return append(inner, n.object.other.node)
}

// shorten chooses the shortcut of a node whose keywords allow one.
func (l *layout) shorten(n *node) {
	if l.plan.collecting && n.secret || len(n.parts) > 0 {
		return
	}
	n.null = n.types&nullKind != 0 && (n.enum == nil || n.nullable)
	switch n.types &^ nullKind {
	case stringKind:
		switch {
		case n.enum != nil && n.format == "":
			n.shortcut = asEnum
		case n.enum != nil:
		case n.format == "date-time":
			n.shortcut = asDateTime
		case n.format == "uuid":
			n.shortcut = asUUID
		default:
			n.shortcut = asString
		}
	case integerKind:
		n.lo, n.hi = n.integerRange()
		if n.enum == nil && n.lo <= n.hi {
			n.shortcut = asInteger
		}
	case numberKind | integerKind:
		if n.enum == nil && len(n.bounds) == 0 && n.format != "int32" && n.format != "int64" && !n.unix {
			n.shortcut = asNumber
		}
	case booleanKind:
		if n.enum == nil {
			n.shortcut = asBoolean
		}
	case objectKind:
		if n.enum == nil {
			n.shortcut = asObject
		}
	case arrayKind:
		if n.enum == nil {
			n.shortcut = asArray
		}
	}
}

// integerRange is what the integer shortcut may accept; empty where a bound is not
// an int64, and the general path has to judge.
func (n *node) integerRange() (lo, hi int64) {
	lo, hi = math.MinInt64, math.MaxInt64
	if n.format == "int32" {
		lo, hi = math.MinInt32, math.MaxInt32
	}
	if n.unix {
		lo = max(lo, earliestMilliseconds)
	}
	for _, b := range n.bounds {
		limit, err := strconv.ParseInt(b.limit.text, 10, 64)
		if err != nil {
			return 1, 0
		}
		if b.rule == Minimum {
			lo = max(lo, limit)
		} else {
			hi = min(hi, limit)
		}
	}
	return lo, hi
}
