package contract

import (
	"cmp"
	"math/big"
	"strconv"
	"strings"
)

// scanNumber returns the end of the JSON number that starts at b[i], or where it
// stops being one with ok false. whole says that it has neither fraction nor exponent.
func scanNumber(b []byte, i int) (end int, whole, ok bool) {
	if i < len(b) && b[i] == '-' {
		i++
	}
	if i < len(b) && b[i] == '0' {
		i++
	} else if i, ok = scanDigits(b, i); !ok {
		return i, false, false
	}
	whole = true
	if i < len(b) && b[i] == '.' {
		whole = false
		if i, ok = scanDigits(b, i+1); !ok {
			return i, false, false
		}
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		whole = false
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		if i, ok = scanDigits(b, i); !ok {
			return i, false, false
		}
	}
	return i, whole, true
}

// scanDigits returns the end of the run of digits at b[i]; ok is false where there
// is none.
func scanDigits(b []byte, i int) (end int, ok bool) {
	start := i
	for i < len(b) && b[i]-'0' <= 9 {
		i++
	}
	return i, i > start
}

// decimal is a JSON number, exactly: ±0.d₁d₂d₃… × 10^exp with d₁ not 0, its digits
// left where they stand in text. The zero of either sign has no digits.
type decimal struct {
	text     string // as written
	negative bool
	digits   string // from the first significant digit to the last, a point possibly among them
	count    int    // the significant digits
	exp      exponent
}

// parseDecimal reads a JSON number. The text must be one.
func parseDecimal(text string) decimal {
	d := decimal{text: text}
	mantissa := text
	if mantissa[0] == '-' {
		d.negative = true
		mantissa = mantissa[1:]
	}
	exponent := ""
	if e := strings.IndexAny(mantissa, "eE"); e >= 0 {
		mantissa, exponent = mantissa[:e], mantissa[e+1:]
	}
	point := strings.IndexByte(mantissa, '.')
	if point < 0 {
		point = len(mantissa)
	}
	d.digits = strings.TrimLeft(mantissa, "0.")
	first := len(mantissa) - len(d.digits)
	d.digits = trimZeros(d.digits, point-first)
	if d.digits == "" {
		return decimal{text: text}
	}
	d.count = len(d.digits)
	if at := point - first; at > 0 && at < len(d.digits) {
		d.count--
	}
	shift := int64(point - first)
	if first > point {
		shift++ // the point itself isn't a digit
	}
	d.exp = newExponent(exponent, shift)
	return d
}

// trimZeros cuts trailing zeros, and the point where nothing follows it.
func trimZeros(digits string, point int) string {
	trimmed := strings.TrimRight(digits, "0")
	if point >= 0 && len(trimmed) == point+1 && trimmed[point] == '.' {
		trimmed = strings.TrimRight(trimmed[:point], "0")
	}
	return trimmed
}

func mustDecimal(text string) decimal {
	if end, _, ok := scanNumber([]byte(text), 0); !ok || end != len(text) {
		panic("contract: not a JSON number: " + strconv.Quote(text))
	}
	return parseDecimal(text)
}

// integer says whether the number has no fraction: 1.0 and 1e2 have none.
func (d decimal) integer() bool {
	return d.count == 0 || d.exp.minus(exponent{near: int64(d.count)}) >= 0
}

// compare returns -1, 0 or 1 as d is less than, equal to or greater than e.
func (d decimal) compare(e decimal) int {
	sign := func(d decimal) int {
		switch {
		case d.count == 0:
			return 0
		case d.negative:
			return -1
		}
		return 1
	}
	ds, es := sign(d), sign(e)
	if ds != es {
		if ds < es {
			return -1
		}
		return 1
	}
	if ds == 0 {
		return 0
	}
	return ds * d.compareMagnitude(e)
}

func (d decimal) compareMagnitude(e decimal) int {
	if c := d.exp.minus(e.exp); c != 0 {
		return cmp.Compare(c, 0)
	}
	i, j := 0, 0
	for {
		if i < len(d.digits) && d.digits[i] == '.' {
			i++
		}
		if j < len(e.digits) && e.digits[j] == '.' {
			j++
		}
		switch {
		case i == len(d.digits) && j == len(e.digits):
			return 0
		case i == len(d.digits):
			return -1
		case j == len(e.digits):
			return 1
		case d.digits[i] != e.digits[j]:
			if d.digits[i] < e.digits[j] {
				return -1
			}
			return 1
		}
		i++
		j++
	}
}

// canonical appends the number in a form that equal numbers share.
func (d decimal) canonical(dst []byte) []byte {
	if d.count == 0 {
		return append(dst, '0')
	}
	if d.negative {
		dst = append(dst, '-')
	}
	for i := range len(d.digits) {
		if d.digits[i] != '.' {
			dst = append(dst, d.digits[i])
		}
	}
	return d.exp.append(append(dst, 'e'))
}

// multiple is the operand of "multipleOf", which is positive: 2^twos × 5^fives × rest ×
// 10^exp, whose rest has neither of the two in it.
type multiple struct {
	decimal
	twos, fives int
	rest        *big.Int
}

func newMultiple(d decimal) multiple {
	rest, _ := new(big.Int).SetString(strings.Replace(d.digits, ".", "", 1), 10)
	m := multiple{decimal: d, twos: int(rest.TrailingZeroBits())}
	rest.Rsh(rest, uint(m.twos))
	five, quotient, remainder := big.NewInt(5), new(big.Int), new(big.Int)
	for {
		if quotient.QuoRem(rest, five, remainder); remainder.Sign() != 0 {
			break
		}
		rest, quotient = quotient, rest
		m.fives++
	}
	m.rest = rest
	return m
}

// multipleOf reports whether d is a whole multiple of m. It builds no number much longer
// than m's digits, however long d and the exponents are.
func (d decimal) multipleOf(m multiple) bool {
	if d.count == 0 {
		return true
	}
	// With a whole number x for the digits, d is x × 10^shift × m's power of ten.
	shift := d.exp.minus(m.exp) + int64(m.count-d.count)
	if shift < 0 {
		return false // x ends in no zero
	}
	// The zeros have a two and a five each; x has to have the rest.
	divisor := m.rest
	if twos := int64(m.twos) - shift; twos > 0 {
		divisor = new(big.Int).Lsh(divisor, uint(twos))
	}
	if fives := int64(m.fives) - shift; fives > 0 {
		divisor = new(big.Int).Mul(divisor, new(big.Int).Exp(big.NewInt(5), big.NewInt(fives), nil))
	}
	if divisor.IsInt64() && divisor.Int64() == 1 {
		return true
	}
	return d.modulo(divisor).Sign() == 0
}

// modulo returns the significant digits, as a whole number, modulo y.
func (d decimal) modulo(y *big.Int) *big.Int {
	rest, chunk, scale := new(big.Int), uint64(0), uint64(1)
	add := func() {
		rest.Add(rest.Mul(rest, new(big.Int).SetUint64(scale)), new(big.Int).SetUint64(chunk)).Mod(rest, y)
		chunk, scale = 0, 1
	}
	for i := range len(d.digits) {
		if c := d.digits[i]; c != '.' {
			chunk, scale = chunk*10+uint64(c-'0'), scale*10
		}
		if scale == 1e18 {
			add()
		}
	}
	add()
	return rest
}
