package mutate_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/mutate"
	"github.com/sandboxspec/sandboxspec/conformance/recording"
)

func observed(b *mutate.Bodies, c *contract.Contract, file, body string, mask ...string) {
	r := conformance.Result{Exchange: recording.Exchange{File: file, Body: []byte(body)}, Contract: c, Mask: mask}
	judge := c
	if mask != nil {
		judge = c.Only(mask...)
	}
	for _, f := range judge.Check(r.Body) {
		r.Findings = append(r.Findings, conformance.Finding{Finding: f})
	}
	b.Observe(&r)
}

// TestVerdicts has a contract that is wrong: its program says something else than what it
// was laid out from.
func TestVerdicts(t *testing.T) {
	p := program(t, "3.0.3", `{type: object, properties: {a: {maximum: 99}, b: {enum: [x]}}}`)
	wrong := contract.New(p)
	for _, s := range p.Schemas {
		for i := range s.Keywords {
			switch kw := &s.Keywords[i]; kw.Name {
			case contract.Maximum:
				kw.Values[0] = "9"
			case contract.Enum:
				kw.Name = contract.Const
			}
		}
	}
	b := mutate.NewBodies()
	observed(b, wrong, "z.json", `{"a":5}`)
	observed(b, wrong, "a.json", `{"b":"x"}`)
	observed(b, wrong, "y.json", `{"a":10}`)
	assert.Equal(t, 2, b.Recordings)
	assert.Equal(t, mutate.Tally{Tried: 3, Caught: 2, Missed: 1}, b.Of(mutate.AsRecorded))
	assert.Equal(t, mutate.Tally{Tried: 3, Caught: 1, Missed: 2}, b.Of("a number above the maximum"))
	assert.Equal(t, mutate.Tally{Tried: 5, Elsewhere: 5}, b.Of("another value than the constant"))
	assert.Equal(t, mutate.Tally{}, b.Of("a uuid that is none"))
	assert.Equal(t, b.Tried, b.Caught+b.Missed+b.Elsewhere)
	assert.Less(t, b.Percent(), 100.0)
	all := b.Wrong()
	assert.Len(t, all, b.Missed+b.Elsewhere)
	assert.Equal(t, "a.json", all[0].File)
	assert.Equal(t, mutate.Elsewhere, all[0].Verdict)
	assert.Equal(t, contract.Const, all[0].Due[0].Rule)
	assert.Equal(t, contract.Enum, all[0].Found[0].Rule)
	assert.Equal(t, "z.json", all[len(all)-1].File)
	assert.Equal(t, mutate.Missed, all[len(all)-1].Verdict)
}

// TestStartingPoints has recordings that violations are made from, and others.
func TestStartingPoints(t *testing.T) {
	c := contract.New(program(t, "3.0.3", `{type: object, required: [a], properties: {a: {type: string}}}`))
	tests := []struct {
		body                string
		mask                []string
		recordings, tooLong int
	}{
		{`{"a":"x"}`, nil, 1, 0},
		{`{"a":"` + strings.Repeat("x", mutate.MaxBody) + `"}`, nil, 0, 1},
		{`{}`, nil, 0, 0},
		{`{}`, []string{"b"}, 1, 0},
		{`{"a":"x","b":1}`, nil, 0, 0},
		{`{"a":`, nil, 0, 0},
		{``, nil, 0, 0},
	}
	for _, tt := range tests {
		b := mutate.NewBodies()
		observed(b, c, "x.json", tt.body, tt.mask...)
		assert.Equal(t, tt.recordings, b.Recordings, "%.80s", tt.body)
		assert.Equal(t, tt.tooLong, b.TooLong, "%.80s", tt.body)
		assert.Equal(t, b.Tried, b.Caught, "%.80s", tt.body)
	}
	b := mutate.NewBodies()
	b.Observe(&conformance.Result{})
	assert.Zero(t, b.Tried)
	assert.Equal(t, 100.0, b.Percent())
}
