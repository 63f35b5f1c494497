package recording

import (
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"
)

// countNodes returns how many nodes there are below n, and n.
func countNodes(n *yaml.Node) int {
	all := 1
	for _, item := range n.Content {
		all += countNodes(item)
	}
	return all
}

// TestSeparators has texts of all that YAML is made of: none has more nodes than its
// separators allow.
func TestSeparators(t *testing.T) {
	pieces := []string{
		"a", "b: c", "[", "]", "{", "}", ",", ",a", ":", ": ", ":a", "?", "? ", "?a", "-", "- ", "-a", "\n", "\n- ", "\n  ", "\n? ", "\n: ", "'x'", `"x"`, `"x":`, "'x':", "]:", "}:",
		"&a ", "*a", "*a ", "!t ", "!!str ", "#", " # c", "|\n  x\n", ">\n  x\n", "---\n", "...\n", "\t", " ", "é", "\u0085", "\u2028", "<<: ", "~",
	}
	rapid.Check(t, func(rt *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 25).Draw(rt, "text"), "")
		if rapid.Bool().Draw(rt, "in a flow") {
			text = "[" + text + "]"
		}
		var document yaml.Node
		if yaml.Unmarshal([]byte(text), &document) != nil || document.Kind == 0 {
			return
		}
		require.LessOrEqual(rt, countNodes(document.Content[0]), 2*separators([]byte(text))+1, "%q", text)
	})
}

// TestYAMLIndex finds characters in long lines and short ones, looking at no more than
// indexEvery bytes for each.
func TestYAMLIndex(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		pieces := []string{"a", "é", "😀", "\n", "\r\n", "\r", "\u0085", "\u2028", strings.Repeat("x", 255), strings.Repeat("é", 300), strings.Repeat("\n", 300)}
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 20).Draw(rt, "text"), "")
		if rapid.Bool().Draw(rt, "marked") {
			text = string(byteOrderMark) + text
		}
		l := newYAMLIndex([]byte(text))
		for i := 1; i < len(l.marks); i++ {
			require.LessOrEqual(rt, l.marks[i].at-l.marks[i-1].at, int32(indexEvery))
		}
		line, column := 1, 1
		for at := len(text) - len(strings.TrimPrefix(text, string(byteOrderMark))); at < len(text); {
			require.Equal(rt, at, l.offset(&yaml.Node{Line: line, Column: column}))
			if n := yamlBreak([]byte(text[at:])); n > 0 {
				at, line, column = at+n, line+1, 1
				continue
			}
			_, size := utf8.DecodeRuneInString(text[at:])
			at, column = at+size, column+1
		}
	})
}

// TestPlaces asks for places in any order: none is counted from further back than a few
// times placeEvery.
func TestPlaces(t *testing.T) {
	text := strings.Repeat(strings.Repeat("é", 5*placeEvery)+"\na\xff", 3)
	x := Exchange{text: []byte(text), start: Place{Offset: 7, Line: 3, Column: 4}}
	rapid.Check(t, func(rt *rapid.T) {
		at := rapid.IntRange(0, len(text)).Draw(rt, "at")
		for !utf8.RuneStart((text + "x")[at]) {
			at++
		}
		require.Equal(rt, x.start.after([]byte(text[:at])), x.place(at))
		for i := 1; i < len(x.places); i++ {
			require.LessOrEqual(rt, x.places[i].Offset-x.places[i-1].Offset, 2*placeEvery)
		}
	})
	x.place(len(text))
	assert.Greater(t, len(x.places), len(text)/placeEvery/2)
}

// TestBase64InPlace decodes a body in the memory that it has.
func TestBase64InPlace(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.OneOf(rapid.StringMatching(`([A-Za-z0-9+/]{4}|[\r\n]|[=*]?){0,40}`), rapid.Map(rapid.SliceOf(rapid.Byte()), base64.StdEncoding.EncodeToString)).Draw(rt, "text")
		want, err := base64.StdEncoding.DecodeString(text)
		x := Exchange{Body: []byte(text)}
		require.Equal(rt, err == nil, x.decodeBase64())
		require.Equal(rt, string(want), string(x.Body))
	})
}

