package conformance_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/deviation"
	"github.com/sandboxspec/sandboxspec/conformance/recording"
)

// told notes what a run tells its reporter.
type told struct {
	results     []string
	differences int
	files       []conformance.Summary
	each        func()
}

func (r *told) Result(result conformance.Result) {
	for _, line := range conformance.Lines(result) {
		r.results = append(r.results, filepath.Base(result.File)+" "+line)
	}
	if r.each != nil {
		r.each()
	}
}

func (r *told) Difference(conformance.Difference) { r.differences++ }

func (r *told) Stale(deviation.Deviation) {}

func (r *told) File(_ string, s conformance.Summary) { r.files = append(r.files, s) }

// archive writes a file of lines of which every so many breaks the contract, and returns
// what the run has to tell of it.
func archive(t *testing.T, file string, lines, every int) (want []string) {
	var b strings.Builder
	for i := range lines {
		if i%every == 0 {
			fmt.Fprintf(&b, "{\"metadata\":%d}\n", i)
			want = append(want, fmt.Sprintf("%s entry %d: %d:13: error: type: /metadata: expected an object, got %d", filepath.Base(file), i, i+1, i))
			continue
		}
		fmt.Fprintf(&b, "{\"metadata\":{\"a\":%q}}\n", strings.Repeat("x", i%300))
	}
	require.NoError(t, os.WriteFile(file, []byte(b.String()), 0o644))
	return want
}

// TestRunInOrder judges many files and long ones on all cores: what is told comes in the
// order of the input, and the counts add up, of each file too.
func TestRunInOrder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "superserve")
	require.NoError(t, os.Mkdir(dir, 0o755))
	var want []string
	for i := range 30 {
		lines, every := 100, 7
		switch i {
		case 10:
			lines, every = 20_000, 1
		case 20:
			lines, every = 30_000, 999
		}
		want = append(want, archive(t, filepath.Join(dir, fmt.Sprintf("%02d.ndjson", i)), lines, every)...)
		name := fmt.Sprintf("%02d.ndjson.json", i)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(`{"metadata":"x"}`), 0o644))
		want = append(want, name+` 1:13: error: type: /metadata: expected an object, got "x"`)
	}
	judge, err := conformance.NewJudge(conformance.Options{})
	require.NoError(t, err)
	var r told
	var done, all int64
	s, err := conformance.Run(context.Background(), judge, []string{dir}, &r, func(d, a int64) {
		assert.GreaterOrEqual(t, d, done)
		done, all = d, a
	})
	require.NoError(t, err)
	require.Len(t, r.results, len(want))
	for i := range want {
		require.True(t, strings.HasPrefix(r.results[i], want[i]), "%s\n%s", r.results[i], want[i])
	}
	entries := 28*100 + 20_000 + 30_000 + 30
	assert.Equal(t, conformance.Summary{
		Recordings: entries, Conforming: entries - len(want), Nonconforming: len(want), Errors: len(want),
	}, s)
	require.Len(t, r.files, 60)
	assert.Equal(t, conformance.Summary{Recordings: 100, Conforming: 85, Nonconforming: 15, Errors: 15}, r.files[0])
	assert.Equal(t, conformance.Summary{Recordings: 20_000, Nonconforming: 20_000, Errors: 20_000}, r.files[20])
	assert.Equal(t, conformance.Summary{Recordings: 1, Nonconforming: 1, Errors: 1}, r.files[21])
	assert.Positive(t, all)
	assert.LessOrEqual(t, done, all)
}

// TestRunStops ends the context in the middle of a run.
func TestRunStops(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.ndjson")
	want := archive(t, file, 100_000, 2)
	judge, err := conformance.NewJudge(conformance.Options{Provider: "superserve"})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	r := told{each: cancel}
	_, err = conformance.Run(ctx, judge, []string{file}, &r, func(int64, int64) {})
	require.ErrorIs(t, err, context.Canceled)
	assert.ErrorContains(t, err, "stopped in ")
	assert.Less(t, len(r.results), len(want)/2)
}

