package contract

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// plan is a Program laid out for the checker.
type plan struct {
	root       *node
	nodes      []node   // by the index of the schema
	first      []*field // the first prediction for each slot: the schema's order
	collecting bool
	// secrets returns what must not be shown of a body. It is nil where each schema that
	// judges a value knows by itself whether it is secret.
	secrets func(body []byte) []Span
}

// purpose says what a plan is for.
type purpose bool

const (
	judging    purpose = false
	collecting purpose = true // note the spans of secret values
)

// node is a schema laid out for the checker.
type node struct {
	read     reader
	plain    bool // any string conforms, without a closer look
	nullable bool // the schema says nullable: true
	null     bool // null conforms, without a closer look
	secret   bool // the value is never shown
	hides    bool // the value is secret or may hold something that is
	holds    bool // the value may hold members that no schema describes

	lo, hi    int64  // what readInteger lets pass
	safe      uint32 // a bit for each number of digits that is enough to know for that
	types     kinds
	enum      *enum // "enum"
	constant  *enum // "const"
	object    *object
	items     *node // for each item beyond those of list
	list      *list // what else is said of arrays; nil for nothing
	text      *text // what is said of strings beyond enum and format; nil for nothing
	format    string
	bounds    []bound
	multiples []multiple
	unix      bool // x-unix-time: ms
	writeOnly bool
	never     Rule // the schema false, held by this keyword

	inPlace *inPlace // the schemas that judge the value in this one's place; nil for none
	free    *node    // judges nothing: what the schema says nothing of
	schema  *Schema
	program *Program
}

// text is what a schema says of the length and the characters of strings.
type text struct {
	min, max int // code points
	patterns []*expression
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

// bound is minimum, maximum, exclusiveMinimum or exclusiveMaximum.
type bound struct {
	rule  Rule
	limit decimal
}

func (b bound) holds(d decimal) bool {
	c := d.compare(b.limit)
	switch b.rule {
	case Minimum:
		return c >= 0
	case Maximum:
		return c <= 0
	case ExclusiveMinimum:
		return c > 0
	}
	return c < 0
}

// The times that x-unix-time accepts, as decimals.
var (
	minUnixMilli   = mustDecimal(strconv.FormatInt(MinUnixMilli, 10))
	limitUnixMilli = mustDecimal(strconv.FormatInt(LimitUnixMilli, 10))
)

func newPlan(p Program, why purpose, secrets func(body []byte) []Span) *plan {
	l := layout{program: &p, plan: &plan{collecting: bool(why)}, nodes: make([]node, len(p.Schemas)), expressions: map[string]*expression{}}
	for i := range p.Schemas {
		l.fill(&l.nodes[i], &p.Schemas[i])
	}
	l.plan.root, l.plan.nodes = &l.nodes[0], l.nodes
	l.spread()
	l.hold()
	for _, n := range l.all {
		l.shorten(n)
		if n.inPlace != nil && l.writeOnly {
			n.inPlace.requestOnly = sync.OnceValue(n.requestOnly)
		}
	}
	for _, n := range l.all {
		for i := range n.object.fields {
			f := &n.object.fields[i]
			plain := f.watch == 0 && f.node.plain
			f.plain, f.plainOrNull = plain && !f.node.null, plain && f.node.null
		}
	}
	if why == judging && l.mixes() {
		l.plan.secrets = secrets
	}
	return l.plan
}

// layout is a plan in the making.
type layout struct {
	program *Program
	plan    *plan
	nodes   []node  // one a schema
	all     []*node // those, and the ones made beside them

	expressions map[string]*expression
	writeOnly   bool // a schema is for requests alone
}

// expression returns the expression of a pattern, made once.
func (l *layout) expression(pattern string) *expression {
	e, ok := l.expressions[pattern]
	if !ok {
		e = newExpression(pattern)
		l.expressions[pattern] = e
	}
	return e
}

// fill lays schema s out in n.
func (l *layout) fill(n *node, s *Schema) {
	n.schema, n.program, n.never = s, l.program, s.Never
	n.types = anyKind
	n.free = l.free(s)
	n.items = n.free
	nullable, typed := false, false
	list, text, inPlace := newList(), text{max: math.MaxInt}, inPlace{}
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
		case Const:
			n.constant = newEnum(kw.Values)
		case Minimum, Maximum, ExclusiveMinimum, ExclusiveMaximum:
			n.bounds = append(n.bounds, bound{kw.Name, mustDecimal(kw.Values[0])})
		case MultipleOf:
			n.multiples = append(n.multiples, newMultiple(mustDecimal(kw.Values[0])))
		case Format:
			n.format = kw.Values[0]
		case MinLength:
			text.min = count(kw)
		case MaxLength:
			text.max = count(kw)
		case Pattern:
			text.patterns = append(text.patterns, l.expression(kw.Values[1]))
		case Items:
			n.items = l.node(kw)
			list.rest = true
		case PrefixItems, Contains, MinContains, MaxContains, MinItems, MaxItems, UniqueItems:
			l.list(&list, kw)
		case Ref, AllOf, AnyOf, OneOf, Not, If, Then, Else, DependentSchemas, UnevaluatedItems, UnevaluatedProperties, Discriminator:
			l.inPlace(&inPlace, kw)
		case WriteOnly:
			n.writeOnly, l.writeOnly = true, true
		case xUnixTime:
			n.unix = true
		case xSecret:
			n.secret = true
		case Properties, PatternProperties, AdditionalProperties, PropertyNames, Required, MinProperties, MaxProperties, DependentRequired:
			// object reads them
		case xPresentWhen, xPresentOnlyWhen, xAliasOf:
			// the object that holds the property reads them
		default:
			panic("contract: unknown keyword " + string(kw.Name))
		}
	}
	if typed && nullable {
		n.types |= nullKind
		n.nullable = true
	}
	if list.heavy {
		n.list = &list
	}
	if text.min > 0 || text.max < math.MaxInt || len(text.patterns) > 0 {
		n.text = &text
	}
	n.object = l.object(s, n.free)
	l.all = append(l.all, n)
	if inPlace.any {
		own := *n
		inPlace.own = &own
		n.inPlace = &inPlace
		l.all = append(l.all, &own)
	}
}

