package mutate

import (
	"math/big"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/internal/number"
)

// kinds are all that one step can break, in the order of a table.
var kinds = []kind{
	{"a required member is missing", each(contract.Required, func(s *site, kw *contract.Keyword) (edits []edit) {
		for _, name := range kw.Values {
			edits = append(edits, s.drop(name)...)
		}
		return edits
	})},
	{"null where it isn't allowed", func(s *site) []edit {
		if !slices.ContainsFunc(s.schemas, func(schema *contract.Schema) bool { return find(schema, contract.Type) != nil }) {
			return nil
		}
		return s.become("null")
	}},
	{"a value of another type", each(contract.Type, func(s *site, kw *contract.Keyword) []edit {
		text := s.raw()
		if s.kind == aString {
			text = `"x"`
		}
		return s.become(slices.DeleteFunc([]string{quote(text), "17", "0.5", "true", "false", "{}", "[]", "[" + text + "]", `{"value":` + text + "}"}, func(other string) bool {
			v, err := parse([]byte(other))
			return err != nil || allows(&contract.Schema{Keywords: []contract.Keyword{*kw}}, v)
		})...)
	})},
	{"a fraction for an integer", each(contract.Type, func(s *site, _ *contract.Keyword) []edit {
		if s.kind != aNumber {
			return nil
		}
		return s.become(number.Format(new(big.Rat).Add(number.Parse(s.text), big.NewRat(1, 2))), "0.1", "9007199254740992.5", "1e-1")
	})},
	{"an integer with a point or an exponent", each(contract.Type, func(s *site, _ *contract.Keyword) []edit {
		if s.kind != aNumber || strings.ContainsAny(s.text, ".eE") {
			return nil
		}
		return s.become(s.text+".0", s.text+"e0", s.text+"0E-1")
	})},
	{"a value outside the enum", each(contract.Enum, func(s *site, kw *contract.Keyword) []edit { return s.misspelled(kw.Values) })},
	{"a value of the enum in another case", each(contract.Enum, func(s *site, kw *contract.Keyword) []edit { return s.otherCase(kw.Values) })},
	{"another value than the constant", each(contract.Const, func(s *site, kw *contract.Keyword) []edit {
		return append(s.misspelled(kw.Values), s.otherCase(kw.Values)...)
	})},
	{"a number below the minimum", each(contract.Minimum, beyond(-1))},
	{"a number above the maximum", each(contract.Maximum, beyond(1))},
	{"a number at or below the exclusive minimum", each(contract.ExclusiveMinimum, beyond(-1))},
	{"a number at or above the exclusive maximum", each(contract.ExclusiveMaximum, beyond(1))},
	{"a number that is no multiple", each(contract.MultipleOf, func(s *site, kw *contract.Keyword) []edit {
		m := number.Parse(kw.Values[0])
		return s.numbers(new(big.Rat).Quo(m, big.NewRat(2, 1)), new(big.Rat).Quo(m, big.NewRat(-10, 1)), new(big.Rat).Add(m, big.NewRat(1, 1)))
	})},
	{"a number past int32", format("int32", "2147483648", "-2147483649", "4294967295", "9223372036854775808", "1000000000000000000000000000000")},
	{"a number past int64", format("int64", "9223372036854775808", "-9223372036854775809", "18446744073709551615", "1000000000000000000000000000000")},
	{"a time that is none", format("date-time", notTimes...)},
	{"a uuid that is none", func(s *site) []edit { return format("uuid", notUUIDs(s.text)...)(s) }},
	{"a text that is too short", each(contract.MinLength, func(s *site, kw *contract.Keyword) []edit {
		if n := count(kw); s.kind == aString && n > 0 {
			return s.become(quote(lengthened(s.text, n-1)))
		}
		return nil
	})},
	{"a text that is too long", each(contract.MaxLength, func(s *site, kw *contract.Keyword) []edit {
		if n := count(kw); s.kind == aString && n < longest {
			return s.become(quote(lengthened(s.text, n+1)))
		}
		return nil
	})},
	{"a text that doesn't match", each(contract.Pattern, func(s *site, _ *contract.Keyword) []edit {
		if s.kind != aString {
			return nil
		}
		t := s.text
		return s.become(quote(""), quote(t+"\n"), quote("!"+t), quote(t+"!"), quote(" "+t), quote(turned(t)), quote(strings.Repeat("~", utf8.RuneCountInString(t))), quote("é"+t))
	})},
	{"too few items", each(contract.MinItems, func(s *site, kw *contract.Keyword) []edit {
		if n := count(kw); s.kind == anArray && 0 < n && n <= len(s.members) {
			return s.shrink(n - 1)
		}
		return nil
	})},
	{"too many items", each(contract.MaxItems, func(s *site, kw *contract.Keyword) []edit {
		return s.grow(count(kw) + 1)
	})},
	{"an item that stands twice", each(contract.UniqueItems, func(s *site, _ *contract.Keyword) []edit { return s.grow(len(s.members) + 1) })},
	{"an item that there is no place for", func(s *site) []edit {
		for _, schema := range s.schemas {
			for _, name := range []contract.Rule{contract.Items, contract.UnevaluatedItems} {
				if kw := find(schema, name); kw != nil && s.kind == anArray && s.oracle.program.Schemas[kw.Schemas[0]].Never != "" {
					return s.insert("null")
				}
			}
		}
		return nil
	}},
	{"nothing of what has to be contained", each(contract.Contains, func(s *site, _ *contract.Keyword) []edit {
		return s.become("[]", "[null]", `["x"]`)
	})},
	{"too few of what has to be contained", each(contract.MinContains, func(s *site, _ *contract.Keyword) []edit {
		return s.become("[]", "[null]", `["x"]`)
	})},
	{"too many of what is contained", each(contract.MaxContains, func(s *site, kw *contract.Keyword) []edit { return s.grow(len(s.members) + count(kw) + 1) })},
	{"a member that isn't documented", func(s *site) []edit {
		if s.kind != anObject || len(s.schemas) == 0 || s.open() {
			return nil
		}
		return append(s.insert(quote("not documented")+`:{"a":1}`), s.insert(quote("")+":null")...)
	}},
	{"a name that isn't allowed", each(contract.PropertyNames, func(s *site, _ *contract.Keyword) (edits []edit) {
		for _, name := range []string{"", "~", "A", "0", "é é", strings.Repeat("x", 300)} {
			edits = append(edits, s.insert(quote(name)+":"+s.sibling())...)
		}
		return edits
	})},
	{"too few members", each(contract.MinProperties, func(s *site, kw *contract.Keyword) []edit {
		if n := count(kw); s.kind == anObject && 0 < n && n <= len(s.members) {
			return s.shrink(n - 1)
		}
		return nil
	})},
	{"too many members", each(contract.MaxProperties, func(s *site, kw *contract.Keyword) []edit {
		return s.grow(count(kw) + 1)
	})},
	{"a member without the one that goes with it", each(contract.DependentRequired, func(s *site, kw *contract.Keyword) (edits []edit) {
		for _, name := range kw.Values[1:] {
			edits = append(edits, s.drop(name)...)
		}
		return append(edits, s.add(kw.Values[0])...)
	})},
	{"a member that responses don't have", each(contract.Properties, func(s *site, kw *contract.Keyword) (edits []edit) {
		for i, name := range kw.Values {
			if p := &s.oracle.program.Schemas[kw.Schemas[i]]; find(p, contract.WriteOnly) != nil || p.Never != "" {
				edits = append(edits, s.add(name)...)
			}
		}
		return edits
	})},
	{"a value that is ruled out", func(s *site) (edits []edit) {
		for _, schema := range s.schemas {
			for _, kw := range schema.Keywords {
				switch kw.Name {
				case contract.Not, contract.OneOf, contract.AnyOf, contract.Then, contract.Else:
					for _, part := range kw.Schemas {
						edits = append(edits, s.become(s.oracle.fill(part))...)
						edits = append(edits, s.become(operands(&s.oracle.program.Schemas[part], contract.Enum)...)...)
					}
				}
			}
		}
		return edits
	}},
	{"a member that has to be there, or must not", each(contract.Properties, conditional)},
	{"an alias with another value", each(contract.Properties, unlike)},
	{"a time in seconds for one in milliseconds", each(unixTime, func(s *site, _ *contract.Keyword) []edit {
		if s.kind != aNumber {
			return nil
		}
		seconds := new(big.Int).Quo(number.Parse(s.text).Num(), big.NewInt(1000))
		return s.become(seconds.String(), "0", "99999999999", "-1")
	})},
	{"a time in microseconds for one in milliseconds", each(unixTime, func(s *site, _ *contract.Keyword) []edit {
		if s.kind != aNumber {
			return nil
		}
		return s.become(number.Parse(s.text).Num().String()+"000", "100000000000000", "9223372036854775807")
	})},
	{"a key that stands twice", func(s *site) (edits []edit) {
		if s.kind != anObject {
			return nil
		}
		for _, m := range s.members {
			text := ":" + string(s.body[m.from:m.to])
			edits = append(append(edits, s.insert(quote(m.name)+text)...), s.insert(escaped(m.name)+text)...)
		}
		return edits
	}},
	{"a body cut off", func(s *site) (edits []edit) {
		if s.in != nil {
			return nil
		}
		for at := range s.to {
			reading, whole := "", true
			if at > s.from {
				reading, whole = s.reading(s.body, at)
			}
			if whole {
				edits = append(edits, edit{change{at, len(s.body), ""}, true, reading})
			}
		}
		return edits
	}},
	{"something before or after the body", func(s *site) (edits []edit) {
		if s.in != nil {
			return nil
		}
		edits = append(edits, edit{change{0, 0, "\uFEFF"}, true, ""})
		for _, text := range []string{"}", "]", ",", "x", "{}", " null", "\n{}", "\x00", "//", "\xff"} {
			edits = append(edits, edit{change{s.to, s.to, text}, true, ""})
		}
		return edits
	}},
	{"a string that isn't one", func(s *site) (edits []edit) {
		for _, text := range []string{"\xff", "\xc0\xaf", "\xed\xa0\x80", `\ud83d`, `\udc00`, `\u12`, `\x`, "\n", "\x00", "\x1f"} {
			if s.kind == aString {
				edits = append(edits, edit{change{s.from + 1, s.from + 1, text}, true, s.pointer()},
					edit{change{s.to - 1, s.to - 1, text}, true, s.pointer()})
			}
			if s.in != nil && s.in.kind == anObject {
				key := s.in.members[s.index].key
				edits = append(edits, edit{change{key + 1, key + 1, text}, true, s.in.pointer()})
			}
		}
		return edits
	}},
	{"a number or a word that JSON hasn't got", func(s *site) (edits []edit) {
		holder := ""
		if s.in != nil {
			holder = s.in.pointer()
		}
		broken := func(reading string, texts ...string) {
			for _, text := range texts {
				edits = append(edits, edit{change{s.from, s.to, text}, true, reading})
			}
		}
		switch {
		case s.kind == aNumber:
			broken(s.pointer(), "+"+s.text, ".5", "-.5", "1.", "1.e1", "1e", "-", "--1", "NaN", "-Infinity")
			broken(holder, s.text+"_000", s.text+"n", s.text+" 0")
		case s.kind == aNull || s.kind == aTrue || s.kind == aFalse:
			broken(s.pointer(), "None", "True", "FALSE", "undefined", "nul")
		case s.kind == aString:
			broken(s.pointer(), "'x'", "x")
		}
		return edits
	}},
	{"a comma too many or too few", func(s *site) (edits []edit) {
		if len(s.members) == 0 {
			return nil
		}
		end, due := s.members[len(s.members)-1].to, s.pointer()
		if s.kind == anArray {
			due = s.below(len(s.members))
		}
		edits = append(edits, edit{change{end, end, ","}, true, due})
		for i, m := range s.members[1:] {
			start := m.from
			if s.kind == anObject {
				start = m.key
			}
			edits = append(edits, edit{change{s.members[i].to, start, " "}, true, s.pointer()})
		}
		return edits
	}},
}

