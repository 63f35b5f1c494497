package compile

import (
	"bytes"
	"encoding/json"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// program compiles the schema at p and all that it refers to.
func (d *Document) program(p place) (contract.Program, error) {
	c := compiler{Document: d, index: map[*yaml.Node]int{}}
	c.program.File = d.file
	if _, err := c.schema(p, elsewhere); err != nil {
		return contract.Program{}, err
	}
	return c.program, nil
}

// compiler compiles the schemas of one program.
type compiler struct {
	*Document
	program contract.Program
	index   map[*yaml.Node]int // of the schemas met so far
}

// role is where a schema stands.
type role bool

const (
	elsewhere  role = false
	ofProperty role = true // it is the schema of a property, where conditions can stand
)

// schema compiles the schema at p, unless that has happened, and returns its index.
func (c *compiler) schema(p place, as role) (int, error) {
	if ref, _ := c.get(p.node, "$ref"); ref != nil {
		if err := c.siblings(p.node); err != nil {
			return 0, err
		}
	}
	p, err := c.deref(p)
	if err != nil {
		return 0, err
	}
	members, err := c.members(p.node)
	if err != nil {
		return 0, err
	}
	if as != ofProperty {
		for _, m := range members {
			if m.key.Value == "x-present-when" || m.key.Value == "x-present-only-when" {
				return 0, c.errorf(m.key, "%s stands in the schema of a property", m.key.Value)
			}
		}
	}
	if i, ok := c.index[p.node]; ok {
		return i, nil
	}
	i := len(c.program.Schemas)
	c.index[p.node] = i
	c.program.Schemas = append(c.program.Schemas, contract.Schema{
		Pointer: p.pointer, Line: p.node.Line, Column: p.node.Column,
	})
	var keywords []contract.Keyword
	for _, m := range members {
		kw, ok, err := c.keyword(p, m)
		if err != nil {
			return 0, err
		}
		if ok {
			keywords = append(keywords, kw)
		}
	}
	c.program.Schemas[i].Keywords = keywords
	return i, nil
}

// siblings returns an error where n has more than a "$ref" and what says nothing about
// the value: OpenAPI 3.0 ignores what stands beside a "$ref".
func (c *compiler) siblings(n *yaml.Node) error {
	members, err := c.members(n)
	if err != nil {
		return err
	}
	for _, m := range members {
		if name := m.key.Value; name != "$ref" && !annotation(name) {
			return c.errorf(m.key, "%s beside $ref is ignored by OpenAPI 3.0: move it to the schema that $ref names", name)
		}
	}
	return nil
}

// annotation says whether a keyword judges no value of a response.
func annotation(name string) bool {
	switch name {
	case "title", "description", "default", "example", "deprecated", "externalDocs", "xml", "readOnly":
		return true
	case "x-present-when", "x-present-only-when", "x-unix-time", "x-secret":
		return false
	}
	return strings.HasPrefix(name, "x-")
}

// keyword compiles one member of the schema object p; ok is false where it judges
// nothing.
func (c *compiler) keyword(p place, m member) (kw contract.Keyword, ok bool, err error) {
	name := m.key.Value
	if annotation(name) {
		return kw, false, nil
	}
	kw = contract.Keyword{Name: contract.Rule(name), Line: m.key.Line, Column: m.key.Column}
	at := p.at(m.value, name)
	switch name {
	case "type":
		kw.Values, err = c.oneOf(m, "boolean", "object", "array", "string", "integer", "number")
	case "nullable":
		kw.Values, err = c.oneOf(m, "true", "false")
	case "x-secret":
		kw.Values, err = c.oneOf(m, "true", "false")
		return kw, err == nil && kw.Values[0] == "true", err
	case "x-unix-time":
		kw.Values, err = c.oneOf(m, "ms")
	case "format":
		kw.Values, err = c.text(m)
	case "minimum", "maximum":
		kw.Values, err = c.number(m)
	case "enum":
		kw.Values, err = c.values(m.value)
	case "required":
		kw.Values, err = c.names(m)
	case "properties":
		var members []member
		if members, err = c.members(m.value); err != nil {
			break
		}
		for _, property := range members {
			var i int
			if i, err = c.schema(at.at(property.value, property.key.Value), ofProperty); err != nil {
				break
			}
			kw.Values = append(kw.Values, property.key.Value)
			kw.Schemas = append(kw.Schemas, i)
		}
	case "additionalProperties":
		if m.value.Tag == "!!bool" {
			kw.Values = []string{m.value.Value}
			break
		}
		kw.Schemas, err = c.schemas(at)
	case "items":
		kw.Schemas, err = c.schemas(at)
	case "allOf":
		if m.value.Kind != yaml.SequenceNode || len(m.value.Content) == 0 {
			return kw, false, c.errorf(m.value, "allOf is a list of schemas")
		}
		for i, part := range m.value.Content {
			var index int
			if index, err = c.schema(at.at(resolve(part), strconv.Itoa(i)), elsewhere); err != nil {
				break
			}
			kw.Schemas = append(kw.Schemas, index)
		}
	case "x-present-when", "x-present-only-when":
		kw.Values, err = c.condition(m)
	default:
		return kw, false, c.errorf(m.key, "the keyword %q is not supported", name)
	}
	return kw, err == nil, err
}

func (c *compiler) schemas(p place) ([]int, error) {
	i, err := c.schema(p, elsewhere)
	return []int{i}, err
}

func (c *compiler) text(m member) ([]string, error) {
	if m.value.Kind != yaml.ScalarNode {
		return nil, c.errorf(m.value, "%s is a string", m.key.Value)
	}
	return []string{m.value.Value}, nil
}

func (c *compiler) oneOf(m member, values ...string) ([]string, error) {
	if m.value.Kind != yaml.ScalarNode || !slices.Contains(values, m.value.Value) {
		return nil, c.errorf(m.value, "%s is one of %s", m.key.Value, strings.Join(values, ", "))
	}
	return []string{m.value.Value}, nil
}

func (c *compiler) number(m member) ([]string, error) {
	text, err := c.json(m.value)
	if err != nil {
		return nil, err
	}
	if text[0] != '-' && (text[0] < '0' || text[0] > '9') {
		return nil, c.errorf(m.value, "%s is a number", m.key.Value)
	}
	return []string{text}, nil
}

func (c *compiler) names(m member) ([]string, error) {
	if m.value.Kind != yaml.SequenceNode {
		return nil, c.errorf(m.value, "%s is a list of names", m.key.Value)
	}
	var names []string
	for _, n := range m.value.Content {
		n = resolve(n)
		if n.Kind != yaml.ScalarNode {
			return nil, c.errorf(n, "%s is a list of names", m.key.Value)
		}
		if slices.Contains(names, n.Value) {
			return nil, c.errorf(n, "%q stands here twice", n.Value)
		}
		names = append(names, n.Value)
	}
	return names, nil
}

// values are the members of a list as JSON text, each once.
func (c *compiler) values(list *yaml.Node) ([]string, error) {
	if list.Kind != yaml.SequenceNode || len(list.Content) == 0 {
		return nil, c.errorf(list, "a list of values is due here")
	}
	var values []string
	for _, n := range list.Content {
		text, err := c.json(resolve(n))
		if err != nil {
			return nil, err
		}
		if slices.Contains(values, text) {
			return nil, c.errorf(n, "%s stands here twice", text)
		}
		values = append(values, text)
	}
	return values, nil
}

// condition reads {property: name, in: [value, …]}.
func (c *compiler) condition(m member) ([]string, error) {
	property, _ := c.get(m.value, "property")
	in, _ := c.get(m.value, "in")
	if property == nil || property.Kind != yaml.ScalarNode || in == nil || len(m.value.Content) != 4 {
		return nil, c.errorf(m.value, "%s is written {property: name, in: [value]}", m.key.Value)
	}
	values, err := c.values(in)
	return append([]string{property.Value}, values...), err
}

// json returns the JSON text of a scalar in the document.
func (c *compiler) json(n *yaml.Node) (string, error) {
	switch n.Tag {
	case "!!null":
		return "null", nil
	case "!!bool":
		return strings.ToLower(n.Value), nil
	case "!!int", "!!float":
		if text, ok := number(n.Value); ok {
			return text, nil
		}
		return "", c.errorf(n, "%s is not a number in JSON", n.Value)
	case "!!str", "!!timestamp":
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(n.Value); err != nil {
			return "", c.errorf(n, "%v", err)
		}
		return strings.TrimSuffix(b.String(), "\n"), nil
	}
	return "", c.errorf(n, "a string, a number, true, false or null is due here")
}

var jsonNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

// number turns a YAML number into a JSON one without changing its value; ok is false
// for infinities and the like.
func number(text string) (_ string, ok bool) {
	if jsonNumber.MatchString(text) {
		return text, true
	}
	if i, ok := new(big.Int).SetString(text, 0); ok {
		return i.String(), true
	}
	sign := ""
	text = strings.ReplaceAll(strings.TrimPrefix(text, "+"), "_", "")
	if rest, ok := strings.CutPrefix(text, "-"); ok {
		sign, text = "-", rest
	}
	if strings.HasPrefix(text, ".") {
		text = "0" + text
	}
	text = strings.Replace(text, ".e", ".0e", 1)
	text = strings.Replace(text, ".E", ".0e", 1)
	if strings.HasSuffix(text, ".") {
		text += "0"
	}
	return sign + text, jsonNumber.MatchString(sign + text)
}
