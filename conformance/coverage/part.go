package coverage

import (
	"math/big"
	"regexp"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/recording"
)

// part is one schema object's share in judging a value.
type part struct {
	first      *Field // the place that has its goals and what is in it
	literals   literals
	sizes      []size
	types      []typed
	integer    bool
	always     []*part  // of "$ref" and "allOf"
	choices    []choice // of "anyOf" and "oneOf"
	conditions []int    // "if", as an index into the program: one, or none
	then       choice
	otherwise  choice
	dependents map[string]choice // of "dependentSchemas"

	properties map[string]*Field // nil for a member that no response has
	patterns   []pattern
	additional []*Field // one, or none
	members    []*Field // those three, as a list
	prefix     []*Field
	items      []*Field // one, or none
}

// member returns the places that a member of that name stands in.
func (p *part) member(name string) (fields []*Field) {
	f, named := p.properties[name]
	if f != nil {
		fields = append(fields, f)
	}
	for _, pattern := range p.patterns {
		if pattern.regexp.MatchString(name) {
			fields, named = append(fields, pattern.field), true
		}
	}
	if !named {
		fields = append(fields, p.additional...)
	}
	return fields
}

// item returns the places that the item at an index stands in.
func (p *part) item(index int) []*Field {
	if index < len(p.prefix) {
		return p.prefix[index : index+1]
	}
	return p.items
}

// choice is a schema that judges some of the values that its part judges.
type choice struct {
	schema int   // in the program
	goal   *Goal // nil, as part is, where no value conforms or nothing chooses it
	part   *part
}

// pattern is one of "patternProperties".
type pattern struct {
	regexp *regexp.Regexp
	field  *Field
}

// parting makes a part, and gives a place the goals and the places in it.
type parting struct {
	*layout
	object int // the schema object, in the program
	part   *part
	field  *Field
	said   facts
	around int // how many schema objects it stands in the place of
}

// maxAround bounds that: what lies within more schemas of one place shows nothing.
const maxAround = 200

// newPart returns the share of schema object i in judging the values at f, in the place of some others, which
// together with it say what is said.
func (l *layout) newPart(f *Field, i int, said facts, around int) *part {
	if known, ok := l.parts[i]; ok {
		f.share(known.first)
		return known
	}
	p := parting{l, i, &part{first: f, literals: literals{}}, f, said, around}
	l.parts[i] = p.part
	p.part.integer = slices.Contains(p.said.types, "integer")
	for _, kw := range l.program.Schemas[i].Keywords {
		p.value(kw)
		p.inPlace(kw)
		if f.depth < maxDepth-1 {
			p.inside(kw)
		}
	}
	return p.part
}

// position is the place of a keyword.
func (p *parting) position(kw contract.Keyword) contract.Position {
	return contract.Position{
		File: p.program.File, Line: kw.Line, Column: kw.Column, Pointer: p.program.Schemas[p.object].Pointer + "/" + string(kw.Name),
	}
}

// value takes a keyword that speaks of a value by itself.
func (p *parting) value(kw contract.Keyword) {
	switch kw.Name {
	case contract.Enum:
		for _, text := range kw.Values {
			if text != "null" {
				p.literal(kw, Value, text)
			}
		}
	case contract.Type:
		if p.keyword(contract.Enum) != nil || p.keyword(contract.Const) != nil {
			return
		}
		types := slices.DeleteFunc(slices.Clone(kw.Values), func(name string) bool { return name == "null" })
		for _, name := range types {
			if len(types) > 1 {
				p.part.types = append(p.part.types, typed{only(contract.Type, name), p.field.goal(Type, name, p.position(kw))})
			}
			if name == "boolean" {
				p.literal(kw, Value, "true")
				p.literal(kw, Value, "false")
			}
		}
	case contract.Minimum, contract.Maximum:
		p.literal(kw, string(kw.Name), whole.ReplaceAllString(kw.Values[0], "$1"))
	case contract.ExclusiveMinimum:
		p.literal(kw, string(kw.Name), p.beside(kw, 1))
	case contract.ExclusiveMaximum:
		p.literal(kw, string(kw.Name), p.beside(kw, -1))
	case contract.MinLength, contract.MaxLength:
		if !p.said.spelled {
			p.size(kw, '"', "string")
		}
	case contract.MinItems, contract.MaxItems:
		p.size(kw, '[', "array")
	case contract.MinProperties, contract.MaxProperties:
		p.size(kw, '{', "object")
	}
}

// literal makes a value a goal, where it conforms.
func (p *parting) literal(kw contract.Keyword, name, text string) {
	if text != "" && p.contract.Conforms(p.field.schema, []byte(text)) && p.contract.Conforms(p.object, []byte(text)) {
		p.part.literals.add(text, p.field.goal(name, text, p.position(kw)))
	}
}

// whole is an integer with a fraction of zeros.
var whole = regexp.MustCompile(`^(-?[0-9]+)\.0+$`)

// beside returns the integer next to a bound that is one; empty where there is none.
func (p *parting) beside(kw contract.Keyword, step int64) string {
	n, ok := new(big.Int).SetString(whole.ReplaceAllString(kw.Values[0], "$1"), 10)
	if !ok || !p.part.integer {
		return ""
	}
	return n.Add(n, big.NewInt(step)).String()
}

