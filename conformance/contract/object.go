package contract

import (
	"math"
	"slices"
	"strings"
	"unsafe"
)

// object is what a schema says of the members of an object.
type object struct {
	fields     []field
	names      wordTable
	required   []*field // in the order the schema lists them
	must       uint64   // the bits of the required fields, less crowded
	extra      *node    // additionalProperties as a schema
	additional bool     // additionalProperties stands
	closed     bool     // additionalProperties: false
	patterns   []pattern
	memberName *node // "propertyNames"
	min, max   int   // how many members
	dependents []requirement
	documented bool // a member that isn't named is undocumented-field
	conditions []condition
	watched    int   // how many fields conditions look at
	opens      bool  // it needs scratch memory while it is read
	ends       bool  // there is more to judge at its end than must
	other      field // any member that the schema doesn't name
	slot       int   // the prediction slot of the first member
}

// field is a member that a schema names.
type field struct {
	head, tail  uint64 // the first and the last eight bytes of literal
	mask        uint64 // which bits of head and tail count
	tailAt      int    // where in literal tail starts
	length      int    // of literal
	literal     string // the name in quotes, and the colon; empty where it can't be predicted
	node        *node
	bit         uint64 // 1<<index for the first bitFields fields, crowded for the others
	slot        int    // the prediction slot of the member after it
	plain       bool   // there is nothing to do for a string but to find its end
	plainOrNull bool   // the same, and null conforms too
	special     bool   // there is more to do than to judge the value; it is never predicted
	documented  bool   // it stands in "properties"
	index       int
	watch       int // 1 + its place among the values that conditions look at; 0: none
	name        string
}

// The first bitFields fields of an object have a bit each in frame.seen. The highest one
// is always set, so that one look tells what takes another: a field that has been there,
// or one of those beyond.
const (
	bitFields = 63
	crowded   = 1 << bitFields
)

// pattern is one of "patternProperties".
type pattern struct {
	expression *expression
	node       *node
}

// requirement is one of "dependentRequired".
type requirement struct {
	keyword  *Keyword
	trigger  *field
	required []*field
}

// condition is x-present-when, x-present-only-when or x-alias-of.
type condition struct {
	keyword *Keyword
	only    bool   // x-present-only-when
	alias   bool   // x-alias-of
	target  *field // the member whose schema has the keyword
	trigger *field // the member that decides, or has the same value
	values  *enum  // the values of trigger for which target is expected; nil for x-alias-of
}

// nothing is the prediction where there is none: no eight bytes are both its head and
// its tail.
var nothing = field{tail: 1, mask: ^uint64(0)}

// object lays out what s says of members. What it says nothing of, free judges.
func (l *layout) object(s *Schema, free *node) *object {
	o := &object{max: math.MaxInt}
	var names []string
	schemaOf := map[string]int{}
	var required []string
	for _, kw := range s.Keywords {
		switch kw.Name {
		case Properties:
			o.documented = true
			names = slices.Clone(kw.Values)
			for i, name := range names {
				schemaOf[name] = kw.Schemas[i]
			}
		case Required:
			required = kw.Values
		case PatternProperties:
			for i, schema := range kw.Schemas {
				o.patterns = append(o.patterns, pattern{l.expression(kw.Values[2*i+1]), &l.nodes[schema]})
			}
		case PropertyNames:
			o.memberName = l.node(&kw)
		case MinProperties:
			o.min = count(&kw)
		case MaxProperties:
			o.max = count(&kw)
		}
	}
	for _, kw := range s.Keywords {
		if kw.Name == AdditionalProperties {
			o.documented, o.additional = false, true
			if len(kw.Schemas) > 0 {
				o.extra = &l.nodes[kw.Schemas[0]]
			} else {
				o.closed = kw.Values[0] == "false"
			}
		}
	}
	if kw := s.Keyword(Properties); kw != nil {
		o.conditions = l.conditions(kw)
	}
	required = slices.DeleteFunc(slices.Clone(required), func(name string) bool {
		// It is required of requests alone.
		at, ok := schemaOf[name]
		return ok && l.program.Schemas[at].Keyword(WriteOnly) != nil
	})

	also := slices.Clone(required)
	for i := range s.Keywords {
		if s.Keywords[i].Name == DependentRequired {
			also = append(also, s.Keywords[i].Values...)
		}
	}
	for _, c := range o.conditions {
		also = append(also, c.keyword.Values[0])
	}
	named := make(map[string]bool, len(names)+len(also))
	for _, name := range names {
		named[name] = true
	}
	for _, name := range also {
		if !named[name] {
			named[name] = true
			names = append(names, name)
		}
	}
	l.fields(o, free, names, schemaOf)
	for _, name := range required {
		f := o.field(name)
		o.required = append(o.required, f)
		o.must |= f.bit &^ crowded
	}
	for i := range s.Keywords {
		if kw := &s.Keywords[i]; kw.Name == DependentRequired {
			r := requirement{keyword: kw, trigger: o.field(kw.Values[0])}
			for _, name := range kw.Values[1:] {
				r.required = append(r.required, o.field(name))
			}
			o.dependents = append(o.dependents, r)
		}
	}
	for i := range o.conditions {
		c := &o.conditions[i]
		c.trigger = o.watch(c.keyword.Values[0])
		if c.alias = c.keyword.Name == xAliasOf; !c.alias {
			c.values = newEnum(c.keyword.Values[1:])
		}
		c.only = c.keyword.Name == xPresentOnlyWhen
		c.target = o.watch(c.target.name)
	}
	o.opens = o.watched > 0 || len(o.fields) > bitFields
	o.ends = len(o.fields) > bitFields || o.min > 0 || o.max < math.MaxInt || len(o.dependents) > 0 || len(o.conditions) > 0
	return o
}

