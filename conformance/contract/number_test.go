package contract_test

import (
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sandboxspec/sandboxspec/conformance/internal/property"
)

// TestIntegers has numbers that decoders disagree on.
func TestIntegers(t *testing.T) {
	const (
		integer = `{type: integer}`
		int64s  = `{type: integer, format: int64}`
		int32s  = `{type: integer, format: int32}`
		port    = `{type: integer, format: int32, minimum: 1, maximum: 65535}`
		numbers = `{type: number}`
	)
	zeros, nines := strings.Repeat("0", 400), strings.Repeat("9", 400)
	tests := []struct {
		schema, body string
		want         []string
	}{
		{int64s, "9223372036854775807", nil},
		{int64s, "9223372036854775808", []string{"format  1:1"}},
		{int64s, "-9223372036854775808", nil},
		{int64s, "-9223372036854775809", []string{"format  1:1"}},
		{int64s, "9007199254740993", nil},                     // 2^53+1
		{int64s, "9007199254740992.5", []string{"type  1:1"}}, // 2^53+0.5: a float64 rounds it to an integer
		{int64s, "9223372036854775807.00", []string{"integer-notation  1:1"}},
		{int64s, "9223372036854775807.01", []string{"type  1:1"}},
		{int64s, "9223372036854775808.0", []string{"integer-notation  1:1", "format  1:1"}},
		{int64s, "18446744073709551616", []string{"format  1:1"}}, // 0 in 64 bits
		{int64s, "18446744073709551617", []string{"format  1:1"}},
		{int64s, "999999999999999999", nil},
		{int64s, "1000000000000000000", nil},
		{int64s, "-999999999999999999", nil},
		{int64s, nines, []string{"format  1:1"}},
		{int64s, "1e18", []string{"integer-notation  1:1"}},
		{int64s, "1e19", []string{"integer-notation  1:1", "format  1:1"}},
		{int64s, "922337203685477580.7e1", []string{"integer-notation  1:1"}},
		{int64s, "922337203685477580.8e1", []string{"integer-notation  1:1", "format  1:1"}},
		{int32s, "2147483647", nil},
		{int32s, "2147483648", []string{"format  1:1"}},
		{int32s, "-2147483648", nil},
		{int32s, "-2147483649", []string{"format  1:1"}},
		{int32s, "4294967296", []string{"format  1:1"}},
		{port, "65536", []string{"maximum  1:1"}},
		{port, "2147483648", []string{"maximum  1:1"}}, // past both: the bound alone
		{port, "0", []string{"minimum  1:1"}},
		{port, "-2147483649", []string{"minimum  1:1"}},
		{`{type: integer, format: int32, minimum: 5}`, "2147483648", []string{"format  1:1"}},
		{`{type: integer, format: int64, maximum: 18446744073709551615}`, "9223372036854775808", []string{"format  1:1"}},
		{`{type: integer, maximum: 18446744073709551615}`, "18446744073709551615", nil},
		{`{type: integer, maximum: 18446744073709551615}`, "18446744073709551616", []string{"maximum  1:1"}},
		{`{type: integer, maximum: 9007199254740992}`, "9007199254740993", []string{"maximum  1:1"}},

		{integer, "0", nil},
		{integer, "-0", nil},
		{integer, "-0.0", []string{"integer-notation  1:1"}},
		{integer, "0e5", []string{"integer-notation  1:1"}},
		{integer, "0.000e-99", []string{"integer-notation  1:1"}},
		{integer, "1.0", []string{"integer-notation  1:1"}},
		{integer, "1.", []string{"json-syntax  1:3"}},
		{integer, "1e2", []string{"integer-notation  1:1"}},
		{integer, "1E+2", []string{"integer-notation  1:1"}},
		{integer, "1E-1", []string{"type  1:1"}},
		{integer, "10e-1", []string{"integer-notation  1:1"}},
		{integer, "10e-2", []string{"type  1:1"}},
		{integer, "1.50e1", []string{"integer-notation  1:1"}},
		{integer, "1.55e1", []string{"type  1:1"}},
		{integer, "0.001e3", []string{"integer-notation  1:1"}},
		{integer, "0.001e2", []string{"type  1:1"}},
		{integer, "1e400", []string{"integer-notation  1:1"}},
		{integer, "1e-400", []string{"type  1:1"}},
		{integer, "1" + zeros + "e-400", []string{"integer-notation  1:1"}},
		{integer, "1" + zeros + "e-401", []string{"type  1:1"}},
		{integer, "0." + zeros + "1e401", []string{"integer-notation  1:1"}},
		{integer, "0." + zeros + "1e400", []string{"type  1:1"}},
		{integer, "10e9223372036854775807", []string{"integer-notation  1:1"}},
		{integer, "0.01e-9223372036854775808", []string{"type  1:1"}},
		{integer, "1e9999999999999999999", []string{"integer-notation  1:1"}},
		{int64s, "0.01e999999999999999999", []string{"integer-notation  1:1", "format  1:1"}},
		{integer, "1e12345678901234567890", []string{"integer-notation  1:1"}},
		{integer, "1e-12345678901234567890", []string{"type  1:1"}},
		{integer, "0e-12345678901234567890", []string{"integer-notation  1:1"}},
		{integer, "1e" + zeros + "2", []string{"integer-notation  1:1"}},
		{integer, "1e-" + zeros + "2", []string{"type  1:1"}},
		{integer, nines, nil},
		{integer, nines + ".5", []string{"type  1:1"}},
		{int64s, "1e12345678901234567890", []string{"integer-notation  1:1", "format  1:1"}},
		{int64s, "-1e12345678901234567890", []string{"integer-notation  1:1", "format  1:1"}},
		{`{type: integer, minimum: 1}`, "-1e12345678901234567890", []string{"integer-notation  1:1", "minimum  1:1"}},
		{`{type: number, minimum: 1}`, "1e-12345678901234567890", []string{"minimum  1:1"}},
		{`{type: number, maximum: 1e12345678901234567890}`, "1e12345678901234567890", nil},
		{`{type: number, maximum: 1e12345678901234567890}`, "1e12345678901234567891", []string{"maximum  1:1"}},
		{`{type: number, maximum: 1e12345678901234567890}`, "10e12345678901234567889", nil},
		{numbers, "1e400", nil},
		{numbers, "-0.0", nil},
		{numbers, "0.1e-1", nil},
		{numbers, nines + "." + nines + "e" + nines, nil},

		{integer, "00", []string{"json-syntax  1:2"}},
		{integer, "01", []string{"json-syntax  1:2"}},
		{integer, "-01", []string{"json-syntax  1:3"}},
		{integer, "00000000000000000001", []string{"json-syntax  1:2"}},
		{numbers, "01.5", []string{"json-syntax  1:2"}},
		{integer, "-", []string{"json-syntax  1:2"}},
		{integer, "--1", []string{"json-syntax  1:2"}},
		{integer, "+1", []string{"json-syntax  1:1"}},
		{numbers, ".5", []string{"json-syntax  1:1"}},
		{numbers, "-.5", []string{"json-syntax  1:2"}},
		{numbers, "5.", []string{"json-syntax  1:3"}},
		{numbers, "5.e1", []string{"json-syntax  1:3"}},
		{numbers, "5e", []string{"json-syntax  1:3"}},
		{numbers, "5e+", []string{"json-syntax  1:4"}},
		{numbers, "5e1.5", []string{"json-syntax  1:4"}},
		{numbers, "5e1e1", []string{"json-syntax  1:4"}},
		{integer, "5f", []string{"json-syntax  1:2"}},
		{integer, "0x10", []string{"json-syntax  1:2"}},
		{integer, "1_000", []string{"json-syntax  1:2"}},
		{integer, "1 0", []string{"json-syntax  1:3"}},
		{integer, "NaN", []string{"json-syntax  1:1"}},
		{numbers, "Infinity", []string{"json-syntax  1:1"}},
		{numbers, "-Infinity", []string{"json-syntax  1:2"}},
		{integer, "1\x00", []string{"json-syntax  1:2"}},
		{integer, "12345678\x00", []string{"json-syntax  1:9"}},
		{integer, "１", []string{"json-syntax  1:1"}}, // a full-width digit

		// A body of the wrong kind has to be JSON, too.
		{`{type: string}`, "01", []string{"type  1:1", "json-syntax  1:2"}},

		{`{type: integer, x-unix-time: ms}`, "100000000000", nil},
		{`{type: integer, x-unix-time: ms}`, "99999999999", []string{"plausibility  1:1"}},
		{`{type: integer, x-unix-time: ms}`, "-1", []string{"plausibility  1:1"}},
		{`{type: integer, x-unix-time: ms}`, "1e11", []string{"integer-notation  1:1"}},
		{`{type: number, x-unix-time: ms}`, "99999999999.9", []string{"plausibility  1:1"}},
		{`{type: integer, x-unix-time: ms}`, "1.5", []string{"type  1:1"}},
		{`{type: integer, x-unix-time: ms}`, "99999999999999", nil},
		{`{type: integer, x-unix-time: ms}`, "100000000000000", []string{"plausibility  1:1"}},
		{`{type: integer, x-unix-time: ms}`, "1795166100000000", []string{"plausibility  1:1"}}, // microseconds
		{`{type: integer, x-unix-time: ms}`, "99999999999999999999999", []string{"plausibility  1:1"}},
		{`{type: integer, x-unix-time: ms}`, "1e14", []string{"integer-notation  1:1", "plausibility  1:1"}},
		{`{type: number, x-unix-time: ms}`, "99999999999999.9", nil},
		{`{type: number, x-unix-time: ms}`, "1e14", []string{"plausibility  1:1"}},
		{`{type: integer, x-unix-time: ms, nullable: true}`, "null", nil},
		{`{type: integer, x-unix-time: ms}`, "null", []string{"nullable  1:1"}},
		// Past its format it isn't implausible as well.
		{`{type: integer, format: int64, x-unix-time: ms}`, "9223372036854775807", []string{"plausibility  1:1"}},
		{`{type: integer, format: int64, x-unix-time: ms}`, "9223372036854775808", []string{"format  1:1"}},
		{`{type: integer, format: int64, x-unix-time: ms}`, "-9223372036854775809", []string{"format  1:1"}},
		{`{type: integer, format: int32, x-unix-time: ms}`, "100000000000", []string{"format  1:1"}},
		{`{type: integer, format: int64, x-unix-time: ms, maximum: 5}`, "9223372036854775808", []string{"maximum  1:1"}},
		{`{type: integer, x-unix-time: ms, minimum: 0}`, "-1", []string{"minimum  1:1", "plausibility  1:1"}},
	}
	for _, tt := range tests {
		c := compiled(t, tt.schema)
		assert.Equal(t, append([]string{}, tt.want...), said(check(t, c, tt.body)), "%s %s", tt.schema, tt.body)
		// The same in an array, where a comma and not the end of the body follows.
		if len(tt.want) == 0 {
			assert.Empty(t, check(t, compiled(t, "type: array\nitems: "+tt.schema), "["+tt.body+","+tt.body+" ]"), "%s in an array", tt.body)
		}
	}
}