// size makes a length a goal, where a value of that type conforms and a recording can hold one.
func (p *parting) size(kw contract.Keyword, kind jsontext.Kind, name string) {
	n, ok := count(kw)
	if ok && n < recording.MaxEntry && (p.said.types == nil || slices.Contains(p.said.types, name)) {
		p.part.sizes = append(p.part.sizes, size{kind, n, p.field.goal(string(kw.Name), kw.Values[0], p.position(kw))})
	}
}

// inPlace takes a keyword that puts further schemas in the place of the schema object.
func (p *parting) inPlace(kw contract.Keyword) {
	switch kw.Name {
	case contract.Ref, contract.AllOf:
		for _, i := range kw.Schemas {
			if p.around < maxAround {
				p.part.always = append(p.part.always, p.newPart(p.field, i, p.said, p.around+1))
			}
		}
	case contract.AnyOf, contract.OneOf:
		for n, i := range kw.Schemas {
			p.part.choices = append(p.part.choices, p.choice(kw, strconv.Itoa(n), i))
		}
	case contract.If:
		p.part.conditions = kw.Schemas
	case contract.Then:
		p.part.then = p.choice(kw, "", kw.Schemas[0])
	case contract.Else:
		p.part.otherwise = p.choice(kw, "", kw.Schemas[0])
	case contract.DependentSchemas:
		p.part.dependents = map[string]choice{}
		for n, i := range kw.Schemas {
			p.part.dependents[kw.Values[n]] = p.choice(kw, kw.Values[n], i)
		}
	}
}

// choice returns the schema at index i as one that judges some values. It is a goal, unless none conforms to it or, with
// then and else, nothing chooses it.
func (p *parting) choice(kw contract.Keyword, value string, i int) choice {
	c := choice{schema: i}
	chosen := kw.Name != contract.Then && kw.Name != contract.Else || p.keyword(contract.If) != nil
	if s := p.program.Schemas[i]; s.Never == "" && chosen && p.around < maxAround {
		spec := contract.Position{File: p.program.File, Line: s.Line, Column: s.Column, Pointer: s.Pointer}
		c.goal = p.field.goal(string(kw.Name), value, spec)
		c.part = p.newPart(p.field, i, p.facts(i, p.said), p.around+1)
	}
	return c
}

// inside takes a keyword that holds the schemas of members or items.
func (p *parting) inside(kw contract.Keyword) {
	switch kw.Name {
	case contract.Properties, contract.PatternProperties, contract.AdditionalProperties, contract.PrefixItems, contract.Items:
	default:
		return
	}
	var names []string
	if properties := p.keyword(contract.Properties); properties != nil {
		names = properties.Values
	}
	// Where a member is required that has no name here, or any, it may have to be one of the others.
	others := p.said.members > 0 || len(p.said.required) > 0 && !containsAll(names, p.said.required)
	required := setOf(p.said.required)
	member := func(token string, i int, required bool) *Field {
		f := p.place(token, i, required)
		p.part.members = append(p.part.members, f)
		return f
	}
	switch kw.Name {
	case contract.Properties:
		p.part.properties = map[string]*Field{}
		for n, name := range names {
			p.part.properties[name] = nil
			if i := kw.Schemas[n]; !p.facts(i, facts{}).writeOnly {
				p.part.properties[name] = member(contract.EscapeToken(name), i, required[name])
			}
		}
	case contract.PatternProperties:
		for n, i := range kw.Schemas {
			p.part.patterns = append(p.part.patterns, pattern{regexp.MustCompile(kw.Values[2*n+1]), member("*", i, others)})
		}
	case contract.AdditionalProperties:
		for _, i := range kw.Schemas {
			p.part.additional = append(p.part.additional, member("*", i, others))
		}
	case contract.PrefixItems:
		for n, i := range kw.Schemas {
			p.part.prefix = append(p.part.prefix, p.place(strconv.Itoa(n), i, p.said.items > n))
		}
	case contract.Items:
		before := 0
		if prefix := p.keyword(contract.PrefixItems); prefix != nil {
			before = len(prefix.Schemas)
		}
		p.part.items = append(p.part.items, p.place("*", kw.Schemas[0], p.said.items > before))
	}
}

func setOf(names []string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, name := range names {
		set[name] = true
	}
	return set
}

// containsAll reports whether all of some names are among the names.
func containsAll(names, some []string) bool {
	set := setOf(names)
	return !slices.ContainsFunc(some, func(name string) bool { return !set[name] })
}

// place adds the place whose values the schema at index i judges to those in the field.
func (p *parting) place(token string, i int, required bool) *Field {
	f := p.layout.field(p.field.Pointer+"/"+token, i, p.field.depth+1, required)
	p.field.Fields = append(p.field.Fields, f)
	return f
}

// keyword returns the keyword of the schema object with that name; nil where there is none.
func (p *parting) keyword(name contract.Rule) *contract.Keyword {
	return p.program.Schemas[p.object].Keyword(name)
}

// count returns the operand of a keyword such as minItems.
func count(kw contract.Keyword) (n int, ok bool) {
	n, err := strconv.Atoi(whole.ReplaceAllString(kw.Values[0], "$1"))
	return n, err == nil
}
