package sample

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// objects returns objects with no further members, with one and with some, where a schema
// lets them be.
func (p *planner) objects(t together, f *facts, name string) (levels []level) {
	lo, hi := f.limits(contract.MinProperties, contract.MaxProperties)
	o := object{min: lo, max: hi}
	names, required := p.names(t)
	index := map[string]int{}
	for _, n := range names {
		schemas, may := p.member(t, n)
		if !may || p.deep() && !required[n] {
			if may && p.within() <= 2 {
				p.left++
			}
			if required[n] {
				p.fail(t, contract.Required, "the member "+strconv.Quote(n)+" has to be there, and can't")
				return nil
			}
			continue
		}
		inner := p.node(schemas, n, !required[n])
		if inner == nil {
			return nil // it is required, and nothing conforms
		}
		m := member{key: keyOf(n), node: inner, absent: -1}
		if !required[n] {
			m.absent = len(inner.levels) - 1
		}
		index[n] = len(o.members)
		o.members = append(o.members, m)
	}
	p.conditions(t, &o, index)
	for _, kw := range f.keywords[contract.DependentRequired] {
		if trigger, ok := index[kw.Values[0]]; ok {
			o.dependents = append(o.dependents, dependent{trigger, indexes(index, kw.Values[1:])})
		}
	}
	if !p.deep() || lo > len(o.members) {
		o.extra = p.extra(t, f, name, index)
	}
	counts := []int{0}
	if len(o.extra) > 0 {
		counts = []int{0, 1, 3, lo - len(o.members), hi - len(o.members)}
	}
	slices.Sort(counts)
	for _, extras := range slices.Compact(counts) {
		if extras < 0 || extras > len(o.extra) || extras > hi || len(o.members)+extras < lo {
			continue
		}
		with := o
		with.extras = extras
		l := level{object: &with}
		if len(o.members)+extras == 0 {
			l.class = empty
		}
		levels = p.made(t, f, levels, l)
	}
	if len(levels) == 0 {
		p.fail(t, contract.MinProperties, "more members are asked for than there can be")
	}
	return levels
}

func keyOf(name string) []byte {
	key, _ := jsontext.AppendQuote(nil, name)
	return append(key, ':')
}

func indexes(of map[string]int, names []string) (all []int) {
	for _, name := range names {
		if i, ok := of[name]; ok {
			all = append(all, i)
		}
	}
	return all
}

// names are the members that the schemas name, in their order, and those of them that have
// to be there.
func (p *planner) names(t together) (names []string, required map[string]bool) {
	required = map[string]bool{}
	requestOnly := map[string]bool{}
	had := map[string]bool{}
	add := func(all ...string) {
		for _, name := range all {
			if !had[name] {
				had[name] = true
				names = append(names, name)
			}
		}
	}
	for _, at := range t.schemas {
		if kw := p.keyword(at, contract.Properties); kw != nil {
			add(kw.Values...)
			for i, name := range kw.Values {
				requestOnly[name] = requestOnly[name] || p.has(kw.Schemas[i], contract.WriteOnly)
			}
		}
	}
	for _, at := range t.schemas {
		for _, kw := range p.program.Schemas[at].Keywords {
			switch kw.Name {
			case contract.Required:
				add(kw.Values...)
				for _, name := range kw.Values {
					required[name] = true
				}
			case contract.DependentRequired, contract.DependentSchemas:
				add(kw.Values...)
			}
		}
	}
	for name := range t.must {
		required[name] = true
	}
	for name := range requestOnly {
		if requestOnly[name] {
			delete(required, name)
		}
	}
	return names, required
}

// index returns where in "properties" each name is.
func (p *planner) index(properties *contract.Keyword) map[string]int {
	index, ok := p.places[properties]
	if !ok {
		index = make(map[string]int, len(properties.Values))
		for i, name := range properties.Values {
			index[name] = i
		}
		p.places[properties] = index
	}
	return index
}

func (p *planner) pattern(text string) *regexp.Regexp {
	pattern, ok := p.patterns[text]
	if !ok {
		pattern = regexp.MustCompile(text)
		p.patterns[text] = pattern
	}
	return pattern
}

func (p *planner) keyword(schema int, name contract.Rule) *contract.Keyword {
	for i := range p.program.Schemas[schema].Keywords {
		if kw := &p.program.Schemas[schema].Keywords[i]; kw.Name == name {
			return kw
		}
	}
	return nil
}

func (p *planner) has(schema int, name contract.Rule) bool { return p.keyword(schema, name) != nil }

