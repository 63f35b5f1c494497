package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance/compile"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/gen/blaxel"
	"github.com/sandboxspec/sandboxspec/gen/nullspace"
	"github.com/sandboxspec/sandboxspec/gen/primeintellect"
	"github.com/sandboxspec/sandboxspec/gen/superserve"
	"github.com/sandboxspec/sandboxspec/gen/tensorlake"
	"github.com/sandboxspec/sandboxspec/specs"
)

var generated = map[string]func() *contract.Contract{
	"tensorlake":     tensorlake.GetSandboxContract,
	"nullspace":      nullspace.GetSandboxContract,
	"superserve":     superserve.GetSandboxContract,
	"blaxel":         blaxel.GetSandboxContract,
	"primeintellect": primeintellect.GetSandboxContract,
}

// TestGeneratedEqualsCompiled holds the contract that a client carries against the one
// that the check compiles when it runs.
func TestGeneratedEqualsCompiled(t *testing.T) {
	require.Len(t, generated, len(specs.Providers()))
	for _, p := range specs.Providers() {
		document, err := compile.Parse(p.File, p.Document())
		require.NoError(t, err)
		operation, err := document.Operation("getSandbox")
		require.NoError(t, err)
		response, ok := operation.Response(200)
		require.True(t, ok)
		compiled, warnings, err := response.Program()
		require.NoError(t, err)
		assert.Empty(t, warnings)
		assert.Equal(t, compiled, generated[p.Slug]().Program(), p.Slug)
	}
}