// TestRunExpects has an archive with a file beside it that says what it gives.
func TestRunExpects(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.ndjson")
	archive(t, file, 1000, 100)
	judge, err := conformance.NewJudge(conformance.Options{Provider: "superserve"})
	require.NoError(t, err)
	var r told
	_, err = conformance.Run(context.Background(), judge, []string{file}, &r, nil)
	require.NoError(t, err)
	var lines []string
	for i := range 1000 {
		if i%100 != 0 {
			lines = append(lines, fmt.Sprintf("entry %d: conforms", i))
		}
	}
	for _, line := range r.results {
		lines = append(lines, strings.TrimPrefix(line, "x.ndjson "))
	}
	for missing, differences := range map[string]int{"": 0, "entry 1000: conforms": 1} {
		require.NoError(t, os.WriteFile(conformance.ExpectationFile(file), []byte(strings.Join(lines, "\n")+"\n"+missing), 0o644))
		var r told
		s, err := conformance.Run(context.Background(), judge, []string{file}, &r, nil)
		require.NoError(t, err)
		assert.Equal(t, differences, r.differences)
		assert.Equal(t, 10, s.Known)
		assert.Zero(t, s.Errors)
	}
}

// TestRunOpens has exchanges among the lines, which a contract that lets anything pass
// must not take for bodies.
func TestRunOpens(t *testing.T) {
	dir := t.TempDir()
	spec, file := filepath.Join(dir, "spec.yaml"), filepath.Join(dir, "x.ndjson")
	require.NoError(t, os.WriteFile(file, []byte("{}\n{\"response\":{\"status\":200,\"headers\":{},\"body\":5}}\n{\"response\":{\"status\":404}}\n"), 0o644))
	for _, schema := range []string{
		"{type: object}", "{type: object, additionalProperties: true}", "{type: object, properties: {response: {}}}", "{type: object, properties: {a: {}}}",
		"{type: object, properties: {a: {}}, patternProperties: {r: {}}}", "{allOf: [{type: object, properties: {a: {}}}, {properties: {response: {}}}]}",
	} {
		document := "openapi: 3.1.0\n" + `info: {title: x, version: "1"}` + "\npaths: {/x:" + ` {get: {responses: {"200": {description: x, content: {application/json: {schema: ` + schema + `}}}}}}}`
		require.NoError(t, os.WriteFile(spec, []byte(document), 0o644))
		judge, err := conformance.NewJudge(conformance.Options{Spec: spec})
		require.NoError(t, err)
		s, err := conformance.Run(context.Background(), judge, []string{file}, &told{}, nil)
		require.NoError(t, err)
		assert.Equal(t, conformance.Summary{Recordings: 3, Conforming: 2, Nonconforming: 1, Errors: 1, Warnings: 1}, s, schema)
	}
}

// TestManyFieldMasks has requests that each ask for other fields: what is kept of their
// contracts stays small.
func TestManyFieldMasks(t *testing.T) {
	judge, err := conformance.NewJudge(conformance.Options{})
	require.NoError(t, err)
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	mask := func(fields string) conformance.Result {
		address, err := url.Parse("https://api.13-215-85-171.sslip.io/v1/sandboxes/a?fields=" + fields)
		require.NoError(t, err)
		return judge.Judge(recording.Exchange{File: "-", Method: http.MethodGet, URL: address, Status: http.StatusOK, Body: []byte(`{"id":"a"}`)})
	}
	before := heap()
	for i := range 2000 {
		require.Empty(t, mask(fmt.Sprintf("id,f%d", i)).Findings)
	}
	assert.Less(t, heap(), before+10<<20)
	assert.Len(t, mask("status,id").Findings, 1)
	runtime.KeepAlive(judge)
}
