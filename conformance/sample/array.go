package sample

import (
	"slices"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// arrays returns arrays of some lengths.
func (p *planner) arrays(t together, f *facts, name string) (levels []level) {
	lo, hi := f.limits(contract.MinItems, contract.MaxItems)
	prefixed, contained := 0, 0
	for _, kw := range f.keywords[contract.PrefixItems] {
		prefixed = max(prefixed, len(kw.Schemas))
	}
	var contains []int
	for _, kw := range f.keywords[contract.Contains] {
		contains, contained = append(contains, kw.Schemas...), 1
	}
	if kw := f.first(contract.MinContains); kw != nil && contained > 0 {
		contained = count(kw)
	}
	if lo > most || contained > most {
		p.fail(t, contract.MinItems, "more items are asked for than a sample has")
		return nil
	}
	lengths := []int{0, 1, 2, 3, prefixed, prefixed + 1, prefixed + contained, lo, lo + 1, hi}
	if p.deep() {
		lengths = []int{lo, contained}
	}
	slices.Sort(lengths)
	lengths = slices.DeleteFunc(slices.Compact(lengths), func(n int) bool { return n < max(lo, contained) || n > min(hi, most) })
	// A node each, made where the first array needs it; nil where nothing conforms.
	made := map[int]*node{}
	item := func(at int, more ...int) *node {
		if n, ok := made[at]; ok {
			return n
		}
		n := p.node(append(p.items(t, at), more...), name, false)
		made[at] = n
		return n
	}
	for _, length := range lengths {
		a := &array{length: length}
		fits := true
		for at := range min(prefixed, length) {
			a.prefix = append(a.prefix, item(at))
			fits = fits && a.prefix[at] != nil
		}
		if rest := length - len(a.prefix); rest > 0 {
			if a.contained = min(contained, rest); a.contained > 0 {
				a.contains = item(-1, append(p.items(t, prefixed), contains...)...)
				fits = fits && a.contains != nil
			}
			if rest > a.contained {
				a.items = item(prefixed)
				fits = fits && a.items != nil
			}
		}
		if !fits {
			continue
		}
		l := level{array: a}
		switch {
		case length == 0:
			l.class = empty
		case length == hi || length == lo && lo > 1:
			l.class = odd
		}
		levels = p.made(t, f, levels, l)
	}
	return levels
}

// items are the schemas of the item at a place.
func (p *planner) items(t together, at int) (schemas []int) {
	if at < 0 {
		return nil
	}
	for _, schema := range t.schemas {
		var prefix, items, rest []int
		for _, kw := range p.program.Schemas[schema].Keywords {
			switch kw.Name {
			case contract.PrefixItems:
				prefix = kw.Schemas
			case contract.Items:
				items = kw.Schemas
			case contract.UnevaluatedItems:
				rest = kw.Schemas
			}
		}
		switch {
		case at < len(prefix):
			schemas = append(schemas, prefix[at])
		case items != nil:
			schemas = append(schemas, items...)
		default:
			schemas = append(schemas, rest...)
		}
	}
	return schemas
}
