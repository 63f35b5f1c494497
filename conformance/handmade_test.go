package conformance_test

import (
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/compile"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/coverage"
	"github.com/sandboxspec/sandboxspec/conformance/deviation"
	"github.com/sandboxspec/sandboxspec/conformance/mutate"
	"github.com/sandboxspec/sandboxspec/conformance/recording"
	"github.com/sandboxspec/sandboxspec/conformance/report"
)

// handmadeBodies conform to the contract of superserve, break it, or are no JSON.
var handmadeBodies = []string{
	"", `{}`, `{"metadata":{}}`, `{"metadata":1,"status":"ACTIVE"}`, "{\n\"metadata\":\n[null, {\"a\":1}],\"é\":\"x\"}", `{"metadata":{"token":"HUSHHUSHHUSH"},"status":"gone"`, "\xff\x00",
	`{"access_token":1,"access_token":"` + "\u202e" + `","id":"HUSHHUSHHUSH","more":{"deep":[1,2]}}`,
}

var handmadeHeaders = []http.Header{nil, {}, {"Content-Type": nil}, {"Content-Type": {"text/html"}}, {"Content-Type": {"application/json"}, "": {"\n"}, "Date": {"x"}}, {"Content-Encoding": {"gzip"}}}

var handmadeURLs = []*url.URL{
	nil, {}, {Path: "/"}, {Host: "api.superserve.ai"}, {Scheme: "https", Host: "api-staging.superserve.ai", Path: "/sandboxes/a", RawQuery: "key=HUSHHUSHHUSH&%zz;"},
	{Scheme: "\n", Host: "\x00", Opaque: "x", RawPath: "%zz", Path: "/sandboxes/x\ny", User: url.User("HUSHHUSHHUSH")},
}

// drawExchange makes an exchange, or takes one that was read and changes it.
func drawExchange(t *rapid.T, read []recording.Exchange) recording.Exchange {
	var x recording.Exchange
	if rapid.Bool().Draw(t, "read") {
		x = rapid.SampledFrom(read).Draw(t, "one that was read")
	}
	change := func(what string, set func()) {
		if rapid.Bool().Draw(t, what) {
			set()
		}
	}
	change("file", func() {
		x.File = rapid.SampledFrom([]string{"", "-", "superserve/a.json", "\x00/..", "/"}).Draw(t, "file")
	})
	change("entry", func() { x.Entry, x.Many = rapid.Int().Draw(t, "entry"), rapid.Bool().Draw(t, "many") })
	change("method", func() { x.Method = rapid.SampledFrom([]string{"", "GET", "HEAD", "G T\n"}).Draw(t, "method") })
	change("URL", func() { x.URL = rapid.SampledFrom(handmadeURLs).Draw(t, "URL") })
	change("status", func() {
		x.Status = rapid.SampledFrom([]int{0, 200, 204, 304, 404, -1, 1 << 40, 99, 1000}).Draw(t, "status")
	})
	change("header", func() { x.Header = rapid.SampledFrom(handmadeHeaders).Draw(t, "header") })
	change("request's header", func() { x.RequestHeader = rapid.SampledFrom(handmadeHeaders).Draw(t, "request's header") })
	change("body", func() { x.Body = []byte(rapid.SampledFrom(handmadeBodies).Draw(t, "body")) })
	change("decoded", func() { x.Decoded = !x.Decoded })
	change("error", func() { x.Err = errors.New("none") })
	change("body's error", func() { x.BodyErr = errors.New("none") })
	return x
}

