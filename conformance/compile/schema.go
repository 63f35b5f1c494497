package compile

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// program compiles the schema at p and all that it refers to.
func (d *Document) program(p place) (contract.Program, []*Error, error) {
	d.compiling.Lock()
	defer d.compiling.Unlock()
	c := compiler{Document: d, index: map[*yaml.Node]int{}, warned: map[Error]bool{}, open: map[*yaml.Node]bool{},
		texts: map[*yaml.Node]string{}, lists: map[*yaml.Node][]string{}}
	c.program.File = d.file
	if err := d.registerAll(); err != nil {
		return contract.Program{}, nil, err
	}
	if err := d.register(p); err != nil {
		return contract.Program{}, nil, err
	}
	if _, err := c.schema(p, string(contract.RootSchema)); err != nil {
		return contract.Program{}, nil, err
	}
	if err := c.acyclic(); err != nil {
		return contract.Program{}, nil, err
	}
	return c.program, c.warnings, nil
}

// compiler compiles the schemas of one program.
type compiler struct {
	*Document
	program  contract.Program
	index    map[*yaml.Node]int // of the schemas met so far
	warnings []*Error
	warned   map[Error]bool
	open     map[*yaml.Node]bool     // the values being written, from the outermost one on
	texts    map[*yaml.Node]string   // what json returns for values that aliases stand for
	lists    map[*yaml.Node][]string // what names returns for those
	size     int                     // of the program so far, in bytes
	depth    int                     // of the schema being compiled within others
}

// maxProgram bounds the program of a response, in bytes, with the pointers of its schemas:
// aliases and references can make it many times as long as the document.
const maxProgram = 256 << 20

// maxDepth bounds how many schemas lie within each other, by references too.
const maxDepth = 100_000

// grow adds to the size of the program. It returns an error where that is too much.
func (c *compiler) grow(at *yaml.Node, bytes int) error {
	if c.size += bytes; c.size > maxProgram {
		return c.errorf(at, "the schemas of this response expand to more than 256 MiB: use fewer aliases, and less nesting under long names")
	}
	return nil
}

// sizeOf is about what the keywords take.
func sizeOf(keywords []contract.Keyword) (size int) {
	for _, kw := range keywords {
		size += 100 + 8*len(kw.Schemas)
		for _, v := range kw.Values {
			size += 16 + len(v)
		}
	}
	return size
}

// warnf warns, once of each.
func (c *compiler) warnf(at *yaml.Node, format string, args ...any) {
	if w := c.errorf(at, format, args...); !c.warned[*w] {
		c.warned[*w] = true
		c.warnings = append(c.warnings, w)
	}
}

// schema compiles the schema at p, unless that has happened, and returns its index.
// The keyword is the one that holds it.
func (c *compiler) schema(p place, keyword string) (int, error) {
	p, err := c.enter(p)
	if err != nil {
		return 0, err
	}
	if ref, _ := c.get(p.node, "$ref"); ref != nil {
		alone, err := c.refAlone(p.node)
		if err != nil {
			return 0, err
		}
		if alone {
			return c.referred(p, ref, keyword)
		}
	}
	if i, ok := c.index[p.node]; ok {
		return i, c.standsWell(p, keyword)
	}
	if c.depth++; c.depth > maxDepth {
		return 0, c.errorf(p.node, "more than 100,000 schemas lie within each other")
	}
	defer func() { c.depth-- }()
	if err := c.grow(p.node, 100+p.pointerLength()); err != nil {
		return 0, err
	}
	i := len(c.program.Schemas)
	c.index[p.node] = i
	s := contract.Schema{Pointer: p.pointer(), Line: p.node.Line, Column: p.node.Column}
	c.program.Schemas = append(c.program.Schemas, s)
	if p.node.Tag == "!!bool" && c.newer {
		// Each false is named after the keyword that holds it.
		delete(c.index, p.node)
		if strings.EqualFold(p.node.Value, "false") {
			c.program.Schemas[i].Never = contract.Rule(keyword)
		}
		return i, nil
	}
	members, err := c.members(p.node)
	if err != nil {
		return 0, err
	}
	if err := c.standsWell(p, keyword); err != nil {
		return 0, err
	}
	for _, m := range members {
		keywords, err := c.keyword(p, m)
		if err != nil {
			return 0, err
		}
		if err := c.grow(m.key, sizeOf(keywords)); err != nil {
			return 0, err
		}
		s.Keywords = append(s.Keywords, keywords...)
	}
	c.program.Schemas[i] = s
	c.contradictions(s)
	return i, nil
}

// referred compiles what "$ref" at p refers to, through references that stand alone.
func (c *compiler) referred(p place, ref *yaml.Node, keyword string) (int, error) {
	seen := map[*yaml.Node]bool{}
	for {
		if seen[p.node] {
			return 0, c.errorf(ref, "$ref %q leads back to itself", ref.Value)
		}
		seen[p.node] = true
		target, err := c.lookup(p, ref)
		if err != nil {
			return 0, err
		}
		next, _ := c.get(target.node, "$ref")
		if next == nil {
			return c.schema(target, keyword)
		}
		if alone, err := c.refAlone(target.node); err != nil || !alone {
			if err != nil {
				return 0, err
			}
			return c.schema(target, keyword)
		}
		p, ref = target, next
	}
}

