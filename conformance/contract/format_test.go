package contract_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance/internal/property"
)

// escaped writes every character of s as a \u escape.
func escaped(s string) string {
	var b strings.Builder
	for _, r := range s {
		fmt.Fprintf(&b, `\u%04x`, r)
	}
	return b.String()
}

func TestDateTimes(t *testing.T) {
	tests := []struct {
		text  string
		valid bool
	}{
		{"2026-11-21T10:30:00Z", true},
		{"2026-11-21t10:30:00z", true}, // RFC 3339 lets either be lower case
		{"2026-11-21T10:30:00+00:00", true},
		{"2026-11-21T10:30:00-00:00", true},
		{"2026-11-21T10:30:00+23:59", true},
		{"2026-11-21T10:30:00-23:59", true},
		{"2026-11-21T10:30:00+24:00", false},
		{"2026-11-21T10:30:00+25:00", false},
		{"2026-11-21T10:30:00+00:60", false},
		{"2026-11-21T10:30:00+0000", false},
		{"2026-11-21T10:30:00+00", false},
		{"2026-11-21T10:30:00+0:00", false},
		{"2026-11-21T10:30:00 +00:00", false},
		{"2026-11-21T10:30:00−00:00", false}, // a minus sign that isn't ASCII
		{"2026-11-21T10:30:00", false},
		{"2026-11-21T10:30:00ZZ", false},
		{"2026-11-21T10:30:00Z ", false},
		{" 2026-11-21T10:30:00Z", false},
		{"2026-11-21 10:30:00Z", false}, // RFC 3339's note on spaces isn't its grammar
		{"2026-11-21_10:30:00Z", false},
		{"2026-11-21T10:30Z", false},
		{"2026-11-21", false},
		{"10:30:00Z", false},
		{"20261121T103000Z", false},
		{"2026-325T10:30:00Z", false},
		{"2026-W47-6T10:30:00Z", false},
		{"26-11-21T10:30:00Z", false},
		{"+2026-11-21T10:30:00Z", false},
		{"12026-11-21T10:30:00Z", false},
		{"-026-11-21T10:30:00Z", false},
		{"", false},
		{"now", false},
		{"2026-11-21T10:30:00.0Z", true},
		{"2026-11-21T10:30:00.Z", false},
		{"2026-11-21T10:30:00,5Z", false},
		{"2026-11-21T10:30:00.5.5Z", false},
		{"2026-11-21T10:30:00.-5Z", false},
		{"2026-11-21T10:30:00.5", false},
		{"2026-11-21T10:30:00.5+01:00", true},
		{"2026-11-21T10:30:00." + strings.Repeat("0123456789", 50) + "Z", true},
		{"2026-11-21T10:30:00." + strings.Repeat("0123456789", 50) + "x", false},
		{"0000-01-01T00:00:00Z", true},
		{"9999-12-31T23:59:59Z", true},
		{"2026-00-10T00:00:00Z", false},
		{"2026-13-10T00:00:00Z", false},
		{"2026-01-00T00:00:00Z", false},
		{"2026-01-32T00:00:00Z", false},
		{"2026-02-28T00:00:00Z", true},
		{"2026-02-29T00:00:00Z", false},
		{"2028-02-29T00:00:00Z", true},
		{"2028-02-30T00:00:00Z", false},
		{"2000-02-29T00:00:00Z", true},
		{"1900-02-29T00:00:00Z", false},
		{"2100-02-29T00:00:00Z", false},
		{"0000-02-29T00:00:00Z", true},
		{"2026-04-31T00:00:00Z", false},
		{"2026-06-31T00:00:00Z", false},
		{"2026-09-31T00:00:00Z", false},
		{"2026-11-31T00:00:00Z", false},
		{"2026-11-21T24:00:00Z", false},
		{"2026-11-21T23:60:00Z", false},
		{"2026-11-21T23:59:61Z", false},
		{"2026-11-21T23:59:99Z", false},

		// Leap seconds: at 23:59 UTC on 30 June or 31 December, wherever the clock stands.
		{"2016-12-31T23:59:60Z", true},
		{"2015-06-30T23:59:60Z", true},
		{"2015-06-30T23:59:60.999Z", true},
		{"2015-06-30t23:59:60z", true},
		{"2016-11-30T23:59:60Z", false},
		{"2015-06-29T23:59:60Z", false},
		{"2016-12-31T23:58:60Z", false},
		{"2016-12-31T22:59:60Z", false},
		{"2016-12-31T00:00:60Z", false},
		{"2017-01-01T00:59:60+01:00", true},
		{"2017-01-01T05:29:60+05:30", true},
		{"2017-01-01T23:58:60+23:59", true},
		{"2016-12-31T15:59:60-08:00", true},
		{"2016-12-31T00:00:60-23:59", true},
		{"2015-07-01T08:59:60+09:00", true},
		{"2015-06-30T19:59:60-04:00", true},
		{"2016-12-31T23:59:60+01:00", false},
		{"2017-01-01T00:59:60-01:00", false},
		{"2016-12-31T23:59:60-01:00", false},
		{"2015-07-01T00:59:60-01:00", false},
		{"2000-03-01T00:59:60+01:00", false}, // 29 February
		{"0000-01-01T00:59:60+01:00", true},
	}
	c := compiled(t, `{type: string, format: date-time}`)
	for _, tt := range tests {
		want := []string{}
		if !tt.valid {
			want = []string{"format  1:1"}
		}
		assert.Equal(t, want, said(check(t, c, `"`+tt.text+`"`)), tt.text)
		assert.Equal(t, want, said(check(t, c, `"`+escaped(tt.text)+`"`)), "%s, escaped", tt.text)
	}
}