// conditions reads the conditions on the properties that kw names. Their targets are
// names only until the fields exist.
func (l *layout) conditions(kw *Keyword) []condition {
	var conditions []condition
	for i, name := range kw.Values {
		s := &l.program.Schemas[kw.Schemas[i]]
		for k := range s.Keywords {
			if kw := &s.Keywords[k]; kw.Name.isCondition() {
				conditions = append(conditions, condition{keyword: kw, target: &field{name: name}})
			}
		}
	}
	return conditions
}

// fields makes the fields of o, their table, and their first predictions: the order
// of the schema.
func (l *layout) fields(o *object, free *node, names []string, schemaOf map[string]int) {
	beyond := free
	if o.extra != nil {
		beyond = o.extra
	}
	o.fields = make([]field, len(names))
	o.slot = l.slot()
	o.other = field{tail: nothing.tail, mask: nothing.mask, node: beyond, special: o.closed || o.documented || o.counts(), slot: l.slot()}
	for i, name := range names {
		f := &o.fields[i]
		*f = field{name: name, index: i, node: beyond, slot: l.slot(), bit: crowded}
		if i < bitFields {
			f.bit = 1 << i
		}
		if at, ok := schemaOf[name]; ok {
			f.node, f.documented = &l.nodes[at], true
		}
		f.special = !f.documented || o.counts()
		f.predictable()
		if i == 0 {
			l.plan.first[o.slot] = f
		} else {
			l.plan.first[o.fields[i-1].slot] = f
		}
	}

	o.names = newWordTable(names)
}

// counts says whether each member needs more than its value judged.
func (o *object) counts() bool {
	return len(o.patterns) > 0 || o.memberName != nil || o.min > 0 || o.max < math.MaxInt
}

// slot makes a prediction slot, which predicts nothing yet.
func (l *layout) slot() int {
	l.plan.first = append(l.plan.first, &nothing)
	return len(l.plan.first) - 1
}

// watch returns the field of that name and has the checker note where its value
// stands.
func (o *object) watch(name string) *field {
	f := o.field(name)
	if f.watch == 0 {
		o.watched++
		f.watch = o.watched
	}
	return f
}

// field returns the field of that name, which the schema must name.
func (o *object) field(name string) *field {
	return &o.fields[o.names.findText([]byte(name))]
}

// predictable gives f what matches needs: the member's key as a compact producer
// writes it. A name that needs escapes matches nothing, nor does one that reaches too far,
// nor a special field.
func (f *field) predictable() {
	f.mask = ^uint64(0)
	escapes := strings.ContainsFunc(f.name, func(c rune) bool { return c < ' ' || c == '"' || c == '\\' })
	f.literal = `"` + f.name + `":`
	if f.special || escapes || len(f.literal) > zerosAfter {
		f.literal, f.tail = "", nothing.tail
		return
	}
	f.head, f.tail = endsOf([]byte(f.literal))
	f.length = len(f.literal)
	f.mask >>= lackingBits(f.length)
	f.tailAt = max(f.length-8, 0)
}

// matches says whether the body goes on with f's literal at i. It says no at the end of
// the body, and where the key is written with escapes or space: the caller then reads
// the key byte by byte.
func (f *field) matches(in *input, i int) bool {
	return f.matchesEnds(in, i) && (f.tailAt <= 8 || f.matchesMiddle(unsafe.Add(in.p, i)))
}

// matchesEnds compares the first and the last eight bytes: all of most literals.
func (f *field) matchesEnds(in *input, i int) bool {
	p := unsafe.Add(in.p, i)
	return ((word(p)^f.head)|(word(unsafe.Add(p, f.tailAt))^f.tail))&f.mask == 0
}

// matchesMiddle compares what lies between, at p, where matchesEnds has found the ends.
func (f *field) matchesMiddle(p unsafe.Pointer) bool {
	for at := 8; at < f.tailAt; at += 8 {
		// The last word reaches into the tail, which is right.
		if word(unsafe.Add(p, at)) != word(unsafe.Add(unsafe.Pointer(unsafe.StringData(f.literal)), at)) {
			return false
		}
	}
	return true
}
