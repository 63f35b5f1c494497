package mutate

import (
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
func (p *place) scalar(o *Oracle) {
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
			holds = v.kind != aString || o.patterns[kw.Values[1]].MatchString(v.text)
		case unixTime:
			if x != nil && x.Cmp(big.NewRat(100_000_000_000, 1)) < 0 {
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

// among says whether the value equals one of some, each JSON text.
func among(v *value, values []string) bool {
	return slices.ContainsFunc(values, func(other string) bool {
		w, err := parse([]byte(other))
		return err == nil && equal(v, w)
	})
}

func equal(v, w *value) bool {
	if v.kind != w.kind || len(v.members) != len(w.members) {
		return false
	}
	if v.kind == aNumber {
		return number.Parse(v.text).Cmp(number.Parse(w.text)) == 0
	}
	for i, m := range v.members {
		other := w.members[i].value
		if v.kind == anObject {
			if other = w.member(m.name); other == nil || v.member(w.members[i].name) == nil {
				return false
			}
		}
		if !equal(m.value, other) {
			return false
		}
	}
	return v.text == w.text
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
