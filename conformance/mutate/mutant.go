package mutate

import (
	"fmt"
	"iter"
	"math/big"
	"slices"
	"strings"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/internal/number"
)

// Mutant is a contract that was changed in one place.
type Mutant struct {
	// Provider, Operation and Response name the contract, as a Result of package conformance
	// does; empty for a program alone.
	Provider, Operation, Response string
	// Spec is the place in the document that the change is about.
	Spec contract.Position
	// Kind is one of Changes.
	Kind string
	// Change says what was changed: `"id" dropped`.
	Change string
	// Pointer is where in a body the changed schema first has something to judge, * standing
	// for any item and any member.
	Pointer string
	// Record says what the body of a recording that notices has: `null at /id`.
	Record string

	base     contract.Program
	schema   int                // the one that is changed
	keywords []contract.Keyword // what it has then
}

// program is the contract as it was changed.
func (m Mutant) program() contract.Program {
	p := contract.Program{File: m.base.File, Schemas: slices.Clone(m.base.Schemas)}
	p.Schemas[m.schema].Keywords = m.keywords
	return p
}

// String names the mutant as a list of equivalent ones does.
func (m Mutant) String() string {
	return m.Spec.File + "#" + m.Spec.Pointer + ": " + m.Change
}

// Changes are the kinds of mutants, in the order of a table.
var Changes = []string{
	requiredDropped, requiredAdded, nullableFlipped, typeChanged, valueRemoved, valueAdded, boundMoved, formatDropped, keywordDropped,
	propertyRenamed, conditionChanged, schemaDropped,
}

const (
	requiredDropped  = "required dropped"
	requiredAdded    = "required added"
	nullableFlipped  = "nullable flipped"
	typeChanged      = "type changed"
	valueRemoved     = "enum value removed"
	valueAdded       = "enum value added"
	boundMoved       = "bound moved by one"
	formatDropped    = "format dropped"
	keywordDropped   = "other keyword dropped"
	propertyRenamed  = "property renamed"
	conditionChanged = "condition changed"
	schemaDropped    = "schema of several dropped"
)

// Mutants yields all that one step makes of a contract, in the order of the document's
// schemas.
func Mutants(p contract.Program) iter.Seq[Mutant] {
	return func(yield func(Mutant) bool) { newMutator(p).mutants(yield) }
}

// mutator makes the mutants of a program.
type mutator struct {
	contract.Program
	ways    []way                       // to what each schema judges, in a body
	holders map[int][]*contract.Keyword // the "properties" that hold a schema which has a condition
	yield   func(Mutant) bool
	at      int // the schema that is being changed
	// over says that no more mutants are wanted, and left how many there would have been.
	over bool
	left int
}

func newMutator(p contract.Program) *mutator {
	m := &mutator{Program: p, ways: ways(p), holders: map[int][]*contract.Keyword{}}
	for i := range p.Schemas {
		properties := find(&p.Schemas[i], contract.Properties)
		if properties == nil {
			continue
		}
		for _, at := range properties.Schemas {
			if find(&p.Schemas[at], presentWhen) != nil || find(&p.Schemas[at], presentOnlyWhen) != nil {
				m.holders[at] = append(m.holders[at], properties)
			}
		}
	}
	return m
}

// mutants yields the mutants until yield returns false, and then counts those that are left.
func (m *mutator) mutants(yield func(Mutant) bool) {
	m.yield = yield
	for i := range m.Schemas {
		m.schema(i)
	}
}

// way is a step to a place in a body from the place around it.
type way struct {
	from  int // the schema of the place around; -1 for the body itself
	token string
}

