package mutate

import (
	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// array judges the items of an array.
func (p *place) array(o *inspection) {
	s, v := p.schema, p.value
	prefix, items, contains := find(s, contract.PrefixItems), find(s, contract.Items), find(s, contract.Contains)
	contained := 0
	unique := find(s, contract.UniqueItems) != nil
	had := map[string]bool{}
	for i, item := range v.members {
		switch {
		case prefix != nil && i < len(prefix.Schemas):
			p.contains(o.value(prefix.Schemas[i], item.value))
			p.covered.add(i)
		case items != nil:
			p.contains(o.value(items.Schemas[0], item.value))
			p.covered.add(i)
		default:
			p.contains(o.nothing(s, item.value))
		}
		if contains != nil && o.value(contains.Schemas[0], item.value).valid() {
			contained++
			p.covered.add(i)
		}
		if unique {
			text := item.canonical()
			if had[text] {
				at := &place{p.judgement, s, item.value}
				at.says(o, contract.UniqueItems, contract.UniqueItems, "")
			}
			had[text] = true
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
