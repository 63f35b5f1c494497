// Package number reads and writes the numbers of JSON, exactly.
package number

import (
	"math/big"
	"strings"
)

// longest is how many characters of a number are read: reading takes the square of that.
const longest = 10_000

// Parse returns a JSON number, which text has to be. Exponents of more than three digits it
// takes for 999, and digits beyond 10,000 it leaves out: no contract comes near.
func Parse(text string) *big.Rat {
	if len(text) > longest {
		e := strings.IndexAny(text, "eE")
		if e < 0 {
			e = len(text)
		}
		text = strings.TrimSuffix(text[:min(e, longest)], ".") + text[e:]
	}
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
