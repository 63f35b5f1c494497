package contract_test

import (
	"testing"

	"github.com/sandboxspec/sandboxspec/conformance/recording"
	"github.com/sandboxspec/sandboxspec/specs"
)

// FuzzCheck holds every contract to what holds of any body. The recordings are its
// seeds, and what it has found stands in testdata.
func FuzzCheck(f *testing.F) {
	for _, p := range specs.Providers() {
		for _, file := range recordings(f, p.Slug) {
			for x := range recording.Read(file) {
				f.Add(x.Body)
			}
		}
	}
	all := contracts(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		for i, c := range all {
			if problem := holds(c, body); problem != "" {
				t.Fatalf("contract %d: %s", i, problem)
			}
		}
	})
}
