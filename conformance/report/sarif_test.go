package report_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/internal/property"
	"github.com/sandboxspec/sandboxspec/conformance/recording"
	"github.com/sandboxspec/sandboxspec/conformance/report"
)

// theRun holds a log to the schema of SARIF 2.1.0 and to what every consumer asks for,
// and returns its run.
func theRun(t *testing.T, document []byte) *sarif.Run {
	known := json.NewDecoder(bytes.NewReader(document))
	known.DisallowUnknownFields()
	require.NoError(t, known.Decode(&sarif.Report{}))
	log, err := sarif.FromBytes(document)
	require.NoError(t, err)
	require.NoError(t, log.Validate())
	require.Len(t, log.Runs, 1)
	run := log.Runs[0]
	assert.Equal(t, "unicodeCodePoints", *run.ColumnKind)
	for _, r := range run.Results {
		rule := run.Tool.Driver.Rules[r.RuleIndex]
		require.Equal(t, *rule.ID, *r.RuleID)
		require.NotEmpty(t, *rule.Help.Text)
		require.NotEmpty(t, *r.Message.Text)
		require.Len(t, r.Locations, 1)
		at := r.Locations[0].PhysicalLocation
		require.NotEmpty(t, *at.ArtifactLocation.URI)
		require.Positive(t, *at.Region.StartLine)
		require.Positive(t, *at.Region.StartColumn)
		require.Len(t, r.PartialFingerprints["sandboxspec/v1"], 64)
	}
	return run
}

func TestSARIFKeepsItsSchema(t *testing.T) {
	run := theRun(t, everything(t, "sarif", report.Options{}))
	var said []string
	for _, r := range run.Results {
		said = append(said, r.Level+" "+*r.RuleID)
	}
	assert.Equal(t, []string{"error oneOf", "error oneOf", "error expectation", "error content-type", "error json-syntax", "warning undocumented-status"}, said)
	assert.False(t, *run.Invocations[0].ExecutionSuccessful)
	require.Len(t, run.Invocations[0].ToolExecutionNotifications, 1)
	assert.Contains(t, *run.Invocations[0].ToolExecutionNotifications[0].Message.Text, "unreadable: line 1: a status line is due here")
}

func inSARIF(t *testing.T, results ...conformance.Result) *sarif.Run {
	return theRun(t, logOf(t, results...))
}

func logOf(t *testing.T, results ...conformance.Result) []byte {
	var b bytes.Buffer
	r, err := report.New("sarif", &b, report.Options{})
	require.NoError(t, err)
	for _, result := range results {
		r.Result(result)
	}
	require.NoError(t, r.Close(conformance.Summary{}))
	return b.Bytes()
}

// found is a result with one finding.
func found(change func(*conformance.Result, *conformance.Finding)) conformance.Result {
	r := conformance.Result{Exchange: recording.Exchange{File: "a.ndjson", Entry: 1, Many: true}, Provider: "superserve", Operation: "getSandbox"}
	f := conformance.Finding{Finding: contract.Finding{
		Rule: contract.Type, Severity: contract.Error, Pointer: "/a", Offset: 10, Line: 2, Column: 3, Expected: "a string", Actual: "5",
		Spec: contract.Position{File: "specs/superserve.yaml", Line: 7, Column: 9, Pointer: "/type"},
	}}
	change(&r, &f)
	r.Findings = append(r.Findings, f)
	return r
}

// TestSARIFFingerprints are the same wherever a finding stands, and whatever it says, and
// differ for what is another finding.
func TestSARIFFingerprints(t *testing.T) {
	type result = *conformance.Result
	type finding = *conformance.Finding
	same := inSARIF(t,
		found(func(result, finding) {}),
		found(func(_ result, f finding) { f.Offset, f.Line, f.Column = 100, 20, 30 }),
		found(func(_ result, f finding) { f.Expected, f.Actual, f.Spec.Line = "text", "6", 70 }),
		found(func(_ result, f finding) { f.Known = true }),
	)
	fingerprints := map[string]bool{}
	for _, r := range same.Results {
		fingerprints[r.PartialFingerprints["sandboxspec/v1"]] = true
	}
	assert.Len(t, fingerprints, 1)
	other := inSARIF(t,
		found(func(_ result, f finding) { f.Rule = contract.Enum }),
		found(func(_ result, f finding) { f.Pointer = "/b" }),
		found(func(_ result, f finding) { f.Property = "b" }),
		found(func(r result, _ finding) { r.Provider = "blaxel" }),
		found(func(r result, _ finding) { r.Operation = "listSandboxes" }),
		found(func(r result, _ finding) { r.File = "b.ndjson" }),
		found(func(r result, _ finding) { r.Entry = 2 }),
	)
	for _, r := range other.Results {
		fingerprints[r.PartialFingerprints["sandboxspec/v1"]] = true
	}
	assert.Len(t, fingerprints, 1+7)
}

