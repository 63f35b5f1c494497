package coverage

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// body is what one body shows.
type body struct {
	shown    map[*Goal]bool
	integers map[*Field]*extremes

	contract *contract.Contract
	found    map[int]bool // the offsets that findings are at, and whether all they say is that an object lacks a member
	masked   bool
}

// look returns what the body of a result shows of the contract.
func look(c *Contract, r *conformance.Result) *body {
	b := &body{shown: map[*Goal]bool{}, integers: map[*Field]*extremes{}, contract: r.Contract, found: map[int]bool{}, masked: r.Mask != nil}
	findings := r.Contract.Check(r.Body)
	for _, f := range findings {
		if f.Rule == contract.JSONSyntax {
			return b
		}
		lacks, again := b.found[f.Offset]
		b.found[f.Offset] = f.Property != "" && (lacks || !again)
	}
	if len(findings) >= contract.MaxFindings {
		return b // there may be more of them
	}
	at := len(r.Body) - len(bytes.TrimLeft(r.Body, " \t\r\n"))
	b.value([]*Field{c.Root}, at, bytes.TrimSpace(r.Body), 0)
	return b
}

// value is a value that is being looked at.
type value struct {
	*body
	raw    jsontext.Value
	at     int // its offset in the body
	depth  int
	counts bool // it shows something itself, not only what is in it
	parts  []*part
	has    map[*part]bool // the same, where there are many
}

// value looks at a value that stands in the place of each of the fields.
func (b *body) value(fields []*Field, at int, raw jsontext.Value, depth int) {
	lacks, found := b.found[at]
	if found && !lacks || depth >= maxDepth {
		return
	}
	v := value{body: b, raw: raw, at: at, depth: depth, counts: !found}
	for _, f := range fields {
		if raw.Kind() == 'n' {
			v.reach(f.null)
		} else {
			v.reach(f.present)
		}
		v.judgedBy(f.part)
	}
	text, size := "", 0
	switch raw.Kind() {
	case '{':
		size = v.object()
	case '[':
		size = v.array()
	case '"':
		text = unquote(raw)
		size = utf8.RuneCountInString(text)
	case '0':
		v.number(fields)
	}
	for _, p := range v.parts {
		if len(p.literals) > 0 {
			for _, goal := range p.literals[equal(raw)] {
				v.reach(goal)
			}
		}
		for _, s := range p.sizes {
			if s.kind == raw.Kind() && s.n == size {
				v.reach(s.goal)
			}
		}
		for _, t := range p.types {
			if t.is.Conforms(0, raw) {
				v.reach(t.goal)
			}
		}
	}
}

// reach notes that the value reaches a goal; nil is none.
func (v *value) reach(g *Goal) {
	if g != nil && v.counts {
		v.shown[g] = true
	}
}

// judgedBy adds the parts that judge the value: p, and those that go with it.
func (v *value) judgedBy(p *part) {
	if v.has[p] || v.has == nil && slices.Contains(v.parts, p) {
		return
	}
	v.parts = append(v.parts, p)
	switch {
	case v.has != nil:
		v.has[p] = true
	case len(v.parts) > 16:
		v.has = map[*part]bool{}
		for _, p := range v.parts {
			v.has[p] = true
		}
	}
	for _, also := range p.always {
		v.judgedBy(also)
	}
	for _, c := range p.choices {
		if v.contract.Conforms(c.schema, v.raw) {
			v.chosen(c)
		}
	}
	for _, condition := range p.conditions {
		if v.contract.Conforms(condition, v.raw) {
			v.chosen(p.then)
		} else {
			v.chosen(p.otherwise)
		}
	}
	if len(p.dependents) > 0 && v.raw.Kind() == '{' {
		v.eachMember(func(name string, _, _ int, _ jsontext.Value) { v.chosen(p.dependents[name]) })
	}
}

func (v *value) chosen(c choice) {
	if c.part != nil {
		v.reach(c.goal)
		v.judgedBy(c.part)
	}
}

// object looks at the members of an object, and returns how many there are.
func (v *value) object() (size int) {
	seen := map[*Field]bool{}
	v.eachMember(func(name string, key, at int, raw jsontext.Value) {
		size++
		var fields []*Field
		for _, p := range v.parts {
			fields = append(fields, p.member(name)...)
		}
		for _, f := range fields {
			seen[f] = true
		}
		if _, found := v.found[key]; !found && len(fields) > 0 {
			v.value(fields, at, raw, v.depth+1)
		}
	})
	if v.masked && v.depth == 0 {
		return size
	}
	for _, p := range v.parts {
		v.lacks(p.members, seen)
	}
	return size
}

// lacks notes the fields that nothing was seen of.
func (v *value) lacks(fields []*Field, seen map[*Field]bool) {
	for _, f := range fields {
		if !seen[f] {
			v.reach(f.absent)
		}
	}
}

// eachMember calls f with each member of an object: its name, the offsets of its key and of its value, and the value.
func (v *value) eachMember(f func(name string, key, at int, raw jsontext.Value)) {
	d := jsontext.NewDecoder(bytes.NewBuffer(v.raw), jsontext.AllowDuplicateNames(true))
	_, err := d.ReadToken()
	for err == nil && d.PeekKind() == '"' {
		var name, raw jsontext.Value
		var key int
		if name, key, err = next(d, v.at); err == nil {
			text := unquote(name)
			var at int
			if raw, at, err = next(d, v.at); err == nil {
				f(text, key, at, raw)
			}
		}
	}
}

// array looks at the items of an array, and returns how many there are.
func (v *value) array() (size int) {
	seen := map[*Field]bool{}
	d := jsontext.NewDecoder(bytes.NewBuffer(v.raw))
	_, err := d.ReadToken()
	for ; err == nil && d.PeekKind() != ']'; size++ {
		var fields []*Field
		for _, p := range v.parts {
			fields = append(fields, p.item(size)...)
		}
		for _, f := range fields {
			seen[f] = true
		}
		var raw jsontext.Value
		var at int
		if raw, at, err = next(d, v.at); err == nil && len(fields) > 0 {
			v.value(fields, at, raw, v.depth+1)
		}
	}
	for _, p := range v.parts {
		v.lacks(append(slices.Clip(p.prefix), p.items...), seen)
	}
	return size
}

// next reads a value, and returns it with its offset where what d reads starts at an offset.
func next(d *jsontext.Decoder, start int) (raw jsontext.Value, at int, err error) {
	raw, err = d.ReadValue()
	return raw, start + int(d.InputOffset()) - len(raw), err
}

// unquote returns what a string in JSON says.
func unquote(raw jsontext.Value) string {
	text, _ := jsontext.AppendUnquote(nil, raw)
	return string(text)
}

// number looks at a number.
func (v *value) number(fields []*Field) {
	if !v.counts || !slices.ContainsFunc(v.parts, func(p *part) bool { return p.integer }) || !digits.Match(v.raw) {
		return
	}
	for _, f := range fields {
		if v.integers[f] == nil {
			v.integers[f] = &extremes{}
		}
		v.integers[f].take(integer{string(v.raw), v.at})
	}
}