// ways are where in a body each schema first has something to judge, * standing for any
// item and any member.
func ways(p contract.Program) []way {
	all := make([]way, len(p.Schemas))
	met := make([]bool, len(p.Schemas))
	met[0] = true
	all[0].from = -1
	for queue := []int{0}; len(queue) > 0; queue = queue[1:] {
		i := queue[0]
		for _, kw := range p.Schemas[i].Keywords {
			for k, next := range kw.Schemas {
				if met[next] {
					continue
				}
				met[next], queue = true, append(queue, next)
				all[next].from = i
				switch kw.Name {
				case contract.Properties:
					all[next].token = "/" + contract.EscapeToken(kw.Values[k])
				case contract.PrefixItems:
					all[next].token = fmt.Sprintf("/%d", k)
				case contract.Items, contract.Contains, contract.UnevaluatedItems, contract.AdditionalProperties, contract.PatternProperties, contract.UnevaluatedProperties:
					all[next].token = "/*"
				}
			}
		}
	}
	return all
}

// pointer is where in a body the schema first has something to judge.
func (m *mutator) pointer() string {
	var tokens []string
	for i := m.at; i >= 0; i = m.ways[i].from {
		tokens = append(tokens, m.ways[i].token)
	}
	slices.Reverse(tokens)
	return strings.Join(tokens, "")
}

// where names the place in a body that the schema judges.
func (m *mutator) where() string {
	if pointer := m.pointer(); pointer != "" {
		return pointer
	}
	return "the body"
}

// step is how a mutant differs from the contract as it is.
type step struct {
	changed        *contract.Keyword // in the place of the old one; nil for nothing
	change, record string
}

// add makes a mutant whose keyword is replaced by another; with nil for the old one that is
// a new one. What differs is worked out only where the mutant is wanted.
func (m *mutator) add(kind string, old *contract.Keyword, differ func() step) {
	if m.over {
		m.left++
		return
	}
	s, one := &m.Schemas[m.at], differ()
	name := contract.Rule("")
	keywords := slices.Clone(s.Keywords)
	at := contract.Position{File: m.File, Line: s.Line, Column: s.Column}
	if old == nil {
		name = one.changed.Name
		keywords = append(keywords, *one.changed)
	} else {
		name = old.Name
		at.Line, at.Column = old.Line, old.Column
		for i := range s.Keywords {
			switch {
			case &s.Keywords[i] != old:
			case one.changed == nil:
				keywords = slices.Delete(keywords, i, i+1)
			default:
				keywords[i] = *one.changed
			}
		}
	}
	at.Pointer = s.Pointer + "/" + string(name)
	m.over = !m.yield(Mutant{
		Spec: at, Kind: kind, Change: one.change, Pointer: m.pointer(), Record: one.record, base: m.Program, schema: m.at, keywords: keywords,
	})
}

// with returns the keyword with other operands.
func with(kw *contract.Keyword, values []string) *contract.Keyword {
	changed := *kw
	changed.Values = values
	return &changed
}

func setOf(values []string) map[string]bool {
	set := make(map[string]bool, len(values))
	for _, v := range values {
		set[v] = true
	}
	return set
}

// without leaves an operand out.
func without(values []string, i int) []string { return slices.Delete(slices.Clone(values), i, i+1) }

func (m *mutator) schema(at int) {
	m.at = at
	s := &m.Schemas[at]
	m.required(s)
	m.nullable(s)
	for i := range s.Keywords {
		kw := &s.Keywords[i]
		switch kw.Name {
		case contract.Type:
			m.types(kw)
		case contract.Enum, contract.Const:
			m.values(kw)
		case contract.Minimum, contract.Maximum, contract.ExclusiveMinimum, contract.ExclusiveMaximum, contract.MinLength, contract.MaxLength,
			contract.MinItems, contract.MaxItems, contract.MinProperties, contract.MaxProperties, contract.MinContains, contract.MaxContains:
			m.bound(kw)
		case contract.Format:
			if asserted[kw.Values[0]] {
				m.add(formatDropped, kw, func() step {
					return step{nil, kw.Values[0] + " dropped", "a value at " + m.where() + " that is no " + kw.Values[0]}
				})
			}
		case contract.AdditionalProperties, contract.UnevaluatedProperties:
			if len(kw.Schemas) > 0 || kw.Values[0] == "false" {
				m.dropped(kw)
			}
		case contract.Pattern, contract.MultipleOf, contract.UniqueItems, contract.PropertyNames, contract.Not, contract.Contains,
			contract.DependentRequired, contract.UnevaluatedItems, contract.WriteOnly, unixTime, aliasOf:
			m.dropped(kw)
		case contract.Properties:
			for i, name := range kw.Values {
				m.add(propertyRenamed, kw, func() step {
					values := slices.Clone(kw.Values)
					values[i] = name + "_"
					return step{with(kw, values), quote(name) + " renamed", "the member " + quote(name) + " of " + m.where()}
				})
			}
		case presentWhen, presentOnlyWhen:
			m.condition(kw)
		case contract.AnyOf, contract.OneOf, contract.AllOf:
			for i := range kw.Schemas {
				if len(kw.Schemas) < 2 {
					break
				}
				m.add(schemaDropped, kw, func() step {
					changed := *kw
					changed.Schemas = slices.Delete(slices.Clone(kw.Schemas), i, i+1)
					return step{&changed, fmt.Sprintf("schema %d dropped", i), fmt.Sprintf("a value at %s that schema %d alone lets pass, or not", m.where(), i)}
				})
			}
		}
	}
}

