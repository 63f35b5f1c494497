package mutate

import (
	"cmp"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/internal/number"
)

// Oracle says what a contract owes to a body. It reads the same Program as package
// contract and has nothing else in common with it: it judges a tree of values the plain
// way, as slow as that is. It is safe for concurrent use.
type Oracle struct {
	program  contract.Program
	patterns map[string]pattern
	names    map[*contract.Keyword]map[string]int  // of "properties": where each name is
	listed   map[*contract.Keyword]map[string]bool // of keywords that list values: those, in canonical form
	shares   bool                                  // several schemas can judge one value
	requests bool                                  // a schema is of members that only requests have
}

// pattern is a regular expression, and how many steps it takes for a byte.
type pattern struct {
	*regexp.Regexp
	size int
}

// NewOracle returns the oracle of a program.
func NewOracle(p contract.Program) *Oracle {
	o := &Oracle{program: p, patterns: map[string]pattern{}, names: map[*contract.Keyword]map[string]int{}, listed: map[*contract.Keyword]map[string]bool{}}
	for s := range p.Schemas {
		for k := range p.Schemas[s].Keywords {
			kw := &p.Schemas[s].Keywords[k]
			switch kw.Name {
			case contract.Ref, contract.AllOf, contract.AnyOf, contract.OneOf, contract.Not, contract.If, contract.DependentSchemas:
				o.shares = true
			case contract.WriteOnly:
				o.requests = true
			case contract.Properties:
				o.names[kw] = make(map[string]int, len(kw.Values))
				for i, name := range kw.Values {
					o.names[kw][name] = i
				}
			case contract.Enum, contract.Const:
				o.listed[kw] = canonicals(kw.Values)
			case presentWhen, presentOnlyWhen:
				o.listed[kw] = canonicals(kw.Values[1:])
			case contract.Pattern, contract.PatternProperties:
				o.shares = o.shares || kw.Name == contract.PatternProperties
				for i := 1; i < len(kw.Values); i += 2 {
					if _, ok := o.patterns[kw.Values[i]]; !ok {
						o.patterns[kw.Values[i]] = newPattern(kw.Values[i])
					}
				}
			}
		}
	}
	return o
}

func newPattern(text string) pattern {
	p := pattern{Regexp: regexp.MustCompile(text)}
	if parsed, err := syntax.Parse(text, syntax.Perl); err == nil {
		if program, err := syntax.Compile(parsed.Simplify()); err == nil {
			p.size = len(program.Inst)
		}
	}
	return p
}

// Findings returns what is due: in the order of the bytes, each with its rule, severity,
// pointer, property and offset, and with the place in the document. It returns an error
// where the body isn't JSON: there, what is due follows from how the body was broken.
func (o *Oracle) Findings(body []byte) ([]contract.Finding, error) {
	v, err := parse(body)
	if err != nil {
		return nil, err
	}
	return o.inspect().findings(v), nil
}

// inspection is one body under judgement. It remembers what each schema gives for each
// value: many ways can lead to the same question.
type inspection struct {
	*Oracle
	known map[question]*judgement
	only  map[int]map[string]bool // the members that only requests have, by the outermost schema
	steps int                     // how much was done
	// before is the inspection of the body as it was before the edit; nil without one.
	before *inspection
	edit   change
	starts map[int]*value // the values of the body by where they start, for inspections after this one
}

// unchanged returns what was given for the value before the edit, where the edit isn't in it and
// nothing was said that has a place; else nil.
func (o *inspection) unchanged(schema int, v *value) *judgement {
	at := v.from
	switch {
	case o.before == nil:
		return nil
	case v.to <= o.edit.from:
	case v.from >= o.edit.from+len(o.edit.text):
		at += o.edit.to - o.edit.from - len(o.edit.text)
	default:
		return nil
	}
	was := o.before.starts[at]
	if was == nil || was.to-was.from != v.to-v.from {
		return nil
	}
	j := o.before.known[question{schema, was, whole}]
	if j == nil || j.weight > 0 || len(j.documents)+len(j.others) > 0 {
		return nil
	}
	return j
}