// each does something to the values that a keyword is said of, for each such keyword.
func each(name contract.Rule, do func(*site, *contract.Keyword) []edit) func(*site) []edit {
	return func(s *site) (edits []edit) {
		for _, schema := range s.schemas {
			for i := range schema.Keywords {
				if kw := &schema.Keywords[i]; kw.Name == name {
					edits = append(edits, do(s, kw)...)
				}
			}
		}
		return edits
	}
}

// format puts other texts in the place of values with the format.
func format(name string, texts ...string) func(*site) []edit {
	return each(contract.Format, func(s *site, kw *contract.Keyword) (edits []edit) {
		if kw.Values[0] != name {
			return nil
		}
		for _, text := range texts {
			switch s.kind {
			case aString:
				edits = append(edits, s.become(quote(text))...)
			case aNumber:
				edits = append(edits, s.become(text)...)
			}
		}
		return edits
	})
}

// notTimes each break date-time in a way of its own.
var notTimes = []string{
	"2026-02-30T10:00:00Z", "2025-02-29T10:00:00Z", "1900-02-29T10:00:00Z", "2026-04-31T10:00:00Z", "2026-13-01T10:00:00Z", "2026-00-10T10:00:00Z",
	"2026-01-00T10:00:00Z", "2026-11-20T24:00:00Z", "2026-11-20T10:60:00Z", "2026-11-20T10:00:61Z", "2026-11-20T10:00:60Z", "2026-06-29T23:59:60Z",
	"2016-12-31T23:59:60+01:00", "2026-11-20T10:00:00", "2026-11-20T10:00:00+25:00", "2026-11-20T10:00:00+01:60", "2026-11-20T10:00:00+0100",
	"2026-11-20T10:00:00+01", "2026-11-20T10:00:00.Z", "2026-11-20T10:00:00,5Z", "2026-11-20T10:00Z", "2026-11-20 10:00:00Z", "2026-11-20", "10:00:00Z",
	"26-11-20T10:00:00Z", "02026-11-20T10:00:00Z", "2026-11-20T1:00:00Z", "2026-11-20T10:00:00ZZ", " 2026-11-20T10:00:00Z", "2026-11-20T10:00:00Z\n",
	"2026-1-20T10:00:00Z", "2026-11-20T10:00:00 Z", "2026-11-20T10:00:00z+01:00", "1795166100", "Fri, 20 Nov 2026 10:00:00 GMT", "now", "",
	"２０26-11-20T10:00:00Z",
}