// refAlone says whether the "$ref" in n stands for all of n. OpenAPI 3.0 ignores what
// stands beside it.
func (c *compiler) refAlone(n *yaml.Node) (bool, error) {
	members, err := c.members(n)
	if err != nil {
		return false, err
	}
	for _, m := range members {
		name := m.key.Value
		if name == "$ref" || annotation(name) {
			continue
		}
		if c.newer {
			return false, nil
		}
		if strings.HasPrefix(name, "x-") {
			return false, c.errorf(m.key, "%s beside $ref is ignored by OpenAPI 3.0: move it to the schema that $ref names", name)
		}
		c.warnf(m.key, "%s beside $ref is ignored by OpenAPI 3.0: move it to the schema that $ref names", name)
	}
	return true, nil
}

// standsWell returns an error where the schema at p has a condition, and isn't the
// schema of a property.
func (c *compiler) standsWell(p place, keyword string) error {
	if keyword == "properties" {
		return nil
	}
	for _, name := range []string{"x-present-when", "x-present-only-when", "x-alias-of"} {
		if _, key := c.get(p.node, name); key != nil {
			return c.errorf(key, "%s stands in the schema of a property", name)
		}
	}
	return nil
}

// annotation says whether a keyword judges no value of a response.
func annotation(name string) bool {
	switch name {
	case "title", "description", "default", "example", "examples", "deprecated", "externalDocs", "xml", "readOnly",
		"$schema", "$id", "$anchor", "$dynamicAnchor", "$comment", "$defs", "definitions", "$vocabulary",
		"contentEncoding", "contentMediaType", "contentSchema":
		return true
	case "x-present-when", "x-present-only-when", "x-alias-of", "x-unix-time", "x-secret":
		return false
	}
	return strings.HasPrefix(name, "x-")
}

// acyclic returns an error where a schema judges a value by judging it by itself.
func (c *compiler) acyclic() error {
	const onPath, done = 1, 2
	state := make([]int, len(c.program.Schemas))
	var visit func(i int) error
	visit = func(i int) error {
		state[i] = onPath
		s := &c.program.Schemas[i]
		for _, kw := range s.Keywords {
			if !kw.InPlace() && kw.Name != contract.Not {
				continue
			}
			for _, next := range kw.Schemas {
				if state[next] == onPath {
					return &Error{File: c.file, Line: kw.Line, Column: kw.Column, Message: string(kw.Name) + " leads back to its own schema without going into the value"}
				}
				if state[next] == 0 {
					if err := visit(next); err != nil {
						return err
					}
				}
			}
		}
		state[i] = done
		return nil
	}
	for i := range state {
		if state[i] == 0 {
			if err := visit(i); err != nil {
				return err
			}
		}
	}
	return nil
}

// contradictions warns of what no value, or none of an enum's, can satisfy.
func (c *compiler) contradictions(s contract.Schema) {
	for _, pair := range []struct {
		least, most contract.Rule
		strict      bool
	}{
		{contract.Minimum, contract.Maximum, false}, {contract.Minimum, contract.ExclusiveMaximum, true},
		{contract.ExclusiveMinimum, contract.Maximum, true}, {contract.ExclusiveMinimum, contract.ExclusiveMaximum, true},
		{contract.MinLength, contract.MaxLength, false}, {contract.MinItems, contract.MaxItems, false},
		{contract.MinProperties, contract.MaxProperties, false}, {contract.MinContains, contract.MaxContains, false},
	} {
		least, most := s.Keyword(pair.least), s.Keyword(pair.most)
		if least == nil || most == nil || pair.least == contract.MinContains && s.Keyword(contract.Contains) == nil {
			continue
		}
		order, ok := compareNumbers(least.Values[0], most.Values[0])
		if ok && (order > 0 || pair.strict && order == 0) {
			c.warnAt(*least, "%s %s and %s %s leave no value", pair.least, least.Values[0], pair.most, most.Values[0])
		}
	}
	types := s.Keyword(contract.Type)
	if types == nil {
		return
	}
	nullable := s.Keyword(contract.Nullable)
	for _, name := range []contract.Rule{contract.Enum, contract.Const} {
		kw := s.Keyword(name)
		if kw == nil {
			continue
		}
		for _, v := range kw.Values {
			if !typed(v, types.Values) && !(v == "null" && nullable != nil && nullable.Values[0] == "true") {
				c.warnAt(*kw, "%s has %s, which type %s never lets pass", name, v, strings.Join(types.Values, " or "))
			}
		}
	}
}

func (c *compiler) warnAt(kw contract.Keyword, format string, args ...any) {
	c.warnf(&yaml.Node{Line: kw.Line, Column: kw.Column}, format, args...)
}

// typed says whether a JSON value is of one of the types.
func typed(value string, types []string) bool {
	is := func(name string) bool { return slices.Contains(types, name) }
	switch value[0] {
	case '"':
		return is("string")
	case '{':
		return is("object")
	case '[':
		return is("array")
	case 't', 'f':
		return is("boolean")
	case 'n':
		return is("null")
	}
	return is("number") || is("integer") && !fractional(value)
}

// fractional says whether a JSON number surely isn't an integer.
func fractional(number string) bool {
	r, ok := rational(number)
	return ok && !r.IsInt()
}

// index returns a number for a list's item in a pointer.
func index(i int) string { return strconv.Itoa(i) }