// question asks what a schema gives for a value. The outermost schema is the one that it
// stands in the place of; see requestOnly.
type question struct {
	schema    int
	value     *value
	outermost int
}

// Values of question.outermost that are no schema.
const (
	whole   = -1 // the question is what a schema and all in its place give
	anybody = -2 // it makes no difference
)

func (o *Oracle) inspect() *inspection {
	return &inspection{Oracle: o, known: map[question]*judgement{}, only: map[int]map[string]bool{}}
}

func (o *inspection) findings(root *value) []contract.Finding {
	j := o.value(0, root)
	found, documents := j.flatten()
	slices.SortStableFunc(found, func(a, b contract.Finding) int { return cmp.Compare(a.Offset, b.Offset) })
	type what struct {
		offset   int
		rule     contract.Rule
		property string
	}
	var due []contract.Finding
	refused := map[int]bool{} // where there is an error
	for _, f := range found {
		refused[f.Offset] = refused[f.Offset] || f.Severity == contract.Error
	}
	said := map[what]bool{}
	for _, f := range found {
		w := what{f.Offset, f.Rule, f.Property}
		misplacedNull := f.Rule == contract.Condition && refused[f.Offset] && root.at(f.Offset).kind == aNull
		if !said[w] && !misplacedNull && !(f.Rule == contract.UndocumentedField && documents[f.Offset]) {
			said[w] = true
			due = append(due, f)
		}
	}
	return due
}

// judgement is what judging a value by a schema gives. Once others refer to it, it stays.
type judgement struct {
	found   []found
	weight  int  // how many findings there are, those of others counted each time; see heaviest
	invalid bool // an error is among them; that a key stands twice is no schema's matter
	// documents are the places of the keys, at any depth, that a schema documents, and other
	// judgements that have more: what another one warns of there is nothing to warn of.
	documents []int
	others    []*judgement
	// covered are the members, or items, of the value itself that a schema speaks of.
	covered set
	// properties is the first schema with "properties", and no "additionalProperties" beside
	// it; nil where there is none.
	properties *contract.Schema
	open       bool // "additionalProperties" or "unevaluatedProperties" speaks of all members
	unsure     bool // it is not known what the value should have been
}

// found is a finding, or all those of another judgement.
type found struct {
	finding *contract.Finding
	of      *judgement
}

// heaviest bounds the weight of a judgement, as package contract does.
const heaviest = contract.MaxFindings

// flatten returns the findings, and the places of the keys that are documented. Of a
// judgement that is in it several times, the first time counts.
func (j *judgement) flatten() (all []contract.Finding, documents map[int]bool) {
	seen := map[*judgement]bool{}
	var add func(j *judgement)
	add = func(j *judgement) {
		for _, f := range j.found {
			switch {
			case f.finding != nil:
				all = append(all, *f.finding)
			case !seen[f.of]:
				seen[f.of] = true
				add(f.of)
			}
		}
	}
	add(j)
	documents = map[int]bool{}
	documenting := map[*judgement]bool{j: true}
	for rest := []*judgement{j}; len(rest) > 0; {
		j, rest = rest[len(rest)-1], rest[:len(rest)-1]
		for _, key := range j.documents {
			documents[key] = true
		}
		for _, other := range j.others {
			if !documenting[other] {
				documenting[other] = true
				rest = append(rest, other)
			}
		}
	}
	return all, documents
}

// valid says whether the value conforms.
func (j *judgement) valid() bool { return !j.invalid }

// add adds a finding.
func (j *judgement) add(f contract.Finding) {
	j.found = append(j.found, found{finding: &f})
	j.weight = min(j.weight+1, heaviest)
	j.invalid = j.invalid || f.Severity == contract.Error && f.Rule != contract.DuplicateKey
}

// finds adds the findings of another judgement.
func (j *judgement) finds(other *judgement) {
	if other.weight > 0 {
		j.found = append(j.found, found{of: other})
		j.weight = min(j.weight+other.weight, heaviest)
		j.invalid = j.invalid || other.invalid
	}
}

