package recording_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/recording"
)

// TestMask hides what Redact replaces, and more: what is broken, and what the contract hides.
func TestMask(t *testing.T) {
	redactor := recording.NewRedactor(secretiveContract(t))
	for body, want := range map[string]string{
		`{"id":"x","token":"abc"}`:                                          `{"id":"x","token":***}`,
		`{"open":{"headers":[{"value":"abc","name":"Cookie"}]}}`:            `{"open":{"headers":[{"value":***,"name":"Cookie"}]}}`,
		`{"open":{"a":{"key":"X-Api-Key","value":["abc",{"a":"b"}]}}}`:      `{"open":{"a":{"key":"X-Api-Key","value":[***,{***:***}]}}}`,
		`{"open":{"a":"eyJhbGciOiJIUzI1NiJ9.eyJz"}}`:                        `{"open":{"a":***}}`,
		`{"open":{"a\u0062_token":12345}}`:                                  `{"open":{"a\u0062_token":***}}`,
		`{"open":202516570728583334,"id":"x"}`:                              `{"open":***,"id":"x"}`,
		`{"open":{"token":20251657`:                                         `{"open":{"token":***`,
		`{"open":{"name":"token","value":20251657`:                          `{"open":{"name":"token","value":***`,
		`{"id":"x","secret-key`:                                             `{"id":"x",***`,
		`{"id":"x","secret-key"}`:                                           `{"id":"x",***`,
		`{"id":"x","secret-key" : tru`:                                      `{"id":"x","secret-key" : ***`,
		`{"new_token":["abcdefg"],"id":"abcdefg"}`:                          `{"new_token":***,"id":***}`,
		`{"new":["abcdefg"],"id":"abcdefg"}`:                                `{"new":***,"id":"abcdefg"}`,
		`{"open":{"token":"abcdefg","a":"an abcdefg"},"id":"abc\u0064efg"}`: `{"open":{"token":***,"a":***},"id":***}`,
	} {
		x := recording.Exchange{Body: []byte(body)}
		assert.Equal(t, want, masked(body, redactor.Mask(x).Secrets()), body)
	}
	x := recording.Exchange{Body: []byte(`{"token":"abcdefg","open":{"broken-key`)}
	mask := redactor.Mask(x)
	assert.Equal(t, recording.Hidden, mask.Name("an abcdefg"))
	assert.Equal(t, "harmless", mask.Name("harmless"))
	assert.Equal(t, recording.Hidden, redactor.Mask(recording.Exchange{Body: []byte(`{"open":{"broken-key"]`)}).Name("broken-key"))
}

// masked is the body with spans of it put out of sight.
func masked(body string, spans []contract.Span) string {
	var b strings.Builder
	from := 0
	for _, s := range spans {
		b.WriteString(body[from:s.Start] + "***")
		from = s.End
	}
	return b.String() + body[from:]
}

// TestReasonIsNotShown shows of a .http file what every server says, and no words of its own.
func TestReasonIsNotShown(t *testing.T) {
	for line, want := range map[string]string{
		"HTTP/1.1 404 Not Found": "HTTP/1.1 404 Not Found", "HTTP/2 404": "HTTP/2 404", "HTTP/1.1 404 secret-key": "HTTP/1.1 404", "HTTP/1.1 404 ": "HTTP/1.1 404",
	} {
		file := filepath.Join(t.TempDir(), "a.http")
		text := "# source: secret-1\nGET https://h.example/?secret-2 HTTP/1.1\nA: secret-3\n\n" + line + "\r\nX-Key: secret-4\nContent-Type: text/html\n\nbody"
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
		for x := range recording.Read(file) {
			require.NoError(t, x.Err)
			assert.Equal(t, want, string(x.Around(x.StatusPlace().Offset, 100, 100).Text))
			assert.Equal(t, "Content-Type: text/html", string(x.Around(x.HeaderPlace("Content-Type").Offset, 100, 100).Text))
			assert.Equal(t, "body", string(x.Around(x.BodyOffset(2), 100, 100).Text))
			assert.Empty(t, x.Around(strings.Index(text, "secret-1"), 100, 100).Text)
			assert.Empty(t, x.Around(strings.Index(text, "secret-4"), 100, 100).Text)
		}
	}
}
