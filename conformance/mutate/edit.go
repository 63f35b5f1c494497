package mutate

import (
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/internal/number"
)

// edit is a step away from a body that conforms.
type edit struct {
	change
	// syntax says that the body is no JSON then, and reading what is being read there.
	syntax  bool
	reading string
}

// change has text take the place of body[from:to].
type change struct {
	from, to int
	text     string
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
		text := number.Format(n)
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
		limit := number.Parse(kw.Values[0])
		further := func(by *big.Rat) *big.Rat { return new(big.Rat).Add(limit, by.Mul(by, big.NewRat(sign, 1))) }
		return s.numbers(limit, further(big.NewRat(1, 1)), further(big.NewRat(1, 100)), further(big.NewRat(1_000_000, 1)))
	}
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
			edits = append(edits, s.become(number.Format(new(big.Rat).Add(number.Parse(v.text), big.NewRat(1, 1))), quote(v.text))...)
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

// longest is how many characters, items or members a violation has at most, and longestText
// how many bytes are put into a body.
const (
	longest     = 100_000
	longestText = 1 << 20
)

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
			return s.insert(quote(name) + ":" + s.oracle.fill(at))
		}
	}
	return s.insert(quote(name) + ":" + s.sibling())
}

// sibling is the value of another member of s that may stand there again.
func (s *site) sibling() string {
	for _, schema := range s.schemas {
		if kw := find(schema, contract.AdditionalProperties); kw != nil && len(kw.Schemas) > 0 {
			return s.oracle.fill(kw.Schemas[0])
		}
	}
	return "null"
}

// drop takes the member with that name out.
func (s *site) drop(name string) []edit {
	if s.kind != anObject {
		return nil
	}
	member := s.member(name)
	if member == nil {
		return nil
	}
	i := member.index
	switch {
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
	for i := len(s.members); i < n && b.Len() <= longestText; i++ {
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

// escaped writes a string as JSON with its first character as an escape.
func escaped(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	if s == "" || r > 0xffff {
		return quote(s)
	}
	code := strconv.FormatInt(int64(r), 16)
	return `"\u` + strings.Repeat("0", 4-len(code)) + code + quote(s[size:])[1:]
}