// TestHandmade passes exchanges and results that no reader made through everything that takes one.
func TestHandmade(t *testing.T) {
	folder := t.TempDir()
	files, err := recording.Files("recordings/superserve")
	require.NoError(t, err)
	var read []recording.Exchange
	for _, file := range files {
		for x := range recording.Read(file) {
			read = append(read, x)
		}
	}
	require.NotEmpty(t, read)
	provided, err := conformance.NewJudge(conformance.Options{Provider: "superserve", Deviations: deviation.NewList(time.Time{}, nil, conformance.Deviations())})
	require.NoError(t, err)
	any, err := conformance.NewJudge(conformance.Options{Status: -200})
	require.NoError(t, err)
	judges := []*conformance.Judge{{}, provided, any}
	judged := provided.Judge(recording.Exchange{Body: []byte(`{"metadata":1}`)}).Contract
	require.NotNil(t, judged)
	seen := map[conformance.Outcome]int{}
	rapid.Check(t, func(t *rapid.T) {
		x := drawExchange(t, read)
		r := rapid.SampledFrom(judges).Draw(t, "judge").Judge(x)
		seen[r.Outcome]++
		for _, f := range r.Findings {
			if at := x.StatusPlace(); f.Line < 1 || f.Column < 1 || f.Offset < 0 || at.Line < 1 {
				t.Fatalf("%s is at %d:%d, %d bytes in, and the status at %v", f.Rule, f.Line, f.Column, f.Offset, at)
			}
		}
		if rapid.Bool().Draw(t, "made result") {
			r = conformance.Result{Exchange: x, Outcome: conformance.Outcome(rapid.IntRange(-1, 4).Draw(t, "outcome")), Provider: "nobody"}
			r.Contract = rapid.SampledFrom([]*contract.Contract{nil, {}, judged}).Draw(t, "contract")
			r.Findings = rapid.SliceOf(rapid.Custom(drawFinding)).Draw(t, "findings")
		}
		use(t, &r)
		recorder := conformance.Recorder{Judge: rapid.SampledFrom(append(slices.Clone(judges), nil)).Draw(t, "recorder's judge"), Folder: filepath.Join(folder, "recorded"), Force: true}
		recorder.Record(x, "source\n", time.Time{})
	})
	assert.NotZero(t, seen[conformance.Judged])
	assert.NotZero(t, seen[conformance.Unreadable])
	assert.NotZero(t, seen[conformance.Skipped])
}

func drawFinding(t *rapid.T) conformance.Finding {
	number := rapid.SampledFrom([]int{0, 1, 2, 7, -1, 1 << 40, -1 << 63})
	text := rapid.SampledFrom([]string{"", "/", "/a/0/~2", "absent", `"`, "1", "\x1b\u202e\n::error::"})
	f := conformance.Finding{
		Finding: contract.Finding{
			Rule: contract.Rule(text.Draw(t, "rule")), Severity: contract.Severity(text.Draw(t, "severity")), Pointer: text.Draw(t, "pointer"),
			Property: text.Draw(t, "property"), Offset: number.Draw(t, "offset"), Line: number.Draw(t, "line"), Column: number.Draw(t, "column"),
			Expected: text.Draw(t, "expected"), Actual: text.Draw(t, "actual"),
			Spec: contract.Position{File: rapid.SampledFrom([]string{"", "specs/superserve.yaml"}).Draw(t, "file"), Line: number.Draw(t, "spec line"), Column: number.Draw(t, "spec column")},
		},
		Decoded: rapid.Bool().Draw(t, "decoded"), Known: rapid.Bool().Draw(t, "known"),
	}
	if rapid.Bool().Draw(t, "a rule there is") {
		f.Rule = rapid.SampledFrom(contract.Rules).Draw(t, "rule")
	}
	if rapid.Bool().Draw(t, "deviation") {
		f.Deviation = &deviation.Deviation{}
	}
	if rapid.Bool().Draw(t, "branches") {
		f.Branches = []contract.Branch{{}, {Findings: []contract.Finding{f.Finding}}}
	}
	return f
}

