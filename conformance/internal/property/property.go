// Package property runs the tests of conformance that check many cases in one goroutine.
//
// The race detector makes such a test about ten times slower and has nothing to see in it. Under the
// race detector a property is therefore checked with a fifth of its draws, and a test of every case is
// skipped; `make test` runs both in full without it.
package property

import (
	"flag"
	"runtime/debug"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// Check checks a property with the number of draws, or a fifth of them under the race detector. The
// flag -rapid.checks overrides both. Tests that call Check must not run in parallel.
func Check(t *testing.T, draws int, property func(*rapid.T)) {
	t.Helper()
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "rapid.checks" })
	if !asked {
		checks := flag.Lookup("rapid.checks")
		defer checks.Value.Set(checks.DefValue)
		if raced {
			draws = (draws + 4) / 5
		}
		if err := checks.Value.Set(strconv.Itoa(draws)); err != nil {
			t.Fatal(err)
		}
	}
	rapid.Check(t, property)
}

// SkipUnderRace skips the test under the race detector. It is for tests of every case in one
// goroutine.
func SkipUnderRace(t *testing.T) {
	t.Helper()
	if raced {
		t.Skip("this test runs without the race detector")
	}
}

// raced reports whether this program was built with the race detector.
var raced = func() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}()
