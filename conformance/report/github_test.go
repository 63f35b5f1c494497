package report_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestGitHubOfDeviations has a finding that is known, which asks for nothing, and an entry
// of a list that is stale.
func TestGitHubOfDeviations(t *testing.T) {
	assert.Equal(t, "::warning file=ours.yaml,line=2,col=3,title=stale::superserve: required / metadata: its last day was 2001-01-01\n"+
		"1 recording: 0 conforming, 1 nonconforming\n0 errors, 0 warnings beyond the 1 known\n", string(deviating(t, "github")))
}