// TestEveryDayOfTheCalendar counts the days that time.Date knows, and one more each
// month.
func TestEveryDayOfTheCalendar(t *testing.T) {
	c := compiled(t, `{type: string, format: date-time}`)
	for _, year := range []int{1, 1900, 2000, 2023, 2024, 2100, 9999} {
		for month := range 14 {
			for day := range 33 {
				real := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
				exists := real.Month() == time.Month(month) && real.Day() == day
				body := fmt.Sprintf(`"%04d-%02d-%02dT00:00:00Z"`, year, month, day)
				require.Equal(t, exists, check(t, c, body) == nil, body)
			}
		}
	}
}

// TestEveryByteOfADateTime puts every byte at every place: none is passed over.
func TestEveryByteOfADateTime(t *testing.T) {
	property.SkipUnderRace(t)
	c := compiled(t, `{type: string, format: date-time}`)
	grammar := regexp.MustCompile(`^[0-9-]{10}[Tt][0-9:]{8}(\.[0-9]+)?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`)
	for _, text := range []string{
		"2024-02-29T12:31:45Z", "2024-02-29T12:31:45.123456789Z", "2024-02-29T12:31:45+11:42",
		"2023-10-28T12:31:45Z", "2023-10-28T12:31:45.12345678Z", "2023-10-28T12:31:45.1234567Z", // the days that a shortcut knows
		"2023-10-28T12:31:45+11:42", "2023-10-28T12:31:45.123-23:59", "2023-10-28T12:31:45.12345678+00:00",
	} {
		for at := range text {
			for b := range 256 {
				changed := []byte(text)
				changed[at] = byte(b)
				// time.Parse knows the calendar, but neither lower case nor strict offsets.
				_, err := time.Parse(time.RFC3339, strings.ToUpper(string(changed)))
				valid := err == nil && grammar.Match(changed)
				for _, body := range []string{`"` + string(changed) + `"`, ` "` + string(changed) + `"` + strings.Repeat(" ", 9)} {
					require.Equal(t, valid, c.Check([]byte(body)) == nil, "%q", body)
				}
			}
		}
	}
}

func TestUUIDs(t *testing.T) {
	const uuid = "123e4567-e89b-12d3-a456-426614174000"
	c := compiled(t, `{type: string, format: uuid}`)
	for text, valid := range map[string]bool{
		uuid:                                   true,
		strings.ToUpper(uuid):                  true,
		"123E4567-e89B-12d3-A456-426614174abc": true,
		"00000000-0000-0000-0000-000000000000": true,
		"ffffffff-ffff-ffff-ffff-ffffffffffff": true,
		strings.ReplaceAll(uuid, "-", ""):      false,
		"{" + uuid + "}":                       false,
		"urn:uuid:" + uuid:                     false,
		uuid + " ":                             false,
		" " + uuid:                             false,
		uuid + "0":                             false,
		uuid[1:]:                               false,
		"":                                     false,
		"123e4567e-89b-12d3-a456-426614174000": false,
		"123e4567-e89b-12d3-a456426614174000-": false,
		"123e4567-e89b-12d3-a456-42661417400é": false,
		"123e4567-e89b-12d3-a456-4266141740é":  false, // 36 bytes
		"１23e4567-e89b-12d3-a456-4266141740":   false, // 36 bytes
	} {
		want := []string{}
		if !valid {
			want = []string{"format  1:1"}
		}
		assert.Equal(t, want, said(check(t, c, `"`+text+`"`)), text)
		assert.Equal(t, want, said(check(t, c, `"`+escaped(text)+`"`)), "%s, escaped", text)
	}

	for at := range uuid {
		for b := range 256 {
			changed := []byte(uuid)
			changed[at] = byte(b)
			_, valid := map[byte]bool{'-': true}[byte(b)]
			if uuid[at] != '-' {
				valid = strings.IndexByte("0123456789abcdefABCDEF", byte(b)) >= 0
			}
			for _, body := range []string{`"` + string(changed) + `"`, ` "` + string(changed) + `"` + strings.Repeat(" ", 9)} {
				require.Equal(t, valid, c.Check([]byte(body)) == nil, "%q", body)
			}
		}
	}
}

// TestUnknownFormats are annotations, as the standard says.
func TestUnknownFormats(t *testing.T) {
	for _, format := range []string{"date", "email", "float", "double", "password", "binary", "made-up"} {
		for _, kind := range []string{"string", "number", "integer"} {
			body := map[string]string{"string": `"?"`, "number": `1e999`, "integer": `99999999999999999999999`}[kind]
			assert.Empty(t, check(t, compiled(t, "{type: "+kind+", format: "+format+"}"), body), "%s %s", kind, format)
		}
	}
	// A format of another kind says nothing.
	assert.Empty(t, check(t, compiled(t, `{type: integer, format: uuid}`), `1`))
	assert.Empty(t, check(t, compiled(t, `{type: string, format: int32}`), `"9999999999"`))
	assert.Equal(t, []string{"format  1:1"}, said(check(t, compiled(t, `{format: uuid}`), `"9999999999"`)))
}
