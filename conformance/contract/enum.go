package contract

// enum is the set of values that "enum" lists, or the one that "const" gives.
type enum struct {
	strings    wordTable
	others     map[string]bool // in canonical form
	containers bool            // some are arrays or objects
}

// newEnum returns the set of the values, each JSON text.
func newEnum(values []string) *enum {
	e := &enum{others: map[string]bool{}}
	var texts []string
	for _, v := range values {
		if v[0] == '"' {
			text, ok := unquote([]byte(v))
			if !ok {
				panic("contract: not a JSON string: " + v)
			}
			texts = append(texts, string(text))
			continue
		}
		e.containers = e.containers || v[0] == '[' || v[0] == '{'
		in := newInput([]byte(v))
		e.others[canonicalText(&in, 0, nil)] = true
	}
	e.strings = newWordTable(texts)
	return e
}

func (e *enum) hasString(text []byte) bool { return e.strings.findText(text) >= 0 }

// has says whether the value at i, which isn't a string and has been read before, is
// one of the set.
func (e *enum) has(in *input, i int) bool {
	if c := in.at(i); (c == '[' || c == '{') && !e.containers {
		return false
	}
	return e.others[canonicalText(in, i, nil)]
}
