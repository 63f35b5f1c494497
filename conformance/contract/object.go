package contract

import "slices"

// object is what a schema says of the members of an object.
type object struct {
	fields     []field
	table      []*field // open addressing by the hash of the name; a power of two
	required   []*field // in the order the schema lists them
	must       uint64   // the bits of the required fields among the first 64
	extra      *node    // additionalProperties as a schema
	closed     bool     // additionalProperties: false
	documented bool     // a member that isn't named is undocumented-field
	conditions []condition
	watched    int   // how many fields conditions look at
	other      field // any member that the schema doesn't name
	slot       int   // the prediction slot of the first member
}

// field is a member that a schema names.
type field struct {
	head, tail uint64 // the first and the last eight bytes of literal
	mask       uint64 // which bits of head count
	literal    string // the name in quotes, and the colon; empty where it can't be predicted
	node       *node
	bit        uint64 // 1<<index for the first 64 fields, 0 beyond
	slot       int    // the prediction slot of the member after it
	special    bool   // there is more to do than to judge the value
	documented bool   // it stands in "properties"
	index      int
	watch      int // 1 + its place among the values that conditions look at; 0: none
	name       string
}

// condition is x-present-when or x-present-only-when.
type condition struct {
	keyword *Keyword
	only    bool   // x-present-only-when
	target  *field // the member that is due, or not
	trigger *field // the member that decides
	values  *enum  // the values of trigger that make it due
}

// nothing is the prediction where there is none. No eight bytes match its head, 1,
// under its mask, 0.
var nothing = field{head: 1}

// object lays out what s says of members. A mask other than nil shrinks what is
// required and which conditions are judged.
func (l *layout) object(s *Schema, mask *[]string) *object {
	o := &object{}
	masked := func(name string) bool { return mask != nil && !slices.Contains(*mask, name) }
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
			required = slices.DeleteFunc(slices.Clone(kw.Values), masked)
		}
	}
	for _, kw := range s.Keywords {
		if kw.Name == AdditionalProperties {
			o.documented = false
			if len(kw.Schemas) > 0 {
				o.extra = &l.nodes[kw.Schemas[0]]
			} else {
				o.closed = kw.Values[0] == "false"
			}
		}
	}
	for i := range s.Keywords {
		if s.Keywords[i].Name == Properties {
			o.conditions = l.conditions(&s.Keywords[i], masked)
		}
	}

	also := slices.Clone(required)
	for _, c := range o.conditions {
		also = append(also, c.keyword.Values[0])
	}
	for _, name := range also {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	l.fields(o, names, schemaOf)
	for _, name := range required {
		f := o.field(name)
		o.required = append(o.required, f)
		o.must |= f.bit
	}
	for i := range o.conditions {
		c := &o.conditions[i]
		c.trigger = o.watch(c.keyword.Values[0])
		c.values = newEnum(c.keyword.Values[1:])
		c.only = c.keyword.Name == xPresentOnlyWhen
		c.target = o.watch(c.target.name)
	}
	return o
}

// conditions reads the conditions on the properties that kw names. Their targets are
// names only until the fields exist.
func (l *layout) conditions(kw *Keyword, masked func(string) bool) []condition {
	var conditions []condition
	for i, name := range kw.Values {
		if masked(name) {
			continue
		}
		s := &l.program.Schemas[kw.Schemas[i]]
		for k := range s.Keywords {
			if kw := &s.Keywords[k]; kw.Name == xPresentWhen || kw.Name == xPresentOnlyWhen {
				conditions = append(conditions, condition{keyword: kw, target: &field{name: name}})
			}
		}
	}
	return conditions
}

// fields makes the fields of o, their table, and their first predictions: the order
// of the schema.
func (l *layout) fields(o *object, names []string, schemaOf map[string]int) {
	beyond := l.plan.free
	if o.extra != nil {
		beyond = o.extra
	}
	o.fields = make([]field, len(names))
	o.slot = l.slot()
	o.other = field{head: 1, node: beyond, special: true, slot: l.slot()}
	for i, name := range names {
		f := &o.fields[i]
		*f = field{name: name, index: i, node: beyond, slot: l.slot()}
		if i < 64 {
			f.bit = 1 << i
		}
		if at, ok := schemaOf[name]; ok {
			f.node, f.documented = &l.nodes[at], true
		}
		f.special = i >= 64 || !f.documented
		f.predictable()
		if i == 0 {
			l.plan.first[o.slot] = f
		} else {
			l.plan.first[o.fields[i-1].slot] = f
		}
	}

	size := 1
	for size < 4*len(names) {
		size *= 2
	}
	o.table = make([]*field, size)
	for i := range o.fields {
		at := hash([]byte(o.fields[i].name))
		for o.table[at&uint64(size-1)] != nil {
			at++
		}
		o.table[at&uint64(size-1)] = &o.fields[i]
	}
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
		f.special = true
		o.watched++
		f.watch = o.watched
	}
	return f
}

// field returns the field of that name, nil where the schema names none.
func (o *object) field(name string) *field { return o.lookup([]byte(name)) }

// lookup returns the field whose name is key, nil where the schema names none.
func (o *object) lookup(key []byte) *field {
	mask := uint64(len(o.table) - 1)
	for at := hash(key); ; at++ {
		f := o.table[at&mask]
		if f == nil || f.name == string(key) {
			return f
		}
	}
}

// predictable gives f what matches needs: the member's key as a compact producer
// writes it. A name that needs escapes keeps a head that nothing matches.
func (f *field) predictable() {
	for i := range len(f.name) {
		if c := f.name[i]; c < ' ' || c == '"' || c == '\\' {
			f.head = 1
			return
		}
	}
	f.literal = `"` + f.name + `":`
	padded := append([]byte(f.literal), 0, 0, 0, 0, 0)
	f.head, f.mask = load(padded, 0), ^uint64(0)
	if n := len(f.literal); n < 8 {
		f.mask >>= 8 * (8 - n)
	} else {
		f.tail = load(padded, n-8)
	}
}

// matches says whether b goes on with f's literal at i. It may say no near the end
// of b, or where the key is written with escapes or space: the caller then reads the
// key byte by byte.
func (f *field) matches(b []byte, i int) bool {
	n := len(f.literal)
	if i+max(n, 8) > len(b) || load(b, i)&f.mask != f.head {
		return false
	}
	if n <= 8 {
		return true
	}
	return load(b, i+n-8) == f.tail && (n <= 16 || string(b[i+8:i+n-8]) == f.literal[8:n-8])
}
