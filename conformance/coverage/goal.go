package coverage

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/internal/number"
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

// literals are values that reach goals, by what equal returns.
type literals map[string][]*Goal

// add adds a value in JSON that reaches a goal.
func (l literals) add(text string, g *Goal) {
	key := equal(jsontext.Value(text))
	l[key] = append(l[key], g)
}

// equal returns a text that two values in JSON share where they are equal. Numbers with an exponent of
// more than three digits share it where they are written alike.
func equal(raw jsontext.Value) string {
	switch raw.Kind() {
	case '"':
		return `"` + unquote(raw)
	case '0':
		e := strings.IndexAny(string(raw), "eE")
		if digits.Match(raw) && string(raw) != "-0" || e >= 0 && len(strings.TrimLeft(string(raw[e+1:]), "+-0")) > 3 {
			return string(raw)
		}
		return number.Parse(string(raw)).RatString()
	case '[', '{':
		var parts []string
		d := jsontext.NewDecoder(bytes.NewReader(raw), jsontext.AllowDuplicateNames(true))
		_, err := d.ReadToken()
		for err == nil && d.PeekKind() != raw.Kind()+2 {
			var name, inner jsontext.Value
			if raw.Kind() == '{' {
				if name, err = d.ReadValue(); err != nil {
					break
				}
				name = jsontext.Value(strconv.Quote(unquote(name)) + ":")
			}
			if inner, err = d.ReadValue(); err == nil {
				parts = append(parts, string(name)+equal(inner))
			}
		}
		if raw.Kind() == '{' {
			slices.Sort(parts)
		}
		sum := sha256.Sum256([]byte(strings.Join(parts, ",")))
		return string(raw[:1]) + string(sum[:])
	}
	return string(raw)
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