// TestManyFields has messages with more header fields than a bound allows, in each format.
func TestManyFields(t *testing.T) {
	n := maxFields/42 + 1
	lines := func(format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	for name, content := range map[string]string{
		"x.http":   "HTTP/1.1 200 OK\n" + lines("a%08x: b\n") + "\n{}",
		"x.ndjson": `{"response":{"status":200,"headers":{` + lines(`"a%08x":"b",`) + `"a":"b"},"body":{}}}`,
		"y.ndjson": `{"response":{"status":200,"headers":{"a":[` + lines(`"%09x",`) + `"b"]},"body":{}}}`,
		"z.ndjson": `{"request":{"url":"/","headers":{"a":[` + strings.Repeat(lines(`"%09x",`), 4) + `"b"]}},"response":{"status":200,"body":{}}}`,
		"x.har":    `{"log":{"entries":[{"request":{"url":"/"},"response":{"status":200,"headers":[` + lines(`{"name":"a%08x","value":"b"},`) + `{}]}}]}}`,
		"y.har":    `{"log":{"entries":[{"request":{"url":"/","headers":[` + lines(`{"name":"a%08x","value":"b"},`) + `{}]},"response":{"status":200}}]}}`,
		"x.yaml":   "interactions:\n- request: {url: /}\n  response:\n    code: 200\n    headers:\n" + lines("      a%08x: b\n"),
	} {
		file := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(file, []byte(content), 0o644))
		for x := range Read(file) {
			assert.ErrorIs(t, x.Err, errFields, name)
		}
	}
}

// TestAliases has cassettes whose aliases stand for far more than is in the file.
func TestAliases(t *testing.T) {
	const item = "- request: {url: /}\n  response: {code: 200, "
	laugh := "a0: &a0 [a, a, a, a, a, a, a, a, a, a]\n"
	for i := 1; i < 30; i++ {
		laugh += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10), ", "))
	}
	tests := []struct {
		name, content string
		entries       int // that can be read
	}{
		{"a body", "interactions:\n" + item + "body: &b '" + strings.Repeat("x", 16<<20) + "'}\n" + strings.Repeat(item+"body: *b}\n", 20), 4},
		{"headers", "h: &h {" + strings.TrimSuffix(strings.Repeat("a: b, ", 100_000), ", ") + "}\ninteractions:\n" + strings.Repeat(item+"headers: *h}\n", 100), 19},
		{"interactions", "i: &i {request: {url: /}, response: {code: 200, body: '" + strings.Repeat("x", 1<<20) + "'}}\ninteractions:\n" + strings.Repeat("- *i\n", 100), 63},
		{"aliases of aliases", laugh + "interactions:\n" + item + "headers: {a: *a29}}\n", 0},
		{"a value in itself", "interactions:\n" + item + "headers: &h {a: *h}}\n", 0},
	}
	for _, tt := range tests {
		file := filepath.Join(t.TempDir(), "x.yaml")
		require.NoError(t, os.WriteFile(file, []byte(tt.content), 0o644))
		entries := 0
		for x := range Read(file) {
			require.Equal(t, entries, x.Entry, tt.name)
			if entries == tt.entries {
				require.ErrorIs(t, x.Err, errAliased, tt.name)
			} else {
				require.NoError(t, x.Err, tt.name)
			}
			entries++
		}
		assert.Equal(t, tt.entries+1, entries, tt.name)
	}
	file := filepath.Join(t.TempDir(), "x.yaml")
	require.NoError(t, os.WriteFile(file, []byte("interactions: ["+strings.Repeat(",", maxSeparators)+"]"), 0o644))
	for x := range Read(file) {
		assert.ErrorContains(t, x.Err, "more than 2097152 commas")
	}
}

// TestLinesAfterALongOne has many short lines behind a long one: each chunk has few.
func TestLinesAfterALongOne(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.ndjson")
	require.NoError(t, os.WriteFile(file, []byte(strings.Repeat("x", 5<<20)+"\n"+strings.Repeat("1\n", 4<<20)), 0o644))
	entries := 0
	for c := range Chunks(file, false, nil) {
		before := entries
		for range c.Exchanges(nil) {
			entries++
		}
		require.LessOrEqual(t, entries-before, chunkSize)
		require.Less(t, c.Size, 5<<20+12<<20)
		c.Release()
	}
	assert.Equal(t, 4<<20+1, entries)
}

// TestClaims has bodies that are escaped, in base64 and compressed: an entry claims at least
// what it expands to before it has it, and is not made where nothing is left.
func TestClaims(t *testing.T) {
	quoted := `"` + strings.Repeat(`\u0061`, 1<<16) + `"`
	encoded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", 1<<16)))
	for name, content := range map[string]string{
		"x.ndjson": `{"response":{"status":200,"body":` + quoted + `}}`,
		"x.har":    `{"log":{"entries":[{"request":{"url":"/"},"response":{"status":200,"content":{"text":"` + encoded + `","encoding":"base64"}}}]}}`,
		"x.yaml":   "interactions:\n- request: {url: /}\n  response: {code: 200, body: " + quoted + "}\n",
		"y.yaml":   "interactions:\n- request: {url: /}\n  response: {code: 200, body: !!binary " + encoded + "}\n",
		"x.json":   quoted,
	} {
		file := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(file, []byte(content), 0o644))
		claimed := 0
		claim := func(bytes int) error {
			if claimed += bytes; claimed > 10<<20 {
				return fmt.Errorf("nothing left")
			}
			return nil
		}
		for c := range Chunks(file, false, nil) {
			for x := range c.Exchanges(claim) {
				x.Open()
				require.NoError(t, x.Err)
				require.NoError(t, x.BodyErr)
				if name != "x.json" { // whose text is its body
					assert.GreaterOrEqual(t, c.Size+claimed, len(content)+len(x.Body), name)
				}
				assert.GreaterOrEqual(t, c.Size+claimed, len(content), name)
				assert.GreaterOrEqual(t, claimed, x.Expanded())
			}
		}
		claimed = 10 << 20
		for c := range Chunks(file, false, nil) {
			for x := range c.Exchanges(claim) {
				x.Open()
				assert.ErrorContains(t, errors.Join(x.Err, x.BodyErr), "nothing left", name)
			}
		}
	}
}

