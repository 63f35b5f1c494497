// Package specs holds what the providers' documentation pages promise, one OpenAPI document each, and is the registry of
// the providers.
package specs

import (
	"embed"
	"path"
	"slices"
)

//go:embed *.yaml
var documents embed.FS

// A Provider is one row of the registry.
type Provider struct {
	// Slug names the provider in flags and folders, such as "tensorlake".
	Slug string
	// Title is the provider's name as people write it.
	Title string
	// File is where the document stands in the repository, as reports print it: "specs/tensorlake.yaml".
	File string
	// Endpoint is the method and the address that the page documents, with the path parameter in braces:
	// "GET https://api.tensorlake.ai/sandboxes/{sandbox_id}".
	Endpoint string
	// KeyVariable and AddressVariable are the environment variables that the provider's own tools read the key and the
	// address of the API from.
	KeyVariable, AddressVariable string
}

var providers = []Provider{
	{
		Slug:            "tensorlake",
		Title:           "Tensorlake",
		File:            "specs/tensorlake.yaml",
		Endpoint:        "GET https://api.tensorlake.ai/sandboxes/{sandbox_id}",
		KeyVariable:     "TENSORLAKE_API_KEY",
		AddressVariable: "TENSORLAKE_API_URL",
	},
	{
		Slug:            "nullspace",
		Title:           "Nullspace",
		File:            "specs/nullspace.yaml",
		Endpoint:        "GET https://api.13-215-85-171.sslip.io/v1/sandboxes/{id}",
		KeyVariable:     "NULLSPACE_API_KEY",
		AddressVariable: "NULLSPACE_API_URL",
	},
	{
		Slug:            "superserve",
		Title:           "Superserve",
		File:            "specs/superserve.yaml",
		Endpoint:        "GET https://api-staging.superserve.ai/sandboxes/{sandbox_id}",
		KeyVariable:     "SUPERSERVE_API_KEY",
		AddressVariable: "SUPERSERVE_BASE_URL",
	},
	{
		Slug:            "blaxel",
		Title:           "Blaxel",
		File:            "specs/blaxel.yaml",
		Endpoint:        "GET https://api.blaxel.ai/v0/sandboxes/{sandboxName}",
		KeyVariable:     "BL_API_KEY",
		AddressVariable: "BL_API_URL",
	},
	{
		Slug:            "primeintellect",
		Title:           "Prime Intellect",
		File:            "specs/primeintellect.yaml",
		Endpoint:        "GET https://api.primeintellect.ai/api/v1/sandbox/{sandbox_id}",
		KeyVariable:     "PRIME_API_KEY",
		AddressVariable: "PRIME_API_BASE_URL",
	},
}

// Providers returns all providers, always in the same order. The slice is the caller's.
func Providers() []Provider {
	return slices.Clone(providers)
}

// Lookup returns the provider with the slug, and whether there is one.
func Lookup(slug string) (Provider, bool) {
	i := slices.IndexFunc(providers, func(p Provider) bool { return p.Slug == slug })
	if i < 0 {
		return Provider{}, false
	}
	return providers[i], true
}

// Document returns the provider's OpenAPI document. The bytes are the caller's. It panics for a Provider that isn't from
// the registry.
func (p Provider) Document() []byte {
	document, err := documents.ReadFile(path.Base(p.File))
	if err != nil {
		panic("specs: no document: " + err.Error())
	}
	return document
}
