package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// kinVisit judges a body alone: json.Unmarshal, then VisitJSON.
func kinVisit() (contender, error) {
	schemas, err := forEach(func(p source) (*openapi3.Schema, error) {
		route, err := kinRoute(p)
		if err != nil {
			return nil, err
		}
		return route.Operation.Responses.Status(200).Value.Content.Get("application/json").Schema.Value, nil
	})
	return kin("VisitJSON", false, func(b *body) error {
		var value any
		if err := json.Unmarshal(b.text, &value); err != nil {
			return err
		}
		return schemas[b.provider].VisitJSON(value)
	}), err
}

// kinResponse judges a whole response, with the route at hand.
func kinResponse() (contender, error) {
	requests, err := forEach(func(p source) (*openapi3filter.RequestValidationInput, error) {
		route, err := kinRoute(p)
		if err != nil {
			return nil, err
		}
		request, err := http.NewRequest(route.Method, route.Server.URL+route.Path, nil)
		return &openapi3filter.RequestValidationInput{Request: request, Route: route}, err
	})
	return kin("ValidateResponse", true, func(b *body) error {
		input := &openapi3filter.ResponseValidationInput{
			RequestValidationInput: requests[b.provider], Status: b.httpStatus(), Header: header,
		}
		return openapi3filter.ValidateResponse(context.Background(), input.SetBodyBytes(b.text))
	}), err
}

func kin(function string, status bool, validate func(*body) error) contender {
	return &library{
		title:  "kin-openapi " + function,
		module: "github.com/getkin/kin-openapi",
		status: status,
		passes: func(b *body) bool { return validate(b) == nil },
		absent: func(b *body) string {
			var broken *openapi3.SchemaError
			if errors.As(validate(b), &broken) && broken.SchemaField == "required" {
				return "/" + strings.Join(broken.JSONPointer(), "/")
			}
			return ""
		},
	}
}

// header is that of every response. Nobody writes to it.
var header = http.Header{"Content-Type": {"application/json"}}

// kinRoute returns the only operation of a provider.
func kinRoute(p source) (*routers.Route, error) {
	document, err := openapi3.NewLoader().LoadFromData(p.document())
	if err != nil {
		return nil, err
	}
	if err := document.Validate(context.Background()); err != nil {
		return nil, err
	}
	for path, item := range document.Paths.Map() {
		for method, operation := range item.Operations() {
			return &routers.Route{
				Spec: document, Server: document.Servers[0], Path: path, PathItem: item, Method: method, Operation: operation,
			}, nil
		}
	}
	return nil, errors.New(p.slug + " has no operation")
}
