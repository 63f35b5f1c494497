package coverage

import (
	"regexp"
	"strings"

	"github.com/sandboxspec/sandboxspec/conformance"
)

// digits is an integer without a fraction or an exponent.
var digits = regexp.MustCompile(`^-?[0-9]+$`)

// integer is one in digits, and its offset in the body.
type integer struct {
	digits string
	at     int
}

// extremes are the lowest and the highest integer at a place in one body.
type extremes struct{ lowest, highest integer }

func (e *extremes) take(n integer) {
	if e.lowest.digits == "" || less(n.digits, e.lowest.digits) {
		e.lowest = n
	}
	if e.highest.digits == "" || less(e.highest.digits, n.digits) {
		e.highest = n
	}
}

// take takes in what a body showed, unless it may be secret.
func (f *Field) take(e *extremes, r *conformance.Result) {
	secret := func(n integer) bool {
		return r.Hidden(conformance.Finding{Decoded: r.Decoded}, r.BodyOffset(n.at))
	}
	if (f.Lowest == "" || less(e.lowest.digits, f.Lowest)) && !secret(e.lowest) {
		f.Lowest = e.lowest.digits
	}
	if (f.Highest == "" || less(f.Highest, e.highest.digits)) && !secret(e.highest) {
		f.Highest = e.highest.digits
	}
}

// less compares two integers of any size by their digits.
func less(a, b string) bool {
	a, negative := strings.CutPrefix(a, "-")
	b, other := strings.CutPrefix(b, "-")
	switch {
	case negative != other:
		return negative && a+b != "00"
	case negative:
		a, b = b, a
	}
	return len(a) < len(b) || len(a) == len(b) && a < b
}
