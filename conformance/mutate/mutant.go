package mutate

import (
	"fmt"
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

	program contract.Program
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

// Mutants returns all that one step makes of a contract, in the order of the document's
// schemas.
func Mutants(p contract.Program) []Mutant {
	m := mutator{Program: p, pointers: pointers(p)}
	for i := range p.Schemas {
		m.schema(i)
	}
	return m.all
}

// mutator collects the mutants of a program.
type mutator struct {
	contract.Program
	pointers []string // of what each schema judges, in a body
	all      []Mutant
	at       int // the schema that is being changed
}

// pointers are where in a body each schema first has something to judge, * standing for
// any item and any member.
func pointers(p contract.Program) []string {
	all := make([]string, len(p.Schemas))
	met := make([]bool, len(p.Schemas))
	met[0] = true
	for queue := []int{0}; len(queue) > 0; queue = queue[1:] {
		i := queue[0]
		for _, kw := range p.Schemas[i].Keywords {
			for k, next := range kw.Schemas {
				if met[next] {
					continue
				}
				met[next], queue = true, append(queue, next)
				all[next] = all[i]
				switch kw.Name {
				case contract.Properties:
					all[next] += "/" + contract.EscapeToken(kw.Values[k])
				case contract.PrefixItems:
					all[next] += fmt.Sprintf("/%d", k)
				case contract.Items, contract.Contains, contract.UnevaluatedItems, contract.AdditionalProperties, contract.PatternProperties, contract.UnevaluatedProperties:
					all[next] += "/*"
				}
			}
		}
	}
	return all
}

// where names the place in a body that the schema judges.
func (m *mutator) where() string {
	if m.pointers[m.at] == "" {
		return "the body"
	}
	return m.pointers[m.at]
}

// add adds a mutant whose keyword is replaced by another; with nil for the old one that is
// a new one, with nil for the new one nothing is left of the old one.
func (m *mutator) add(kind string, old, changed *contract.Keyword, change, record string) {
	schemas := slices.Clone(m.Schemas)
	s := &schemas[m.at]
	name := contract.Rule("")
	s.Keywords = slices.Clone(s.Keywords)
	at := contract.Position{File: m.File, Line: s.Line, Column: s.Column}
	switch {
	case old == nil:
		name = changed.Name
		s.Keywords = append(s.Keywords, *changed)
	default:
		name = old.Name
		at.Line, at.Column = old.Line, old.Column
		i := slices.IndexFunc(m.Schemas[m.at].Keywords, func(kw contract.Keyword) bool { return kw.Name == old.Name && slices.Equal(kw.Values, old.Values) })
		if changed == nil {
			s.Keywords = slices.Delete(s.Keywords, i, i+1)
		} else {
			s.Keywords[i] = *changed
		}
	}
	at.Pointer = s.Pointer + "/" + string(name)
	m.all = append(m.all, Mutant{
		Spec: at, Kind: kind, Change: change, Pointer: m.pointers[m.at], Record: record, program: contract.Program{File: m.File, Schemas: schemas},
	})
}

// with returns the keyword with other operands.
func with(kw *contract.Keyword, values []string) *contract.Keyword {
	changed := *kw
	changed.Values = values
	return &changed
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
				m.add(formatDropped, kw, nil, kw.Values[0]+" dropped", "a value at "+m.where()+" that is no "+kw.Values[0])
			}
		case contract.AdditionalProperties, contract.UnevaluatedProperties:
			if len(kw.Schemas) > 0 || kw.Values[0] == "false" {
				m.dropped(kw)
			}
		case contract.Pattern, contract.MultipleOf, contract.UniqueItems, contract.PropertyNames, contract.Not, contract.Contains,
			contract.DependentRequired, contract.UnevaluatedItems, contract.WriteOnly, unixTime:
			m.dropped(kw)
		case contract.Properties:
			for i, name := range kw.Values {
				values := slices.Clone(kw.Values)
				values[i] = name + "_"
				m.add(propertyRenamed, kw, with(kw, values), quote(name)+" renamed", "the member "+quote(name)+" of "+m.where())
			}
		case presentWhen, presentOnlyWhen:
			m.condition(kw)
		case contract.AnyOf, contract.OneOf, contract.AllOf:
			for i := range kw.Schemas {
				if len(kw.Schemas) < 2 {
					break
				}
				changed := *kw
				changed.Schemas = slices.Delete(slices.Clone(kw.Schemas), i, i+1)
				m.add(schemaDropped, kw, &changed, fmt.Sprintf("schema %d dropped", i), fmt.Sprintf("a value at %s that schema %d alone lets pass, or not", m.where(), i))
			}
		}
	}
}

// asserted are the formats that a body can break.
var asserted = map[string]bool{"int32": true, "int64": true, "date-time": true, "uuid": true}

func (m *mutator) dropped(kw *contract.Keyword) {
	m.add(keywordDropped, kw, nil, "dropped", "a value at "+m.where()+" that breaks "+string(kw.Name))
}