// document adds what another judgement documents.
func (j *judgement) document(other *judgement) {
	if len(other.documents)+len(other.others) > 0 {
		j.others = append(j.others, other)
	}
}

// takes adds what another schema says of the same value.
func (j *judgement) takes(other *judgement) {
	j.finds(other)
	j.accepts(other)
	j.unsure = j.unsure || other.unsure
}

// accepts adds what another schema documents.
func (j *judgement) accepts(other *judgement) {
	j.document(other)
	j.covered.join(other.covered)
	if j.properties == nil {
		j.properties = other.properties
	}
	j.open = j.open || other.open
}

// contains adds what is said of a value inside.
func (j *judgement) contains(inner *judgement) {
	j.finds(inner)
	j.document(inner)
}

// set is a set of small numbers.
type set []uint64

func (s *set) add(n int) {
	for len(*s) <= n/64 {
		*s = append(*s, 0)
	}
	(*s)[n/64] |= 1 << (n % 64)
}

func (s set) has(n int) bool { return n/64 < len(s) && s[n/64]&(1<<(n%64)) != 0 }

func (s *set) join(other set) {
	for i, bits := range other {
		if i == len(*s) {
			*s = append(*s, 0)
		}
		(*s)[i] |= bits
	}
}

// place is a value under judgement by a schema.
type place struct {
	*judgement
	schema *contract.Schema
	value  *value
}

// says adds a finding of the rule, which the keyword states, at the value.
func (p *place) says(o *inspection, rule, keyword contract.Rule, property string) {
	p.report(o, contract.Finding{Rule: rule, Pointer: p.value.pointer(), Property: property, Offset: p.value.from}, keyword)
}

// saysOfKey adds a finding at the key of the i-th member.
func (p *place) saysOfKey(o *inspection, rule, keyword contract.Rule, i int) {
	m := p.value.members[i]
	p.report(o, contract.Finding{Rule: rule, Pointer: p.value.below(i), Property: m.name, Offset: m.key}, keyword)
}

func (p *place) report(o *inspection, f contract.Finding, keyword contract.Rule) {
	f.Severity, f.Spec = f.Rule.Severity(), o.position(p.schema, keyword)
	p.add(f)
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
func (o *inspection) value(schema int, v *value) *judgement {
	if j := o.unchanged(schema, v); j != nil {
		return j
	}
	q := question{schema, v, whole}
	if known := o.known[q]; known != nil {
		return known
	}
	outermost := anybody
	if o.requests {
		outermost = schema
	}
	one := o.together(schema, v, outermost)
	j := &judgement{}
	j.contains(one)
	if v.kind == anObject && !one.unsure && !one.open && one.properties != nil {
		for i, m := range v.members {
			if !one.covered.has(i) {
				j.add(contract.Finding{
					Rule: contract.UndocumentedField, Severity: contract.Warning,
					Pointer: v.below(i), Property: m.name, Offset: m.key, Spec: o.position(one.properties, contract.Properties),
				})
			}
		}
	}
	o.known[q] = j
	return j
}

// nothing judges what a schema says nothing of: keys can stand twice there, too.
func (o *inspection) nothing(s *contract.Schema, v *value) *judgement {
	p := &place{&judgement{}, s, v}
	if !v.repeats {
		return p.judgement
	}
	o.steps += 1 + len(v.members)
	p.repeats(o)
	for _, m := range v.members {
		p.contains(o.nothing(s, m.value))
	}
	return p.judgement
}

// own judges a value by the keywords of a schema that put no other schema in its place.
// typed says that the value is of a type that the schema allows.
func (o *inspection) own(s *contract.Schema, v *value, outermost int) (j *judgement, typed bool) {
	p := &place{&judgement{}, s, v}
	o.steps += 1 + len(s.Keywords)
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
			p.object(o, outermost)
		case anArray:
			p.array(o)
		}
		for _, name := range []contract.Rule{contract.Enum, contract.Const} {
			if kw := find(s, name); kw != nil && !o.lists(kw, v) {
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
	return is("number") || is("integer") && (!strings.ContainsAny(v.text, ".eE") || number.Parse(v.text).IsInt())
}
