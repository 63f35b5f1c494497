package contract

import "strconv"

// enum is the set of values that "enum" lists.
type enum struct {
	strings  wordTable
	numbers  []decimal
	literals []string // true, false, null
	values   []string // all, as JSON text
}

func newEnum(values []string) *enum {
	e := &enum{values: values}
	var texts []string
	for _, v := range values {
		switch c := v[0]; {
		case c == '"':
			text, ok := unquote([]byte(v))
			if !ok {
				panic("contract: not a JSON string: " + strconv.Quote(v))
			}
			texts = append(texts, string(text))
		case c == '-' || '0' <= c && c <= '9':
			e.numbers = append(e.numbers, mustDecimal(v))
		default:
			e.literals = append(e.literals, v)
		}
	}
	e.strings = newWordTable(texts)
	return e
}

func (e *enum) hasString(text []byte) bool { return e.strings.findText(text) >= 0 }

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