// required drops each of the names, and adds those of the other properties.
func (m *mutator) required(s *contract.Schema) {
	kw := find(s, contract.Required)
	lacking := func(name string) string { return m.where() + " without " + quote(name) }
	if kw != nil {
		for i, name := range kw.Values {
			m.add(requiredDropped, kw, with(kw, without(kw.Values, i)), quote(name)+" dropped", lacking(name))
		}
	}
	properties := find(s, contract.Properties)
	if properties == nil {
		return
	}
	for i, name := range properties.Values {
		switch {
		case find(&m.Schemas[properties.Schemas[i]], contract.WriteOnly) != nil: // requests alone have it
		case kw == nil:
			m.add(requiredAdded, nil, &contract.Keyword{Name: contract.Required, Line: s.Line, Column: s.Column, Values: []string{name}}, quote(name)+" added", lacking(name))
		case !slices.Contains(kw.Values, name):
			m.add(requiredAdded, kw, with(kw, append(slices.Clone(kw.Values), name)), quote(name)+" added", lacking(name))
		}
	}
}

// nullable lets null pass where it didn't, and the other way round.
func (m *mutator) nullable(s *contract.Schema) {
	types := find(s, contract.Type)
	if types == nil {
		return
	}
	record := "null at " + m.where()
	kw := find(s, contract.Nullable)
	at := slices.Index(types.Values, "null")
	switch {
	case kw != nil && kw.Values[0] == "true":
		m.add(nullableFlipped, kw, with(kw, []string{"false"}), "true becomes false", record)
	case kw != nil:
		m.add(nullableFlipped, kw, with(kw, []string{"true"}), "false becomes true", record)
	case at < 0:
		m.add(nullableFlipped, nil, &contract.Keyword{Name: contract.Nullable, Line: s.Line, Column: s.Column, Values: []string{"true"}}, "added", record)
	case len(types.Values) > 1:
		m.add(nullableFlipped, types, with(types, without(types.Values, at)), "null dropped", record)
	}
}

// nearest is what each type is changed to: the one most like it.
var nearest = map[string]string{
	"integer": "number", "number": "integer", "string": "integer", "boolean": "string", "object": "array", "array": "object", "null": "string",
}

func (m *mutator) types(kw *contract.Keyword) {
	for i, name := range kw.Values {
		to := nearest[name]
		record := "a value at " + m.where()
		switch {
		case name == "null" && len(kw.Values) > 1, slices.Contains(kw.Values, to):
			continue
		case name == "integer" || name == "number":
			record = "a fraction at " + m.where()
		}
		values := slices.Clone(kw.Values)
		values[i] = to
		m.add(typeChanged, kw, with(kw, values), name+" becomes "+to, record)
	}
}

// values takes each value of an enum away, and adds one: the first in another case.
func (m *mutator) values(kw *contract.Keyword) {
	for i, value := range kw.Values {
		if kw.Name == contract.Enum {
			m.add(valueRemoved, kw, with(kw, without(kw.Values, i)), value+" removed", value+" at "+m.where())
		}
	}
	for _, value := range kw.Values {
		other, ok := unlisted(value, kw.Values)
		if !ok {
			continue
		}
		changed := with(kw, append(slices.Clone(kw.Values), other))
		changed.Name = contract.Enum
		m.add(valueAdded, kw, changed, other+" added", other+" at "+m.where())
		return
	}
}

// unlisted is a value much like another one, and not listed.
func unlisted(value string, listed []string) (other string, ok bool) {
	v, err := parse([]byte(value))
	switch {
	case err != nil:
		return "", false
	case v.kind == aString:
		other = quote(turned(v.text))
		for slices.Contains(listed, other) {
			v.text += "x"
			other = quote(v.text)
		}
	case v.kind == aNumber:
		next := number.Parse(v.text)
		for other = value; slices.Contains(listed, other); other = number.Format(next) {
			next.Add(next, big.NewRat(1, 1))
		}
	case v.kind == aTrue:
		other = "false"
	case v.kind == aFalse:
		other = "true"
	default:
		return "", false
	}
	return other, !slices.Contains(listed, other)
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
		m.add(boundMoved, kw, with(kw, []string{number.Format(moved)}), kw.Values[0]+" becomes "+number.Format(moved), number.Format(between)+of+" at "+m.where())
	}
}

// condition takes each of the values that decide away, and adds one that the property
// that decides may have.
func (m *mutator) condition(kw *contract.Keyword) {
	lacking := " without " + m.where()
	if kw.Name == presentOnlyWhen {
		lacking = " with " + m.where()
	}
	for i, value := range kw.Values[1:] {
		var changed *contract.Keyword
		if len(kw.Values) > 2 {
			changed = with(kw, without(kw.Values, i+1))
		}
		record := kw.Values[0] + " " + value + lacking
		m.add(conditionChanged, kw, changed, value+" removed", record)
	}
	for _, s := range m.Schemas {
		properties := find(&s, contract.Properties)
		if properties == nil || !slices.Contains(properties.Schemas, m.at) {
			continue
		}
		at := slices.Index(properties.Values, kw.Values[0])
		if at < 0 {
			continue
		}
		for _, value := range operands(&m.Schemas[properties.Schemas[at]], contract.Enum) {
			if !slices.Contains(kw.Values[1:], value) {
				m.add(conditionChanged, kw, with(kw, append(slices.Clone(kw.Values), value)), value+" added", kw.Values[0]+" "+value+lacking)
				return
			}
		}
	}
}