// TestLongNumbers has numbers that fill the body.
func TestLongNumbers(t *testing.T) {
	const many = 300_000
	zeros, nines := strings.Repeat("0", many), strings.Repeat("9", many)
	c := compiled(t, `{type: integer, format: int64, minimum: -5}`)
	for body, want := range map[string][]string{
		"1e" + nines:                   {"integer-notation  1:1", "format  1:1"},
		"-1e" + nines:                  {"integer-notation  1:1", "minimum  1:1"},
		"1e-" + nines:                  {"type  1:1"},
		"0e" + nines:                   {"integer-notation  1:1"},
		"1e" + zeros + "1":             {"integer-notation  1:1"},
		nines:                          {"format  1:1"},
		"-" + nines:                    {"minimum  1:1"},
		"0." + nines:                   {"type  1:1"},
		"5." + zeros:                   {"integer-notation  1:1"},
		"5." + zeros + "1":             {"type  1:1"},
		"0." + zeros + "5e300001":      {"integer-notation  1:1"},
		"0." + zeros + "5e300000":      {"type  1:1"},
		"5" + zeros + "e-300000":       {"integer-notation  1:1"},
		"5" + zeros + "e-300001":       {"type  1:1"},
		"9223372036854775807." + zeros: {"integer-notation  1:1"},
		"9223372036854775808." + zeros: {"integer-notation  1:1", "format  1:1"},
		"9223372036854775807" + zeros + "e-300000": {"integer-notation  1:1"},
		"9223372036854775808" + zeros + "e-300000": {"integer-notation  1:1", "format  1:1"},
		"-5.00" + zeros + "e0":                     {"integer-notation  1:1"},
		"-5.00" + zeros + "1e400000":               {"integer-notation  1:1", "minimum  1:1"},
	} {
		assert.Equal(t, want, said(check(t, c, body)), "%.30s…%s", body, body[max(0, len(body)-20):])
	}
}

