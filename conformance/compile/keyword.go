package compile

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// longestMultiple bounds the digits of "multipleOf": numbers are divided by it.
const longestMultiple = 1000

// keyword compiles one member of the schema object p; none where it judges nothing.
func (c *compiler) keyword(p place, m member) ([]contract.Keyword, error) {
	name := m.key.Value
	if annotation(name) {
		return nil, nil
	}
	kw := contract.Keyword{Name: contract.Rule(name), Line: m.key.Line, Column: m.key.Column}
	at := p.at(m.value, name)
	var err error
	switch name {
	case "type":
		kw.Values, err = c.types(m)
	case "format":
		kw.Values, err = c.text(m)
	case "enum":
		kw.Values, err = c.values(m.value)
	case "minimum", "maximum":
		kw.Values, err = c.number(m)
		if exclusive, _ := c.get(p.node, "exclusive"+strings.ToUpper(name[:1])+name[1:]); !c.newer && exclusive != nil && strings.EqualFold(exclusive.Value, "true") {
			return nil, err // the boolean keyword beside it speaks for both
		}
	case "exclusiveMinimum", "exclusiveMaximum":
		if c.newer {
			kw.Values, err = c.number(m)
			break
		}
		return c.exclusive(p, m, kw)
	case "multipleOf":
		if kw.Values, err = c.number(m); err == nil && (kw.Values[0][0] == '-' || !strings.ContainsAny(mantissa(kw.Values[0]), "123456789")) {
			err = c.errorf(m.value, "multipleOf is more than 0")
		} else if err == nil && len(mantissa(kw.Values[0])) > longestMultiple {
			err = c.errorf(m.value, "multipleOf has more than 1,000 digits")
		}
	case "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties":
		kw.Values, err = c.count(m)
	case "pattern":
		kw.Values, err = c.pattern(m.value)
	case "uniqueItems", "writeOnly", "x-secret":
		kw.Values, err = c.boolean(m)
		if err == nil && kw.Values[0] == "false" {
			return nil, nil
		}
	case "required":
		kw.Values, err = c.names(m.value, name)
	case "properties":
		if kw.Values, kw.Schemas, err = c.schemaMap(at); err == nil {
			err = c.aliases(m.value)
		}
	case "additionalProperties", "unevaluatedProperties":
		if name == "unevaluatedProperties" && !c.newer {
			return c.unknown(m)
		}
		if m.value.Tag == "!!bool" && (name == "additionalProperties" || strings.EqualFold(m.value.Value, "false")) {
			kw.Values, err = c.boolean(m)
			break
		}
		kw.Schemas, err = c.one(at)
	case "items", "not":
		kw.Schemas, err = c.one(at)
	case "allOf", "anyOf", "oneOf":
		kw.Schemas, err = c.list(at)
	case "discriminator":
		return c.discriminator(p, m, kw)
	case "x-unix-time":
		kw.Values, err = c.oneOf(m, "ms")
	case "x-present-when", "x-present-only-when":
		kw.Values, err = c.condition(m)
	case "x-alias-of":
		kw.Values, err = c.alias(m)
	case "nullable":
		if c.newer {
			c.warnf(m.key, "nullable means nothing in OpenAPI 3.1: add \"null\" to type")
			return nil, nil
		}
		kw.Values, err = c.boolean(m)
	default:
		if !c.newer {
			return c.unknown(m)
		}
		return c.newerKeyword(p, m, kw)
	}
	return []contract.Keyword{kw}, err
}

// newerKeyword compiles a keyword that OpenAPI 3.1 has and 3.0 doesn't.
func (c *compiler) newerKeyword(p place, m member, kw contract.Keyword) ([]contract.Keyword, error) {
	at := p.at(m.value, m.key.Value)
	var err error
	switch m.key.Value {
	case "const":
		var text string
		text, err = c.json(m.value)
		kw.Values = []string{text}
	case "minContains", "maxContains":
		kw.Values, err = c.count(m)
	case "prefixItems":
		kw.Schemas, err = c.list(at)
	case "contains", "propertyNames", "unevaluatedItems", "if", "then", "else":
		kw.Schemas, err = c.one(at)
	case "patternProperties":
		var patterns []string
		if patterns, kw.Schemas, err = c.schemaMap(at); err != nil {
			break
		}
		for i, p := range patterns {
			var both []string
			if both, err = c.pattern(&yaml.Node{Kind: yaml.ScalarNode, Value: p, Line: m.value.Content[2*i].Line, Column: m.value.Content[2*i].Column}); err != nil {
				return nil, err
			}
			kw.Values = append(kw.Values, both...)
		}
	case "dependentSchemas":
		kw.Values, kw.Schemas, err = c.schemaMap(at)
	case "dependentRequired":
		return c.dependentRequired(m)
	case "$ref":
		var i int
		i, err = c.referred(p, m.value, "$ref")
		kw.Schemas = []int{i}
	case "$dynamicRef":
		return nil, c.errorf(m.key, "$dynamicRef is not supported: use $ref")
	default:
		return c.unknown(m)
	}
	return []contract.Keyword{kw}, err
}

