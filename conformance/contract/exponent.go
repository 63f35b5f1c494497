package contract

import (
	"strconv"
	"strings"
)

// exponent is a power of ten of any size. Where an int64 can't hold it, far has its
// digits, and near is 1 or -1, its sign: nothing is computed with numbers that long.
type exponent struct {
	near int64
	far  string
}

// maxNear is how many digits of an exponent surely fit an int64 together with the length
// of any body.
const maxNear = 17

// newExponent returns the sum of an exponent as a JSON number has it, or "", and of
// shift, which is no more than the length of a body.
func newExponent(text string, shift int64) exponent {
	if text == "" {
		return exponent{near: shift}
	}
	sign := int64(1)
	if text[0] == '-' {
		sign = -1
	}
	digits := strings.TrimLeft(text, "+-0")
	if len(digits) <= maxNear {
		n, _ := strconv.ParseInt("0"+digits, 10, 64)
		return exponent{near: sign*n + shift}
	}
	return exponent{sign, plus([]byte(digits), sign*shift)}
}

// plus adds n to the number, larger than n, that the digits write.
func plus(digits []byte, n int64) string {
	for i := len(digits) - 1; n != 0; i-- {
		if i < 0 {
			digits = append([]byte{'0'}, digits...)
			i = 0
		}
		n += int64(digits[i] - '0')
		digit := (n%10 + 10) % 10
		digits[i] = byte('0' + digit)
		n = (n - digit) / 10
	}
	return strings.TrimLeft(string(digits), "0")
}

// minus returns the difference; where it is more than 2^58, any number beyond that.
func (x exponent) minus(y exponent) (n int64) {
	if x.far == "" && y.far == "" {
		return x.near - y.near
	}
	xs, xSign := x.digits()
	ys, ySign := y.digits()
	for i := max(len(xs), len(ys)); i > 0; i-- {
		n *= 10
		if i <= len(xs) {
			n += xSign * int64(xs[len(xs)-i]-'0')
		}
		if i <= len(ys) {
			n -= ySign * int64(ys[len(ys)-i]-'0')
		}
		if n > 1<<58 || n < -1<<58 {
			break // what follows can't turn it
		}
	}
	return n
}

func (x exponent) digits() (digits string, sign int64) {
	switch {
	case x.far != "":
		return x.far, x.near
	case x.near < 0:
		return strconv.FormatInt(-x.near, 10), -1
	}
	return strconv.FormatInt(x.near, 10), 1
}

func (x exponent) append(dst []byte) []byte {
	digits, sign := x.digits()
	if sign < 0 {
		dst = append(dst, '-')
	}
	return append(dst, digits...)
}