// TestEveryCountOfDigits walks the border of int64, of bounds and of the counts of
// digits in between, one digit at a time.
func TestEveryCountOfDigits(t *testing.T) {
	property.SkipUnderRace(t)
	int64s := compiled(t, `{type: integer, format: int64}`)
	bounded := compiled(t, `{type: integer, minimum: -123456789012345678, maximum: 1234567890123456789}`)
	least, most := big.NewInt(-123456789012345678), big.NewInt(1234567890123456789)
	inBounds := func(n *big.Int) []string {
		switch {
		case n.Cmp(least) < 0:
			return []string{"minimum  1:1"}
		case n.Cmp(most) > 0:
			return []string{"maximum  1:1"}
		}
		return []string{}
	}
	inInt64 := func(n *big.Int) []string {
		if n.IsInt64() {
			return []string{}
		}
		return []string{"format  1:1"}
	}
	for count := 1; count <= 25; count++ {
		for digit := '0'; digit <= '9'; digit++ {
			for _, digits := range []string{strings.Repeat(string(digit), count), "1" + strings.Repeat(string(digit), count-1), "1234567890123456789012345"[:count]} {
				if digits[0] == '0' && count > 1 {
					continue
				}
				for _, sign := range []string{"", "-"} {
					n, ok := new(big.Int).SetString(sign+digits, 10)
					require.True(t, ok)
					for _, end := range []string{"", " ", "\n\n\n\n\n\n\n\n\n"} {
						require.Equal(t, inInt64(n), said(int64s.Check([]byte(sign+digits+end))), "%s%s", sign, digits)
						require.Equal(t, inBounds(n), said(bounded.Check([]byte(sign+digits+end))), "%s%s", sign, digits)
					}
					for at := range digits {
						for _, odd := range []string{"/", ":", "\x00", "\xb0", "a"} {
							body := sign + digits[:at] + odd + digits[at:]
							require.False(t, clean(int64s.Check([]byte(body))), "%q", body)
						}
					}
				}
			}
		}
	}
}

