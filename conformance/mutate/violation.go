package mutate

import (
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// Violation is a body that breaks its contract in one step.
type Violation struct {
	// Kind says what was done to a body that conforms: one of Kinds.
	Kind string
	// Pointer is the value that it was done to.
	Pointer string
	// Body is what came of it.
	Body []byte
	// Due are the findings that Body owes, in the order of the bytes: most often one. Of
	// each the rule, the severity, the pointer, the property and the places are known, but
	// of json-syntax neither its offset nor the place in the document.
	Due []contract.Finding
}

// Kinds are the ways to break a contract, in the order of a table.
var Kinds = func() (titles []string) {
	for _, k := range kinds {
		titles = append(titles, k.title)
	}
	return titles
}()

// Violations yields every violation that the contract can express in one step from the
// body, kind by kind. It returns an error where the body isn't JSON, or where it owes a finding
// as it is.
func (o *Oracle) Violations(body []byte) (iter.Seq[Violation], error) {
	w, err := o.works(body)
	if err != nil {
		return nil, err
	}
	return func(yield func(Violation) bool) {
		for _, k := range kinds {
			if !w.kind(k, &steps{most: math.MaxInt}, yield) {
				return
			}
		}
	}, nil
}

// works is what violations are made from: a body that owes nothing, with its values.
type works struct {
	*Oracle
	sites  []*site
	before *inspection
}

func (o *Oracle) works(body []byte) (works, error) {
	root, err := parse(body)
	if err != nil {
		return works{}, err
	}
	before := o.inspect()
	if due := before.findings(root); len(due) > 0 {
		return works{}, fmt.Errorf("%s is due at %q before anything is done to the body", due[0].Rule, due[0].Pointer)
	}
	w := works{o, before.sites(root, body), before}
	before.starts = make(map[int]*value, len(w.sites))
	for _, s := range w.sites {
		before.starts[s.from] = s.value
	}
	return w, nil
}

// steps bounds how much is done: about what judging a value by a schema takes is a step.
type steps struct{ done, most int }

// add notes some more, and says whether that is within the bound.
func (s *steps) add(n int) bool {
	s.done += n
	return s.done <= s.most
}

// kind yields the violations of a kind, within bounds. It returns false where yield does.
func (w works) kind(k kind, spent *steps, yield func(Violation) bool) bool {
	seen := map[change]bool{}
	for _, s := range w.sites {
		edits := k.at(s)
		if !spent.add(1 + len(edits)) {
			return true
		}
		for _, e := range edits {
			if seen[e.change] {
				continue // another schema says the same
			}
			seen[e.change] = true
			if v, ok := w.violation(s, k, e, spent); ok && !yield(v) {
				return false
			}
			if !spent.add(0) {
				return true
			}
		}
	}
	return true
}

// Violation returns one of the violations of a body that owes nothing, taken at random, that
// owes a single finding and is wanted; ok is false where there is none, or none was found in a
// fiftieth of MaxSteps. Each kind that the body has a place for is as likely as any other. It
// returns an error where the body isn't JSON, or owes a finding as it is.
func (o *Oracle) Violation(body []byte, random *rand.Rand, wanted func(Violation) bool) (v Violation, ok bool, err error) {
	w, err := o.works(body)
	if err != nil {
		return v, false, err
	}
	sites := w.sites
	spent := &steps{most: MaxSteps / 50}
	for _, k := range random.Perm(len(kinds)) {
		for _, at := range random.Perm(len(sites)) {
			edits := kinds[k].at(sites[at])
			if !spent.add(1 + len(edits)) {
				return v, false, nil
			}
			for _, e := range random.Perm(len(edits)) {
				if v, ok := w.violation(sites[at], kinds[k], edits[e], spent); ok && len(v.Due) == 1 && wanted(v) {
					return v, true, nil
				}
			}
		}
	}
	return v, false, nil
}

// kind is a way to break a rule.
type kind struct {
	title string
	// at returns what to do to a value. What of it breaks nothing, since another schema takes
	// the value as it is then, is sorted out later.
	at func(*site) []edit
}

// violation does an edit and works out what is due; ok is false where that is nothing, or
// where the body that comes of it is too long.
func (w works) violation(s *site, k kind, e edit, spent *steps) (v Violation, ok bool) {
	v = Violation{Kind: k.title, Pointer: s.pointer()}
	if spent.add((len(s.body) + len(e.text)) / 32); len(e.text) > longestText {
		return v, false
	}
	v.Body = append(append(append(make([]byte, 0, len(s.body)+len(e.text)), s.body[:e.from]...), e.text...), s.body[e.to:]...)
	if e.syntax {
		v.Due = []contract.Finding{{Rule: contract.JSONSyntax, Severity: contract.Error, Pointer: e.reading}}
		return v, !jsontext.Value(v.Body).IsValid(jsontext.AllowDuplicateNames(true))
	}
	root, err := parse(v.Body)
	if err != nil {
		return v, false
	}
	one := w.inspect()
	one.before, one.edit = w.before, e.change
	v.Due = one.findings(root)
	spent.add(one.steps)
	return v, len(v.Due) > 0
}

// site is a value in a body, with what is said of it.
type site struct {
	*value
	oracle *Oracle
	body   []byte
	// schemas are those that the value conforms to, and has to; none in free-form data.
	schemas []*contract.Schema
}

// raw is the value as it is written.
func (s *site) raw() string { return string(s.body[s.from:s.to]) }

// sites are the values of a body that owes nothing, of which root is the outermost.
func (o *inspection) sites(root *value, body []byte) []*site {
	var all []*site
	var walk func(s *site, schemas []int)
	walk = func(s *site, schemas []int) {
		all = append(all, s)
		for _, schema := range o.inForce(schemas, s.value) {
			s.schemas = append(s.schemas, &o.program.Schemas[schema])
		}
		for i, m := range s.members {
			inner := &site{value: m.value, oracle: o.Oracle, body: body}
			walk(inner, o.inside(s, i))
		}
	}
	walk(&site{value: root, oracle: o.Oracle, body: body}, []int{0})
	return all
}

// inForce are the schemas that a value which conforms to some conforms to in their place, and
// those, each once.
func (o *inspection) inForce(schemas []int, v *value) (all []int) {
	seen := map[int]bool{}
	for _, schema := range schemas {
		o.enforce(schema, v, seen, &all)
	}
	return all
}

func (o *inspection) enforce(schema int, v *value, seen map[int]bool, all *[]int) {
	if seen[schema] {
		return
	}
	seen[schema] = true
	*all = append(*all, schema)
	s := &o.program.Schemas[schema]
	add := func(part int) { o.enforce(part, v, seen, all) }
	for _, kw := range s.Keywords {
		switch kw.Name {
		case contract.Ref, contract.AllOf:
			for _, part := range kw.Schemas {
				add(part)
			}
		case contract.AnyOf, contract.OneOf:
			for _, part := range kw.Schemas {
				if o.value(part, v).valid() {
					add(part)
				}
			}
		case contract.If:
			next := contract.Else
			if o.value(kw.Schemas[0], v).valid() {
				add(kw.Schemas[0])
				next = contract.Then
			}
			if then := find(s, next); then != nil {
				add(then.Schemas[0])
			}
		case contract.DependentSchemas:
			for i, name := range kw.Values {
				if v.kind == anObject && v.member(name) != nil {
					add(kw.Schemas[i])
				}
			}
		}
	}
}

// inside are the schemas of the i-th member or item of s.
func (o *Oracle) inside(s *site, i int) (schemas []int) {
	var rest []int // what judges members that no other schema speaks of
	for _, schema := range s.schemas {
		var known []int
		for _, kw := range schema.Keywords {
			switch {
			case s.kind == anArray && kw.Name == contract.PrefixItems && i < len(kw.Schemas):
				known = kw.Schemas[i : i+1]
			case s.kind == anArray && kw.Name == contract.UnevaluatedItems, s.kind == anObject && kw.Name == contract.UnevaluatedProperties:
				rest = append(rest, kw.Schemas...)
			}
		}
		beyond := contract.Items
		if s.kind == anObject {
			beyond = contract.AdditionalProperties
			known = o.members(schema, s.members[i].name)
		}
		if kw := find(schema, beyond); kw != nil && len(known) == 0 {
			known = kw.Schemas
		}
		schemas = append(schemas, known...)
	}
	if len(schemas) == 0 {
		return rest
	}
	return schemas
}

// Same says whether findings are those that are due: the rule, the pointer, the property and
// the places of each, but of json-syntax the rule and the pointer.
func Same(found, due []contract.Finding) bool {
	if len(found) != len(due) {
		return false
	}
	left := slices.Clone(due)
	for _, f := range found {
		i := slices.IndexFunc(left, func(d contract.Finding) bool {
			return f.Rule == d.Rule && f.Pointer == d.Pointer && f.Property == d.Property &&
				(f.Rule == contract.JSONSyntax || f.Offset == d.Offset && f.Spec == d.Spec)
		})
		if i < 0 {
			return false
		}
		left = slices.Delete(left, i, i+1)
	}
	return true
}
