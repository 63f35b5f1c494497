package conformance

import (
	_ "embed"

	"github.com/sandboxspec/sandboxspec/conformance/deviation"
)

//go:embed deviations.yaml
var deviations []byte

// Deviations returns the known deviations that come with the package: how the providers'
// responses were seen to differ from their pages. The slice is the caller's.
func Deviations() []deviation.Deviation {
	all, err := deviation.Parse("conformance/deviations.yaml", deviations)
	if err != nil {
		panic("conformance: " + err.Error())
	}
	return all
}
