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
	var received T
	if r == nil || !decode(r, &received) {
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
	return json.Marshal(merge(body, was, is))
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

// merge returns a value of the body with the changes that the model has seen: from what it was to what it is.
func merge(body, was, is any) any {
	object, ok := body.(map[string]any)
	before, wasObject := was.(map[string]any)
	now, isObject := is.(map[string]any)
	if !ok || !wasObject || !isObject {
		return is
	}
	object = maps.Clone(object)
	for name := range before {
		if _, stays := now[name]; !stays {
			delete(object, name)
		}
	}
	for name, member := range now {
		old, known := before[name]
		if known && reflect.DeepEqual(old, member) {
			continue // in the body too, or only in the model, which has every required member
		}
		object[name] = merge(object[name], old, member)
	}
	return object
}