// use passes a result through the methods and the packages that take one.
func use(t *rapid.T, r *conformance.Result) {
	conformance.Lines(*r)
	for _, f := range r.Findings {
		r.Shown(f)
		r.InBranch(f.Finding)
		r.Around(f, 3, 4)
		r.Hidden(f, f.Offset)
		r.BodyPlace(recording.Place{Offset: f.Offset, Line: f.Line, Column: f.Column})
		r.BodyAround(r.BodyOffset(f.Offset), 1, 1)
		deviation.ValueAt(r.Body, f.Offset)
	}
	r.HeaderPlace("Content-Type")
	conformance.Draft(&deviation.Draft{}, *r)
	coverage.New().Observe(r)
	mutate.NewSuite().Observe(r)
	if len(r.Body) < 100 { // it breaks the body in every way
		mutate.NewBodies().Observe(r)
	}
	for _, redactor := range []*recording.Redactor{recording.NewRedactor(nil), recording.NewRedactor(r.Contract)} {
		redacted, _ := redactor.Redact(r.Exchange, nil)
		_, _ = recording.Record{Exchange: redacted, Source: "\n"}.Bytes()
	}
	for _, format := range report.Formats {
		one, err := report.New(format, &discard{}, report.Options{MaxFindings: 3, Judge: &conformance.Judge{}, Coverage: coverage.New()})
		require.NoError(t, err)
		one.Result(*r)
		one.Difference(conformance.Difference{})
		one.Stale(deviation.Deviation{})
		if file, ok := one.(conformance.FileReporter); ok {
			file.File(r.File, conformance.Summary{})
		}
		require.NoError(t, one.Close(conformance.Summary{}))
	}
}

type discard struct{}

func (*discard) Write(p []byte) (int, error) { return len(p), nil }

// TestHandmadePlaces has findings of a body that is from no file: they are where the body has them.
func TestHandmadePlaces(t *testing.T) {
	judge, err := conformance.NewJudge(conformance.Options{Provider: "superserve"})
	require.NoError(t, err)
	r := judge.Judge(recording.Exchange{Body: []byte("{\n  \"metadata\": 1}")})
	require.Len(t, r.Findings, 1)
	assert.Equal(t, recording.Place{Offset: 16, Line: 2, Column: 15}, recording.Place{Offset: r.Findings[0].Offset, Line: r.Findings[0].Line, Column: r.Findings[0].Column})
	assert.Equal(t, `"metadata": 1}`, string(r.Around(r.Findings[0], 12, 9).Text))

	// The body of one that was read is replaced by a longer one: no place is beyond the file.
	file := filepath.Join(t.TempDir(), "a.json")
	require.NoError(t, os.WriteFile(file, []byte("{}"), 0o644))
	for x := range recording.Read(file) {
		x.Body = []byte(`{"metadata": 1}`)
		r := judge.Judge(x)
		require.Len(t, r.Findings, 1)
		assert.Equal(t, recording.Place{Offset: 2, Line: 1, Column: 3}, recording.Place{Offset: r.Findings[0].Offset, Line: r.Findings[0].Line, Column: r.Findings[0].Column})
	}
}

// TestZeroValues has what nobody has filled in.
func TestZeroValues(t *testing.T) {
	var c contract.Contract
	assert.Empty(t, c.Check([]byte(`{"a":[1]}`)))
	assert.Len(t, c.Check([]byte(`{`)), 1)
	assert.Empty(t, c.Only("a").Secrets([]byte(`{"a":1}`)))
	assert.True(t, c.Conforms(0, []byte("1")))
	_, _, err := compile.Response{}.Program()
	assert.ErrorContains(t, err, "the response is of no document")
	_, _, err = compile.Response{MediaTypes: []string{"application/json"}}.Program()
	assert.Error(t, err)
	_, ok := compile.Operation{}.Response(200)
	assert.False(t, ok)
	x := recording.New(&http.Response{}, []byte("{}"))
	assert.Nil(t, x.URL)
	var list deviation.List
	assert.Nil(t, list.Match("", contract.Finding{Offset: -1}, nil))
	assert.Empty(t, list.Stale())
	assert.Equal(t, conformance.Recorded{Skipped: 1}, (&conformance.Recorder{}).Record(x, "", time.Time{}))

	for _, o := range []conformance.Options{{Provider: "superserve", Spec: "x.yaml"}, {Operation: "getSandbox"}, {Provider: "nobody"}, {Spec: "\x00"}} {
		_, err := conformance.NewJudge(o)
		assert.Error(t, err)
	}
}