// notUUIDs each break a uuid in a way of its own.
func notUUIDs(uuid string) []string {
	if len(uuid) != 36 {
		return nil
	}
	return []string{
		strings.ReplaceAll(uuid, "-", ""), "{" + uuid + "}", "urn:uuid:" + uuid, uuid[:35], uuid + "0", uuid[:35] + "g", " " + uuid, uuid + "\n",
		strings.ReplaceAll(uuid, "-", "_"), uuid[:7] + "-" + uuid[7:8] + uuid[9:], uuid[:8] + uuid[9:] + "0", uuid[:35] + "０", "",
	}
}

// conditional breaks the conditions on the properties that a keyword names: it changes
// what decides, and takes away, empties and adds what is due or not.
func conditional(s *site, properties *contract.Keyword) (edits []edit) {
	if s.kind != anObject {
		return nil
	}
	for i, name := range properties.Values {
		for _, kw := range s.oracle.program.Schemas[properties.Schemas[i]].Keywords {
			if kw.Name != presentWhen && kw.Name != presentOnlyWhen {
				continue
			}
			if decides := s.member(kw.Values[0]); decides != nil {
				values := slices.Clone(kw.Values[1:])
				if at := slices.Index(properties.Values, kw.Values[0]); at >= 0 {
					values = append(values, operands(&s.oracle.program.Schemas[properties.Schemas[at]], contract.Enum)...)
				}
				trigger := &site{value: decides, body: s.body}
				edits = append(edits, trigger.become(values...)...)
			}
			property := &s.oracle.program.Schemas[properties.Schemas[i]]
			if target := s.member(name); target != nil && (nullable(property) || allows(property, &value{kind: aNull})) {
				edits = append(edits, (&site{value: target, body: s.body}).become("null")...)
			}
			edits = append(append(edits, s.drop(name)...), s.add(name)...)
		}
	}
	return edits
}

// unlike makes each property that the keyword names and that is an alias differ from its
// sibling, and the sibling from it.
func unlike(s *site, properties *contract.Keyword) (edits []edit) {
	for i, name := range properties.Values {
		kw := find(&s.oracle.program.Schemas[properties.Schemas[i]], aliasOf)
		if kw == nil || s.kind != anObject {
			continue
		}
		edits = append(edits, s.add(name)...)
		for _, name := range []string{name, kw.Values[0]} {
			if v := s.member(name); v != nil {
				edits = append(edits, (&site{value: v, body: s.body}).become("null", "true", "false", "17", "0.5", quote(v.text+"x"), quote(""), "[]", "{}",
					`"2026-11-20T10:00:00Z"`, `"2026-11-20T10:00:00.000000001Z"`, `"2026-11-20T10:00:00+00:01"`, `"2016-12-31T23:59:60Z"`, `"2017-01-01T00:00:00Z"`)...)
			}
		}
	}
	return edits
}
