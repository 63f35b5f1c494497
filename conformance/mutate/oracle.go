package mutate

import (
	"cmp"
	"maps"
	"regexp"
	"slices"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/internal/number"
)

// Oracle says what a contract owes to a body. It reads the same Program as package
// contract and has nothing else in common with it: it judges a tree of values the plain
// way, as slow as that is. It is safe for concurrent use.
type Oracle struct {
	program  contract.Program
	patterns map[string]*regexp.Regexp
	shares   bool // several schemas can judge one value
}

// NewOracle returns the oracle of a program.
func NewOracle(p contract.Program) *Oracle {
	o := &Oracle{program: p, patterns: map[string]*regexp.Regexp{}}
	for _, s := range p.Schemas {
		for _, kw := range s.Keywords {
			switch kw.Name {
			case contract.Ref, contract.AllOf, contract.AnyOf, contract.OneOf, contract.Not, contract.If, contract.DependentSchemas:
				o.shares = true
			case contract.Pattern, contract.PatternProperties:
				o.shares = o.shares || kw.Name == contract.PatternProperties
				for i := 1; i < len(kw.Values); i += 2 {
					o.patterns[kw.Values[i]] = regexp.MustCompile(kw.Values[i])
				}
			}
		}
	}
	return o
}

// Findings returns what is due: in the order of the bytes, each with its rule, severity,
// pointer, property and offset, and with the place in the document. It returns an error
// where the body isn't JSON: there, what is due follows from how the body was broken.
func (o *Oracle) Findings(body []byte) ([]contract.Finding, error) {
	v, err := parse(body)
	if err != nil {
		return nil, err
	}
	return o.findings(v), nil
}

func (o *Oracle) findings(root *value) []contract.Finding {
	j := o.value(0, root)
	var due []contract.Finding
	slices.SortStableFunc(j.found, func(a, b contract.Finding) int { return cmp.Compare(a.Offset, b.Offset) })
	for _, f := range j.found {
		said := slices.ContainsFunc(due, func(g contract.Finding) bool {
			return g.Offset == f.Offset && g.Rule == f.Rule && g.Property == f.Property
		})
		if !said && !(f.Rule == contract.UndocumentedField && j.documents[f.Offset]) {
			due = append(due, f)
		}
	}
	return due
}

// judgement is what judging a value by a schema gives.
type judgement struct {
	found []contract.Finding
	// documents are the places of the keys, at any depth, that a schema documents: what
	// another one warns of there is nothing to warn of.
	documents map[int]bool
	// covered are the members, or items, of the value itself that a schema speaks of.
	covered []bool
	// properties is the first schema with "properties", and no "additionalProperties" beside
	// it; nil where there is none.
	properties *contract.Schema
	open       bool // "additionalProperties" or "unevaluatedProperties" speaks of all members
	unsure     bool // it is not known what the value should have been
}

func newJudgement(v *value) *judgement { return &judgement{covered: make([]bool, len(v.members))} }

// document notes that a schema documents the members whose keys are there.
func (j *judgement) document(keys map[int]bool) {
	if j.documents == nil && len(keys) > 0 {
		j.documents = map[int]bool{}
	}
	maps.Copy(j.documents, keys)
}

// valid says whether the value conforms. That a key stands twice is no schema's matter.
func (j *judgement) valid() bool {
	return !slices.ContainsFunc(j.found, func(f contract.Finding) bool {
		return f.Severity == contract.Error && f.Rule != contract.DuplicateKey
	})
}

// takes adds what another schema says of the same value.
func (j *judgement) takes(other *judgement) {
	j.found = append(j.found, other.found...)
	j.accepts(other)
	j.unsure = j.unsure || other.unsure
}

// accepts adds what another schema documents.
func (j *judgement) accepts(other *judgement) {
	j.document(other.documents)
	for i, covered := range other.covered {
		j.covered[i] = j.covered[i] || covered
	}
	if j.properties == nil {
		j.properties = other.properties
	}
	j.open = j.open || other.open
}

// contains adds what is said of a value inside.
func (j *judgement) contains(inner *judgement) {
	j.found = append(j.found, inner.found...)
	j.document(inner.documents)
}

// place is a value under judgement by a schema.
type place struct {
	*judgement
	schema *contract.Schema
	value  *value
}

// says adds a finding of the rule, which the keyword states, at the value.
func (p *place) says(o *Oracle, rule, keyword contract.Rule, property string) {
	p.add(o, contract.Finding{Rule: rule, Pointer: p.value.pointer(), Property: property, Offset: p.value.from}, keyword)
}

