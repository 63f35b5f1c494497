package coverage

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// Goal is something that a recording can show.
type Goal struct {
	// Field is the place that it is about.
	Field *Field
	// Name is Present, Null, Absent, Value or Type; or a keyword: a bound, or one with schemas that judge some values only,
	// such as "oneOf".
	Name string
	// Value is the value in JSON, the type, the value or the length at the bound, or which schema of the keyword it is; empty
	// for the first three.
	Value string
	// Spec is the place in the document of what makes it a goal.
	Spec contract.Position
	// Shown counts the recordings that reached it.
	Shown Count
}

// The names of goals that aren't keywords.
const (
	Present = "present" // there is a value, and it isn't null
	Null    = "null"
	Absent  = "absent"
	Value   = "value" // one of an enum; true or false
	Type    = "type"  // one of several
)

// Reached says whether a recording reached the goal.
func (g *Goal) Reached() bool { return g.Shown.All() > 0 }

// ofPlace says whether the goal is one of the place rather than of its schema.
func (g *Goal) ofPlace() bool { return g.Name == Present || g.Name == Null || g.Name == Absent }

// String says in a few words what the goal is: "null", "\"running\"", "at its minimum, 1".
func (g *Goal) String() string {
	switch {
	case g.ofPlace():
		return g.Name
	case g.Name == Value:
		return g.Value
	case g.Name == Type:
		return "of type " + g.Value
	case strings.HasPrefix(g.Name, "m") || strings.HasPrefix(g.Name, "exclusive"):
		return fmt.Sprintf("at its %s, %s", g.Name, g.Value)
	case g.Value == "":
		return "as " + g.Name + " has it"
	}
	return fmt.Sprintf("as %s/%s has it", g.Name, g.Value)
}

// literal is a value that reaches a goal.
type literal struct {
	text  string             // of a string
	equal *contract.Contract // what values equal to it conform to; nil for a string
	goal  *Goal
}

func newLiteral(text string, g *Goal) literal {
	if text[0] == '"' {
		return literal{text: unquote(jsontext.Value(text)), goal: g}
	}
	return literal{equal: only(contract.Const, text), goal: g}
}

// is says whether the literal is a value, which is text where it is a string.
func (l literal) is(raw jsontext.Value, text string) bool {
	if l.equal == nil {
		return raw.Kind() == '"' && text == l.text
	}
	return raw.Kind() != '"' && l.equal.Conforms(0, raw)
}

// only returns a contract with one keyword.
func only(name contract.Rule, value string) *contract.Contract {
	return contract.New(contract.Program{Schemas: []contract.Schema{{Keywords: []contract.Keyword{{Name: name, Values: []string{value}}}}}})
}

// size is a length that reaches a goal: of a string in code points, of an array in items, of an object in members.
type size struct {
	kind jsontext.Kind
	n    int
	goal *Goal
}

// typed is a type that reaches a goal.
type typed struct {
	is   *contract.Contract
	goal *Goal
}
