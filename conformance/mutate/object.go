package mutate

import (
	"slices"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// The extensions of package specs' documents.
const (
	presentWhen     contract.Rule = "x-present-when"
	presentOnlyWhen contract.Rule = "x-present-only-when"
	unixTime        contract.Rule = "x-unix-time"
)

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
