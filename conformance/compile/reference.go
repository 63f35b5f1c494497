package compile

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// place is a node of the document, the way to it, and the resource that it belongs to.
type place struct {
	node     *yaml.Node
	way      *step // nil for the document itself
	resource *resource
}

// step is the last token of a pointer, after those of another one.
type step struct {
	before *step
	token  string
}

// pointer is the pointer to p.
func (p place) pointer() string {
	var tokens []string
	for s := p.way; s != nil; s = s.before {
		tokens = append(tokens, "/"+contract.EscapeToken(s.token))
	}
	slices.Reverse(tokens)
	return strings.Join(tokens, "")
}

// pointerLength is how long the pointer is at least.
func (p place) pointerLength() (n int) {
	for s := p.way; s != nil; s = s.before {
		n += 1 + len(s.token)
	}
	return n
}

// keyword is the last token of the pointer.
func (p place) keyword() string { return p.way.token }

// resource is what relative references in a part of the document are relative to: the
// document, or in OpenAPI 3.1 a schema with "$id".
type resource struct {
	base *url.URL
	root place
}

// at returns the place of a node below p.
func (p place) at(node *yaml.Node, tokens ...string) place {
	for _, t := range tokens {
		p.way = &step{p.way, t}
	}
	p.node = node
	return p
}

// top is the place of the document itself.
func (d *Document) top() place {
	if d.whole == nil {
		d.whole = &resource{base: &url.URL{Scheme: "document", Opaque: "this"}}
		d.whole.root = place{d.root, nil, d.whole}
	}
	return d.whole.root
}

// enter returns p in the resource that it starts, where it has an "$id".
func (d *Document) enter(p place) (place, error) {
	if !d.newer || resolve(p.node).Kind != yaml.MappingNode {
		return p, nil
	}
	id, _ := d.get(p.node, "$id")
	if id == nil || id.Kind != yaml.ScalarNode {
		return p, nil
	}
	u, err := url.Parse(id.Value)
	if err != nil || u.Fragment != "" {
		return p, d.errorf(id, "$id is a URI without a fragment")
	}
	if p.resource.root.node == p.node {
		return p, nil
	}
	r := &resource{base: p.resource.resolve(u)}
	p.resource = r
	r.root = p
	return p, nil
}

func (r *resource) resolve(u *url.URL) *url.URL {
	if r.base.Opaque != "" && !u.IsAbs() && (u.Path != "" || u.Host != "") {
		// Nothing can be relative to the document: its address isn't known.
		return (&url.URL{Scheme: "document", Path: "/"}).ResolveReference(u)
	}
	return r.base.ResolveReference(u)
}

// register notes the resources and the anchors of the schema at p and of those below it.
func (d *Document) register(p place) error {
	n := resolve(p.node)
	if d.registered[n] || n.Kind != yaml.MappingNode {
		return nil
	}
	d.registered[n] = true
	p, err := d.enter(p)
	if err != nil {
		return err
	}
	if p.resource.root.node == p.node {
		d.resources[p.resource.base.String()] = p
	}
	for _, name := range []string{"$anchor", "$dynamicAnchor"} {
		if anchor, _ := d.get(n, name); anchor != nil {
			d.resources[p.resource.base.String()+"#"+anchor.Value] = p
		}
	}
	members, err := d.members(n)
	if err != nil {
		return err
	}
	for _, m := range members {
		for _, child := range d.subschemas(p, m) {
			if err := d.register(child); err != nil {
				return err
			}
		}
	}
	return nil
}

// subschemas are the schemas that a member of the schema object p holds.
func (d *Document) subschemas(p place, m member) (children []place) {
	name := m.key.Value
	at := p.at(m.value, name)
	switch name {
	case "$defs", "definitions", "properties", "patternProperties", "dependentSchemas":
		if m.value.Kind == yaml.MappingNode {
			for i := 0; i+1 < len(m.value.Content); i += 2 {
				children = append(children, at.at(resolve(m.value.Content[i+1]), m.value.Content[i].Value))
			}
		}
	case "allOf", "anyOf", "oneOf", "prefixItems":
		if m.value.Kind == yaml.SequenceNode {
			for i, n := range m.value.Content {
				children = append(children, at.at(resolve(n), strconv.Itoa(i)))
			}
		}
	case "not", "if", "then", "else", "items", "contains", "additionalProperties", "propertyNames", "unevaluatedItems", "unevaluatedProperties":
		children = append(children, at)
	}
	return children
}

// registerAll notes the resources and anchors of all the document's components, once.
func (d *Document) registerAll() error {
	if d.registered != nil {
		return nil
	}
	d.registered = map[*yaml.Node]bool{}
	d.resources = map[string]place{d.top().resource.base.String(): d.top()}
	components, _ := d.get(d.root, "components")
	if components == nil {
		return nil
	}
	schemas, _ := d.get(components, "schemas")
	if schemas == nil {
		return nil
	}
	members, err := d.members(schemas)
	if err != nil {
		return err
	}
	for _, m := range members {
		if err := d.register(d.top().at(m.value, "components", "schemas", m.key.Value)); err != nil {
			return err
		}
	}
	return nil
}

// deref follows "$ref" from p until it reaches an object that has none.
func (d *Document) deref(p place) (place, error) {
	seen := map[*yaml.Node]bool{}
	for {
		ref, _ := d.get(p.node, "$ref")
		if ref == nil {
			return p, nil
		}
		if seen[p.node] {
			return p, d.errorf(ref, "$ref %q leads back to itself", ref.Value)
		}
		seen[p.node] = true
		target, err := d.lookup(p, ref)
		if err != nil {
			return p, err
		}
		p = target
	}
}

// lookup finds what a "$ref" at p refers to.
func (d *Document) lookup(p place, ref *yaml.Node) (place, error) {
	if err := d.registerAll(); err != nil {
		return p, err
	}
	if ref.Tag != "!!str" {
		return p, d.errorf(ref, "$ref is a string")
	}
	u, err := url.Parse(ref.Value)
	if err != nil {
		return p, d.errorf(ref, "$ref %q is not a URI reference", ref.Value)
	}
	if p.resource == nil {
		p.resource = d.top().resource
	}
	u = p.resource.resolve(u)
	fragment := u.Fragment
	u.Fragment, u.RawFragment = "", ""
	target, ok := d.resources[u.String()]
	switch {
	case !ok:
		return p, d.errorf(ref, "$ref %q leads out of this document: only places in it can be referred to, as in #/components/schemas/Name", ref.Value)
	case fragment == "":
		return target, nil
	case fragment[0] != '/':
		if target, ok = d.resources[u.String()+"#"+fragment]; !ok {
			return p, d.errorf(ref, "$ref %q leads nowhere: no schema has that $anchor", ref.Value)
		}
		return target, nil
	}
	for token := range strings.SplitSeq(fragment[1:], "/") {
		token = contract.UnescapeToken(token)
		next := d.child(target.node, token)
		if next == nil {
			return p, d.errorf(ref, "$ref %q leads nowhere", ref.Value)
		}
		if target, err = d.enter(target.at(next, token)); err != nil {
			return p, err
		}
	}
	return target, nil
}

func (d *Document) child(n *yaml.Node, token string) *yaml.Node {
	if n.Kind == yaml.SequenceNode {
		if i, err := strconv.Atoi(token); err == nil && 0 <= i && i < len(n.Content) && strconv.Itoa(i) == token {
			return resolve(n.Content[i])
		}
		return nil
	}
	value, _ := d.get(n, token)
	return value
}
