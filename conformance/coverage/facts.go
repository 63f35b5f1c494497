package coverage

import (
	"slices"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// facts are what the schemas that judge a value in any case say of it together.
type facts struct {
	types     []string
	format    string
	limits    []string
	required  []string
	items     int  // how many there are at least
	members   int  // how many there are at least
	kinds     bool // something is said of which kinds of value conform
	spelled   bool // something is said of strings beyond their length
	never     bool // no value conforms
	writeOnly bool // no response has it
}

// alone returns what the schema at index i says in any case.
func (l *layout) alone(i int) facts {
	f, ok := l.known[i]
	if !ok {
		f = l.facts(i, facts{})
		l.known[i] = f
	}
	return f
}

// nulls reports whether null conforms to the schema at index i.
func (l *layout) nulls(i int) bool {
	conforms, ok := l.nullable[i]
	if !ok {
		conforms = l.contract.Conforms(i, []byte("null"))
		l.nullable[i] = conforms
	}
	return conforms
}

// facts adds what the schema at index i says in any case to what is given.
func (l *layout) facts(i int, given facts) facts {
	f := given
	f.limits, f.required = slices.Clip(f.limits), slices.Clip(f.required)
	for _, i := range l.always(i) {
		f.add(&l.program.Schemas[i])
	}
	return f
}

// always returns the index i and those of the schemas that always judge a value together with it.
func (l *layout) always(i int) []int {
	all := []int{i}
	seen := map[int]bool{i: true}
	for at := 0; at < len(all); at++ {
		for _, kw := range l.program.Schemas[all[at]].Keywords {
			if kw.Name != contract.Ref && kw.Name != contract.AllOf {
				continue
			}
			for _, next := range kw.Schemas {
				if !seen[next] {
					seen[next] = true
					all = append(all, next)
				}
			}
		}
	}
	return all
}

// add adds what one schema object says.
func (f *facts) add(s *contract.Schema) {
	f.never = f.never || s.Never != ""
	for _, kw := range s.Keywords {
		switch kw.Name {
		case contract.Type:
			f.types, f.kinds = kw.Values, true
		case contract.Nullable, contract.AnyOf, contract.OneOf:
			f.kinds = true
		case contract.Enum, contract.Const:
			f.kinds, f.spelled = true, true
		case contract.Format:
			f.format, f.spelled = kw.Values[0], true
		case contract.Required:
			f.required = append(f.required, kw.Values...)
		case contract.WriteOnly:
			f.writeOnly = true
		case contract.Contains:
			least := 1
			if kw := s.Keyword(contract.MinContains); kw != nil {
				least, _ = count(*kw)
			}
			f.items = max(f.items, least)
		case contract.Pattern:
			f.spelled = true
			f.limit(kw)
		case contract.MinItems:
			n, _ := count(kw)
			f.items = max(f.items, n)
			f.limit(kw)
		case contract.MinProperties:
			n, _ := count(kw)
			f.members = max(f.members, n)
			f.limit(kw)
		case contract.Minimum, contract.Maximum, contract.ExclusiveMinimum, contract.ExclusiveMaximum, contract.MultipleOf,
			contract.MinLength, contract.MaxLength, contract.MaxItems, contract.UniqueItems, contract.MaxProperties:
			f.limit(kw)
		}
	}
}

func (f *facts) limit(kw contract.Keyword) {
	f.limits = append(f.limits, string(kw.Name)+" "+kw.Values[0])
}
