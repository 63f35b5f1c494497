package mutate

import (
	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// together judges a value by a schema and by those that its keywords put in its place:
// first those that always hold. Of the members that are for requests only none is required.
func (o *inspection) together(schema int, v *value, outermost int) *judgement {
	q := question{schema, v, outermost}
	j := o.known[q]
	if j == nil {
		j = o.inPlace(schema, v, outermost)
		o.known[q] = j
	}
	return j
}

func (o *inspection) inPlace(schema int, v *value, outermost int) *judgement {
	s := &o.program.Schemas[schema]
	j, typed := o.own(s, v, outermost)
	if s.Never != "" {
		return j
	}
	p := &place{j, s, v}
	by := func(part int) *judgement { return o.together(part, v, outermost) }
	if !typed {
		p.unsure = true // that it is of another type says all
		return j
	}
	for _, kw := range s.Keywords {
		if kw.Name == contract.Ref || kw.Name == contract.AllOf {
			for _, part := range kw.Schemas {
				p.takes(by(part))
			}
		}
	}
	for _, kw := range s.Keywords {
		if kw.Name == contract.AnyOf || kw.Name == contract.OneOf {
			p.choice(o, &kw, by)
		}
	}
	if kw := find(s, contract.Not); kw != nil && by(kw.Schemas[0]).valid() {
		p.says(o, contract.Not, contract.Not, "")
	}
	if kw := find(s, contract.If); kw != nil {
		next := contract.Else
		if condition := by(kw.Schemas[0]); condition.valid() {
			p.accepts(condition)
			next = contract.Then
		}
		if then := find(s, next); then != nil {
			p.takes(by(then.Schemas[0]))
		}
	}
	if kw := find(s, contract.DependentSchemas); kw != nil && v.kind == anObject {
		for i, name := range kw.Values {
			if v.member(name) != nil {
				p.takes(by(kw.Schemas[i]))
			}
		}
	}
	if !p.unsure {
		p.unevaluated(o)
	}
	return j
}

// choice judges by "anyOf" or "oneOf".
func (p *place) choice(o *inspection, kw *contract.Keyword, by func(schema int) *judgement) {
	one := kw.Name == contract.OneOf && len(kw.Values) == 0
	var fit []*judgement
	for _, branch := range kw.Schemas {
		if j := by(branch); j.valid() {
			fit = append(fit, j)
		}
	}
	if len(fit) == 0 || len(fit) > 1 && one {
		p.unsure = true
		p.says(o, kw.Name, kw.Name, "")
	}
	var least *judgement
	for _, j := range fit {
		p.accepts(j)
		if least == nil || j.weight < least.weight {
			least = j
		}
	}
	if least != nil && !(len(fit) > 1 && one) {
		p.finds(least)
	}
}

// unevaluated judges the members or items that no schema has spoken of.
func (p *place) unevaluated(o *inspection) {
	if kw := find(p.schema, contract.UnevaluatedProperties); kw != nil && p.value.kind == anObject {
		p.open = true
		for i, m := range p.value.members {
			switch {
			case p.covered.has(i):
			case len(kw.Schemas) > 0:
				p.contains(o.value(kw.Schemas[0], m.value))
			default:
				p.saysOfKey(o, contract.UnevaluatedProperties, contract.UnevaluatedProperties, i)
			}
			p.covered.add(i)
		}
	}
	if kw := find(p.schema, contract.UnevaluatedItems); kw != nil && p.value.kind == anArray {
		for i, item := range p.value.members {
			if !p.covered.has(i) {
				p.contains(o.value(kw.Schemas[0], item.value))
			}
			p.covered.add(i)
		}
	}
}
