package mutate

import (
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
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
		return s.become(decimal(new(big.Rat).Add(rational(s.text), big.NewRat(1, 2))), "0.1", "9007199254740992.5", "1e-1")
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
		m := rational(kw.Values[0])
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
						edits = append(edits, s.become(s.oracle.fill(part, 0))...)
						edits = append(edits, s.become(operands(&s.oracle.program.Schemas[part], contract.Enum)...)...)
					}
				}
			}
		}
		return edits
	}},
	{"a member that has to be there, or must not", each(contract.Properties, conditional)},
	{"a time in seconds for one in milliseconds", each(unixTime, func(s *site, _ *contract.Keyword) []edit {
		if s.kind != aNumber {
			return nil
		}
		seconds := new(big.Int).Quo(rational(s.text).Num(), big.NewInt(1000))
		return s.become(seconds.String(), "0", "99999999999", "-1")
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
			due += "/" + strconv.Itoa(len(s.members))
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

// become puts other values in the place of s.
func (s *site) become(texts ...string) (edits []edit) {
	for _, text := range texts {
		if text != s.raw() {
			edits = append(edits, edit{change: change{s.from, s.to, text}})
		}
	}
	return edits
}

// open says whether a schema says that there may be any members.
func (s *site) open() bool {
	return slices.ContainsFunc(s.schemas, func(schema *contract.Schema) bool {
		kw := find(schema, contract.AdditionalProperties)
		return kw != nil && (len(kw.Schemas) > 0 || kw.Values[0] == "true")
	})
}

// numbers is become where s is a number; of an integer, for integers.
func (s *site) numbers(numbers ...*big.Rat) (edits []edit) {
	if s.kind != aNumber {
		return nil
	}
	for _, n := range numbers {
		text := decimal(n)
		if slices.ContainsFunc(s.schemas, func(schema *contract.Schema) bool { return !allows(schema, &value{kind: aNumber, text: text}) }) {
			continue // that is another violation
		}
		edits = append(edits, s.become(text)...)
	}
	return edits
}

// beyond puts the bound itself, which breaks an exclusive one, and what is just and well
// beyond it in the place of numbers.
func beyond(sign int64) func(*site, *contract.Keyword) []edit {
	return func(s *site, kw *contract.Keyword) []edit {
		limit := rational(kw.Values[0])
		further := func(by *big.Rat) *big.Rat { return new(big.Rat).Add(limit, by.Mul(by, big.NewRat(sign, 1))) }
		return s.numbers(limit, further(big.NewRat(1, 1)), further(big.NewRat(1, 100)), further(big.NewRat(1_000_000, 1)))
	}
}

// decimal writes a number that has a finite one, as JSON.
func decimal(x *big.Rat) string {
	digits := 0
	for scaled := new(big.Rat).Set(x); !scaled.IsInt() && digits < 1000; digits++ {
		scaled.Mul(scaled, big.NewRat(10, 1))
	}
	return x.FloatString(digits)
}

// misspelled puts other values than those listed in the place of s: each of them, written
// wrong.
func (s *site) misspelled(values []string) (edits []edit) {
	for _, value := range values {
		v, err := parse([]byte(value))
		switch {
		case err != nil:
		case v.kind == aString:
			_, size := utf8.DecodeLastRuneInString(v.text)
			edits = append(edits, s.become(quote(v.text+"x"), quote(v.text[:len(v.text)-size]), quote(" "+v.text), quote(v.text+" "))...)
		case v.kind == aNumber:
			edits = append(edits, s.become(decimal(new(big.Rat).Add(rational(v.text), big.NewRat(1, 1))), quote(v.text))...)
		case v.kind == aTrue || v.kind == aFalse:
			edits = append(edits, s.become("true", "false")...)
		default:
			edits = append(edits, s.become("[]", "{}", `[0]`)...)
		}
	}
	return edits
}

// otherCase puts the values listed in the place of s, in another case.
func (s *site) otherCase(values []string) (edits []edit) {
	for _, value := range values {
		if v, err := parse([]byte(value)); err == nil && v.kind == aString {
			edits = append(edits, s.become(quote(turned(v.text)), quote(strings.ToUpper(v.text)), quote(strings.ToLower(v.text)))...)
		}
	}
	return edits
}

// turned has every letter in its other case.
func turned(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, s)
}

// longest is how many characters, items or members a violation has at most.
const longest = 100_000

// lengthened has so many characters, all beyond ASCII where there are more than s has: they
// are counted, not their bytes.
func lengthened(s string, n int) string {
	runes := []rune(s)
	for len(runes) < n {
		runes = append(runes, 'é')
	}
	return string(runes[:n])
}

// insert adds text, a member or an item, after the last one.
func (s *site) insert(text string) []edit {
	at := s.to - 1
	if n := len(s.members); n > 0 {
		at, text = s.members[n-1].to, ","+text
	}
	return []edit{{change: change{at, at, text}}}
}

// add adds the member with that name, with a value that its schema may take.
func (s *site) add(name string) []edit {
	if s.kind != anObject || s.member(name) != nil {
		return nil
	}
	for _, schema := range s.schemas {
		for _, at := range s.oracle.members(schema, name) {
			return s.insert(quote(name) + ":" + s.oracle.fill(at, 0))
		}
	}
	return s.insert(quote(name) + ":" + s.sibling())
}

// sibling is the value of another member of s that may stand there again.
func (s *site) sibling() string {
	for _, schema := range s.schemas {
		if kw := find(schema, contract.AdditionalProperties); kw != nil && len(kw.Schemas) > 0 {
			return s.oracle.fill(kw.Schemas[0], 0)
		}
	}
	return "null"
}

// drop takes the member with that name out.
func (s *site) drop(name string) []edit {
	if s.kind != anObject {
		return nil
	}
	i := slices.IndexFunc(s.members, func(m member) bool { return m.name == name })
	switch {
	case i < 0:
		return nil
	case i+1 < len(s.members):
		return []edit{{change: change{s.members[i].key, s.members[i+1].key, ""}}}
	case i > 0:
		return []edit{{change: change{s.members[i-1].to, s.members[i].to, ""}}}
	}
	return []edit{{change: change{s.members[i].key, s.members[i].to, ""}}}
}

// shrink leaves the first n members or items.
func (s *site) shrink(n int) []edit {
	from := s.from + 1
	if n > 0 {
		from = s.members[n-1].to
	}
	return []edit{{change: change{from, s.to - 1, ""}}}
}

// grow repeats items, the first one first, or adds members, until there are n.
func (s *site) grow(n int) []edit {
	if n > longest || n <= len(s.members) || s.kind != anArray && s.kind != anObject {
		return nil
	}
	if len(s.members) == 0 && s.kind == anArray {
		return nil
	}
	var b strings.Builder
	for i := len(s.members); i < n; i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		if s.kind == anObject {
			b.WriteString(quote("member "+strconv.Itoa(i)) + ":" + s.sibling())
			continue
		}
		item := s.members[i%len(s.members)]
		b.Write(s.body[item.from:item.to])
	}
	at := s.to - 1
	if len(s.members) > 0 {
		at = s.members[len(s.members)-1].to
	}
	return []edit{{change: change{at, at, b.String()}}}
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

// escaped writes a string as JSON with its first character as an escape.
func escaped(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	if s == "" || r > 0xffff {
		return quote(s)
	}
	code := strconv.FormatInt(int64(r), 16)
	return `"\u` + strings.Repeat("0", 4-len(code)) + code + quote(s[size:])[1:]
}

// deepest is how deep fill goes into schemas that hold themselves.
const deepest = 10

// fill writes a value that a schema takes, as far as that is plain: what it asks for
// together with others may be something else.
func (o *Oracle) fill(schema, depth int) string {
	s := &o.program.Schemas[schema]
	for _, name := range []contract.Rule{contract.Const, contract.Enum} {
		if values := operands(s, name); len(values) > 0 {
			return values[0]
		}
	}
	for _, kw := range s.Keywords {
		switch kw.Name {
		case contract.Ref, contract.AllOf, contract.AnyOf, contract.OneOf:
			if depth < deepest {
				return o.fill(kw.Schemas[0], depth+1)
			}
		}
	}
	kind := ""
	if types := operands(s, contract.Type); len(types) > 0 {
		kind = types[0]
	}
	switch kind {
	case "string":
		switch operand := operands(s, contract.Format); {
		case operand == nil:
		case operand[0] == "date-time":
			return `"2026-11-20T10:00:00Z"`
		case operand[0] == "uuid":
			return `"3c90c3cc-0d44-4b50-8888-8dd25736052a"`
		}
		return `"x"`
	case "integer", "number":
		for _, name := range []contract.Rule{contract.Minimum, contract.Maximum} {
			if values := operands(s, name); values != nil {
				return values[0]
			}
		}
		return "17"
	case "boolean":
		return "true"
	case "array":
		return "[]"
	case "object":
		var members []string
		for _, name := range operands(s, contract.Required) {
			value := "null"
			if at := o.members(s, name); len(at) > 0 && depth < deepest {
				value = o.fill(at[0], depth+1)
			}
			members = append(members, quote(name)+":"+value)
		}
		return "{" + strings.Join(members, ",") + "}"
	}
	return "null"
}
