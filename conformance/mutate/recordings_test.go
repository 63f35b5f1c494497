package mutate_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/deviation"
	"github.com/sandboxspec/sandboxspec/conformance/internal/property"
	"github.com/sandboxspec/sandboxspec/conformance/mutate"
)

// observe has an observer see recordings of this repository.
func observe(t *testing.T, pattern string, observer func(*conformance.Result)) {
	paths, err := filepath.Glob(pattern)
	require.NoError(t, err)
	judge, err := conformance.NewJudge(conformance.Options{Observe: observer})
	require.NoError(t, err)
	_, err = conformance.Run(context.Background(), judge, paths, silent{}, nil)
	require.NoError(t, err)
}

type silent struct{}

func (silent) Result(conformance.Result)         {}
func (silent) Difference(conformance.Difference) {}
func (silent) Stale(deviation.Deviation)         {}

// TestContractsCatchEverything breaks the bodies of recordings in every way: each contract
// says exactly what is due.
func TestContractsCatchEverything(t *testing.T) {
	property.SkipUnderRace(t)
	bodies := mutate.NewBodies()
	observe(t, "../recordings/*/*.http", bodies.Observe)
	assert.Greater(t, bodies.Recordings, 20)
	assert.Greater(t, bodies.Tried, 30_000)
	assert.Equal(t, bodies.Tried, bodies.Caught)
	for _, w := range bodies.Wrong() {
		t.Logf("%s %d: %s at %q: due %v, found %v", w.File, w.Entry, w.Kind, w.Pointer, w.Due, w.Found)
	}
}

// TestRecordingsNoticeEveryChange changes the contracts in every way: each time a recording
// gives another finding. Where this fails, write the recording that it asks for.
func TestRecordingsNoticeEveryChange(t *testing.T) {
	suite := mutate.NewSuite()
	observe(t, "../recordings", suite.Observe)
	specs := suite.Try(mutate.Equivalents())
	assert.Greater(t, specs.Mutants, 600)
	for _, m := range specs.Survivors {
		t.Errorf("%s survived: record %s", m, m.Record)
	}
	for _, stale := range specs.Stale {
		t.Error(stale)
	}
}
