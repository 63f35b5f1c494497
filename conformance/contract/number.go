package contract

import (
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
	exp      int64
	huge     *big.Int // the exponent where exp can't hold it, else nil
}

// maxExponentDigits is how many digits of an exponent surely fit exp together with
// the length of any body.
const maxExponentDigits = 17

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
	d.exp = shift
	if exponent != "" {
		d.addExponent(exponent)
	}
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

func (d *decimal) addExponent(exponent string) {
	negative := exponent[0] == '-'
	digits := strings.TrimLeft(strings.TrimLeft(exponent, "+-"), "0")
	if len(digits) <= maxExponentDigits {
		e, _ := strconv.ParseInt("0"+digits, 10, 64)
		if negative {
			e = -e
		}
		d.exp += e
		return
	}
	e, _ := new(big.Int).SetString(digits, 10)
	if negative {
		e.Neg(e)
	}
	d.huge = e.Add(e, big.NewInt(d.exp))
}

func mustDecimal(text string) decimal {
	if end, _, ok := scanNumber([]byte(text), 0); !ok || end != len(text) {
		panic("contract: not a JSON number: " + strconv.Quote(text))
	}
	return parseDecimal(text)
}

// integer says whether the number has no fraction: 1.0 and 1e2 have none.
func (d decimal) integer() bool {
	if d.huge != nil {
		return d.huge.Sign() > 0
	}
	return d.count == 0 || d.exp >= int64(d.count)
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
	if d.huge != nil || e.huge != nil {
		if c := d.bigExponent().Cmp(e.bigExponent()); c != 0 {
			return c
		}
	} else if d.exp != e.exp {
		if d.exp < e.exp {
			return -1
		}
		return 1
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
	return d.bigExponent().Append(append(dst, 'e'), 10)
}

// multipleOf says whether d is a whole multiple of m, which is positive. It builds no
// number longer than the texts of the two, however large their exponents are.
func (d decimal) multipleOf(m decimal) bool {
	if d.count == 0 {
		return true
	}
	// d is x × 10^shift × m's power of ten, with whole numbers x and y for the digits.
	x, y := d.whole(), m.whole()
	shift := new(big.Int).Sub(d.bigExponent(), m.bigExponent())
	shift.Add(shift, big.NewInt(int64(m.count-d.count)))
	if shift.Sign() >= 0 {
		power := new(big.Int).Exp(big.NewInt(10), shift, y)
		return x.Mul(x, power).Mod(x, y).Sign() == 0
	}
	// x has to be a multiple of y × 10^-shift. It ends in no zero, so 10 doesn't divide
	// it; but y may bring the twos or the fives that are missing.
	if shift.Neg(shift); !shift.IsInt64() || shift.Int64() > int64(d.count) {
		return false
	}
	return x.Mod(x, y.Mul(y, new(big.Int).Exp(big.NewInt(10), shift, nil))).Sign() == 0
}

// whole returns the significant digits as a whole number.
func (d decimal) whole() *big.Int {
	w, _ := new(big.Int).SetString(strings.Replace(d.digits, ".", "", 1), 10)
	return w
}

func (d decimal) bigExponent() *big.Int {
	if d.huge != nil {
		return d.huge
	}
	return big.NewInt(d.exp)
}
