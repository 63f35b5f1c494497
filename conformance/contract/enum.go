package contract

import (
	"slices"
	"strings"
	"sync"
)

// enum is the set of values that "enum" lists, or the one that "const" gives.
type enum struct {
	strings    wordTable
	others     map[string]bool // in canonical form
	containers bool            // some are arrays or objects
	// folded returns the strings by their lower case.
	folded func() map[string]string
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
	e.folded = sync.OnceValue(func() map[string]string {
		folded := make(map[string]string, len(texts))
		for _, text := range slices.Backward(texts) {
			folded[strings.ToLower(text)] = text // the first of those that are alike
		}
		return folded
	})
	return e
}

func (e *enum) hasString(text []byte) bool { return e.strings.findText(text) >= 0 }

// lists says whether e has the value at i, which isn't a string and has been read before.
func (k *checker) lists(e *enum, i int) bool {
	var known map[memoKey]*memo
	if c := k.in.at(i); c == '[' || c == '{' {
		if !e.containers {
			return false
		}
		known = k.digests()
	}
	return e.others[canonicalText(&k.in, i, known)]
}
