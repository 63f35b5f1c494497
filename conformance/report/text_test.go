package report_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/report"
)

// TestManyGroups has findings that all differ: the screen stays as small as it was.
func TestManyGroups(t *testing.T) {
	var b bytes.Buffer
	text, err := report.New("text", &b, report.Options{MaxFindings: 2})
	require.NoError(t, err)
	for i := range 10_000 {
		var r conformance.Result
		for _, pointer := range []string{fmt.Sprintf("/items/%d/id", i), fmt.Sprintf("/%d%s", i, strings.Repeat("ü", 1000)+fmt.Sprint(i))} {
			r.Findings = append(r.Findings, conformance.Finding{Finding: contract.Finding{Rule: contract.Type, Severity: contract.Error, Pointer: pointer}})
		}
		text.Result(r)
	}
	require.NoError(t, text.Close(conformance.Summary{}))
	assert.Contains(t, b.String(), "\nand 19998 more:\n     9999 type /items/*/id\n")
	assert.Contains(t, b.String(), " elsewhere\n")
	assert.Less(t, strings.Count(b.String(), "\n"), 130)
	assert.Less(t, b.Len(), 50_000)
}