func (c *compiler) unknown(m member) ([]contract.Keyword, error) {
	version := "3.0"
	if c.newer {
		version = "3.1"
	}
	c.warnf(m.key, "%q is not a keyword of OpenAPI %s: it judges nothing", m.key.Value, version)
	return nil, nil
}

// exclusive compiles the boolean keyword of OpenAPI 3.0 together with the bound beside
// it.
func (c *compiler) exclusive(p place, m member, kw contract.Keyword) ([]contract.Keyword, error) {
	is, err := c.boolean(m)
	if err != nil {
		return nil, err
	}
	bound := strings.ToLower(strings.TrimPrefix(m.key.Value, "exclusive"))
	value, key := c.get(p.node, bound)
	if is[0] == "false" || value == nil {
		if value == nil {
			c.warnf(m.key, "%s judges nothing without %s", m.key.Value, bound)
		}
		return nil, nil
	}
	kw.Values, err = c.number(member{key, value})
	return []contract.Keyword{kw}, err
}

func (c *compiler) types(m member) ([]string, error) {
	names := []string{"boolean", "object", "array", "string", "integer", "number"}
	if !c.newer {
		return c.oneOf(m, names...)
	}
	names = append(names, "null")
	if m.value.Kind != yaml.SequenceNode {
		return c.oneOf(m, names...)
	}
	types, err := c.names(m.value, "type")
	for _, n := range m.value.Content {
		if err == nil && !slices.Contains(names, resolve(n).Value) {
			return nil, c.errorf(n, "type is one of %s", strings.Join(names, ", "))
		}
	}
	if err == nil && len(types) == 0 {
		err = c.errorf(m.value, "type has at least one name")
	}
	return types, err
}

func (c *compiler) one(p place) ([]int, error) {
	i, err := c.schema(p, p.keyword())
	return []int{i}, err
}

func (c *compiler) list(p place) (schemas []int, err error) {
	if p.node.Kind != yaml.SequenceNode || len(p.node.Content) == 0 {
		return nil, c.errorf(p.node, "%s is a list of schemas", p.keyword())
	}
	for i, n := range p.node.Content {
		schema, err := c.schema(p.at(resolve(n), index(i)), p.keyword())
		if err != nil {
			return nil, err
		}
		schemas = append(schemas, schema)
	}
	return schemas, nil
}

func (c *compiler) schemaMap(p place) (names []string, schemas []int, err error) {
	members, err := c.members(p.node)
	for _, m := range members {
		i, err := c.schema(p.at(m.value, m.key.Value), p.keyword())
		if err != nil {
			return nil, nil, err
		}
		names, schemas = append(names, m.key.Value), append(schemas, i)
	}
	return names, schemas, err
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

// boolean reads true or false, in any of YAML's spellings.
func (c *compiler) boolean(m member) ([]string, error) {
	if m.value.Tag != "!!bool" {
		return nil, c.errorf(m.value, "%s is one of true, false", m.key.Value)
	}
	return []string{strings.ToLower(m.value.Value)}, nil
}

// pattern returns a pattern as written and as package regexp has it.
func (c *compiler) pattern(n *yaml.Node) ([]string, error) {
	if n.Kind != yaml.ScalarNode {
		return nil, c.errorf(n, "a pattern is a string")
	}
	translated, err := translate(n.Value)
	if err == nil {
		_, err = regexp.Compile(translated)
	}
	if err != nil {
		return nil, c.errorf(n, "the pattern %q can't be used: %v", n.Value, err)
	}
	return []string{n.Value, translated}, nil
}

func (c *compiler) names(list *yaml.Node, keyword string) ([]string, error) {
	if list.Kind != yaml.SequenceNode {
		return nil, c.errorf(list, "%s is a list of names", keyword)
	}
	if names, ok := c.lists[list]; ok {
		return slices.Clip(names), nil
	}
	var names []string
	seen := map[string]bool{}
	for _, n := range list.Content {
		n = resolve(n)
		if n.Kind != yaml.ScalarNode {
			return nil, c.errorf(n, "%s is a list of names", keyword)
		}
		if seen[n.Value] {
			c.warnf(n, "%q stands here twice", n.Value)
			continue
		}
		seen[n.Value] = true
		names = append(names, n.Value)
	}
	if list.Anchor != "" {
		c.lists[list] = names
	}
	return slices.Clip(names), nil
}

// dependentRequired compiles each of its members to a keyword.
func (c *compiler) dependentRequired(m member) (keywords []contract.Keyword, err error) {
	members, err := c.members(m.value)
	for _, d := range members {
		names, err := c.names(d.value, "dependentRequired")
		if err != nil {
			return nil, err
		}
		if err := c.grow(d.key, 16*len(names)); err != nil {
			return nil, err
		}
		keywords = append(keywords, contract.Keyword{
			Name: contract.DependentRequired, Line: m.key.Line, Column: m.key.Column, Values: append([]string{d.key.Value}, names...),
		})
	}
	return keywords, err
}

// discriminator compiles which schema each value of its property chooses. It changes no
// verdict: it says which schema of "anyOf" or "oneOf" is closest.
func (c *compiler) discriminator(p place, m member, kw contract.Keyword) ([]contract.Keyword, error) {
	property, _ := c.get(m.value, "propertyName")
	if property == nil || property.Kind != yaml.ScalarNode {
		return nil, c.errorf(m.value, "discriminator has a propertyName")
	}
	kw.Values = []string{property.Value}
	chosen := map[string]bool{}
	choose := func(value string, schema place) error {
		if chosen[value] {
			return nil
		}
		chosen[value] = true
		i, err := c.schema(schema, "discriminator")
		kw.Values, kw.Schemas = append(kw.Values, value), append(kw.Schemas, i)
		return err
	}
	branches, err := c.referring(p)
	if err != nil {
		return nil, err
	}
	first := map[*yaml.Node]place{} // the first branch that refers to a schema
	for _, b := range slices.Backward(branches) {
		first[b.target] = b.schema
	}
	if mapping, _ := c.get(m.value, "mapping"); mapping != nil {
		entries, err := c.members(mapping)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			target, err := c.named(p, e.value)
			if err != nil {
				return nil, err
			}
			if branch, ok := first[target.node]; ok {
				target = branch
			}
			if err := choose(e.key.Value, target); err != nil {
				return nil, err
			}
		}
	}
	for _, b := range branches {
		if err := choose(b.name, b.schema); err != nil {
			return nil, err
		}
	}
	if len(kw.Schemas) == 0 {
		return nil, nil // the schemas that it chooses among refer to this one
	}
	return []contract.Keyword{kw}, nil
}

