package conformance_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/sandboxspec/sandboxspec/"

// dependencies returns the packages outside the standard library, and their modules,
// that the packages of the pattern need.
func dependencies(t *testing.T, pattern string) (packages, modules map[string]bool) {
	command := exec.Command("go", "list", "-deps", "-f", "{{if .Module}}{{.ImportPath}} {{.Module.Path}}{{end}}", pattern)
	command.Dir = ".."
	out, err := command.Output()
	require.NoError(t, err)
	packages, modules = map[string]bool{}, map[string]bool{}
	for line := range strings.Lines(string(out)) {
		if pkg, mod, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			packages[pkg], modules[mod] = true, true
		}
	}
	require.NotEmpty(t, packages)
	return packages, modules
}

// TestLayers keeps the two rivers apart: specs, gen, clients; and the independent judge.
func TestLayers(t *testing.T) {
	judge, _ := dependencies(t, "./conformance/...")
	for pkg := range judge {
		assert.False(t, strings.HasPrefix(pkg, module+"gen/") || strings.HasPrefix(pkg, module+"clients/"), "conformance imports %s", pkg)
	}
	contract, _ := dependencies(t, "./conformance/contract")
	assert.Len(t, contract, 1, "conformance/contract imports the standard library only")
	for _, pattern := range []string{"./gen/...", "./clients/..."} {
		building, modules := dependencies(t, pattern)
		for pkg := range building {
			assert.False(t, strings.HasPrefix(pkg, module+"conformance/") && pkg != module+"conformance/contract", "%s imports %s", pattern, pkg)
		}
		assert.NotContains(t, modules, "github.com/getkin/kin-openapi", pattern)
	}
	generated, modules := dependencies(t, "./gen/...")
	assert.Len(t, modules, 1+4, "the modules that a generated client brings along")
	for pkg := range generated {
		assert.False(t, strings.HasPrefix(pkg, module+"clients/"), "gen imports %s", pkg)
	}
	_, modules = dependencies(t, "./clients/...")
	assert.LessOrEqual(t, len(modules), 1+7, "the modules that a client brings along")
}

// arrows are what the packages of this module import of it. A name that ends in "/" is a folder
// with all below it; of several that a package is in, the longest one counts.
var arrows = map[string][]string{
	"./":                      {}, // generate.go
	"./specs/":                {},
	"./gen/":                  {"./conformance/contract"},
	"./clients/":              {"./clients/", "./gen/", "./conformance/contract", "./specs"},
	"./conformance/":          {"./conformance/", "./specs"},
	"./conformance/contract":  {},
	"./conformance/internal/": {},
	"./conformance/compile":   {"./conformance/contract", "./conformance/internal/"},
	"./conformance/recording": {"./conformance/contract", "./conformance/internal/"},
	"./conformance/deviation": {"./conformance/contract", "./conformance/internal/", "./specs"},
	"./conformance/sample":    {"./conformance/contract", "./conformance/internal/", "./conformance/mutate"},
	"./tools/contractgen":     {"./conformance/compile"},
	"./tools/sandboxspec":     {"./clients/", "./conformance/", "./specs"},
}

// TestArrows holds each package to what it may import. Commands don't import generated code.
func TestArrows(t *testing.T) {
	command := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...")
	command.Dir = ".."
	out, err := command.Output()
	require.NoError(t, err)
	in := func(pkg, name string) bool {
		return pkg == name || strings.HasSuffix(name, "/") && strings.HasPrefix(pkg+"/", name)
	}
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(strings.ReplaceAll(line, strings.TrimSuffix(module, "/"), "."))
		pkg, from := words[0], ""
		for name := range arrows {
			if in(pkg, name) && len(name) > len(from) {
				from = name
			}
		}
		for _, imported := range words[1:] {
			if strings.HasPrefix(imported, "./") {
				allowed := slices.ContainsFunc(arrows[from], func(name string) bool { return in(imported, name) })
				assert.True(t, allowed, "%s imports %s, which arrows doesn't have for %s", pkg, imported, from)
			}
		}
	}
}
