package recording_test

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance/internal/property"
	"github.com/sandboxspec/sandboxspec/conformance/recording"
)

// allocated counts the bytes that f allocates, without those of memory that is kept from one call
// to the next.
func allocated(f func()) float64 {
	least := math.Inf(1)
	for range 4 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		f()
		runtime.ReadMemStats(&after)
		least = min(least, float64(after.TotalAlloc-before.TotalAlloc))
	}
	return least
}

// hostile are bodies that have as much as they can of one thing, in n steps.
var hostile = map[string]func(n int) string{
	"deep, long keys with a secret each": func(n int) string {
		n /= 5 // of 200 bytes
		return strings.Repeat(`{"token":"secret1","`+strings.Repeat("k", 200)+`":`, n) + "1" + strings.Repeat("}", n)
	},
	"deep arrays with a secret each": func(n int) string {
		n /= 4
		return strings.Repeat(`["eyJhbGciOiJIUzI1NiJ9.x",`, n) + "1" + strings.Repeat("]", n)
	},
	"many secrets": func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `,"token%d":"secret-%06d"`, i, i)
		}
		return "{" + b.String()[1:] + "}"
	},
	"secrets that are almost in a text": func(n int) string {
		return fmt.Sprintf(`{"token":"%sb","text":%q}`, strings.Repeat("a", n), strings.Repeat("a", 4*n))
	},
	"secrets that start each other": func(n int) string {
		var b strings.Builder
		for i := range n / 100 {
			fmt.Fprintf(&b, `,{"token":"%sb"}`, strings.Repeat("a", i))
		}
		return "[" + b.String()[1:] + `,"` + strings.Repeat("a", n) + `"]`
	},
	"labels": func(n int) string { return "[" + strings.Repeat(`{"name":"token","value":"abcdefg"},`, n) + "1]" },
	"nested": func(n int) string {
		n /= 4
		return strings.Repeat(`{"name":"token","value":[`, n) + "1" + strings.Repeat("]}", n)
	},
	"URLs":         func(n int) string { return `{"text":"` + strings.Repeat("://a@://?", n) + `"}` },
	"broken":       func(n int) string { return `{"open":{` + strings.Repeat(`"token":"secret2",`, n) + `"token` },
	"unknown":      func(n int) string { return `{"new":[` + strings.Repeat(`{"a":["secret3"]},`, n) + `1]}` },
	"one key":      func(n int) string { return `{"` + strings.Repeat("k", 20*n) + `":"secret4"}` },
	"repeated key": func(n int) string { return "{" + strings.Repeat(`"token":"abcdefg",`, n) + `"a":1}` },
}

// TestRedactionGrows redacts bodies of two sizes: four times the body takes about four times the
// memory, and no more than a bound for each byte.
func TestRedactionGrows(t *testing.T) {
	property.SkipUnderRace(t) // which keeps less memory for the next call
	c := secretiveContract(t)
	redactor := recording.NewRedactor(c)
	for name, body := range hostile {
		work := func(n int) (size, bytes float64) {
			x := recording.Exchange{Body: []byte(`{"open":` + body(n) + `}`)}
			if name == "broken" || name == "unknown" {
				x.Body = []byte(body(n))
			}
			findings := c.Check(x.Body)
			return float64(len(x.Body)), allocated(func() {
				y, redactions := redactor.Redact(x, nil)
				require.NotEmpty(t, y.Body)
				require.LessOrEqual(t, len(redactions), 101)
				mask := redactor.Mask(x)
				mask.Secrets()
				for _, f := range findings {
					mask.Name(f.Property)
				}
			})
		}
		small, fewer := work(1500)
		large, more := work(6000)
		t.Logf("%s: %.0f bytes: %.0f a byte; %.0f bytes: %.0f a byte", name, small, fewer/small, large, more/large)
		// A checker keeps the memory of a small body for the next one, and not that of a large one.
		assert.LessOrEqual(t, more/large, 2.5*fewer/small+20, "%s: bytes allocated for each of the body", name)
		assert.LessOrEqual(t, more/large, 500.0, name)
	}
}

// TestRedactHeadersGrow does the same for what stands around a body.
func TestRedactHeadersGrow(t *testing.T) {
	property.SkipUnderRace(t)
	redactor := recording.NewRedactor(secretiveContract(t))
	work := func(n int) float64 {
		u := &url.URL{Scheme: "https", Host: "h.example", Path: "/things/1", RawQuery: strings.Repeat("a=secret-1;&key=secret-2&", n)}
		header := http.Header{"Cookie": {strings.Repeat("a=secret-session; ", n)}, "X-Words": {strings.Repeat("word-of-a-Header ", n)}}
		for i := range n {
			header.Add("Authorization", fmt.Sprintf("Basic secret%06d", i))
		}
		x := recording.Exchange{URL: u, RequestHeader: header, Header: header, Body: []byte(`{"open":{}}`)}
		return allocated(func() { redactor.Redact(x, nil) })
	}
	assert.LessOrEqual(t, work(8000), 5*work(2000))
}

// TestRedactionsAreBounded names the first redactions, by pointers of a bounded length, and
// counts the others.
func TestRedactionsAreBounded(t *testing.T) {
	redactor := recording.NewRedactor(secretiveContract(t))
	long := strings.Repeat("é", 300)
	x := recording.Exchange{Body: []byte(`{"open":{"` + long + `":[` + strings.Repeat(`{"token":"a"},`, 250) + `1]}}`)}
	y, redactions := redactor.Redact(x, nil)
	require.Len(t, redactions, 101)
	assert.Equal(t, recording.Redaction{More: 150}, redactions[100])
	for _, r := range redactions[:100] {
		assert.Equal(t, recording.TokenField, r.Rule)
		assert.Equal(t, "/open/"+strings.Repeat("é", 97)+"…", r.What)
	}
	text, err := recording.Record{Exchange: y, Redactions: redactions}.Bytes()
	require.NoError(t, err)
	assert.Contains(t, string(text), "# redacted: 150 more\nHTTP/1.1 200 OK\n")
	assert.Equal(t, 101, strings.Count(string(text), "# redacted: "))
}