func (l *layout) node(kw *Keyword) *node { return &l.nodes[kw.Schemas[0]] }

// count is the operand of a keyword that counts; more than an int can hold is as much
// as anything can have.
func count(kw *Keyword) int {
	n, err := strconv.Atoi(kw.Values[0])
	if err != nil && strings.HasPrefix(kw.Values[0], "-") {
		return 0
	} else if err != nil {
		return math.MaxInt
	}
	return n
}

// free returns a node that judges nothing, for what stands inside a value of schema s
// that the schema says nothing of.
func (l *layout) free(s *Schema) *node {
	n := &node{types: anyKind, nullable: true, schema: s, program: l.program}
	n.free, n.items = n, n
	n.object = l.object(&Schema{}, n)
	n.read, n.null = (*checker).readAnything, true
	return n
}

// spread carries secrecy along the schemas: down, since what stands inside a secret
// is secret, and up, since a value in the wrong place may be one.
func (l *layout) spread() {
	var secret []*node
	if !slices.ContainsFunc(l.all, func(n *node) bool { return n.secret }) {
		return
	}
	down, up := map[*node][]*node{}, map[*node][]*node{}
	for _, n := range l.all {
		if n.secret {
			secret = append(secret, n)
		}
		for _, inner := range n.inner() {
			down[n], up[inner] = append(down[n], inner), append(up[inner], n)
		}
		for _, part := range n.inPlace.parts() {
			down[n], up[n] = append(down[n], part), append(up[n], part)
			down[part], up[part] = append(down[part], n), append(up[part], n)
		}
	}
	secret = reach(secret, down)
	for _, n := range secret {
		n.secret = true
	}
	for _, n := range reach(secret, up) {
		n.hides = true
	}
}

// hold finds the nodes of values that may hold a member that no schema describes: objects,
// unless they are maps of values that can't, and what holds those.
func (l *layout) hold() {
	var open []*node
	up := map[*node][]*node{}
	for _, n := range l.all {
		if n.types&objectKind != 0 {
			if n.object.other.node.types == anyKind {
				open = append(open, n)
			}
			up[n.object.other.node] = append(up[n.object.other.node], n)
		}
		if n.types&arrayKind != 0 {
			for _, item := range n.itemNodes() {
				up[item] = append(up[item], n)
				if item.types == anyKind {
					open = append(open, n)
				}
			}
		}
	}
	for _, n := range reach(open, up) {
		n.holds = true
	}
}

// itemNodes are the nodes that judge the items of an array.
func (n *node) itemNodes() []*node {
	items := []*node{n.items}
	if n.list != nil {
		items = append(items, n.list.prefix...)
	}
	return items
}

// mixes reports whether a value that may be secret by one schema may break another.
func (l *layout) mixes() bool {
	if slices.ContainsFunc(l.all, func(n *node) bool { return n.inPlace != nil && len(n.inPlace.choices) > 0 }) {
		return true
	}
	return slices.ContainsFunc(l.all, func(n *node) bool { return n.secret }) && slices.ContainsFunc(l.all, func(n *node) bool {
		return n.inPlace != nil || len(n.object.patterns) > 0 || n.list != nil && n.list.contains != nil
	})
}

