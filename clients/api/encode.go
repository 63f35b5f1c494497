package api

import (
	"encoding/json"
	"maps"
	"reflect"
)

// Encode returns the JSON of a model that Get filled: the body of the response, with undocumented members, values that
// the model has no room for, and numbers and times as they are written there, and with what was changed in the model
// since. Without a response it is the model alone.
func Encode[T any](model T, r *Response) ([]byte, error) {
	if r == nil {
		return json.Marshal(model)
	}
	var received T
	if _, ok := decode(r, &received); !ok {
		return json.Marshal(model)
	}
	body, _ := parse(r.Body)
	was, err := tree(received)
	if err != nil {
		return nil, err
	}
	is, err := tree(model)
	if err != nil {
		return nil, err
	}
	merged, _ := merge(body, was, is)
	return json.Marshal(merged)
}

// tree returns the JSON value that a model is encoded as.
func tree(model any) (any, error) {
	encoded, err := json.Marshal(model)
	if err != nil {
		return nil, err
	}
	value, _ := parse(encoded)
	return value, nil
}

// merge returns a value of the body with the changes that the model has seen, from what it was to what it is, and reports
// whether there are any. It compares each part of the model once.
func merge(body, was, is any) (merged any, changed bool) {
	before, wasObject := was.(map[string]any)
	now, isObject := is.(map[string]any)
	if !wasObject || !isObject {
		if reflect.DeepEqual(was, is) {
			return body, false // in the body too, or only in the model, which has every required member
		}
		return is, true
	}
	object, inBody := body.(map[string]any)
	object = maps.Clone(object)
	for name := range before {
		if _, stays := now[name]; !stays {
			delete(object, name)
			changed = true
		}
	}
	for name, member := range now {
		old, known := before[name]
		if !known {
			old = nothing
		}
		if value, differs := merge(object[name], old, member); differs {
			changed = true
			if inBody {
				object[name] = value
			}
		}
	}
	switch {
	case !changed:
		return body, false
	case !inBody:
		return is, true
	}
	return object, true
}
