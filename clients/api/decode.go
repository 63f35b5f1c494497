package api

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"slices"
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
	if _, opens := token.(json.Delim); err != nil || opens && depth == contract.MaxDepth {
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

// decode fills the model with what the body of a response has for it, and reports whether the body is a JSON object at
// all. It leaves out the values that findings are about, and those that the model has no room for, and returns their
// pointers. What is outside an enum stays: the value itself tells, and a provider that adds one must not break its callers.
func decode[T any](r *Response, model *T) (leftOut []string, ok bool) {
	value, _ := parse(r.Body)
	object, ok := value.(map[string]any)
	if !ok {
		return nil, false
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
	var f filler
	f.fill(reflect.ValueOf(model).Elem(), object)
	slices.Sort(f.leftOut)
	return f.leftOut, true
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

// A filler sets the parts of a model.
type filler struct {
	at      []string // the names on the way to the part that is being set
	leftOut []string // the pointers of the values that the model doesn't have
}

// member sets the part of the model that is at a name, or notes that it is left out, and reports whether it set it.
func (f *filler) member(name string, model reflect.Value, value any) bool {
	f.at = append(f.at, name)
	filled := f.fill(model, value)
	if !filled && len(f.leftOut) < contract.MaxFindings {
		var pointer strings.Builder
		for _, name := range f.at {
			pointer.WriteString("/" + contract.EscapeToken(name))
		}
		f.leftOut = append(f.leftOut, pointer.String())
	}
	f.at = f.at[:len(f.at)-1]
	return filled
}

// fill sets a part of the model to a value, and reports whether it has room for it.
func (f *filler) fill(model reflect.Value, value any) bool {
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
		return f.fillMap(model, value)
	case reflect.Pointer:
		if value == nil {
			return true
		}
		target := reflect.New(model.Type().Elem())
		if !f.fill(target.Elem(), value) {
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
		return f.fillStruct(model, value)
	case reflect.Slice:
		return f.fillSlice(model, value)
	case reflect.Int, reflect.Int32, reflect.Int64, reflect.Float32, reflect.Float64:
		return fillNumber(model, value)
	}
	return fillOther(model, value)
}

func fillNumber(model reflect.Value, value any) bool {
	number, _ := value.(json.Number)
	if model.CanFloat() {
		n, ok := ParseNumber(number)
		if !ok || model.OverflowFloat(n) {
			return false
		}
		model.SetFloat(n)
		return true
	}
	n, ok := integer(number.String())
	if !ok || model.OverflowInt(n) {
		return false
	}
	model.SetInt(n)
	return true
}

func (f *filler) fillStruct(model reflect.Value, value any) bool {
	object, ok := value.(map[string]any)
	if !ok {
		return false
	}
	for i := range model.NumField() {
		name, _, _ := strings.Cut(model.Type().Field(i).Tag.Get("json"), ",")
		if member, found := object[name]; found {
			f.member(name, model.Field(i), member)
		}
	}
	return true
}

func (f *filler) fillSlice(model reflect.Value, value any) bool {
	array, ok := value.([]any)
	if !ok {
		return false
	}
	model.Set(reflect.MakeSlice(model.Type(), 0, len(array)))
	for i, item := range array {
		target := reflect.New(model.Type().Elem()).Elem()
		if f.member(strconv.Itoa(i), target, item) {
			model.Set(reflect.Append(model, target))
		}
	}
	return true
}

// fillMap fills an object without fixed members, or a nullable.Nullable, which is a map too: from true to the value, or
// from false for null.
func (f *filler) fillMap(model reflect.Value, value any) bool {
	kind := model.Type()
	if kind.Key().Kind() == reflect.Bool {
		target := reflect.New(kind.Elem()).Elem()
		if value != nil && !f.fill(target, value) {
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
		if f.member(name, target, member) {
			model.SetMapIndex(reflect.ValueOf(name), target)
		}
	}
	return true
}

// fillOther sets what holds what encoding/json gives it: a string, a boolean or a UUID.
func fillOther(model reflect.Value, value any) bool {
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

// mostDigits is how many digits an int64 has at most.
const mostDigits = 19

// integer returns an integer as JSON may write it, 1.0 and 1e2 included, and reports whether it is one that an int64
// holds. It reads each digit once.
func integer(number string) (int64, bool) {
	if n, err := strconv.ParseInt(number, 10, 64); err == nil || number == "" {
		return n, err == nil
	}
	digits, negative := strings.CutPrefix(number, "-")
	exponent := 0
	if at := strings.IndexAny(digits, "eE"); at >= 0 {
		n, err := strconv.Atoi(digits[at+1:])
		if err != nil {
			n = math.MaxInt // or the least: either is more than the digits can make up for
			if digits[at+1] == '-' {
				n = -math.MaxInt
			}
		}
		digits, exponent = digits[:at], n
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	digits = strings.TrimLeft(whole+fraction, "0")
	if digits == "" {
		return 0, true
	}
	significant := strings.TrimRight(digits, "0")
	zeros := len(digits) - len(significant) - len(fraction) // without the exponent
	if zeros < -exponent || zeros > mostDigits-exponent {
		return 0, false
	}
	zeros += exponent
	if len(significant)+zeros > mostDigits {
		return 0, false
	}
	if negative {
		significant = "-" + significant
	}
	n, err := strconv.ParseInt(significant+strings.Repeat("0", zeros), 10, 64)
	return n, err == nil
}

// ParseNumber returns the float64 nearest to a number, and reports whether there is one: not for a number that is too
// large, nor for one so close to 0 that 0 is the nearest.
func ParseNumber(number json.Number) (float64, bool) {
	n, err := number.Float64()
	mantissa, _, _ := strings.Cut(strings.ToLower(number.String()), "e")
	return n, err == nil && (n != 0 || !strings.ContainsAny(mantissa, "123456789"))
}

// ParseTime returns an RFC 3339 time, and reports whether it is one that a time.Time can be, and can be written again. Its
// letters may be small, which package time doesn't know, and it may be a leap second, which no time.Time can be: that
// becomes the second after it, as in Unix time.
func ParseTime(text string) (time.Time, bool) {
	const second = len("2006-01-02T15:04:")
	text = strings.ToUpper(text)
	if len(text) > second+2 && text[second:second+2] == "60" {
		t, ok := ParseTime(text[:second] + "59" + text[second+2:])
		t = t.Add(time.Second)
		return t, ok && t.Year() <= 9999
	}
	t, err := time.Parse(time.RFC3339, text)
	if err == nil {
		_, err = t.MarshalText()
	}
	return t, err == nil
}
