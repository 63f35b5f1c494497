package recording_test

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"github.com/sandboxspec/sandboxspec/conformance/recording"
)

// The same interaction as the versions of go-vcr write it.
var cassettes = map[string]string{
	"version 1": `---
version: 1
interactions:
- request:
    body: ""
    form: {}
    headers:
      X-Api-Key:
      - HUSH
    url: https://api.example/a?key=HUSH
    method: GET
  response:
    body: '{"id":"it''s é",BODY"x":1}'
    headers:
      Content-Type:
      - application/json
      Set-Cookie:
      - HUSH
    status: 200 OK
    code: 200
    duration: ""
`,
	"version 3": `---
version: 2
interactions:
    - id: 0
      request:
        proto: HTTP/1.1
        content_length: 0
        host: api.example
        body: "HUSH"
        form: {}
        headers: {X-Api-Key: [HUSH]}
        url: https://api.example/a?key=HUSH
        method: GET
      response:
        proto: HTTP/2.0
        content_length: -1
        uncompressed: true
        body: "{\"id\":\"it's \xE9\",\
            BODY\"x\":1}"
        headers:
            Content-Type: [application/json]
        status: 200 OK
        code: 200
        duration: 12ms
`,
	"version 4": `---
version: 2
interactions:
    - id: 0
      request:
        url: https://api.example/a?key=HUSH
        method: GET
      response:
        body: |
            {"id":"it's é",BODY"x":1}
        headers:
            Content-Type:
                - application/json
        status: 200 OK
        code: 200
`,
}

func TestCassette(t *testing.T) {
	for name, content := range cassettes {
		for _, file := range []string{"x.yaml", "x.YML", "tape"} {
			content := strings.ReplaceAll(content, "BODY", "")
			x := one(t, file, content)
			assert.Equal(t, `{"id":"it's é","x":1}`, strings.TrimSuffix(string(x.Body), "\n"), name)
			assert.False(t, x.Decoded)
			assert.Equal(t, "GET https://api.example/a?key=HUSH", x.Method+" "+x.URL.String())
			assert.Equal(t, 200, x.Status)
			assert.Equal(t, "application/json", x.Header.Get("Content-Type"))
			at := strings.LastIndex(content, `1}`)
			assert.Equal(t, placeOf(content, at), in(&x, strings.LastIndex(string(x.Body), `1}`)), name)
			assert.Equal(t, placeOf(content, strings.Index(content, "application/json")), x.HeaderPlace("Content-Type"))
			assert.Equal(t, placeOf(content, strings.Index(content, "code: 200")+len("code: ")), x.StatusPlace())
			assert.Contains(t, string(x.Around(at, 100, 100).Text), "1}")
			for at := strings.Index(content, "request:"); at < len(content); at++ {
				assert.NotContains(t, string(x.Around(at, 100, 100).Text), "HUSH", "nothing but the body is shown")
			}
		}
	}
}

