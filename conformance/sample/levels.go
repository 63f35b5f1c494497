package sample

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// levels returns what can stand in a place: for each way through anyOf and the like, what
// conforms to all the schemas that this takes.
// Each way takes room; where there is none left, the others are left out.
func (p *planner) levels(t together, name string, room *int) (levels []level) {
	if *room <= 0 || p.crowded() && *room <= maxLevels-few {
		p.left++
		return nil
	}
	t = t.clone()
	for i := 0; i < len(t.schemas); i++ {
		at := t.schemas[i]
		s := &p.program.Schemas[at]
		if s.Never != "" {
			p.fail(t, contract.Rule(""), "nothing conforms to the schema false")
			return nil
		}
		for k := range s.Keywords {
			kw, c := &s.Keywords[k], choice{at, k}
			if t.decided[c] {
				continue
			}
			switch kw.Name {
			case contract.Ref, contract.AllOf:
				t.take(c, kw.Schemas...)
			case contract.AnyOf, contract.OneOf:
				for _, schema := range kw.Schemas {
					if *room <= 0 {
						p.left++
						continue
					}
					levels = append(levels, p.levels(t.with(c, schema), name, room)...)
				}
				return levels
			case contract.If:
				then, otherwise := t.with(c, kw.Schemas...), t.with(c)
				for _, other := range s.Keywords {
					switch other.Name {
					case contract.Then:
						then = then.with(c, other.Schemas...)
					case contract.Else:
						otherwise = otherwise.with(c, other.Schemas...)
					}
				}
				return append(p.levels(then, name, room), p.levels(otherwise, name, room)...)
			case contract.DependentSchemas:
				t = t.with(c)
				there, gone := t, t
				for d, schema := range kw.Schemas {
					there = there.with(c, schema)
					there.must[kw.Values[d]] = true
					gone = gone.with(c)
					gone.mustNot[kw.Values[d]] = true
				}
				return append(p.levels(there, name, room), p.levels(gone, name, room)...)
			}
		}
	}
	*room--
	return p.conforming(t, name)
}

// few is how many ways are looked at in each place where a plan has very many.
const few = 16

// conforming returns what conforms to all the schemas, in which nothing is left to choose.
func (p *planner) conforming(t together, name string) (levels []level) {
	p.work++
	f := p.facts(t)
	switch {
	case f.free():
		return free(name)
	case f.listed != nil:
		listed := f.listed[:min(len(f.listed), maxLevels)]
		p.left += len(f.listed) - len(listed)
		for _, text := range listed {
			l := level{texts: texts(text)}
			if text == "null" {
				l.class = null
			}
			levels = append(levels, l)
		}
		return p.checked(t, levels)
	case f.kinds == 0:
		p.fail(t, contract.Type, "no type is left that conforms")
		return nil
	}
	if f.kinds&aNull != 0 {
		levels = append(levels, level{class: null, texts: texts("null")})
	}
	if f.kinds&aBoolean != 0 {
		levels = append(levels, level{texts: texts("true")}, level{texts: texts("false")})
	}
	if f.kinds&(anInteger|aNumber) != 0 {
		levels = append(levels, f.numbers(name, p.random)...)
	}
	if f.kinds&aString != 0 {
		levels = append(levels, p.strings(f, name)...)
	}
	levels = p.checked(t, levels)
	if f.kinds&anArray != 0 {
		levels = append(levels, p.arrays(t, f, name)...)
	}
	if f.kinds&anObject != 0 {
		levels = append(levels, p.objects(t, f, name)...)
	}
	if len(levels) == 0 {
		p.fail(t, contract.Type, "no value was found that conforms")
	}
	return levels
}

// checked returns the levels that conform, of those made of texts the texts that do.
func (p *planner) checked(t together, levels []level) (kept []level) {
	c := p.judge(t.asked)
	for _, l := range levels {
		var fit [][]byte
		for _, text := range l.texts {
			if p.accepts(c, text) {
				fit = append(fit, text)
			} else if p.failed == nil {
				p.failed = c.blame(text)
			}
		}
		if l.texts != nil && fit == nil {
			continue
		}
		l.texts = fit
		kept = append(kept, l)
	}
	return kept
}

// fail notes the first reason why no value was found: the keyword of one of the schemas,
// else the schema.
func (p *planner) fail(t together, keyword contract.Rule, message string) {
	if p.failed != nil {
		return
	}
	s := &p.program.Schemas[0]
	if n := len(t.schemas); n > 0 {
		s = &p.program.Schemas[t.schemas[n-1]]
	}
	p.failed = &Error{contract.Position{File: p.program.File, Line: s.Line, Column: s.Column, Pointer: s.Pointer}, message}
	for _, kw := range s.Keywords {
		if kw.Name == keyword {
			p.failed.Spec.Line, p.failed.Spec.Column, p.failed.Spec.Pointer = kw.Line, kw.Column, s.Pointer+"/"+string(kw.Name)
		}
	}
}