// member returns the schemas of the member with that name; may says whether it may be
// there, without a finding.
func (p *planner) member(t together, name string) (schemas []int, may bool) {
	documented, open, closed, needs := false, false, t.mustNot[name], false
	var rest []int
	for _, at := range t.schemas {
		var known []int
		var additional *contract.Keyword
		for i := range p.program.Schemas[at].Keywords {
			kw := &p.program.Schemas[at].Keywords[i]
			switch kw.Name {
			case contract.Properties:
				needs = true
				if i, ok := p.index(kw)[name]; ok {
					known = append(known, kw.Schemas[i])
				}
			case contract.PatternProperties:
				for i, schema := range kw.Schemas {
					if p.pattern(kw.Values[2*i+1]).MatchString(name) {
						known = append(known, schema)
					}
				}
			case contract.AdditionalProperties:
				additional = kw
			case contract.UnevaluatedProperties:
				if open = open || len(kw.Schemas) > 0; len(kw.Schemas) == 0 {
					needs = true
				}
				rest = append(rest, kw.Schemas...)
			}
		}
		switch {
		case known != nil:
			documented = true
		case additional == nil:
		case len(additional.Schemas) > 0:
			known, open = additional.Schemas, true
		case additional.Values[0] == "false":
			closed = true
		default:
			open = true
		}
		for _, schema := range known {
			closed = closed || p.has(schema, contract.WriteOnly) || p.program.Schemas[schema].Never != ""
		}
		schemas = append(schemas, known...)
	}
	if schemas == nil {
		schemas = rest
	}
	return schemas, !closed && (documented || open || !needs)
}

// conditions notes the conditions on members, and has what decides take the values that
// they name.
func (p *planner) conditions(t together, o *object, index map[string]int) {
	for _, at := range t.schemas {
		properties := p.keyword(at, contract.Properties)
		if properties == nil {
			continue
		}
		for i, name := range properties.Values {
			target, ok := index[name]
			if !ok {
				continue
			}
			for _, kw := range p.program.Schemas[properties.Schemas[i]].Keywords {
				if sibling := slices.Index(properties.Values, firstOf(kw.Values)); kw.Name == aliasOf && sibling >= 0 {
					p.alias(t, o, index, properties.Values[sibling], name)
				}
				decides, ok := index[firstOf(kw.Values)]
				if !ok || kw.Name != presentWhen && kw.Name != presentOnlyWhen {
					continue
				}
				n := o.members[decides].node
				schemas, _ := p.member(t, kw.Values[0])
				for _, value := range kw.Values[1:] {
					there := slices.ContainsFunc(n.levels, func(l level) bool { return len(l.texts) == 1 && string(l.texts[0]) == value })
					if !there && p.accepts(p.judge(newTogether(schemas).asked), []byte(value)) {
						n.levels = append(n.levels, level{texts: texts(value)})
						n.live, n.table = p.live(n.levels), nil
						n.weigh()
					}
				}
				if !slices.ContainsFunc(n.levels, func(l level) bool { return len(l.texts) != 1 && l.class.holds() }) {
					p.unsure = true // by chance what decides is one of the values
				}
				c := condition{only: kw.Name == presentOnlyWhen, decides: decides, target: target, values: kw.Values[1:]}
				o.conditions = append(o.conditions, c)
			}
		}
	}
	for i := range o.conditions {
		c := &o.conditions[i]
		for _, l := range o.members[c.decides].node.levels {
			c.met = append(c.met, len(l.texts) == 1 && slices.Contains(c.values, string(l.texts[0])))
		}
	}
}

// alias notes that two of the properties have the same value where both are there.
func (p *planner) alias(t together, o *object, index map[string]int, sibling, target string) {
	a, ok := index[sibling]
	if !ok {
		return // it can't be there
	}
	o.aliases = append(o.aliases, [2]int{a, index[target]})
	one, _ := p.member(t, sibling)
	other, _ := p.member(t, target)
	if !slices.EqualFunc(one, other, p.alike) {
		p.unsure = true // the value of one may not conform to the schemas of the other
	}
}

// alike reports whether two schemas say the same, up to x-alias-of.
func (p *planner) alike(a, b int) bool {
	keywords := func(schema int) []contract.Keyword {
		return slices.DeleteFunc(slices.Clone(p.program.Schemas[schema].Keywords), func(kw contract.Keyword) bool { return kw.Name == aliasOf })
	}
	return slices.EqualFunc(keywords(a), keywords(b), func(x, y contract.Keyword) bool {
		return x.Name == y.Name && slices.Equal(x.Values, y.Values) && slices.Equal(x.Schemas, y.Schemas)
	})
}

