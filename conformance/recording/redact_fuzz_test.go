package recording_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance/recording"
)

const planted = "Zq7Xw2Kp9Lm4Tn8R"

// plant puts the secret into a text: as it is for each %, and escaped for each ^.
func plant(text string) string {
	return strings.NewReplacer("%", planted, "^", `\u005a\u0071`+planted[2:8]+`\u0039`+planted[9:]).Replace(text)
}

var unicodeEscape = regexp.MustCompile(`\\u00[0-9a-fA-F]{2}`)

// survives reports whether the secret is in a text, escaped or not.
func survives(text string) bool {
	plain := unicodeEscape.ReplaceAllStringFunc(text, func(e string) string {
		n, _ := strconv.ParseUint(e[len(e)-2:], 16, 8)
		return string(rune(n))
	})
	return strings.Contains(text, planted) || strings.Contains(plain, planted)
}

// FuzzRedact plants a secret, which a header of the request has, in a body, in headers and in the
// address: whatever they are, it is in nothing that is kept or shown.
func FuzzRedact(f *testing.F) {
	for _, body := range []string{
		`{"id":"%","open":{"a":"x % y","%":["^",{"^":1}]},"token":"%"}`, `{"id":"x","%`, `{"id":"x","^":`, `{"id":"%" "%":1}`, `{"open":{"name":"Cookie","value":"%`,
		`["%","^"] %`, `"%"`, `%`, `<p>%</p>`, `{"open":{"env":{"A":"^"},"a":"https://u:%@h/%?%#%"}}`, `{"%":{"%":{"%":1,"%":2}}}`, "{\"id\":\"%\xff\"}",
		`{"id":"\ud800%"}`, `{"id":"\Z%"}`, `{"pin":1.%}`, `{"new":"%","open":"%","pins":["%"]}`, "\ufeff\"%\"", `{"open":{"a":"\\^"}}`, `[[["%"]],{"a":{"^":"^"}}]`, ` `,
	} {
		f.Add([]byte(body), "Bearer %", "a=%&b=^", "%", uint16(200))
	}
	f.Add([]byte(`{}`), "text/html; %", "fields=id,%", "x%y", uint16(404))
	f.Add([]byte(`{"message":"no %"}`), "application/json; token=%", "%", "../%/", uint16(500))
	judged, unjudged := recording.NewRedactor(secretiveContract(f)), recording.NewRedactor(nil)
	for _, r := range []*recording.Redactor{judged, unjudged} {
		r.Path, r.Bases, r.FieldMask = "/things/{id}", []string{"/v1"}, "fields"
	}
	f.Fuzz(func(t *testing.T, body []byte, value, query, segment string, status uint16) {
		x := recording.Exchange{
			Method: "GET", URL: &url.URL{Scheme: "https", Host: "h.example", Path: "/things/" + plant(segment), RawQuery: plant(query), Fragment: plant(query)},
			RequestHeader: http.Header{"Authorization": {"Bearer " + planted}, "Accept": {plant(value)}, "X-Any": {plant(segment)}},
			Status:        int(status), Header: http.Header{"Content-Type": {plant(value)}, "Date": {plant(value)}, "X-Any": {plant(query)}},
			Body: []byte(plant(string(body))),
		}
		for _, r := range []*recording.Redactor{judged, unjudged} {
			kept, redactions := r.Redact(x, nil)
			require.LessOrEqual(t, len(redactions), 101)
			require.False(t, survives(string(kept.Body)), "%q gives %q", x.Body, kept.Body)
			if text, err := (recording.Record{Exchange: kept, Redactions: redactions}).Bytes(); err == nil {
				require.False(t, survives(string(text)), "%q gives %q", x.Body, text)
			}
			again, _ := r.Redact(kept, nil)
			require.False(t, survives(string(again.Body)))
		}
		mask := judged.Mask(x)
		require.False(t, survives(masked(string(x.Body), mask.Secrets())), "%q shows %q", x.Body, masked(string(x.Body), mask.Secrets()))
		require.Equal(t, recording.Hidden, mask.Name("a "+planted))
	})
}
