package number_test

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/sandboxspec/sandboxspec/conformance/internal/number"
)

func TestNumber(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0", "-0": "0", "1.50": "1.5", "-1e2": "-100", "12E-1": "1.2", "9007199254740993": "9007199254740993", "1e+0002": "100",
	} {
		assert.Equal(t, want, number.Format(number.Parse(text)), text)
	}
	huge, tiny := number.Parse("1e123456789"), number.Parse("-1E-123456789")
	assert.Equal(t, 1, huge.Cmp(number.Parse("1e300")))
	assert.Equal(t, -1, tiny.Sign())
	assert.Equal(t, 1, tiny.Cmp(big.NewRat(-1, 1_000_000)))
}
