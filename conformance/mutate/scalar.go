package mutate

import (
	"crypto/sha256"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/internal/number"
)

// scalar judges a string or a number.
func (p *place) scalar(o *inspection) {
	v, within := p.value, true // the bounds that are stated
	var x *big.Rat             // nil where it is no number
	if v.kind == aNumber {
		x = number.Parse(v.text)
		types := operands(p.schema, contract.Type)
		if slices.Contains(types, "integer") && !slices.Contains(types, "number") && strings.ContainsAny(v.text, ".eE") {
			p.says(o, contract.IntegerNotation, contract.Type, "")
		}
	}
	for _, kw := range p.schema.Keywords {
		holds := true
		switch kw.Name {
		case contract.Minimum, contract.Maximum, contract.ExclusiveMinimum, contract.ExclusiveMaximum, contract.MultipleOf:
			if x != nil {
				holds = bounded(x, kw.Name, number.Parse(kw.Values[0]))
				within = within && (holds || kw.Name == contract.MultipleOf)
			}
		case contract.MinLength:
			holds = v.kind != aString || utf8.RuneCountInString(v.text) >= count(&kw)
		case contract.MaxLength:
			holds = v.kind != aString || utf8.RuneCountInString(v.text) <= count(&kw)
		case contract.Pattern:
			holds = v.kind != aString || o.matches(kw.Values[1], v.text)
		case unixTime:
			format := operands(p.schema, contract.Format)
			if x != nil && (format == nil || conforms(v, format[0])) && !(x.Cmp(big.NewRat(1e11, 1)) >= 0 && x.Cmp(big.NewRat(1e14, 1)) < 0) {
				p.says(o, contract.Plausibility, unixTime, "")
			}
		}
		if !holds {
			p.says(o, kw.Name, kw.Name, "")
		}
	}
	if format := operands(p.schema, contract.Format); format != nil && !(x != nil && !within) && !conforms(v, format[0]) {
		p.says(o, contract.Format, contract.Format, "")
	}
}

func bounded(x *big.Rat, keyword contract.Rule, limit *big.Rat) bool {
	switch order := x.Cmp(limit); keyword {
	case contract.Minimum:
		return order >= 0
	case contract.Maximum:
		return order <= 0
	case contract.ExclusiveMinimum:
		return order > 0
	case contract.ExclusiveMaximum:
		return order < 0
	}
	return new(big.Rat).Quo(x, limit).IsInt() // multipleOf
}

// count is the operand of a keyword that counts.
func count(kw *contract.Keyword) int {
	n, err := strconv.Atoi(kw.Values[0])
	if err != nil {
		return int(^uint(0) >> 1) // more than anything can have
	}
	return n
}

// matches says whether a text matches a pattern of the program.
func (o *inspection) matches(pattern, text string) bool {
	p := o.patterns[pattern]
	o.steps += len(text) * p.size / 8
	return p.MatchString(text)
}

// lists says whether a value equals one that the keyword lists.
func (o *Oracle) lists(kw *contract.Keyword, v *value) bool { return o.listed[kw][v.canonical()] }

// canonicals are values in JSON, as canonical has them.
func canonicals(values []string) map[string]bool {
	all := make(map[string]bool, len(values))
	for _, text := range values {
		if v, err := parse([]byte(text)); err == nil {
			all[v.canonical()] = true
		}
	}
	return all
}

// canonical is a text that two values share where they are equal, and only there. That of
// an array or an object is short, however long the value is.
func (v *value) canonical() string {
	switch v.kind {
	case aNull, aTrue, aFalse:
		return v.kind.String()
	case aNumber:
		return number.Parse(v.text).RatString()
	case aString:
		return quote(v.text)
	}
	if v.digest == "" {
		var parts []string
		for _, m := range v.members {
			part := m.canonical()
			if v.kind == anObject {
				part = quote(m.name) + ":" + part
			}
			parts = append(parts, part)
		}
		if v.kind == anObject {
			slices.Sort(parts)
		}
		sum := sha256.Sum256([]byte(strings.Join(parts, ",")))
		v.digest = v.kind.String() + string(sum[:])
	}
	return v.digest
}

// conforms says whether a value has a format, so far as formats are asserted.
func conforms(v *value, format string) bool {
	switch {
	case format == "int32" && v.kind == aNumber:
		return between(v, "-2147483648", "2147483647")
	case format == "int64" && v.kind == aNumber:
		return between(v, "-9223372036854775808", "9223372036854775807")
	case format == "date-time" && v.kind == aString:
		return isDateTime(v.text)
	case format == "uuid" && v.kind == aString:
		return uuid.MatchString(v.text)
	}
	return true
}

func between(v *value, least, most string) bool {
	x := number.Parse(v.text)
	return x.Cmp(number.Parse(least)) >= 0 && x.Cmp(number.Parse(most)) <= 0
}

// quote writes a string as JSON.
func quote(s string) string {
	quoted, _ := jsontext.AppendQuote(nil, s)
	return string(quoted)
}
