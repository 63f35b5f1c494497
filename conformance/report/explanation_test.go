package report_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/recording"
	"github.com/sandboxspec/sandboxspec/conformance/report"
)

func TestEveryRuleIsExplained(t *testing.T) {
	var explained []contract.Rule
	for _, e := range report.Explanations {
		explained = append(explained, e.Rule)
		assert.Regexp(t, `^[^ ].*[^ .]\.$`, e.Meaning, e.Rule)
		assert.Less(t, len(e.Summary()), 100, e.Rule)
	}
	assert.ElementsMatch(t, contract.Rules, explained)
}

// TestExamplesBreakTheirRule checks every example: it gives a finding of that rule, and
// no other.
func TestExamplesBreakTheirRule(t *testing.T) {
	for _, e := range report.Explanations {
		if e.Rule == contract.If || e.Rule == contract.Discriminator {
			assert.Empty(t, e.Example(), "%s is never found", e.Rule)
			continue
		}
		t.Run(string(e.Rule), func(t *testing.T) {
			folder := t.TempDir()
			spec, broken := filepath.Join(folder, "spec.yaml"), filepath.Join(folder, "body.json")
			if strings.HasPrefix(e.Broken, "HTTP/") {
				broken = filepath.Join(folder, "response.http")
			}
			const before = "openapi: 3.1.0\npaths: {/: {get: {responses: {'200': {$ref: '#/components/responses/Example'}}}}}\n" +
				"components:\n  responses:\n    Example:\n      content:\n        application/json:\n          schema:"
			require.NoError(t, os.WriteFile(spec, []byte(before+strings.ReplaceAll("\n"+e.Schema, "\n", "\n            ")), 0o644))
			require.NoError(t, os.WriteFile(broken, []byte(e.Broken), 0o644))
			judge, err := conformance.NewJudge(conformance.Options{Spec: spec, Warn: func(err error) { t.Error(err) }})
			require.NoError(t, err)
			for x := range recording.Read(broken) {
				result := judge.Judge(x)
				lines := conformance.Lines(result)
				require.Len(t, result.Findings, 1, lines)
				assert.Equal(t, e.Rule, result.Findings[0].Rule, lines)
			}
		})
	}
}
