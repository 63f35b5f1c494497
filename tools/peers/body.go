package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// body is a response body and the right answer to it.
type body struct {
	provider int // the place in providers
	status   int // 0 where the body alone is judged
	text     []byte
	right    answer
	broken   string // what was done to it, as package mutate says; "" where nothing was
}

func (b *body) httpStatus() int {
	if b.status == 0 {
		return http.StatusOK
	}
	return b.status
}

// answer is the only finding that a body gives; the zero answer is that it conforms.
type answer struct {
	rule              contract.Rule
	pointer, property string
}

// value is a JSON value on its way to a body, with what the contract says of it.
type value struct {
	schema *contract.Schema // nil in free-form data
	shape  shape
	// text is a scalar's JSON.
	text    string
	members []member // an object's, and an array's, whose names are not written
}

type member struct {
	name string
	*value
}

type shape byte

const (
	scalar shape = iota
	object
	array
)

// writer writes values as JSON, compact.
type writer struct {
	strings.Builder
	// ascii writes other characters as escapes, as many servers do.
	ascii bool
}

func (w *writer) value(v *value) {
	switch v.shape {
	case scalar:
		w.scalar(v.text)
		return
	case object:
		w.WriteByte('{')
	case array:
		w.WriteByte('[')
	}
	for i, m := range v.members {
		if i > 0 {
			w.WriteByte(',')
		}
		if v.shape == object {
			w.scalar(quote(m.name))
			w.WriteByte(':')
		}
		w.value(m.value)
	}
	w.WriteByte("}]"[v.shape-object])
}

func (w *writer) scalar(text string) {
	if !w.ascii {
		w.WriteString(text)
		return
	}
	for len(text) > 0 {
		r, n := utf8.DecodeRuneInString(text)
		if r < utf8.RuneSelf || n == 1 { // what isn't UTF-8 stays so
			w.WriteString(text[:n])
		} else {
			for _, unit := range utf16.AppendRune(nil, r) {
				fmt.Fprintf(w, `\u%04x`, unit)
			}
		}
		text = text[n:]
	}
}

// quote writes a string as JSON with the escapes that it must have.
func quote(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic("peers: " + err.Error())
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// operands returns the Values of a keyword of the schema; nil where it hasn't got it.
func operands(s *contract.Schema, name contract.Rule) []string {
	if kw := keyword(s, name); kw != nil {
		return kw.Values
	}
	return nil
}

func keyword(s *contract.Schema, name contract.Rule) *contract.Keyword {
	for i := range s.Keywords {
		if s.Keywords[i].Name == name {
			return &s.Keywords[i]
		}
	}
	return nil
}

// kindOf returns the type that the schema asks for, "" where it asks for none.
func kindOf(s *contract.Schema) string {
	if types := operands(s, contract.Type); types != nil {
		return types[0]
	}
	return ""
}

func nullable(s *contract.Schema) bool {
	v := operands(s, contract.Nullable)
	return v != nil && v[0] == "true"
}
