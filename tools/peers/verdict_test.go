package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestExamples(t *testing.T) {
	for _, e := range examples {
		b := e.make()
		var right []answer
		if e.right != (answer{}) {
			right = []answer{e.right}
		}
		assert.Equal(t, right, answers(&b), e.title)
	}
	// What the examples change conforms.
	for provider, text := range map[string]string{
		"tensorlake": tensorlakeBody, "nullspace": nullspaceBody, "superserve": superserveBody, "blaxel": blaxelBody, "primeintellect": primeintellectBody,
	} {
		b := example{provider: provider, body: text}.make()
		assert.Empty(t, answers(&b), provider)
	}
}

// fake is a contender of which the verdict is known.
type fake struct {
	library
	verdict verdict
}

func (f *fake) judge(bodies []body) ([]verdict, error) {
	verdicts := make([]verdict, len(bodies))
	for i := range verdicts {
		verdicts[i] = f.verdict
	}
	return verdicts, nil
}

func TestScore(t *testing.T) {
	byTitle := func(title string) example {
		for _, e := range examples {
			if e.title == title {
				return e
			}
		}
		panic(title)
	}
	missing, valid, status := byTitle("which member is missing, and where"), byTitle("int64 of 2^53+1, valid"), byTitle("status 418, which is not documented")
	tests := []struct {
		example example
		verdict verdict
		wrong   int
	}{
		{valid, verdict{Passes: true}, 0},
		{valid, verdict{}, 1},
		{missing, verdict{Passes: true}, 1},
		{missing, verdict{}, 1},
		{missing, verdict{Absent: "/spec/runtime/ports/1"}, 1},
		{missing, verdict{Absent: "/spec/runtime/ports/1/target"}, 0},
	}
	for _, tt := range tests {
		s, err := scoreOf(&fake{verdict: tt.verdict}, []body{tt.example.make()}, false, tt.example.byName)
		require.NoError(t, err)
		assert.Equal(t, tt.wrong, s.wrong, "%s %v", tt.example.title, tt.verdict)
		assert.Equal(t, tt.wrong > 0, s.first != nil)
	}
	s, err := scoreOf(&fake{}, []body{status.make()}, false, false)
	require.NoError(t, err)
	assert.Equal(t, score{unseen: true}, s)

	// The contract must give the very finding, not only refuse.
	b := missing.make()
	b.right.pointer = "/spec"
	s, err = scoreOf(&fake{}, []body{b}, true, false)
	require.NoError(t, err)
	assert.Equal(t, 1, s.wrong)
}

// TestWithoutNode: the rest still runs.
func TestWithoutNode(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	here, absent, err := contenders()
	require.NoError(t, err)
	assert.NotEmpty(t, here)
	assert.Contains(t, absent, "ajv is left out: there is no node on this machine.")
}