// saysOfKey adds a finding at the key of the i-th member.
func (p *place) saysOfKey(o *Oracle, rule, keyword contract.Rule, i int) {
	m := p.value.members[i]
	p.add(o, contract.Finding{Rule: rule, Pointer: p.value.below(i), Property: m.name, Offset: m.key}, keyword)
}

func (p *place) add(o *Oracle, f contract.Finding, keyword contract.Rule) {
	f.Severity, f.Spec = f.Rule.Severity(), o.position(p.schema, keyword)
	p.found = append(p.found, f)
}

// position is the place of a keyword; where it is absent of "type", else of the schema.
// What is about no keyword at all has the place of the schema.
func (o *Oracle) position(s *contract.Schema, keyword contract.Rule) contract.Position {
	kw := find(s, keyword)
	if kw == nil && keyword != "" {
		kw = find(s, contract.Type)
	}
	if kw == nil {
		return contract.Position{File: o.program.File, Line: s.Line, Column: s.Column, Pointer: s.Pointer}
	}
	return contract.Position{File: o.program.File, Line: kw.Line, Column: kw.Column, Pointer: s.Pointer + "/" + string(kw.Name)}
}

func find(s *contract.Schema, name contract.Rule) *contract.Keyword {
	for i := range s.Keywords {
		if s.Keywords[i].Name == name {
			return &s.Keywords[i]
		}
	}
	return nil
}

// operands returns the Values of a keyword, nil where the schema hasn't got it.
func operands(s *contract.Schema, name contract.Rule) []string {
	if kw := find(s, name); kw != nil {
		return kw.Values
	}
	return nil
}

// value judges a value by a schema and all that stands in its place.
func (o *Oracle) value(schema int, v *value) *judgement {
	j := o.together(schema, v, o.requestOnly(schema))
	if v.kind == anObject && !j.unsure && !j.open && j.properties != nil {
		for i, m := range v.members {
			if !j.covered[i] {
				j.found = append(j.found, contract.Finding{
					Rule: contract.UndocumentedField, Severity: contract.Warning,
					Pointer: v.below(i), Property: m.name, Offset: m.key, Spec: o.position(j.properties, contract.Properties),
				})
			}
		}
	}
	return j
}

// nothing judges what a schema says nothing of: keys can stand twice there, too.
func (o *Oracle) nothing(s *contract.Schema, v *value) *judgement {
	p := &place{newJudgement(v), s, v}
	p.repeats(o)
	for _, m := range v.members {
		p.contains(o.nothing(s, m.value))
	}
	return p.judgement
}

// own judges a value by the keywords of a schema that put no other schema in its place.
// typed says that the value is of a type that the schema allows.
func (o *Oracle) own(s *contract.Schema, v *value, requestOnly []string) (j *judgement, typed bool) {
	p := &place{newJudgement(v), s, v}
	if s.Never != "" {
		p.says(o, s.Never, "", "")
		p.takes(o.nothing(s, v))
		return p.judgement, true
	}
	switch {
	case v.kind == aNull && nullable(s):
		typed = true // whatever else the schema says
	case !allows(s, v):
		rule := contract.Type
		if v.kind == aNull {
			rule = contract.Nullable
		}
		p.says(o, rule, rule, "")
		p.takes(o.nothing(s, v))
	default:
		typed = true
		p.scalar(o)
		switch v.kind {
		case anObject:
			p.object(o, requestOnly)
		case anArray:
			p.array(o)
		}
		for _, name := range []contract.Rule{contract.Enum, contract.Const} {
			if kw := find(s, name); kw != nil && !among(v, kw.Values) {
				p.says(o, name, name, "")
			}
		}
	}
	if find(s, contract.WriteOnly) != nil {
		p.says(o, contract.WriteOnly, contract.WriteOnly, "")
	}
	return p.judgement, typed
}

// nullable says whether null conforms to what the schema itself says, whatever else that is.
func nullable(s *contract.Schema) bool {
	return slices.Equal(operands(s, contract.Nullable), []string{"true"}) && find(s, contract.Type) != nil
}

// allows says whether the value is of one of the schema's types.
func allows(s *contract.Schema, v *value) bool {
	types := operands(s, contract.Type)
	is := func(name string) bool { return types == nil || slices.Contains(types, name) }
	switch v.kind {
	case aNull:
		return is("null")
	case aFalse, aTrue:
		return is("boolean")
	case aString:
		return is("string")
	case anObject:
		return is("object")
	case anArray:
		return is("array")
	}
	return is("number") || is("integer") && number.Parse(v.text).IsInt()
}
