package main

import (
	"slices"
	"strings"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// plant is a way to break one rule.
type plant struct {
	title string
	rule  contract.Rule
	// fits says whether a value is a place to break it.
	fits func(site) bool
	// apply breaks it there, and returns the Property of the finding.
	apply func(*generator, site) (property string)
	// finish is the rest of it, done to the whole body; nil where nothing is left to do.
	finish func(body string) string
}

// end is written where a body will be cut off. It stands in no body.
const end = "\x00"

var plants = []plant{
	{title: "a required member is missing", rule: contract.Required, fits: hasRequired, apply: dropRequired},
	{title: "null where it isn't allowed", rule: contract.Nullable, fits: takesNoNull, apply: replace("null")},
	{title: "a value of another type", rule: contract.Type, fits: isTyped, apply: replaceType},
	{title: "a fraction for an integer", rule: contract.Type, fits: is("integer"), apply: replace("1.5")},
	{title: "a value outside the enum", rule: contract.Enum, fits: has(contract.Enum), apply: replace(`"unheard-of"`)},
	{title: "a number below the minimum", rule: contract.Minimum, fits: has(contract.Minimum), apply: replace("0")},
	{title: "a number above the maximum", rule: contract.Maximum, fits: has(contract.Maximum), apply: replace("65536")},
	{title: "an int32 of 2^31", rule: contract.Format, fits: hasFormat("int32"), apply: replace("2147483648")},
	{title: "an int64 of 2^63", rule: contract.Format, fits: hasFormat("int64"), apply: replace("9223372036854775808")},
	{title: "a date-time on 30 February", rule: contract.Format, fits: hasFormat("date-time"), apply: replace(`"2026-02-30T10:00:00Z"`)},
	{title: "a date-time without an offset", rule: contract.Format, fits: hasFormat("date-time"), apply: replace(`"2026-11-20T10:00:00"`)},
	{title: "a uuid without hyphens", rule: contract.Format, fits: hasFormat("uuid"), apply: func(_ *generator, s site) string {
		s.text = strings.ReplaceAll(s.text, "-", "")
		return ""
	}},
	{title: "a key that stands twice", rule: contract.DuplicateKey, fits: isMember, apply: func(_ *generator, s site) string {
		s.in.members = append(s.in.members, member{s.name, s.value})
		return s.name
	}},
	{title: "bytes that are not UTF-8", rule: contract.JSONSyntax, fits: isText, apply: insert("\xff")},
	{title: "a lone surrogate", rule: contract.JSONSyntax, fits: isText, apply: insert(`\ud83d`)},
	{title: "a body cut off", rule: contract.JSONSyntax, fits: isText, apply: insert(end), finish: func(body string) string {
		body, _, _ = strings.Cut(body, end)
		return body
	}},
	{title: "a brace after the body", rule: contract.JSONSyntax, fits: isRoot, apply: nothing, finish: func(body string) string {
		return body + "}"
	}},
}

// breaking makes n bodies of each provider, or of the only one, that break a rule each:
// the rules in turn, wherever the body has a place for them.
func breaking(only, n int) corpus {
	turn := 0
	return generate("Bodies that break one rule each", only, n, func(g *generator, v *value, w *writer) body {
		sites := append(v.sites(""), site{value: v})
		g.after.Shuffle(len(sites), func(i, j int) { sites[i], sites[j] = sites[j], sites[i] })
		for {
			turn++
			p := &plants[turn%len(plants)]
			i := slices.IndexFunc(sites, p.fits)
			if i < 0 {
				continue
			}
			b := body{right: answer{rule: p.rule, pointer: sites[i].pointer}, planted: p}
			b.right.property = p.apply(g, sites[i])
			w.value(v)
			text := w.String()
			if p.finish != nil {
				text = p.finish(text)
			}
			b.text = []byte(text)
			return b
		}
	})
}

func isRoot(s site) bool { return s.in == nil }

func isMember(s site) bool { return s.in != nil && s.in.shape == object }

func isNull(s site) bool { return s.text == "null" }

// isText says whether the value is a string that may hold anything.
func isText(s site) bool {
	return strings.HasPrefix(s.text, `"`) && keyword(s.schema, contract.Enum) == nil && keyword(s.schema, contract.Format) == nil
}

func is(kind string) func(site) bool {
	return func(s site) bool { return kindOf(s.schema) == kind && !isNull(s) }
}

// isTyped says whether another type would break the type and no more.
func isTyped(s site) bool { return kindOf(s.schema) != "" && !isNull(s) && !decides(s) }

func has(rule contract.Rule) func(site) bool {
	return func(s site) bool { return keyword(s.schema, rule) != nil && !isNull(s) && !decides(s) }
}

func hasFormat(format string) func(site) bool {
	return func(s site) bool {
		return slices.Equal(operands(s.schema, contract.Format), []string{format}) && !isNull(s) && keyword(s.schema, contract.Maximum) == nil
	}
}

func hasRequired(s site) bool {
	return s.shape == object && keyword(s.schema, contract.Required) != nil
}

// takesNoNull says whether null would break nullable and no more.
func takesNoNull(s site) bool {
	return kindOf(s.schema) != "" && !nullable(s.schema) && !decides(s) && !isConditional(s.schema)
}

// decides says whether a member beside this one may only be there because of its value.
func decides(s site) bool {
	return isMember(s) && slices.ContainsFunc(s.in.members, func(m member) bool {
		if m.schema == nil {
			return false
		}
		when := operands(m.schema, presentOnlyWhen)
		return when != nil && when[0] == s.name
	})
}

func nothing(*generator, site) string { return "" }

func replace(text string) func(*generator, site) string {
	return func(_ *generator, s site) string {
		// The schema stays, for the place in the answer.
		*s.value = value{schema: s.schema, text: text}
		return ""
	}
}

// replaceType puts a value there that is of no type that the schema allows.
func replaceType(g *generator, s site) string {
	text := pick(&generator{Rand: g.after}, map[string][]string{
		"object": {"[]", `"none"`, "0"}, "array": {"{}", `""`, "true"}, "string": {"17", "false", `{"value":"x"}`, `["x"]`},
		"integer": {`"17"`, "true", "[1]"}, "number": {`"0.5"`, "false", "{}"}, "boolean": {`"true"`, "1", "[]"},
	}[kindOf(s.schema)])
	return replace(text)(g, s)
}

// insert puts text somewhere into a string.
func insert(text string) func(*generator, site) string {
	return func(_ *generator, s site) string {
		s.value.text = s.value.text[:1] + text + s.value.text[1:]
		return ""
	}
}

func dropRequired(g *generator, s site) string {
	required := operands(s.schema, contract.Required)
	name := required[g.after.IntN(len(required))]
	s.members = slices.DeleteFunc(s.members, func(m member) bool { return m.name == name })
	return name
}