func TestSARIFSuppressesWhatIsKnown(t *testing.T) {
	run := inSARIF(t,
		found(func(_ *conformance.Result, f *conformance.Finding) { f.Known = true }),
		found(func(*conformance.Result, *conformance.Finding) {}),
	)
	require.Len(t, run.Results, 2)
	assert.Empty(t, run.Results[0].Suppressions)
	require.Len(t, run.Results[1].Suppressions, 1)
	assert.Equal(t, "external", *run.Results[1].Suppressions[0].Kind)
	assert.Equal(t, "error", run.Results[1].Level)
}

func TestSARIFOfDeviations(t *testing.T) {
	run := theRun(t, deviating(t, "sarif"))
	require.Len(t, run.Results, 2)
	known, stale := run.Results[0], run.Results[1]
	require.Len(t, known.Suppressions, 1)
	assert.Equal(t, "ours.yaml:1:3: a b (s)", *known.Suppressions[0].Justification)
	assert.Equal(t, "superserve: required / metadata: its last day was 2001-01-01", *stale.Message.Text)
	assert.Equal(t, "warning", stale.Level)
	assert.Equal(t, 2, *stale.Locations[0].PhysicalLocation.Region.StartLine)
}

// TestSARIFLocations names files with signs that a URI writes otherwise.
func TestSARIFLocations(t *testing.T) {
	for file, uri := range map[string]string{
		"a/b.json": "a/b.json", "a b%20[c]ü.json": "a%20b%2520%5Bc%5D%C3%BC.json", "c:d.json": "./c:d.json", "-": "-",
		"/tmp/a?b#c.json": "file:///tmp/a%3Fb%23c.json", "../a.json": "../a.json",
	} {
		run := inSARIF(t, found(func(r *conformance.Result, _ *conformance.Finding) { r.File = file }))
		assert.Equal(t, uri, *run.Results[0].Locations[0].PhysicalLocation.ArtifactLocation.URI)
	}
	spec := inSARIF(t, found(func(*conformance.Result, *conformance.Finding) {})).Results[0].RelatedLocations[0]
	assert.Equal(t, "specs/superserve.yaml", *spec.PhysicalLocation.ArtifactLocation.URI)
	assert.Equal(t, "SANDBOXSPEC", *spec.PhysicalLocation.ArtifactLocation.URIBaseID)
	assert.Equal(t, 7, *spec.PhysicalLocation.Region.StartLine)
	own := inSARIF(t, found(func(r *conformance.Result, f *conformance.Finding) { r.Provider, f.Spec.File = "", "my spec.yaml" })).Results[0].RelatedLocations[0]
	assert.Equal(t, "my%20spec.yaml", *own.PhysicalLocation.ArtifactLocation.URI)
	assert.Nil(t, own.PhysicalLocation.ArtifactLocation.URIBaseID)
}

// TestSARIFMessages has placeholders and links where there must be none.
func TestSARIFMessages(t *testing.T) {
	run := inSARIF(t, found(func(_ *conformance.Result, f *conformance.Finding) { f.Pointer = "/[here](https://e.example)/{0}\x1b" }))
	assert.Equal(t, "/[here] (https://e.example)/{{0}}�: expected a string, got 5", *run.Results[0].Message.Text)
}

// TestSARIFHasALimit has more findings than GitHub takes, the errors last.
func TestSARIFHasALimit(t *testing.T) {
	property.SkipUnderRace(t)
	var results []conformance.Result
	for i := range 5_500 {
		results = append(results, found(func(r *conformance.Result, f *conformance.Finding) {
			r.Entry, f.Severity, f.Rule = i, contract.Warning, contract.UndocumentedField
		}))
	}
	for i := range 20_500 {
		results = append(results, found(func(r *conformance.Result, _ *conformance.Finding) { r.Entry = i }))
	}
	var log struct {
		Runs []struct {
			Results     []struct{ Level string }
			Invocations []struct {
				ToolExecutionNotifications []struct {
					Level   string
					Message struct{ Text string }
				}
			}
		}
	}
	require.NoError(t, json.Unmarshal(logOf(t, results...), &log))
	run := log.Runs[0]
	require.Len(t, run.Results, 25_000)
	for i, r := range run.Results {
		require.Equal(t, i < 20_000, r.Level == "error", i)
	}
	notifications := run.Invocations[0].ToolExecutionNotifications
	require.Len(t, notifications, 1)
	assert.Equal(t, "warning", notifications[0].Level)
	assert.Equal(t, "1,000 more results are left out", notifications[0].Message.Text)
}
