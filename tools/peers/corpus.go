package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"syscall"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/mutate"
)

// corpus is a list of bodies, those of one provider after those of another.
type corpus struct {
	title  string
	bodies []body
}

func (c corpus) size() (total, least, most int) {
	least = len(c.bodies[0].text)
	for _, b := range c.bodies {
		n := len(b.text)
		total, least, most = total+n, min(least, n), max(most, n)
	}
	return total, least, most
}

// Bodies are of the size that sandboxes have.
const (
	smallest = 512
	largest  = 3 * 1024
)

// conforming makes n bodies of each provider, or of the only one, that conform: the
// same ones each time, and shuffled the same ones with their members in random order.
func conforming(only, n int, shuffled bool) corpus {
	title := "Conforming bodies, members in the order of the spec"
	if shuffled {
		title = "Conforming bodies, members in random order"
	}
	return generate(title, only, n, func(g *generator, v *value, w *writer) body {
		if shuffled {
			g.shuffle(v)
		}
		w.value(v)
		return body{text: []byte(w.String())}
	})
}

// breaking makes n bodies of each provider, or of the only one, that break one rule each, by
// an error: the violations that package mutate knows, one kind as often as another.
func breaking(only, n int) corpus {
	oracles := make([]*mutate.Oracle, len(providers))
	for i, p := range providers {
		oracles[i] = mutate.NewOracle(p.contract.Program())
	}
	isError := func(v mutate.Violation) bool { return v.Due[0].Severity == contract.Error }
	return generate("Bodies that break one rule each", only, n, func(g *generator, v *value, w *writer) body {
		w.value(v)
		broken, ok, err := oracles[g.provider].Violation([]byte(w.String()), g.after, isError)
		if err != nil || !ok {
			panic(fmt.Sprintf("peers: %v breaks nothing: %s", err, w))
		}
		due := broken.Due[0]
		return body{text: broken.Body, right: answer{due.Rule, due.Pointer, due.Property}, broken: broken.Kind}
	})
}

// generate makes values that conform, and lets finish make the bodies of them.
func generate(title string, only, n int, finish func(*generator, *value, *writer) body) corpus {
	c := corpus{title: title}
	for i, p := range providers {
		if only != all && only != i {
			continue
		}
		g := &generator{
			provider: i,
			schemas:  p.contract.Program().Schemas,
			Rand:     rand.New(rand.NewPCG(1, uint64(i))),
			after:    rand.New(rand.NewPCG(2, uint64(i))),
		}
		for made := 0; made < n; {
			b := finish(g, g.value(0, ""), &writer{ascii: g.IntN(5) == 0})
			if smallest <= len(b.text) && len(b.text) <= largest {
				b.provider = i
				c.bodies = append(c.bodies, b)
				made++
			}
		}
	}
	c.leaveHeap()
	return c
}

// leaveHeap moves the texts out of the Go heap for good, one after the other, as they
// stand in an archive. The more there is on the heap, the less often the garbage
// collector works: here as often as in a program that forgets each body after judging it.
func (c corpus) leaveHeap() {
	total, _, _ := c.size()
	memory, err := syscall.Mmap(-1, 0, total, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		panic("peers: " + err.Error())
	}
	for i := range c.bodies {
		b := &c.bodies[i]
		n := copy(memory, b.text)
		b.text, memory = memory[:n:n], memory[n:]
	}
}

// generator makes values that conform to schemas.
type generator struct {
	provider int
	schemas  []contract.Schema
	*rand.Rand
	// after has the chances of what is done to a body that is made, so that the bodies
	// are the same whatever that is.
	after *rand.Rand
}

func (g *generator) shuffle(v *value) {
	if v.shape == object {
		g.after.Shuffle(len(v.members), func(i, j int) { v.members[i], v.members[j] = v.members[j], v.members[i] })
	}
	for _, m := range v.members {
		g.shuffle(m.value)
	}
}

// value makes a value of a schema. The name is that of the nearest member around, by
// which words.go has its words.
func (g *generator) value(schema int, name string) *value {
	s := &g.schemas[schema]
	if nullable(s) && g.IntN(4) == 0 {
		return &value{schema: s, text: "null"}
	}
	switch kindOf(s) {
	case "object":
		v := g.object(s, name)
		v.schema = s
		return v
	case "array":
		v := &value{schema: s, shape: array}
		for range g.length(name) {
			v.members = append(v.members, member{value: g.value(keyword(s, contract.Items).Schemas[0], name)})
		}
		return v
	case "":
		// Never null, which not everybody takes where no type is asked for.
		return &value{schema: s, text: quote(g.words(name))}
	}
	return &value{schema: s, text: g.scalar(s, name)}
}

