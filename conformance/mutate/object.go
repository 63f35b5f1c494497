package mutate

import (
	"slices"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// The extensions of package specs' documents.
const (
	presentWhen     contract.Rule = "x-present-when"
	presentOnlyWhen contract.Rule = "x-present-only-when"
	aliasOf         contract.Rule = "x-alias-of"
	unixTime        contract.Rule = "x-unix-time"
)

// object judges the members of an object.
func (p *place) object(o *inspection, outermost int) {
	s, v := p.schema, p.value
	p.repeats(o)
	has := func(name string) bool { return v.member(name) != nil }
	if kw := find(s, contract.PatternProperties); kw != nil {
		o.steps += len(v.members) * len(kw.Schemas)
	}
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
			p.covered.add(i)
			if o.shares {
				p.documents = append(p.documents, m.key)
			}
		}
	}
	for _, kw := range s.Keywords {
		switch kw.Name {
		case contract.Required:
			o.steps += len(kw.Values) / 8
			for _, name := range kw.Values {
				if !has(name) && !o.requestOnly(outermost)[name] && !o.forRequests(s, name) {
					p.says(o, contract.Required, contract.Required, name)
				}
			}
		case contract.DependentRequired:
			for _, name := range kw.Values[1:] {
				if has(kw.Values[0]) && !has(name) {
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
			o.steps += len(kw.Values) / 8
			for i, name := range kw.Values {
				p.condition(o, &o.program.Schemas[kw.Schemas[i]], name)
				p.alias(o, &kw, i)
			}
		}
	}
}

// members are the schemas of the members with that name, where the object's schema names
// them.
func (o *Oracle) members(s *contract.Schema, name string) (schemas []int) {
	if kw := find(s, contract.Properties); kw != nil {
		if i, ok := o.names[kw][name]; ok {
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

// requestOnly are the members that responses don't have: the outermost schema says so, or
// one that always judges in its place.
func (o *inspection) requestOnly(outermost int) map[string]bool {
	if outermost < 0 {
		return nil
	}
	if known, ok := o.only[outermost]; ok {
		return known
	}
	names := map[string]bool{}
	seen := map[int]bool{outermost: true}
	for rest := []int{outermost}; len(rest) > 0; {
		s := &o.program.Schemas[rest[len(rest)-1]]
		rest = rest[:len(rest)-1]
		for _, kw := range s.Keywords {
			switch kw.Name {
			case contract.Ref, contract.AllOf:
				for _, part := range kw.Schemas {
					if !seen[part] {
						seen[part] = true
						rest = append(rest, part)
					}
				}
			case contract.Properties:
				for _, name := range kw.Values {
					if o.forRequests(s, name) {
						names[name] = true
					}
				}
			}
		}
	}
	o.only[outermost] = names
	return names
}

// forRequests says whether the schema itself has a property that responses don't have.
func (o *Oracle) forRequests(s *contract.Schema, name string) bool {
	kw := find(s, contract.Properties)
	if kw == nil || !o.requests {
		return false
	}
	i, ok := o.names[kw][name]
	return ok && find(&o.program.Schemas[kw.Schemas[i]], contract.WriteOnly) != nil
}

// condition judges x-present-when and x-present-only-when of a property.
func (p *place) condition(o *inspection, property *contract.Schema, name string) {
	for _, rule := range []contract.Rule{presentWhen, presentOnlyWhen} {
		kw := find(property, rule)
		if kw == nil {
			continue
		}
		decides, target := p.value.member(kw.Values[0]), p.value.member(name)
		if decides == nil {
			continue
		}
		met := o.lists(kw, decides)
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

// alias judges x-alias-of of the i-th of the properties. A null that its own schema doesn't
// allow equals anything.
func (p *place) alias(o *inspection, properties *contract.Keyword, i int) {
	property, name := &o.program.Schemas[properties.Schemas[i]], properties.Values[i]
	kw := find(property, aliasOf)
	if kw == nil {
		return
	}
	sibling, target := p.value.member(kw.Values[0]), p.value.member(name)
	if sibling == nil || target == nil || sibling.canonical() == target.canonical() {
		return
	}
	var schemas []int
	if additional := find(p.schema, contract.AdditionalProperties); additional != nil {
		schemas = additional.Schemas
	}
	if at := slices.Index(properties.Values, kw.Values[0]); at >= 0 {
		schemas = properties.Schemas[at : at+1]
	}
	if sibling.kind == aNull && len(schemas) > 0 && !o.value(schemas[0], sibling).valid() {
		return
	}
	a, isTime := instant(sibling.text)
	b, areTimes := instant(target.text)
	if sibling.kind == aString && target.kind == aString && isTime && areTimes && a == b {
		return
	}
	at := &place{p.judgement, property, target}
	at.says(o, contract.Condition, aliasOf, name)
}

// repeats judges the keys of an object.
func (p *place) repeats(o *inspection) {
	if !p.value.repeats || p.value.kind != anObject {
		return
	}
	names := make(map[string]bool, len(p.value.members))
	for i, m := range p.value.members {
		if names[m.name] {
			p.saysOfKey(o, contract.DuplicateKey, "", i)
		}
		names[m.name] = true
	}
}