// TestScalars writes a body in every style that YAML has, and finds its bytes again.
func TestScalars(t *testing.T) {
	styles := []yaml.Style{0, yaml.DoubleQuotedStyle, yaml.SingleQuotedStyle, yaml.LiteralStyle, yaml.FoldedStyle}
	rapid.Check(t, func(rt *rapid.T) {
		words := []string{"a", "bc", "0123456789", " ", "  ", "\n", "\n\n", "'", `"`, `\`, "é", "😀", "\t", ": ", " #", "{", "}", "\u2028", "\u0085", "\r", "|", "- ", strings.Repeat("long ", 40)}
		var interactions []*yaml.Node
		var bodies []string
		for range rapid.IntRange(1, 4).Draw(rt, "interactions") {
			body := strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, 12).Draw(rt, "body"), "")
			bodies = append(bodies, body)
			var n yaml.Node
			require.NoError(rt, yaml.Unmarshal([]byte("request: {url: 'https://api.example/é'}\nresponse: {code: 200}"), &n))
			n.Content[0].Content[3].Style = 0
			n.Content[0].Content[3].Content = append(n.Content[0].Content[3].Content, &yaml.Node{Kind: yaml.ScalarNode, Value: "body"},
				&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: body, Style: rapid.SampledFrom(styles).Draw(rt, "style")})
			interactions = append(interactions, n.Content[0])
		}
		content, err := yaml.Marshal(map[string][]*yaml.Node{"interactions": interactions})
		require.NoError(rt, err)
		if rapid.Bool().Draw(rt, "CRLF") {
			content = []byte(strings.ReplaceAll(string(content), "\n", "\r\n"))
		}
		var back struct {
			Interactions []struct{ Response struct{ Body string } }
		}
		if yaml.Unmarshal(content, &back) != nil {
			rt.Skip("the library writes what it can't read")
		}
		file := filepath.Join(t.TempDir(), "x.yaml")
		require.NoError(rt, os.WriteFile(file, content, 0o644))
		i := 0
		for x := range recording.Read(file) {
			require.NoError(rt, x.Err)
			require.Equal(rt, back.Interactions[i].Response.Body, string(x.Body), "%s", content)
			require.False(rt, x.Decoded, "%s", content)
			for offset, c := range x.Body {
				at := x.BodyOffset(offset)
				if strings.IndexByte("abc0123456789long{}", c) >= 0 {
					require.Equal(rt, string(c), string(content[at]), "%d in %s", offset, content)
					require.Equal(rt, placeOf(string(content), at), in(&x, offset))
				}
			}
			i++
		}
		require.Len(rt, bodies, i)
	})
}

func TestOddCassettes(t *testing.T) {
	const rest = "  request: {url: 'https://api.example/', method: ''}\n"
	head := "interactions:\n"
	x := one(t, "x.yaml", head+"- response: {code: 200, body: !!binary "+base64.StdEncoding.EncodeToString([]byte(zstandard(t, "{}")))+", headers: {content-encoding: [zstd]}}\n"+rest)
	assert.Equal(t, "{}", string(x.Body))
	assert.True(t, x.Decoded)
	assert.Equal(t, "GET", x.Method)
	x = one(t, "x.yaml", head+"- response: {status: 404 Not Found, body: null}\n"+rest)
	assert.Equal(t, 404, x.Status)
	assert.Empty(t, x.Body)
	x = one(t, "x.yaml", head+"- response: {code: 200}\n"+rest)
	assert.Empty(t, x.Body)
	anchored := "\ufeff" + head + "- response: {code: 200, body: &b \"{\\\"a\\\": 1}\"}\n" + rest
	x = one(t, "x.yaml", anchored)
	assert.Equal(t, placeOf(anchored, strings.Index(anchored, " 1}")), in(&x, 5))
	all := read(t, "x.yaml", head+"- response: {code: 200, body: &b '[1]'}\n"+rest+"- response: {code: 200, body: *b}\n"+rest)
	require.Len(t, all, 2)
	assert.Equal(t, "[1]", string(all[1].Body))
	assert.True(t, all[1].Decoded, "it stands in another interaction")
	x = one(t, "x.yaml", head+"- response: {code: 200, body: {string: x}}\n"+rest)
	require.Error(t, x.BodyErr)

	for name, tt := range map[string][2]string{
		"empty":            {"", "no cassette"},
		"another document": {"openapi: 3.0.3\n", "no cassette"},
		"not YAML":         {head + "- \"HUSH\n", "not YAML"},
		"unknown alias":    {head + "- *HUSH\n", "not YAML"},
		"no mapping":       {head + "- HUSH\n", "no interaction"},
		"no url":           {head + "- request: {}\n  response: {code: 200}\n", "no interaction"},
		"no status":        {head + "- request: {url: 'https://a.example'}\n  response: {body: HUSH}\n", "no response"},
	} {
		all := read(t, "x.yaml", tt[0])
		require.Len(t, all, 1, name)
		require.ErrorContains(t, all[0].Err, tt[1], name)
		assert.NotContains(t, all[0].Err.Error(), "HUSH", name)
	}
}