func (g *generator) object(s *contract.Schema, name string) *value {
	properties := keyword(s, contract.Properties)
	if properties == nil {
		return g.mapping(s, name)
	}
	made := make([]*value, len(properties.Values))
	v := &value{shape: object}
	// First what other members may depend on.
	for _, conditional := range []bool{false, true} {
		for i, key := range properties.Values {
			member := &g.schemas[properties.Schemas[i]]
			must, mustNot := g.conditions(member, properties.Values, made)
			if conditional != isConditional(member) || mustNot {
				continue
			}
			optional := !slices.Contains(operands(s, contract.Required), key)
			if optional && !must && g.IntN(10) == 0 {
				continue
			}
			if _, ok := texts[name+"."+key]; ok {
				key = name + "." + key
			}
			if alias := operands(member, aliasOf); alias != nil {
				if sibling := made[slices.Index(properties.Values, alias[0])]; sibling != nil {
					made[i] = sibling
					continue
				}
			}
			made[i] = g.value(properties.Schemas[i], key)
			for must && made[i].text == "null" {
				made[i] = g.value(properties.Schemas[i], key)
			}
		}
	}
	for i, m := range made {
		if m != nil {
			v.members = append(v.members, member{properties.Values[i], m})
		}
	}
	return v
}

const (
	presentWhen     contract.Rule = "x-present-when"
	presentOnlyWhen contract.Rule = "x-present-only-when"
	aliasOf         contract.Rule = "x-alias-of"
	unixTime        contract.Rule = "x-unix-time"
)

func isConditional(s *contract.Schema) bool {
	return keyword(s, presentWhen) != nil || keyword(s, presentOnlyWhen) != nil || keyword(s, aliasOf) != nil
}

// conditions says whether a member must be there and not null, or must not be there, by
// the value of the member that decides.
func (g *generator) conditions(s *contract.Schema, names []string, made []*value) (must, mustNot bool) {
	decided := func(when []string) (known, holds bool) {
		i := slices.Index(names, when[0])
		return made[i] != nil, made[i] != nil && slices.Contains(when[1:], made[i].text)
	}
	if when := operands(s, presentWhen); when != nil {
		_, must = decided(when)
	}
	if when := operands(s, presentOnlyWhen); when != nil {
		known, holds := decided(when)
		mustNot = known && !holds
	}
	return must, mustNot
}

// mapping makes an object whose members no schema names.
func (g *generator) mapping(s *contract.Schema, name string) *value {
	v := &value{shape: object}
	keys := slices.Clone(keys[name])
	g.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	of := keyword(s, contract.AdditionalProperties)
	for _, key := range keys[:min(len(keys), g.length(name))] {
		m := member{name: key}
		if of != nil && len(of.Schemas) > 0 {
			m.value = g.value(of.Schemas[0], name)
		} else {
			m.value = g.free(name, 1)
		}
		v.members = append(v.members, m)
	}
	return v
}

// free makes what no schema describes.
func (g *generator) free(name string, depth int) *value {
	switch n := g.IntN(20); {
	case n == 0:
		return &value{text: "null"}
	case n < 3:
		return &value{text: strconv.FormatBool(g.IntN(2) == 0)}
	case n < 6:
		return &value{text: strconv.Itoa(g.IntN(10000))}
	case n < 9 && depth > 0:
		v := &value{shape: array}
		if n == 6 {
			v.shape = object
		}
		for i := range 1 + g.IntN(3) {
			v.members = append(v.members, member{keys[""][i], g.free(name, depth-1)})
		}
		return v
	}
	return &value{text: quote(g.words(name))}
}

func (g *generator) scalar(s *contract.Schema, name string) string {
	if enum := operands(s, contract.Enum); enum != nil {
		return enum[g.IntN(len(enum))]
	}
	switch kindOf(s) {
	case "boolean":
		return strconv.FormatBool(g.IntN(2) == 0)
	case "number":
		return pick(g, numbers)
	case "integer":
		switch {
		case keyword(s, contract.Maximum) != nil:
			return strconv.Itoa(1 + g.IntN(65535))
		case keyword(s, unixTime) != nil:
			return strconv.FormatInt(1_760_000_000_000+g.Int64N(40_000_000_000), 10)
		}
		from, ok := integers[name]
		if !ok {
			from = integers[""]
		}
		return strconv.Itoa(pick(g, from))
	}
	switch format := operands(s, contract.Format); {
	case format == nil:
		return quote(g.words(name))
	case format[0] == "uuid":
		return quote(g.expand("{uuid}"))
	case format[0] == "date-time":
		return quote(g.expand("{time}"))
	}
	panic(fmt.Sprintf("peers: no idea how to make a %s", operands(s, contract.Format)))
}