// reach returns the nodes that edges lead to from some nodes, and these.
func reach(from []*node, edges map[*node][]*node) []*node {
	seen := map[*node]bool{}
	var reached []*node
	for rest := slices.Clone(from); len(rest) > 0; {
		n := rest[len(rest)-1]
		if rest = rest[:len(rest)-1]; !seen[n] {
			seen[n] = true
			reached = append(reached, n)
			rest = append(rest, edges[n]...)
		}
	}
	return reached
}

// inner are the nodes that judge what stands inside the value.
func (n *node) inner() []*node {
	inner := append(n.itemNodes(), n.object.other.node)
	for i := range n.object.fields {
		inner = append(inner, n.object.fields[i].node)
	}
	for _, p := range n.object.patterns {
		inner = append(inner, p.node)
	}
	if n.list != nil && n.list.contains != nil {
		inner = append(inner, n.list.contains)
	}
	if n.inPlace != nil {
		for _, u := range []*node{n.inPlace.unevaluatedItems, n.inPlace.unevaluatedProperties} {
			if u != nil {
				inner = append(inner, u)
			}
		}
	}
	return inner
}

// shorten chooses the reader of a node: a quick one where its keywords allow that.
func (l *layout) shorten(n *node) {
	n.read = (*checker).read
	if l.plan.collecting && n.secret || n.inPlace != nil || n.never != "" || n.writeOnly || n.constant != nil {
		return
	}
	n.null = n.types&nullKind != 0 && (n.enum == nil || n.nullable)
	switch n.types &^ nullKind {
	case stringKind:
		switch {
		case n.text != nil:
		case n.enum != nil && n.format == "":
			n.read = (*checker).readEnum
		case n.enum != nil:
		case n.format == "date-time":
			n.read = (*checker).readDateTime
		case n.format == "uuid":
			n.read = (*checker).readUUID
		default:
			n.read, n.plain = (*checker).readString, true
		}
	case integerKind:
		n.lo, n.hi = n.integerRange()
		n.safe = safeDigits(n.lo, n.hi)
		if n.enum == nil && n.multiples == nil && n.lo <= n.hi {
			n.read = (*checker).readInteger
		}
	case numberKind | integerKind:
		if n.plainNumber() {
			n.read = (*checker).readNumber
		}
	case booleanKind:
		if n.enum == nil {
			n.read = (*checker).readBoolean
		}
	case objectKind:
		if n.enum == nil {
			n.read = (*checker).readObject
		}
	case arrayKind:
		if n.enum == nil {
			n.read = (*checker).readArray
		}
	case anyKind &^ nullKind:
		if n.enum == nil && n.text == nil && n.format == "" && n.plainNumber() {
			n.read = (*checker).readAnything
		}
	}
}

// integerRange is what readInteger may accept; empty where a bound is not
// an int64, and the general path has to judge.
func (n *node) integerRange() (lo, hi int64) {
	lo, hi = math.MinInt64, math.MaxInt64
	if n.format == "int32" {
		lo, hi = math.MinInt32, math.MaxInt32
	}
	if n.unix {
		lo, hi = max(lo, MinUnixMilli), min(hi, LimitUnixMilli-1)
	}
	for _, b := range n.bounds {
		limit, err := strconv.ParseInt(b.limit.text, 10, 64)
		if err != nil || limit == math.MinInt64 || limit == math.MaxInt64 {
			return 1, 0
		}
		switch b.rule {
		case Minimum:
			lo = max(lo, limit)
		case ExclusiveMinimum:
			lo = max(lo, limit+1)
		case Maximum:
			hi = min(hi, limit)
		case ExclusiveMaximum:
			hi = min(hi, limit-1)
		}
	}
	return lo, hi
}

// safeDigits has a bit for each number of digits that no integer outside of lo to hi has,
// for integers without sign.
func safeDigits(lo, hi int64) (safe uint32) {
	least := int64(0)
	for digits, power := 1, int64(10); digits <= 18; digits, power = digits+1, power*10 {
		if lo <= least && power-1 <= hi {
			safe |= 1 << digits
		}
		least = power
	}
	return safe
}

// plainNumber says that any number conforms to n, a fraction included.
func (n *node) plainNumber() bool {
	return n.types&numberKind != 0 && len(n.bounds) == 0 && n.multiples == nil && n.enum == nil && n.constant == nil && !n.unix &&
		n.format != "int32" && n.format != "int64"
}
