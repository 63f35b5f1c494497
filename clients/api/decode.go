package api

import (
	"bytes"
	"encoding/json"
	"math/big"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// parse returns the JSON value in a body, with numbers as they are written, and whether there is one. Where the JSON
// breaks, what stands before is returned.
func parse(body []byte) (any, bool) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	value, _ := parseValue(decoder, 0)
	if value == nothing {
		return nil, false
	}
	return value, true
}

// nothing stands where a body has no value, or one that the model must not have.
var nothing any = new(struct{ _ byte })

// parseValue reads the next value, and tells whether it is whole.
func parseValue(decoder *json.Decoder, depth int) (value any, whole bool) {
	token, err := decoder.Token()
	if err != nil || depth > contract.MaxDepth {
		return nothing, false
	}
	switch token {
	case json.Delim('{'):
		object := map[string]any{}
		for decoder.More() {
			name, err := decoder.Token()
			if err != nil {
				return object, false
			}
			member, whole := parseValue(decoder, depth+1)
			if member != nothing {
				object[name.(string)] = member
			}
			if !whole {
				return object, false
			}
		}
		_, err = decoder.Token()
		return object, err == nil
	case json.Delim('['):
		array := []any{}
		for decoder.More() {
			item, whole := parseValue(decoder, depth+1)
			if item != nothing {
				array = append(array, item)
			}
			if !whole {
				return array, false
			}
		}
		_, err = decoder.Token()
		return array, err == nil
	}
	return token, true
}

// decode fills the model with what the body of a response has for it, and tells whether the body is a JSON object at
// all. It leaves out the values that findings are about, and those that the model has no room for. What is outside an
// enum stays: the value itself tells, and a provider that adds one must not break its callers.
func decode[T any](r *Response, model *T) bool {
	value, _ := parse(r.Body)
	object, ok := value.(map[string]any)
	if !ok {
		return false
	}
	for _, f := range r.Findings {
		switch f.Rule {
		case contract.Enum, contract.Required, contract.JSONSyntax:
			// None of them speaks against the value at the pointer.
		default:
			if isError(f) && f.Pointer != "" {
				leaveOut(object, f.Pointer)
			}
		}
	}
	fill(reflect.ValueOf(model).Elem(), object)
	return true
}

// leaveOut puts nothing in the place of the value at a pointer.
func leaveOut(value any, pointer string) {
	name, rest, deeper := strings.Cut(strings.TrimPrefix(pointer, "/"), "/")
	name = contract.UnescapeToken(name)
	next, found := child(value, name)
	if !found {
		return
	}
	if deeper {
		leaveOut(next, rest)
		return
	}
	switch value := value.(type) {
	case map[string]any:
		value[name] = nothing
	case []any:
		i, _ := strconv.Atoi(name)
		value[i] = nothing
	}
}

var timeType = reflect.TypeFor[time.Time]()

// fill sets a part of the model to a value, and tells whether it has room for it.
func fill(model reflect.Value, value any) bool {
	if value == nothing {
		return false
	}
	if model.Type() == timeType {
		text, _ := value.(string)
		t, ok := ParseTime(text)
		if ok {
			model.Set(reflect.ValueOf(t))
		}
		return ok
	}
	switch model.Kind() {
	case reflect.Map:
		return fillMap(model, value)
	case reflect.Pointer:
		if value == nil {
			return true
		}
		target := reflect.New(model.Type().Elem())
		if !fill(target.Elem(), value) {
			return false
		}
		model.Set(target)
		return true
	case reflect.Interface:
		if value != nil {
			model.Set(reflect.ValueOf(value))
		}
		return true
	}
	if value == nil {
		return false
	}
	if reads, ok := model.Addr().Interface().(json.Unmarshaler); ok {
		encoded, err := json.Marshal(value)
		return err == nil && reads.UnmarshalJSON(encoded) == nil
	}
	switch model.Kind() {
	case reflect.Struct:
		object, ok := value.(map[string]any)
		if !ok {
			return false
		}
		for i := range model.NumField() {
			name, _, _ := strings.Cut(model.Type().Field(i).Tag.Get("json"), ",")
			if member, found := object[name]; found {
				fill(model.Field(i), member)
			}
		}
		return true
	case reflect.Slice:
		array, ok := value.([]any)
		if !ok {
			return false
		}
		model.Set(reflect.MakeSlice(model.Type(), 0, len(array)))
		for _, item := range array {
			target := reflect.New(model.Type().Elem()).Elem()
			if fill(target, item) {
				model.Set(reflect.Append(model, target))
			}
		}
		return true
	case reflect.Int, reflect.Int32, reflect.Int64:
		number, _ := value.(json.Number)
		n, ok := integer(number)
		if !ok || model.OverflowInt(n) {
			return false
		}
		model.SetInt(n)
		return true
	}
	// The others hold what encoding/json gives them: strings, booleans, numbers, UUIDs.
	encoded, err := json.Marshal(value)
	if err != nil {
		return false
	}
	target := reflect.New(model.Type())
	if json.Unmarshal(encoded, target.Interface()) != nil {
		return false
	}
	model.Set(target.Elem())
	return true
}

// fillMap fills an object without fixed members, or a nullable.Nullable, which is a map too: from true to the value, or
// from false for null.
func fillMap(model reflect.Value, value any) bool {
	kind := model.Type()
	if kind.Key().Kind() == reflect.Bool {
		target := reflect.New(kind.Elem()).Elem()
		if value != nil && !fill(target, value) {
			return false
		}
		model.Set(reflect.MakeMap(kind))
		model.SetMapIndex(reflect.ValueOf(value != nil), target)
		return true
	}
	object, ok := value.(map[string]any)
	if !ok {
		return false
	}
	model.Set(reflect.MakeMap(kind))
	for name, member := range object {
		target := reflect.New(kind.Elem()).Elem()
		if fill(target, member) {
			model.SetMapIndex(reflect.ValueOf(name), target)
		}
	}
	return true
}

// integer returns an integer as JSON may write it, 1.0 and 1e2 included, and whether it is one that an int64 holds.
func integer(number json.Number) (int64, bool) {
	if n, err := number.Int64(); err == nil {
		return n, true
	}
	// 128 bits hold every int64, and whatever else stands in the number doesn't fit in one.
	f, _, err := big.ParseFloat(number.String(), 10, 128, big.ToZero)
	if err != nil {
		return 0, false
	}
	n, accuracy := f.Int64()
	return n, accuracy == big.Exact
}

// ParseTime reads an RFC 3339 time, and tells whether it is one. Its letters may be small, which package time doesn't
// know, and it may be a leap second, which no time.Time can be: that becomes the second after it, as in Unix time.
func ParseTime(text string) (time.Time, bool) {
	const second = len("2006-01-02T15:04:")
	text = strings.ToUpper(text)
	if len(text) > second+2 && text[second:second+2] == "60" {
		t, ok := ParseTime(text[:second] + "59" + text[second+2:])
		return t.Add(time.Second), ok
	}
	t, err := time.Parse(time.RFC3339, text)
	return t, err == nil
}
