package main

import (
	"bytes"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// santhosh judges by the JSON Schema made from each document, formats included: those
// that it knows, which int32 and int64 are not among.
func santhosh() (contender, error) {
	schemas, err := forEach(func(p source) (*jsonschema.Schema, error) {
		text, err := jsonSchema(p)
		if err != nil {
			return nil, err
		}
		schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			return nil, err
		}
		compiler := jsonschema.NewCompiler()
		compiler.AssertFormat()
		if err := compiler.AddResource(p.slug, schema); err != nil {
			return nil, err
		}
		return compiler.Compile(p.slug)
	})
	validate := func(b *body) error {
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(b.text))
		if err != nil {
			return err
		}
		return schemas[b.provider].Validate(value)
	}
	return &library{
		title:  "santhosh-tekuri/jsonschema",
		module: "github.com/santhosh-tekuri/jsonschema/v6",
		passes: func(b *body) bool { return validate(b) == nil },
		absent: func(b *body) string {
			if broken, ok := validate(b).(*jsonschema.ValidationError); ok {
				return absentMember(broken)
			}
			return ""
		},
	}, err
}

// absentMember returns the pointer that the first missing member below an error would
// have.
func absentMember(e *jsonschema.ValidationError) string {
	if required, ok := e.ErrorKind.(*kind.Required); ok {
		return "/" + strings.Join(append(e.InstanceLocation, required.Missing[0]), "/")
	}
	for _, cause := range e.Causes {
		if member := absentMember(cause); member != "" {
			return member
		}
	}
	return ""
}
