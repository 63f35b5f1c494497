package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/specs"
)

// TestStaleVarnames generates from a spec whose enum got a value, and whose names did not.
func TestStaleVarnames(t *testing.T) {
	p, _ := specs.Lookup("primeintellect")
	spec := filepath.Join(t.TempDir(), "spec.yaml")
	out := filepath.Join(t.TempDir(), "primeintellect", "contract.gen.go")
	require.NoError(t, os.Mkdir(filepath.Dir(out), 0o755))
	generate := func(text string) (string, error) {
		require.NoError(t, os.WriteFile(spec, []byte(text), 0o644))
		printed, err := exec.Command("go", "run", ".", "-o", out, spec).CombinedOutput()
		return string(printed), err
	}
	whole := string(p.Document())
	printed, err := generate(whole)
	require.NoError(t, err, printed)
	require.FileExists(t, out)
	require.NoError(t, os.Remove(out))

	printed, err = generate(strings.Replace(whole, "            - TERMINATED\n", "            - ARCHIVED\n            - TERMINATED\n", 1))
	assert.Error(t, err)
	line := 1 + strings.Count(whole[:strings.Index(whole, "x-enum-varnames: [Pending")], "\n") + 1
	assert.Contains(t, printed, fmt.Sprintf("%s:%d:28: x-enum-varnames has 6 names, and enum has 7 values: write a name for each, in the order of enum", spec, line))
	assert.NoFileExists(t, out)
}

func TestVarnames(t *testing.T) {
	spec := filepath.Join(t.TempDir(), "spec.yaml")
	for text, want := range map[string]string{
		"{enum: [a, b], x-enum-varnames: [A, B]}": "",
		"{x-enum-varnames: [A, B], enum: [a, b]}": "",
		"{enum: [a, b]}": "",
		"{a: &a {enum: [a], x-enum-varnames: [A]}, b: *a}":     "",
		"{a: &a [x], enum: *a, x-enum-varnames: [X]}":          "",
		"{enum: [a, b], x-enum-varnames: [A]}":                 ":1:33: x-enum-varnames has 1 names, and enum has 2 values",
		"[{enum: [a], x-enum-varnames: [A, B]}]":               ":1:31: x-enum-varnames has 2 names, and enum has 1 values",
		"{x-enum-varnames: [A]}":                               ":1:19: x-enum-varnames has 1 names, and enum has 0 values",
		"{enum: [a], x-enum-varnames: A}":                      ":1:30: x-enum-varnames has 0 names, and enum has 1 values",
		"{properties: {s: {enum: [], x-enum-varnames: [A]}}}":  ":1:46: x-enum-varnames has 1 names, and enum has 0 values",
		"{a: {enum: [a], x-enum-varnames: [A]}, enum: [b, c]}": "",
		"{": "spec.yaml: yaml: ",
	} {
		require.NoError(t, os.WriteFile(spec, []byte(text), 0o644))
		err := checkVarnames(spec)
		if want == "" {
			assert.NoError(t, err, text)
		} else {
			assert.ErrorContains(t, err, want, text)
		}
	}
	assert.Error(t, checkVarnames(filepath.Join(t.TempDir(), "none")))
}
