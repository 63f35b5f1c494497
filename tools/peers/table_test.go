package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestFigure(t *testing.T) {
	for want, x := range map[string]float64{
		"0": 0.0001, "0.05": 0.051, "0.99": 0.987, "1.0": 1, "9.9": 9.94, "12": 12.3, "999": 999.2, "1,005": 1005.4, "12,345": 12345,
	} {
		assert.Equal(t, want, figure(x))
	}
}

func TestSpread(t *testing.T) {
	assert.Equal(t, spread{2, 1, 9}, spreadOf([]float64{9, 1, 2}))
	assert.Equal(t, spread{1.5, 1, 2}, spreadOf([]float64{2, 1}))
	assert.Equal(t, "2.0 (1.0–10)", spread{2, 1, 10}.String())
}

func TestLabel(t *testing.T) {
	assert.Equal(t, "ajv 1.2.3 with JSON.parse", label(&nodeProcess{release: "1.2.3"}))
	assert.Equal(t, "encoding/json any", label(&library{title: "encoding/json any"}))
}
