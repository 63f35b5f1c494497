package contract

import "strconv"

// enum is the set of values that "enum" lists.
type enum struct {
	strings  []string // unescaped
	numbers  []decimal
	literals []string // true, false, null
	values   []string // all, as JSON text
}

func newEnum(values []string) *enum {
	e := &enum{values: values}
	for _, v := range values {
		switch c := v[0]; {
		case c == '"':
			text, ok := unquote([]byte(v))
			if !ok {
				panic("contract: not a JSON string: " + strconv.Quote(v))
			}
			e.strings = append(e.strings, string(text))
		case c == '-' || '0' <= c && c <= '9':
			e.numbers = append(e.numbers, mustDecimal(v))
		default:
			e.literals = append(e.literals, v)
		}
	}
	return e
}

func (e *enum) hasString(text []byte) bool {
	for _, s := range e.strings {
		if s == string(text) {
			return true
		}
	}
	return false
}

func (e *enum) hasNumber(d decimal) bool {
	for _, n := range e.numbers {
		if n.compare(d) == 0 {
			return true
		}
	}
	return false
}

func (e *enum) hasLiteral(text []byte) bool {
	for _, l := range e.literals {
		if l == string(text) {
			return true
		}
	}
	return false
}
