package main

import (
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/gen/blaxel"
	"github.com/sandboxspec/sandboxspec/gen/nullspace"
	"github.com/sandboxspec/sandboxspec/gen/primeintellect"
	"github.com/sandboxspec/sandboxspec/gen/superserve"
	"github.com/sandboxspec/sandboxspec/gen/tensorlake"
	"github.com/sandboxspec/sandboxspec/specs"
)

// source is a provider, and what go generate made from its document.
type source struct {
	slug     string
	contract *contract.Contract
	// decodes says whether the decoder takes the data for the generated model.
	decodes func(decoder, []byte) bool
}

// decoder is json.Unmarshal, or what takes its place.
type decoder func(data []byte, into any) error

// providers are all of them. A body knows its provider by the place in this list.
var providers = []source{
	{"tensorlake", tensorlake.GetSandboxContract(), decodes[tensorlake.Sandbox]},
	{"nullspace", nullspace.GetSandboxContract(), decodes[nullspace.Sandbox]},
	{"superserve", superserve.GetSandboxContract(), decodes[superserve.Sandbox]},
	{"blaxel", blaxel.GetSandboxContract(), decodes[blaxel.Sandbox]},
	{"primeintellect", primeintellect.GetSandboxContract(), decodes[primeintellect.Sandbox]},
}

// all stands for the place of a provider where each of them is meant.
const all = -1

func decodes[Model any](decode decoder, data []byte) bool {
	var m Model
	return decode(data, &m) == nil
}

// document returns the provider's OpenAPI document.
func (p source) document() []byte {
	provider, ok := specs.Lookup(p.slug)
	if !ok {
		panic("peers: no provider " + p.slug)
	}
	return provider.Document()
}

// forEach makes something for each provider, in the order of the list.
func forEach[T any](makeOne func(source) (T, error)) ([]T, error) {
	var made []T
	for _, p := range providers {
		one, err := makeOne(p)
		if err != nil {
			return nil, err
		}
		made = append(made, one)
	}
	return made, nil
}
