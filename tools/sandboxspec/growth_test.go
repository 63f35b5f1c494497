package main

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// grown are the commands that documents and bodies are given to, with the power of the input's
// size that they may grow with.
var grown = []struct {
	name  string
	power int
	args  func(spec, body string) []string
}{
	{"check", 1, func(spec, body string) []string { return []string{"check", "--verbose", "--spec", spec, body} }},
	{"check as JSON", 1, func(spec, body string) []string { return []string{"check", "--format", "json", "--spec", spec, body} }},
	{"coverage", 1, func(spec, body string) []string { return []string{"coverage", "--spec", spec, body} }},
	// Each of the values is changed, and the whole body checked again: up to MaxSteps and MaxWork of package mutate.
	{"mutate bodies", 2, func(spec, body string) []string {
		return []string{"mutate", "bodies", "--min", "0", "--spec", spec, body}
	}},
	{"mutate specs", 2, func(spec, body string) []string {
		return []string{"mutate", "specs", "--min", "0", "--spec", spec, body}
	}},
	{"sample", 1, func(spec, _ string) []string {
		return []string{"sample", "-n", "20", "--invalid", "0.2", "--spec", spec}
	}},
}

// slack is what an input of twice the size may take beyond its power, and memory that doesn't count.
const (
	slack   = 1.3
	ignored = 2 << 20
)

// exceptions are the inputs for which a command grows with a higher power, up to its bounds.
var exceptions = map[string]map[string]int{
	// Each of up to 200 schemas in one place is asked for each of their bounds.
	"coverage": {"chain of references": 2},
	// Each of the schemas has to look at each of the members, in each of the bodies.
	"mutate bodies": {"wide allOf": 3},
	// Each of the ways through the schemas takes values that all of them judge.
	"sample": {
		"chain of anyOf": 2, "discriminator": 2, "recursion through anyOf": 2, "conditions": 3, "diamonds of anyOf": 3, "diamonds of oneOf": 3,
	},
}

// TestGrowth runs each command over each hostile input at two sizes, and counts all the memory
// that it asks for: it grows with no higher power than is written down.
func TestGrowth(t *testing.T) {
	if raced() {
		t.Skip("one goroutine, and ten times slower under the race detector: make test runs it without")
	}
	for _, h := range inputs {
		for _, c := range grown {
			small, large := allocated(t, h, c.args, h.size), allocated(t, h, c.args, 2*h.size)
			power := max(c.power, exceptions[c.name][h.name])
			assert.LessOrEqual(t, float64(large), slack*math.Pow(2, float64(power))*float64(small)+ignored, "%s: %s", c.name, h.name)
		}
	}
}

// raced reports whether the test runs under the race detector.
func raced() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

// allocated is how many bytes a command asks for in all, for an input of that size.
func allocated(t *testing.T, h growing, args func(spec, body string) []string, size int) uint64 {
	folder := t.TempDir()
	spec, body := filepath.Join(folder, "spec.json"), filepath.Join(folder, "body.json")
	require.NoError(t, os.WriteFile(spec, []byte(h.document(size)), 0o644))
	require.NoError(t, os.WriteFile(body, []byte(h.body(size)), 0o644))
	var out, problems bytes.Buffer
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	status := run(args(spec, body), &out, &problems)
	runtime.ReadMemStats(&after)
	require.Contains(t, []int{exitClean, exitFindings, exitCouldNot}, status)
	if status == exitCouldNot {
		require.NotZero(t, problems.Len(), "%s: says why", h.name)
	}
	return after.TotalAlloc - before.TotalAlloc
}