// branch is a schema of "anyOf" or "oneOf" that refers to another.
type branch struct {
	name   string // of what it refers to
	schema place
	target *yaml.Node
}

// referring are the branches of the schema p that refer to a schema.
func (c *compiler) referring(p place) (all []branch, err error) {
	for _, name := range []string{"anyOf", "oneOf"} {
		branches, _ := c.get(p.node, name)
		if branches == nil || branches.Kind != yaml.SequenceNode {
			continue
		}
		for i, b := range branches.Content {
			if ref, _ := c.get(b, "$ref"); ref != nil {
				schema := p.at(resolve(b), name, index(i))
				target, err := c.lookup(schema, ref)
				if err != nil {
					return nil, err
				}
				all = append(all, branch{contract.UnescapeToken(ref.Value[strings.LastIndexByte(ref.Value, '/')+1:]), schema, target.node})
			}
		}
	}
	return all, nil
}

// named is the schema that an entry of a discriminator's mapping means: a component's
// name or a reference.
func (c *compiler) named(p place, n *yaml.Node) (place, error) {
	components, _ := c.get(c.root, "components")
	if components != nil {
		if schemas, _ := c.get(components, "schemas"); schemas != nil {
			if schema, _ := c.get(schemas, n.Value); schema != nil {
				return c.top().at(schema, "components", "schemas", n.Value), nil
			}
		}
	}
	return c.lookup(p, n)
}

// alias reads the name of a property.
func (c *compiler) alias(m member) ([]string, error) {
	if m.value.Kind != yaml.ScalarNode || m.value.Tag != "!!str" {
		return nil, c.errorf(m.value, "x-alias-of is the name of a property, a string")
	}
	return []string{m.value.Value}, nil
}

// aliases returns an error where one of the properties is an alias of itself, or of one
// that isn't among them.
func (c *compiler) aliases(properties *yaml.Node) error {
	members, err := c.members(properties)
	names := map[string]bool{}
	for _, m := range members {
		names[m.key.Value] = true
	}
	for _, m := range members {
		if alias, _ := c.get(m.value, "x-alias-of"); alias != nil && (!names[alias.Value] || alias.Value == m.key.Value) {
			return c.errorf(alias, "x-alias-of names another property of the same object: %q is none", alias.Value)
		}
	}
	return err
}

// condition reads {property: name, in: [value, …]}.
func (c *compiler) condition(m member) ([]string, error) {
	property, _ := c.get(m.value, "property")
	in, _ := c.get(m.value, "in")
	if property == nil || property.Kind != yaml.ScalarNode || in == nil || len(m.value.Content) != 4 {
		return nil, c.errorf(m.value, "%s is written {property: name, in: [value]}", m.key.Value)
	}
	values, err := c.values(in)
	if err == nil && len(values) == 0 {
		err = c.errorf(in, "a list of values is due here")
	}
	return append([]string{property.Value}, values...), err
}