func firstOf(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

const (
	presentWhen     contract.Rule = "x-present-when"
	presentOnlyWhen contract.Rule = "x-present-only-when"
	aliasOf         contract.Rule = "x-alias-of"
	unixTime        contract.Rule = "x-unix-time"
	xSecret         contract.Rule = "x-secret"
)

// condition is x-present-when or x-present-only-when.
type condition struct {
	only            bool
	decides, target int
	values          []string
	met             []bool // by the level of the member that decides
}

// dependent is one of dependentRequired.
type dependent struct {
	trigger  int
	required []int
}

// extra lists members that no schema names, as far as they may be there.
func (p *planner) extra(t together, f *facts, name string, named map[string]int) (extra []member) {
	var candidates []string
	for _, kw := range f.keywords[contract.PatternProperties] {
		for i := range kw.Schemas {
			candidates = append(candidates, matches(p.random, kw.Values[2*i+1], 4)...)
		}
	}
	var nameSchemas []int
	for _, kw := range f.keywords[contract.PropertyNames] {
		nameSchemas = append(nameSchemas, kw.Schemas...)
	}
	if nameSchemas == nil {
		candidates = append(candidates, keys(name)...)
	} else {
		candidates = append(candidates, p.allowed(nameSchemas)...)
	}
	nodes := map[string]*node{}
	had := map[string]bool{}
	for _, candidate := range candidates {
		if _, ok := named[candidate]; ok || had[candidate] {
			continue
		}
		had[candidate] = true
		schemas, may := p.member(t, candidate)
		if nameSchemas != nil {
			text, _ := jsontext.AppendQuote(nil, candidate)
			may = may && p.accepts(p.judge(newTogether(nameSchemas).asked), text)
		}
		if !may {
			continue
		}
		key := newTogether(schemas).key()
		if _, ok := nodes[key]; !ok {
			nodes[key] = p.node(schemas, name, false)
		}
		if nodes[key] != nil {
			extra = append(extra, member{key: keyOf(candidate), node: nodes[key], absent: -1})
		}
	}
	p.random.Shuffle(len(extra), func(i, j int) { extra[i], extra[j] = extra[j], extra[i] })
	return extra
}

// allowed are some names that schemas allow.
func (p *planner) allowed(schemas []int) (names []string) {
	n := p.node(schemas, "name", false)
	if n == nil {
		return nil
	}
	s := &Sampler{random: p.random, end: soft}
	for i := range n.levels {
		for range 10 {
			text := s.at(nil, n, i, nil)
			if name, err := jsontext.AppendUnquote(nil, text); err == nil {
				names = append(names, string(name))
			}
		}
	}
	return names
}

// settle changes the levels of an object's members until its conditions hold.
func (o *object) settle(levels []int, random *rand.Rand) {
	for range 4 {
		changed := false
		for i := range o.conditions {
			changed = o.keep(&o.conditions[i], levels, random) || changed
		}
		for _, d := range o.dependents {
			for _, i := range d.required {
				if levels[d.trigger] != o.members[d.trigger].absent && levels[i] == o.members[i].absent {
					changed = o.members[i].put(&levels[i], random, func(c class) bool { return c != absent }) || changed
				}
			}
		}
		if o.min > 0 || o.max < len(levels)+o.extras {
			changed = o.count(levels, random) || changed
		}
		if !changed {
			return
		}
	}
}

// put sets a level of a class that is wanted, at random, and says whether there is one.
func (m *member) put(level *int, random *rand.Rand, wanted func(class) bool) bool {
	at := random.IntN(len(m.node.levels))
	for i := range m.node.levels {
		if l := (at + i) % len(m.node.levels); wanted(m.node.levels[l].class) {
			*level = l
			return true
		}
	}
	return false
}

// keep keeps a condition, and says whether that took a change.
func (o *object) keep(c *condition, levels []int, random *rand.Rand) bool {
	decides, target := &o.members[c.decides], &o.members[c.target]
	if levels[c.decides] == decides.absent {
		return false
	}
	present, met := target.node.levels[levels[c.target]].class.holds(), c.met[levels[c.decides]]
	switch {
	case !c.only && met && !present:
		return target.put(&levels[c.target], random, class.holds)
	case c.only && !met && present && target.absent >= 0:
		levels[c.target] = target.absent
		return true
	case c.only && !met && present:
		return target.put(&levels[c.target], random, func(c class) bool { return c == null })
	}
	return false
}

// count has no fewer and no more members than there may be.
func (o *object) count(levels []int, random *rand.Rand) (changed bool) {
	count := o.extras
	for i := range levels {
		if levels[i] != o.members[i].absent {
			count++
		}
	}
	for _, i := range random.Perm(len(levels)) {
		m := &o.members[i]
		switch {
		case count < o.min && levels[i] == m.absent:
			m.put(&levels[i], random, func(c class) bool { return c != absent })
			count, changed = count+1, true
		case count > o.max && levels[i] != m.absent && m.absent >= 0:
			levels[i] = m.absent
			count, changed = count-1, true
		}
	}
	return changed
}