// TestAllocatesLinearly reads files of a shape at two sizes: twice as much takes no more than
// twice the memory, and a little, all that is thrown away included.
func TestAllocatesLinearly(t *testing.T) {
	const item = `{request: {url: /}, response: {code: 200, body: "{}"}}, `
	const entry = `{"request":{"url":"/"},"response":{"status":200,"content":{"text":"{}"}}}`
	shapes := map[string]func(n int) string{
		"a cassette on one line.yaml": func(n int) string { return "interactions: [" + strings.Repeat(item, n) + "]" },
		"a cassette of aliases.yaml": func(n int) string {
			return "h: &h {}\ninteractions: [" + strings.Repeat(strings.Replace(item, "body", "headers: *h, body", 1), n) + "]"
		},
		"a cassette of headers.yaml": func(n int) string {
			return "interactions:\n- request: {url: /}\n  response: {code: 200, headers: {" + strings.Repeat("a: [b, b], ", n) + "}}"
		},
		"a cassette of escapes.yaml": func(n int) string {
			return "interactions:\n- request: {url: /}\n  response: {code: 200, body: \"" + strings.Repeat(`\"a`, n) + "\"}"
		},
		"a HAR file of entries.har": func(n int) string { return `{"log":{"entries":[` + strings.Repeat(entry+",", n) + entry + "]}}" },
		"a HAR file with a long entry.har": func(n int) string {
			return `{"log":{"entries":[` + strings.Replace(entry, "{}", strings.Repeat("abc ", 100*n), 1) + "]}}"
		},
		"a HAR file with long entries.har": func(n int) string {
			return `{"log":{"entries":[` + strings.Repeat(strings.Replace(entry, "{}", strings.Repeat("x", longEntry), 1)+",", n/1000) + entry + "]}}"
		},
		"a HAR file of something else.har": func(n int) string {
			return `{"log":{"x":[` + strings.Repeat(`{"a":"b"},`, n) + `1],"entries":[` + entry + "]}}"
		},
		"a HAR file of headers.har": func(n int) string {
			return `{"log":{"entries":[{"request":{"url":"/"},"response":{"status":200,"headers":[` + strings.Repeat(`{"name":"a","value":"b"},`, n) + `{}]}}]}}`
		},
		"comments.http":      func(n int) string { return strings.Repeat("# key: value\n", n) + "HTTP/1.1 200 OK\n\n{}" },
		"redirects.http":     func(n int) string { return strings.Repeat("HTTP/1.1 200 OK\na: b\n\n", n) + "{}" },
		"fields.http":        func(n int) string { return "HTTP/1.1 200 OK\n" + strings.Repeat("a: b\n", n) + "\n{}" },
		"a long line.ndjson": func(n int) string { return strings.Repeat("x", 200*n) },
		"exchanges.ndjson":   func(n int) string { return strings.Repeat(`{"response":{"status":200,"body":"{}"}}`+"\n", n) },
		"statuses.ndjson":    func(n int) string { return `{"response":{` + strings.Repeat(`"status":200,`, n) + `"body":{}}}` },
		"deep.ndjson": func(n int) string {
			return `{"response":{"status":200,"x":` + strings.Repeat("[", n) + strings.Repeat("]", n) + "}}"
		},
		"many responses.json": func(n int) string { return strings.Repeat(`{"response":`, n) + strings.Repeat("}", n) },
	}
	for name, shape := range shapes {
		allocated := func(n int) float64 {
			file := filepath.Join(t.TempDir(), strings.ReplaceAll(name, " ", "-"))
			require.NoError(t, os.WriteFile(file, []byte(shape(n)), 0o644))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			for x := range Read(file) {
				require.NoError(t, x.Err, name)
			}
			runtime.ReadMemStats(&after)
			return float64(after.TotalAlloc - before.TotalAlloc)
		}
		allocated(1000) // what is made once
		once, twice := allocated(4000), allocated(8000)
		assert.LessOrEqual(t, twice, 2.2*once+1<<20, "%s: %.0f, then %.0f", name, once, twice)
	}
}
