package compile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// Operation is one operation of a document.
type Operation struct {
	// ID is the operationId; where it is absent, "METHOD /path".
	ID string
	// Method is the HTTP method in capitals.
	Method string
	// Path is the path template, "/sandboxes/{sandbox_id}".
	Path string
	// Servers are the URLs that the path is appended to, the most specific list that
	// the document has for the operation.
	Servers []string
	// FieldMask names the query parameter that x-field-mask names; empty without one.
	FieldMask string
	// Responses are the documented ones, in the order they are written.
	Responses []Response
	// Position is the place of "responses", else of the operation.
	Position contract.Position
}

// Response is a documented response of an operation.
type Response struct {
	// Status is "200", "2XX" or "default".
	Status string
	// MediaTypes are the documented media types, in lower case; none where the
	// response has no body.
	MediaTypes []string
	// Position is the place of "content", else of the response.
	Position contract.Position

	document *Document
	content  place
	schemas  []place
}

var methods = []string{"get", "put", "post", "delete", "options", "head", "patch", "trace"}

// Operations returns the operations of d in the order they are written. It returns an
// *Error where the document is not what OpenAPI says.
func (d *Document) Operations() ([]Operation, error) {
	paths, _ := d.get(d.root, "paths")
	if paths == nil {
		return nil, d.errorf(d.root, `no "paths" member: the document has no operations`)
	}
	items, err := d.members(paths)
	if err != nil {
		return nil, err
	}
	var operations []Operation
	for _, item := range items {
		if !strings.HasPrefix(item.key.Value, "/") {
			continue // an extension
		}
		p, err := d.deref(d.top().at(item.value, "paths", item.key.Value))
		if err != nil {
			return nil, err
		}
		members, err := d.members(p.node)
		if err != nil {
			return nil, err
		}
		for _, m := range members {
			if slices.Contains(methods, m.key.Value) {
				o, err := d.operation(p, item.key.Value, p.at(m.value, m.key.Value), m.key.Value)
				if err != nil {
					return nil, err
				}
				operations = append(operations, o)
			}
		}
	}
	return operations, nil
}

func (d *Document) operation(item place, path string, p place, method string) (Operation, error) {
	o := Operation{Method: strings.ToUpper(method), Path: path, Position: d.position(p, p.node)}
	o.ID = o.Method + " " + path
	if id, _ := d.get(p.node, "operationId"); id != nil {
		o.ID = id.Value
	}
	for _, holder := range []place{p, item, d.top()} {
		if servers, _ := d.get(holder.node, "servers"); servers != nil && len(servers.Content) > 0 {
			for _, s := range servers.Content {
				if url, _ := d.get(s, "url"); url != nil {
					o.Servers = append(o.Servers, url.Value)
				}
			}
			break
		}
	}
	if mask, _ := d.get(p.node, "x-field-mask"); mask != nil {
		if !d.hasQueryParameter(item, mask.Value) && !d.hasQueryParameter(p, mask.Value) {
			return o, d.errorf(mask, "x-field-mask: the operation has no query parameter %q", mask.Value)
		}
		o.FieldMask = mask.Value
	}
	responses, key := d.get(p.node, "responses")
	if responses == nil {
		return o, nil
	}
	o.Position = d.position(p.at(responses, "responses"), key)
	members, err := d.members(responses)
	if err != nil {
		return o, err
	}
	for _, m := range members {
		if strings.HasPrefix(m.key.Value, "x-") {
			continue
		}
		r, err := d.response(m.key.Value, p.at(m.value, "responses", m.key.Value))
		if err != nil {
			return o, err
		}
		o.Responses = append(o.Responses, r)
	}
	return o, nil
}

func (d *Document) position(p place, key *yaml.Node) contract.Position {
	return contract.Position{File: d.file, Line: key.Line, Column: key.Column, Pointer: p.pointer()}
}

func (d *Document) hasQueryParameter(holder place, name string) bool {
	parameters, _ := d.get(holder.node, "parameters")
	if parameters == nil {
		return false
	}
	for _, n := range parameters.Content {
		p, err := d.deref(holder.at(resolve(n)))
		if err != nil {
			continue
		}
		in, _ := d.get(p.node, "in")
		called, _ := d.get(p.node, "name")
		if in != nil && called != nil && in.Value == "query" && called.Value == name {
			return true
		}
	}
	return false
}

func (d *Document) response(status string, p place) (Response, error) {
	r := Response{Status: status, document: d}
	p, err := d.deref(p)
	if err != nil {
		return r, err
	}
	r.Position = d.position(p, p.node)
	content, key := d.get(p.node, "content")
	if content == nil {
		return r, nil
	}
	r.content = p.at(content, "content")
	r.Position = d.position(r.content, key)
	types, err := d.members(content)
	if err != nil {
		return r, err
	}
	for _, t := range types {
		r.MediaTypes = append(r.MediaTypes, strings.ToLower(t.key.Value))
		schema, _ := d.get(t.value, "schema")
		var at place
		if schema != nil {
			at = r.content.at(schema, t.key.Value, "schema")
		}
		r.schemas = append(r.schemas, at)
	}
	return r, nil
}

// Operation returns the operation with that ID, or the only one where id is empty. It
// returns an *Error that lists the operations where there is no such one.
func (d *Document) Operation(id string) (Operation, error) {
	operations, err := d.Operations()
	if err != nil {
		return Operation{}, err
	}
	var ids []string
	for _, o := range operations {
		if o.ID == id || id == "" && len(operations) == 1 {
			return o, nil
		}
		ids = append(ids, o.ID)
	}
	if id == "" {
		return Operation{}, &Error{File: d.file, Message: fmt.Sprintf("%d operations: choose one of %s", len(ids), strings.Join(ids, ", "))}
	}
	return Operation{}, &Error{File: d.file, Message: fmt.Sprintf("no operation %q: choose one of %s", id, strings.Join(ids, ", "))}
}

// Response returns the response that the document gives for a status: the one with
// that very number, else with its range ("2XX"), else the default; ok is false where
// the status is undocumented.
func (o Operation) Response(status int) (r Response, ok bool) {
	for _, key := range []string{strconv.Itoa(status), strconv.Itoa(status/100) + "XX", "default"} {
		for _, r := range o.Responses {
			if r.Status == key {
				return r, true
			}
		}
	}
	return Response{}, false
}

// Program compiles the schema of the response's JSON media type. The warnings say where
// the document contradicts itself, or has a keyword that judges nothing; the contract
// judges it as it is written. Program returns an *Error where there is no schema, or
// where it has what can't be honoured, and for the zero Response.
func (r Response) Program() (program contract.Program, warnings []*Error, err error) {
	for i, mediaType := range r.MediaTypes {
		if mediaType == "application/json" && i < len(r.schemas) && r.schemas[i].node != nil {
			return r.document.program(r.schemas[i])
		}
	}
	if r.document == nil {
		return program, nil, &Error{Message: "the response is of no document"}
	}
	if r.content.node == nil {
		return program, nil, &Error{File: r.document.file, Message: "response " + r.Status + " has no content"}
	}
	return program, nil, r.document.errorf(r.content.node, "no schema for application/json")
}
