package mutate

import (
	"cmp"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
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

// repeats judges the keys of an object, and returns them.
func (p *place) repeats(o *Oracle) (names map[string]bool) {
	if len(p.value.members) == 0 || p.value.kind != anObject {
		return nil
	}
	names = make(map[string]bool, len(p.value.members))
	for i, m := range p.value.members {
		if names[m.name] {
			p.saysOfKey(o, contract.DuplicateKey, "", i)
		}
		names[m.name] = true
	}
	return names
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
	return is("number") || is("integer") && rational(v.text).IsInt()
}

// among says whether the value equals one of some, each JSON text.
func among(v *value, values []string) bool {
	return slices.ContainsFunc(values, func(other string) bool {
		w, err := parse([]byte(other))
		return err == nil && equal(v, w)
	})
}

func equal(v, w *value) bool {
	if v.kind != w.kind || len(v.members) != len(w.members) {
		return false
	}
	if v.kind == aNumber {
		return rational(v.text).Cmp(rational(w.text)) == 0
	}
	for i, m := range v.members {
		other := w.members[i].value
		if v.kind == anObject {
			if other = w.member(m.name); other == nil || v.member(w.members[i].name) == nil {
				return false
			}
		}
		if !equal(m.value, other) {
			return false
		}
	}
	return v.text == w.text
}

// rational is a JSON number. Exponents of more than three digits it takes for 999: no
// contract comes near.
func rational(number string) *big.Rat {
	if e := strings.IndexAny(number, "eE"); e >= 0 {
		digits := strings.TrimLeft(number[e+1:], "+-0")
		if len(digits) > 3 {
			digits = "999"
		}
		sign := ""
		if number[e+1] == '-' {
			sign = "-"
		}
		number = number[:e+1] + sign + "0" + digits
	}
	r, _ := new(big.Rat).SetString(number)
	return r
}

// scalar judges a string or a number.
func (p *place) scalar(o *Oracle) {
	v, within := p.value, true // the bounds that are stated
	var number *big.Rat
	if v.kind == aNumber {
		number = rational(v.text)
		types := operands(p.schema, contract.Type)
		if slices.Contains(types, "integer") && !slices.Contains(types, "number") && strings.ContainsAny(v.text, ".eE") {
			p.says(o, contract.IntegerNotation, contract.Type, "")
		}
	}
	for _, kw := range p.schema.Keywords {
		holds := true
		switch kw.Name {
		case contract.Minimum, contract.Maximum, contract.ExclusiveMinimum, contract.ExclusiveMaximum, contract.MultipleOf:
			if number != nil {
				holds = bounded(number, kw.Name, rational(kw.Values[0]))
				within = within && (holds || kw.Name == contract.MultipleOf)
			}
		case contract.MinLength:
			holds = v.kind != aString || utf8.RuneCountInString(v.text) >= count(&kw)
		case contract.MaxLength:
			holds = v.kind != aString || utf8.RuneCountInString(v.text) <= count(&kw)
		case contract.Pattern:
			holds = v.kind != aString || o.patterns[kw.Values[1]].MatchString(v.text)
		case unixTime:
			if number != nil && number.Cmp(big.NewRat(100_000_000_000, 1)) < 0 {
				p.says(o, contract.Plausibility, unixTime, "")
			}
		}
		if !holds {
			p.says(o, kw.Name, kw.Name, "")
		}
	}
	if format := operands(p.schema, contract.Format); format != nil && !(number != nil && !within) && !conforms(v, format[0]) {
		p.says(o, contract.Format, contract.Format, "")
	}
}

// The extensions of package specs' documents.
const (
	presentWhen     contract.Rule = "x-present-when"
	presentOnlyWhen contract.Rule = "x-present-only-when"
	unixTime        contract.Rule = "x-unix-time"
)

func bounded(x *big.Rat, keyword contract.Rule, limit *big.Rat) bool {
	switch order := x.Cmp(limit); keyword {
	case contract.Minimum:
		return order >= 0
	case contract.Maximum:
		return order <= 0
	case contract.ExclusiveMinimum:
		return order > 0
	case contract.ExclusiveMaximum:
		return order < 0
	}
	return new(big.Rat).Quo(x, limit).IsInt() // multipleOf
}

// count is the operand of a keyword that counts.
func count(kw *contract.Keyword) int {
	n, err := strconv.Atoi(kw.Values[0])
	if err != nil {
		return int(^uint(0) >> 1) // more than anything can have
	}
	return n
}

// object judges the members of an object.
func (p *place) object(o *Oracle, requestOnly []string) {
	s, v := p.schema, p.value
	has := p.repeats(o)
	additional := find(s, contract.AdditionalProperties)
	if find(s, contract.Properties) != nil && additional == nil {
		p.properties = s
	}
	p.open = p.open || additional != nil
	for i, m := range v.members {
		schemas := o.members(s, m.name)
		known := len(schemas) > 0
		switch {
		case known:
		case additional == nil:
		case len(additional.Schemas) > 0:
			schemas = additional.Schemas
		case additional.Values[0] == "false":
			p.saysOfKey(o, contract.AdditionalProperties, contract.AdditionalProperties, i)
		}
		for _, schema := range schemas {
			p.contains(o.value(schema, m.value))
		}
		if len(schemas) == 0 {
			p.contains(o.nothing(s, m.value))
		}
		if known || additional != nil {
			p.covered[i] = true
			if o.shares {
				p.document(map[int]bool{m.key: true})
			}
		}
	}
	for _, kw := range s.Keywords {
		switch kw.Name {
		case contract.Required:
			for _, name := range kw.Values {
				if !has[name] && !slices.Contains(requestOnly, name) && !o.forRequests(s, name) {
					p.says(o, contract.Required, contract.Required, name)
				}
			}
		case contract.DependentRequired:
			for _, name := range kw.Values[1:] {
				if has[kw.Values[0]] && !has[name] {
					p.says(o, contract.DependentRequired, contract.DependentRequired, name)
				}
			}
		case contract.MinProperties:
			if len(v.members) < count(&kw) {
				p.says(o, kw.Name, kw.Name, "")
			}
		case contract.MaxProperties:
			if len(v.members) > count(&kw) {
				p.says(o, kw.Name, kw.Name, "")
			}
		case contract.PropertyNames:
			for i, m := range v.members {
				if !o.value(kw.Schemas[0], &value{kind: aString, text: m.name, from: m.key}).valid() {
					p.saysOfKey(o, contract.PropertyNames, contract.PropertyNames, i)
				}
			}
		case contract.Properties:
			for i, name := range kw.Values {
				p.condition(o, &o.program.Schemas[kw.Schemas[i]], name)
			}
		}
	}
}

// members are the schemas of the members with that name, where the object's schema names
// them.
func (o *Oracle) members(s *contract.Schema, name string) (schemas []int) {
	if kw := find(s, contract.Properties); kw != nil {
		if i := slices.Index(kw.Values, name); i >= 0 {
			schemas = kw.Schemas[i : i+1 : i+1]
		}
	}
	if kw := find(s, contract.PatternProperties); kw != nil {
		for i, schema := range kw.Schemas {
			if o.patterns[kw.Values[2*i+1]].MatchString(name) {
				schemas = append(schemas, schema)
			}
		}
	}
	return schemas
}

// requestOnly are the members that responses don't have: a schema says so, or one that
// always judges in its place.
func (o *Oracle) requestOnly(schema int) (names []string) {
	s := &o.program.Schemas[schema]
	for _, kw := range s.Keywords {
		switch kw.Name {
		case contract.Ref, contract.AllOf:
			for _, part := range kw.Schemas {
				names = append(names, o.requestOnly(part)...)
			}
		case contract.Properties:
			for _, name := range kw.Values {
				if o.forRequests(s, name) {
					names = append(names, name)
				}
			}
		}
	}
	return names
}

// forRequests says whether the schema itself has a property that responses don't have.
func (o *Oracle) forRequests(s *contract.Schema, name string) bool {
	kw := find(s, contract.Properties)
	if kw == nil {
		return false
	}
	i := slices.Index(kw.Values, name)
	return i >= 0 && find(&o.program.Schemas[kw.Schemas[i]], contract.WriteOnly) != nil
}

// condition judges x-present-when and x-present-only-when of a property.
func (p *place) condition(o *Oracle, property *contract.Schema, name string) {
	for _, rule := range []contract.Rule{presentWhen, presentOnlyWhen} {
		kw := find(property, rule)
		if kw == nil {
			continue
		}
		decides, target := p.value.member(kw.Values[0]), p.value.member(name)
		if decides == nil {
			continue
		}
		met := among(decides, kw.Values[1:])
		present := target != nil && target.kind != aNull
		if rule == presentWhen && met && !present || rule == presentOnlyWhen && !met && present {
			at := &place{p.judgement, property, p.value}
			if target != nil {
				at.value = target
			}
			at.says(o, contract.Condition, rule, name)
		}
	}
}

// array judges the items of an array.
func (p *place) array(o *Oracle) {
	s, v := p.schema, p.value
	prefix, items, contains := find(s, contract.PrefixItems), find(s, contract.Items), find(s, contract.Contains)
	contained := 0
	for i, item := range v.members {
		switch {
		case prefix != nil && i < len(prefix.Schemas):
			p.contains(o.value(prefix.Schemas[i], item.value))
			p.covered[i] = true
		case items != nil:
			p.contains(o.value(items.Schemas[0], item.value))
			p.covered[i] = true
		default:
			p.contains(o.nothing(s, item.value))
		}
		if contains != nil && o.value(contains.Schemas[0], item.value).valid() {
			contained++
			p.covered[i] = true
		}
		if find(s, contract.UniqueItems) != nil && slices.ContainsFunc(v.members[:i], func(m member) bool { return equal(m.value, item.value) }) {
			at := &place{p.judgement, s, item.value}
			at.says(o, contract.UniqueItems, contract.UniqueItems, "")
		}
	}
	least := contract.Contains
	for _, kw := range s.Keywords {
		holds := true
		switch kw.Name {
		case contract.MinItems:
			holds = len(v.members) >= count(&kw)
		case contract.MaxItems:
			holds = len(v.members) <= count(&kw)
		case contract.MinContains:
			least = contract.MinContains
			holds = contains == nil || contained >= count(&kw)
		case contract.MaxContains:
			holds = contains == nil || contained <= count(&kw)
		}
		if !holds {
			p.says(o, kw.Name, kw.Name, "")
		}
	}
	if least == contract.Contains && contains != nil && contained == 0 {
		p.says(o, contract.Contains, contract.Contains, "")
	}
}

// conforms says whether a value has a format, so far as formats are asserted.
func conforms(v *value, format string) bool {
	switch {
	case format == "int32" && v.kind == aNumber:
		return between(v, "-2147483648", "2147483647")
	case format == "int64" && v.kind == aNumber:
		return between(v, "-9223372036854775808", "9223372036854775807")
	case format == "date-time" && v.kind == aString:
		return isDateTime(v.text)
	case format == "uuid" && v.kind == aString:
		return uuid.MatchString(v.text)
	}
	return true
}

func between(v *value, least, most string) bool {
	x := rational(v.text)
	return x.Cmp(rational(least)) >= 0 && x.Cmp(rational(most)) <= 0
}

// quote writes a string as JSON.
func quote(s string) string {
	quoted, _ := jsontext.AppendQuote(nil, s)
	return string(quoted)
}
