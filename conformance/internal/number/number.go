// Package number reads and writes the numbers of JSON, exactly.
package number

import (
	"math/big"
	"strings"
)

// Parse returns a JSON number, which text has to be. Exponents of more than three digits it
// takes for 999: no contract comes near.
func Parse(text string) *big.Rat {
	if e := strings.IndexAny(text, "eE"); e >= 0 && len(strings.TrimLeft(text[e+1:], "+-0")) > 3 {
		sign := ""
		if text[e+1] == '-' {
			sign = "-"
		}
		text = text[:e+1] + sign + "999"
	}
	x, _ := new(big.Rat).SetString(text)
	return x
}

// Format writes a number that has finitely many digits, without an exponent.
func Format(x *big.Rat) string {
	digits := 0
	for scaled := new(big.Rat).Set(x); !scaled.IsInt() && digits < 1000; digits++ {
		scaled.Mul(scaled, big.NewRat(10, 1))
	}
	return x.FloatString(digits)
}