// TestNumbersAreExact holds comparisons against math/big.
func TestNumbersAreExact(t *testing.T) {
	number := rapid.StringMatching(`-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?`)
	near := rapid.Custom(func(t *rapid.T) [2]string {
		one := number.Draw(t, "one")
		if rapid.Bool().Draw(t, "apart") {
			return [2]string{one, number.Draw(t, "other")}
		}
		// The same number but for a digit, or written otherwise.
		i := rapid.IntRange(0, len(one)-1).Draw(t, "digit")
		other := []byte(one)
		if other[i] >= '1' && other[i] <= '9' {
			other[i] = byte(rapid.IntRange('1', '9').Draw(t, "becomes"))
		}
		return [2]string{one, string(other)}
	})
	property.Check(t, 500, func(rt *rapid.T) {
		pair := near.Draw(rt, "numbers")
		value, _ := new(big.Rat).SetString(pair[0])
		limit, _ := new(big.Rat).SetString(pair[1])
		want := []string{}
		if value.Cmp(limit) < 0 {
			want = append(want, "minimum  1:1")
		}
		require.Equal(rt, want, said(compiled(t, "{type: number, minimum: "+pair[1]+"}").Check([]byte(pair[0]))))
		want = []string{}
		if value.Cmp(limit) > 0 {
			want = append(want, "maximum  1:1")
		}
		require.Equal(rt, want, said(compiled(t, "{type: number, maximum: "+pair[1]+"}").Check([]byte(pair[0]))))
		want = []string{}
		if value.Cmp(limit) != 0 {
			want = append(want, "enum  1:1")
		}
		require.Equal(rt, want, said(compiled(t, "{type: number, enum: ["+pair[1]+"]}").Check([]byte(pair[0]))))

		whole := said(compiled(t, `{type: integer}`).Check([]byte(pair[0])))
		switch {
		case !value.IsInt():
			require.Equal(rt, []string{"type  1:1"}, whole)
		case strings.ContainsAny(pair[0], ".eE"):
			require.Equal(rt, []string{"integer-notation  1:1"}, whole)
		default:
			require.Empty(rt, whole)
		}
	})
}