// failure says why there is no plan.
func (p *planner) failure() error {
	p.fail(newTogether([]int{0}), "", "no value was found that conforms")
	if p.left > 0 {
		p.failed.Message += fmt.Sprintf("; %d ways were not tried, since there are too many", p.left)
	}
	return p.failed
}

func texts(all ...string) (texts [][]byte) {
	for _, text := range all {
		texts = append(texts, []byte(text))
	}
	return texts
}

// kinds are types of JSON.
type kinds uint8

const (
	aNull kinds = 1 << iota
	aBoolean
	anInteger
	aNumber // a fraction
	aString
	anArray
	anObject
	anything = aNull | aBoolean | anInteger | aNumber | aString | anArray | anObject
)

var kindOf = map[string]kinds{
	"null": aNull, "boolean": aBoolean, "integer": anInteger, "number": anInteger | aNumber, "string": aString, "array": anArray, "object": anObject,
}

// facts are what schemas together say of a value.
type facts struct {
	kinds    kinds
	listed   []string // the values of an enum or a const, null included where it may be; nil without one
	keywords map[contract.Rule][]*contract.Keyword
	unsure   bool // not every value made by these facts conforms
}

// facts gathers what the schemas say.
func (p *planner) facts(t together) *facts {
	f := &facts{kinds: anything, keywords: map[contract.Rule][]*contract.Keyword{}}
	for _, at := range t.schemas {
		s := &p.program.Schemas[at]
		kinds, nullable := anything, false
		for k := range s.Keywords {
			kw := &s.Keywords[k]
			f.keywords[kw.Name] = append(f.keywords[kw.Name], kw)
			switch kw.Name {
			case contract.Type:
				kinds = 0
				for _, name := range kw.Values {
					kinds |= kindOf[name]
				}
			case contract.Nullable:
				nullable = kw.Values[0] == "true"
			case contract.Enum, contract.Const:
				if f.listed == nil || len(kw.Values) < len(f.listed) {
					f.listed = append([]string{}, kw.Values...) // an empty list is one, too
				}
			case contract.Not, contract.OneOf, contract.If, contract.Contains, contract.MinContains, contract.MaxContains, contract.UniqueItems,
				contract.PropertyNames, contract.PatternProperties, contract.DependentSchemas, contract.UnevaluatedItems, contract.UnevaluatedProperties,
				contract.MinProperties, contract.MaxProperties, contract.DependentRequired:
				f.unsure = true
			case contract.AnyOf:
				f.unsure = f.unsure || p.objectsOf(kw.Schemas) > 1 // one may not know the members of the other
			}
		}
		if kinds != anything && nullable {
			kinds |= aNull
		}
		f.kinds &= kinds
	}
	if f.listed != nil && f.kinds&aNull != 0 {
		f.listed = append(slices.Clone(f.listed), "null")
	}
	return f
}

// free says whether any value conforms.
func (f *facts) free() bool {
	for name := range f.keywords {
		if name != xSecret {
			return false
		}
	}
	return true
}

// free returns values of every type.
func free(name string) []level {
	return []level{
		{words: wordsFor(name, "")}, {texts: texts("17", "0.5", "-3", "1e3", "0")}, {texts: texts("true", "false")}, {class: null, texts: texts("null")},
		{texts: texts(`{"a":1,"b":{"c":[true,null]}}`, `{"value":"x"}`, `{}`)}, {texts: texts(`["a",1,{"b":[]}]`, `[[1,2],[3]]`, `[]`)},
	}
}

// objectsOf is how many of the schemas let objects be.
func (p *planner) objectsOf(schemas []int) (n int) {
	for _, schema := range schemas {
		if types := p.keyword(schema, contract.Type); types == nil || slices.Contains(types.Values, "object") {
			n++
		}
	}
	return n
}

// first is the first of the keywords with that name; nil where there is none.
func (f *facts) first(name contract.Rule) *contract.Keyword {
	if all := f.keywords[name]; len(all) > 0 {
		return all[0]
	}
	return nil
}

// most is how many items, members or characters a value has at most, unless it has to have
// more.
const most = 1000

// limits are the least and the most that keywords allow of something.
func (f *facts) limits(least, largest contract.Rule) (lo, hi int) {
	hi = math.MaxInt
	for _, kw := range f.keywords[least] {
		lo = max(lo, count(kw))
	}
	for _, kw := range f.keywords[largest] {
		hi = min(hi, count(kw))
	}
	return lo, hi
}

func count(kw *contract.Keyword) int {
	n, err := strconv.Atoi(kw.Values[0])
	if err != nil {
		return math.MaxInt
	}
	return n
}

// made adds a level, unless it has to be held against the schemas and never conforms.
func (p *planner) made(t together, f *facts, levels []level, l level) []level {
	if f.unsure {
		p.unsure = true
		l.check = p.judge(t.asked)
		s := &Sampler{random: p.random, end: soft}
		var text []byte
		for range tries {
			text = s.write(nil, &l, nil)
			if p.accepts(l.check, text) {
				l.good = text
				return append(levels, l)
			}
		}
		if p.failed == nil {
			p.failed = l.check.blame(text)
		}
		return levels
	}
	return append(levels, l)
}
