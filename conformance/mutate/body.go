package mutate

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// value is a value of a body, and where it stands there.
type value struct {
	kind     jsontext.Kind  // null, false, true, a string, a number, the start of an object or of an array
	from, to int            // body[from:to] is its text
	text     string         // what a string means; of a number, how it is written
	members  []member       // of an object; of an array, its items
	in       *value         // the object or array that holds it; nil for the root
	index    int            // which of its members or items it is
	repeats  bool           // a key stands twice in it, or in what it holds
	names    map[string]int // which member has a name, the last one of several; nil where there are few
	digest   string         // what canonical returns, once that was asked for
}

// member is a member of an object, or an item of an array, which has no name.
type member struct {
	*value
	name string
	key  int // where the key starts
	due  int // from where on its value is due: after the key; of an item, after the bracket or the comma
}

const (
	aNull    jsontext.Kind = 'n'
	aFalse   jsontext.Kind = 'f'
	aTrue    jsontext.Kind = 't'
	aString  jsontext.Kind = '"'
	aNumber  jsontext.Kind = '0'
	anObject jsontext.Kind = '{'
	anArray  jsontext.Kind = '['
)

// parse reads a body with jsontext, so that nothing of the contract judges itself. It
// returns an error where the body isn't one JSON value in UTF-8.
func parse(body []byte) (*value, error) {
	r := reader{body: body, decoder: jsontext.NewDecoder(bytes.NewBuffer(body), jsontext.AllowDuplicateNames(true))}
	v, _, err := r.value()
	if err != nil {
		return nil, err
	}
	if rest := bytes.TrimLeft(body[r.decoder.InputOffset():], " \t\r\n"); len(rest) > 0 {
		return nil, fmt.Errorf("something after the value at byte %d", len(body)-len(rest))
	}
	return v, nil
}

type reader struct {
	body    []byte
	decoder *jsontext.Decoder
}

// token reads a token and says where it stands; due is where one has to be from: after
// the last bracket, comma or colon.
func (r *reader) token() (t jsontext.Token, due, from, to int, err error) {
	due = int(r.decoder.InputOffset())
	if t, err = r.decoder.ReadToken(); err != nil {
		return t, 0, 0, 0, err
	}
	for from = due; strings.IndexByte(" \t\r\n,:", r.body[from]) >= 0; from++ {
		if r.body[from] == ',' {
			due = from + 1
		}
	}
	return t, due, from, int(r.decoder.InputOffset()), nil
}

func (r *reader) value() (v *value, due int, err error) {
	t, due, from, to, err := r.token()
	if err != nil {
		return nil, 0, err
	}
	v = &value{kind: t.Kind(), from: from, to: to}
	switch v.kind {
	case aString:
		v.text = t.String()
	case aNumber:
		v.text = string(r.body[from:to])
	case anObject, anArray:
		for r.decoder.PeekKind() != v.kind+2 { // the bracket that closes it
			var m member
			if v.kind == anObject {
				t, _, from, _, err := r.token()
				if err != nil {
					return nil, 0, err
				}
				m.name, m.key = t.String(), from
			}
			if m.value, m.due, err = r.value(); err != nil {
				return nil, 0, err
			}
			m.in, m.index = v, len(v.members)
			v.repeats = v.repeats || m.repeats
			v.members = append(v.members, m)
		}
		v.note()
		_, _, _, v.to, err = r.token()
	}
	return v, due, err
}

// fewMembers is how many members an object has that are looked through one by one.
const fewMembers = 16

// note notes the names of an object's members, and whether one stands there twice.
func (v *value) note() {
	if v.kind != anObject {
		return
	}
	if len(v.members) <= fewMembers {
		for i := range v.members {
			v.repeats = v.repeats || slices.ContainsFunc(v.members[:i], func(m member) bool { return m.name == v.members[i].name })
		}
		return
	}
	v.names = make(map[string]int, len(v.members))
	for i, m := range v.members {
		v.names[m.name] = i
	}
	v.repeats = v.repeats || len(v.names) < len(v.members)
}

// at returns the innermost value that body[offset] is part of.
func (v *value) at(offset int) *value {
	i, _ := slices.BinarySearchFunc(v.members, offset, func(m member, offset int) int { return cmp.Compare(m.to, offset+1) })
	if i < len(v.members) && v.members[i].from <= offset {
		return v.members[i].value.at(offset)
	}
	return v
}

// member returns the last member of the object with that name, nil where there is none.
func (v *value) member(name string) *value {
	if v.names != nil {
		if i, ok := v.names[name]; ok {
			return v.members[i].value
		}
		return nil
	}
	for i := len(v.members) - 1; i >= 0; i-- {
		if v.members[i].name == name {
			return v.members[i].value
		}
	}
	return nil
}

// pointer returns the pointer of the value, as RFC 6901 has it.
func (v *value) pointer() string {
	if v.in == nil {
		return ""
	}
	return v.in.below(v.index)
}

// below returns the pointer of the i-th member or item of v, or of the one that is due there.
func (v *value) below(i int) string {
	var tokens []string
	for ; v != nil; v, i = v.in, v.index {
		token := strconv.Itoa(i)
		if v.kind == anObject {
			token = contract.EscapeToken(v.members[i].name)
		}
		tokens = append(tokens, token)
	}
	slices.Reverse(tokens)
	return "/" + strings.Join(tokens, "/")
}

// reading returns the pointer of what is being read where a body stops being JSON: the
// innermost value that has begun before at and not ended; or one that is due there, its
// key read, or the bracket or the comma before an item. v has begun. Within a number whole
// is false where what stands before at is a number, too: another one.
func (v *value) reading(body []byte, at int) (reading string, whole bool) {
	for i, m := range v.members {
		switch {
		case at < m.due:
			return v.pointer(), true
		case at <= m.from:
			return v.below(i), true
		case at < m.to:
			return m.reading(body, at)
		}
	}
	if v.kind == anArray && len(v.members) == 0 {
		return v.below(0), true
	}
	return v.pointer(), v.kind != aNumber || !jsontext.Value(body[v.from:at]).IsValid()
}