// asserted are the formats that a body can break.
var asserted = map[string]bool{"int32": true, "int64": true, "date-time": true, "uuid": true}

func (m *mutator) dropped(kw *contract.Keyword) {
	m.add(keywordDropped, kw, func() step {
		return step{nil, "dropped", "a value at " + m.where() + " that breaks " + string(kw.Name)}
	})
}

// required drops each of the names, and adds those of the other properties.
func (m *mutator) required(s *contract.Schema) {
	kw := find(s, contract.Required)
	lacking := func(name string) string { return m.where() + " without " + quote(name) }
	if kw != nil {
		for i, name := range kw.Values {
			m.add(requiredDropped, kw, func() step {
				return step{with(kw, without(kw.Values, i)), quote(name) + " dropped", lacking(name)}
			})
		}
	}
	properties := find(s, contract.Properties)
	if properties == nil {
		return
	}
	listed := setOf(operands(s, contract.Required))
	for i, name := range properties.Values {
		switch {
		case find(&m.Schemas[properties.Schemas[i]], contract.WriteOnly) != nil: // requests alone have it
		case kw == nil:
			m.add(requiredAdded, nil, func() step {
				return step{&contract.Keyword{Name: contract.Required, Line: s.Line, Column: s.Column, Values: []string{name}}, quote(name) + " added", lacking(name)}
			})
		case !listed[name]:
			m.add(requiredAdded, kw, func() step {
				return step{with(kw, append(slices.Clone(kw.Values), name)), quote(name) + " added", lacking(name)}
			})
		}
	}
}

// nullable lets null pass where it didn't, and the other way round.
func (m *mutator) nullable(s *contract.Schema) {
	types := find(s, contract.Type)
	if types == nil {
		return
	}
	kw := find(s, contract.Nullable)
	at := slices.Index(types.Values, "null")
	switch {
	case kw != nil && kw.Values[0] == "true":
		m.add(nullableFlipped, kw, func() step {
			return step{with(kw, []string{"false"}), "true becomes false", "null at " + m.where()}
		})
	case kw != nil:
		m.add(nullableFlipped, kw, func() step {
			return step{with(kw, []string{"true"}), "false becomes true", "null at " + m.where()}
		})
	case at < 0:
		m.add(nullableFlipped, nil, func() step {
			return step{&contract.Keyword{Name: contract.Nullable, Line: s.Line, Column: s.Column, Values: []string{"true"}}, "added", "null at " + m.where()}
		})
	case len(types.Values) > 1:
		m.add(nullableFlipped, types, func() step {
			return step{with(types, without(types.Values, at)), "null dropped", "null at " + m.where()}
		})
	}
}

// nearest is what each type is changed to: the one most like it.
var nearest = map[string]string{
	"integer": "number", "number": "integer", "string": "integer", "boolean": "string", "object": "array", "array": "object", "null": "string",
}

