package main

import (
	"bytes"
	"errors"
	"io"
	"net/http"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/config"
	fault "github.com/pb33f/libopenapi-validator/errors"
)

// libopenapiValidator judges a whole response and finds the route itself: it has no
// function that is told. Formats are judged because it is asked to.
func libopenapiValidator() (contender, error) {
	type endpoint struct {
		validator.Validator
		request *http.Request
	}
	endpoints, err := forEach(func(p source) (e endpoint, err error) {
		document, err := libopenapi.NewDocument(p.document())
		if err != nil {
			return e, err
		}
		var faults []error
		if e.Validator, faults = validator.NewValidator(document, config.WithFormatAssertions()); faults != nil {
			return e, errors.Join(faults...)
		}
		route, err := kinRoute(p)
		if err != nil {
			return e, err
		}
		e.request, err = http.NewRequest(route.Method, route.Server.URL+parameter.ReplaceAllString(route.Path, "sb-1"), nil)
		return e, err
	})
	validate := func(b *body) (bool, []*fault.ValidationError) {
		e := endpoints[b.provider]
		return e.ValidateHttpResponse(e.request, &http.Response{
			StatusCode: b.httpStatus(), Header: header, Body: io.NopCloser(bytes.NewReader(b.text)),
		})
	}
	return &library{
		title:  "libopenapi-validator",
		module: "github.com/pb33f/libopenapi-validator",
		status: true,
		passes: func(b *body) bool {
			ok, _ := validate(b)
			return ok
		},
		absent: func(b *body) string {
			_, faults := validate(b)
			for _, f := range faults {
				for _, s := range f.SchemaValidationErrors {
					if s.OriginalJsonSchemaError != nil {
						return absentMember(s.OriginalJsonSchemaError)
					}
				}
			}
			return ""
		},
	}, err
}