func (m *mutator) types(kw *contract.Keyword) {
	for i, name := range kw.Values {
		to := nearest[name]
		sort := "a value"
		switch {
		case name == "null" && len(kw.Values) > 1, slices.Contains(kw.Values, to):
			continue
		case name == "integer" || name == "number":
			sort = "a fraction"
		}
		m.add(typeChanged, kw, func() step {
			values := slices.Clone(kw.Values)
			values[i] = to
			return step{with(kw, values), name + " becomes " + to, sort + " at " + m.where()}
		})
	}
}

// values takes each value of an enum away, and adds one: the first in another case.
func (m *mutator) values(kw *contract.Keyword) {
	for i, value := range kw.Values {
		if kw.Name == contract.Enum {
			m.add(valueRemoved, kw, func() step {
				return step{with(kw, without(kw.Values, i)), value + " removed", value + " at " + m.where()}
			})
		}
	}
	listed := setOf(kw.Values)
	for _, value := range kw.Values {
		other, ok := unlisted(value, listed)
		if !ok {
			continue
		}
		m.add(valueAdded, kw, func() step {
			changed := with(kw, append(slices.Clone(kw.Values), other))
			changed.Name = contract.Enum
			return step{changed, other + " added", other + " at " + m.where()}
		})
		return
	}
}

// unlisted is a value much like another one, and not listed.
func unlisted(value string, listed map[string]bool) (other string, ok bool) {
	v, err := parse([]byte(value))
	switch {
	case err != nil:
		return "", false
	case v.kind == aString:
		other = quote(turned(v.text))
		for listed[other] {
			v.text += "x"
			other = quote(v.text)
		}
	case v.kind == aNumber:
		next := number.Parse(v.text)
		for other = value; listed[other]; other = number.Format(next) {
			next.Add(next, big.NewRat(1, 1))
		}
	case v.kind == aTrue:
		other = "false"
	case v.kind == aFalse:
		other = "true"
	default:
		return "", false
	}
	return other, !listed[other]
}

// bound moves a bound by one to both sides. The value between them is what tells them
// apart.
func (m *mutator) bound(kw *contract.Keyword) {
	limit, name := number.Parse(kw.Values[0]), strings.ToLower(string(kw.Name))
	of := map[contract.Rule]string{
		contract.MinLength: " characters", contract.MaxLength: " characters", contract.MinItems: " items", contract.MaxItems: " items",
		contract.MinProperties: " members", contract.MaxProperties: " members", contract.MinContains: " items that fit", contract.MaxContains: " items that fit",
	}[kw.Name]
	for _, by := range []int64{-1, 1} {
		moved := new(big.Rat).Add(limit, big.NewRat(by, 1))
		if of != "" && moved.Sign() < 0 {
			continue // nothing is fewer than none
		}
		between := moved
		if inwards := strings.Contains(name, "min") == (by > 0); inwards != strings.HasPrefix(name, "exclusive") {
			between = limit
		}
		m.add(boundMoved, kw, func() step {
			return step{with(kw, []string{number.Format(moved)}), kw.Values[0] + " becomes " + number.Format(moved), number.Format(between) + of + " at " + m.where()}
		})
	}
}

// condition takes each of the values that decide away, and adds one that the property
// that decides may have.
func (m *mutator) condition(kw *contract.Keyword) {
	lacking := " without "
	if kw.Name == presentOnlyWhen {
		lacking = " with "
	}
	for i, value := range kw.Values[1:] {
		m.add(conditionChanged, kw, func() step {
			var changed *contract.Keyword
			if len(kw.Values) > 2 {
				changed = with(kw, without(kw.Values, i+1))
			}
			return step{changed, value + " removed", kw.Values[0] + " " + value + lacking + m.where()}
		})
	}
	listed := setOf(kw.Values[1:])
	for _, properties := range m.holders[m.at] {
		at := slices.Index(properties.Values, kw.Values[0])
		if at < 0 {
			continue
		}
		for _, value := range operands(&m.Schemas[properties.Schemas[at]], contract.Enum) {
			if !listed[value] {
				m.add(conditionChanged, kw, func() step {
					return step{with(kw, append(slices.Clone(kw.Values), value)), value + " added", kw.Values[0] + " " + value + lacking + m.where()}
				})
				return
			}
		}
	}
}
