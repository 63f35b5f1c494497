package recording_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sandboxspec/sandboxspec/conformance/recording"
)

// read writes content to a file of that name and reads it.
func read(t testing.TB, name, content string) (all []recording.Exchange) {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(file, []byte(content), 0o644))
	for x := range recording.Read(file) {
		x.File = name
		all = append(all, x)
	}
	return all
}

// one is read for a file with one exchange that can be read.
func one(t testing.TB, name, content string) recording.Exchange {
	t.Helper()
	all := read(t, name, content)
	require.Len(t, all, 1)
	require.NoError(t, all[0].Err)
	return all[0]
}

// in says where a place in the body is in the file.
func in(x *recording.Exchange, offset int) recording.Place {
	before := x.Body[:offset]
	line := bytes.Count(before, []byte("\n"))
	column := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	return x.BodyPlace(recording.Place{Offset: offset, Line: line + 1, Column: column + 1})
}

// placeOf is the place of the byte at offset in a file.
func placeOf(content string, offset int) recording.Place {
	before := content[:offset]
	start := strings.LastIndexByte(before, '\n') + 1
	return recording.Place{Offset: offset, Line: strings.Count(before, "\n") + 1, Column: utf8.RuneCountInString(before[start:]) + 1}
}

func TestHTTP(t *testing.T) {
	const body = "{\"id\":\n\"é\"}"
	tests := []struct {
		name, before, method, url string
		status                    int
		contentType               string
	}{
		{"response alone", "HTTP/1.1 200 OK\nContent-Type: application/json\n\n", "", "", 200, "application/json"},
		{"CRLF", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n", "", "", 200, "application/json"},
		{"HTTP/2, as curl prints it", "HTTP/2 200 \r\ncontent-type: application/json\r\n\r\n", "", "", 200, "application/json"},
		{"no headers", "HTTP/2 404\n\n", "", "", 404, ""},
		{"comments and empty lines on top", "# source: here\r\n\n# date: now\n\nHTTP/1.1 200 OK\n\n", "", "", 200, ""},
		{"request", "GET https://example.com/a?b=c HTTP/1.1\nAuthorization: x\n\nHTTP/1.1 200 OK\n\n", "GET", "https://example.com/a?b=c", 200, ""},
		{"request without a version", "DELETE https://example.com/a\n\n\nHTTP/1.1 200 OK\n\n", "DELETE", "https://example.com/a", 200, ""},
		{"request with Host", "GET /a HTTP/1.1\nHost: example.com:8080\n\nHTTP/1.1 200 OK\n\n", "GET", "https://example.com:8080/a", 200, ""},
		{"request to nowhere", "GET /a HTTP/1.1\n\nHTTP/1.1 200 OK\n\n", "GET", "/a", 200, ""},
		{"redirect before it", "HTTP/1.1 302 Found\nLocation: /b\nContent-Type: text/html\n\nHTTP/1.1 200 OK\nContent-Type: a/b; c=d\n\n", "", "", 200, "a/b; c=d"},
		{"proxy before it", "HTTP/1.0 200 Connection established\r\n\r\nHTTP/2 503 \r\n\r\n", "", "", 503, ""},
		{"space around a value", "HTTP/1.1 200 OK\nContent-Type: \t application/json \t\n\n", "", "", 200, "application/json"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := one(t, "x.http", tt.before+body)
			assert.Equal(t, body, string(x.Body))
			assert.Equal(t, tt.status, x.Status)
			assert.Equal(t, tt.method, x.Method)
			assert.Equal(t, tt.contentType, x.Header.Get("Content-Type"))
			if tt.url != "" {
				assert.Equal(t, tt.url, x.URL.String())
			} else {
				assert.Nil(t, x.URL)
			}
			for offset := range body {
				assert.Equal(t, placeOf(tt.before+body, len(tt.before)+offset), in(&x, offset))
			}
			status := strings.LastIndex(tt.before, fmt.Sprint(tt.status))
			assert.Equal(t, placeOf(tt.before, status), x.StatusPlace())
			if i := strings.LastIndex(strings.ToLower(tt.before), "content-type"); tt.contentType != "" {
				assert.Equal(t, placeOf(tt.before, i), x.HeaderPlace("content-type"))
			}
		})
	}
	x := one(t, "x.ndjson", `{"request":null,"response":{"status":204}}`)
	assert.Equal(t, 204, x.Status)
	for name, content := range map[string]string{
		"empty": "", "blank": "\n\n", "HTML": "<html>\n</html>", "JSON": `{"a":1}`, "comment alone": "# source: x", "request alone": "GET https://example.com/ HTTP/1.1\n\n",
		"no empty line before the body": "HTTP/1.1 200 OK\n{\"a\":1}\n", "three digits": "HTTP/1.1 20 OK\n\n", "folded header": "HTTP/1.1 200 OK\nA: b\n c\n\n",
		"address":               "GET https://exa%mple.com/ HTTP/1.1\n\nHTTP/1.1 200 OK\n\n",
		"status of no response": "HTTP/1.1 000 Failed\n\n", "host": "GET /a HTTP/1.1\nHost: #b\n\nHTTP/1.1 200 OK\n\n",
		"host and path": "GET /a HTTP/1.1\nHost: b/c\n\nHTTP/1.1 200 OK\n\n", "host and port": "GET /a HTTP/1.1\nHost: b:c\n\nHTTP/1.1 200 OK\n\n",
	} {
		all := read(t, "x.http", content)
		require.Len(t, all, 1, name)
		require.Error(t, all[0].Err, name)
		assert.Contains(t, all[0].Err.Error(), "line ", name)
	}
}

func TestNDJSON(t *testing.T) {
	content := strings.Join([]string{
		`{"id":1}`,
		``,
		" \t\r",
		` {"request":{"method":"GET","url":"https://a.example/b"},"response":{"status":404,"headers":{"content-type":["a/b"],"X":["1","2"]},"body":{"response":1}}}` + "\r",
		`{"response":{"body":[],"status":200},"note":1}`,
		`{"response":{"status":200}}`,
		`{"response":"a member of a body"}`,
		`{"response":{"status":"200"}}`,
		`{"response":{"status":200,"body":{}}`,
		`{"response":{"status":200,"body":{}}} x`,
		`{"response":{"status":200,"body":{},}}`,
		`{"response":{"status":200,"body":{}},}`,
		`{"response":{"status":200,"body":{}}}`, // the last line has no end
	}, "\n")
	all := read(t, "x.ndjson", content)
	require.Len(t, all, 11)
	for i, x := range all {
		require.NoError(t, x.Err)
		assert.True(t, x.Many)
		assert.Equal(t, i, x.Entry)
	}
	assert.Equal(t, []int{0, 404, 200, 200, 0, 0, 0, 0, 0, 0, 200}, func() (statuses []int) {
		for _, x := range all {
			statuses = append(statuses, x.Status)
		}
		return statuses
	}())
	x := all[1]
	assert.Equal(t, "GET https://a.example/b", x.Method+" "+x.URL.String())
	assert.Equal(t, `{"response":1}`, string(x.Body))
	assert.Equal(t, []string{"1", "2"}, x.Header.Values("x"))
	at := func(text string) recording.Place { return placeOf(content, strings.Index(content, text)) }
	assert.Equal(t, at(`404`), x.StatusPlace())
	assert.Equal(t, at(`["a/b"]`), x.HeaderPlace("Content-Type"))
	assert.Equal(t, at(`{"response":1}`), in(&x, 0))
	assert.Equal(t, `[]`, string(all[2].Body))
	assert.Empty(t, all[3].Body)
	for _, x := range all[4:10] {
		assert.Contains(t, string(x.Body), "response", "what isn't an exchange is a body")
	}
}

// TestEscapedBodies finds places in a body that is written as a JSON string, whatever
// escapes stand before.
func TestEscapedBodies(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var body, quoted strings.Builder
		places := map[int]int{}
		quoted.WriteByte('"')
		for range rapid.IntRange(0, 30).Draw(rt, "pieces") {
			times := rapid.SampledFrom([]int{1, 1, 1, 7, 3000}).Draw(rt, "times")
			piece := rapid.SampledFrom([][2]string{
				{"a", `a`}, {"é", `é`}, {"é", `\u00e9`}, {"😀", `😀`}, {"😀", `\ud83d\uDE00`}, {"\n", `\n`}, {"\n", `\u000A`}, {`"`, `\"`}, {`\`, `\\`}, {"/", `\/`},
				{"\u20ac", `\u20AC`}, {"\x00", `\u0000`}, {"\xed\xa0\xbd", `\ud83d`}, {"\xed\xb8\x80", `\ude00`}, {"\xff", "\xff"}, {"\ufffd", `\ufffd`}, {"plain text", "plain text"},
			}).Draw(rt, "piece")
			if piece[1] == `\ud83d` {
				times = 1
			}
			if strings.HasSuffix(quoted.String(), `\ud83d`) && piece[1] == `\ude00` {
				continue // together they are one
			}
			for range times {
				places[body.Len()] = quoted.Len()
				body.WriteString(piece[0])
				quoted.WriteString(piece[1])
			}
		}
		places[body.Len()] = quoted.Len()
		quoted.WriteByte('"')
		const before = "{\"a\":1}\n" + `{"é":1,"response":{"status":200,"body":`
		content := before + quoted.String() + "}}\n"
		file := filepath.Join(t.TempDir(), "x.ndjson")
		require.NoError(rt, os.WriteFile(file, []byte(content), 0o644))
		var all []recording.Exchange
		for x := range recording.Read(file) {
			all = append(all, x)
		}
		require.Len(rt, all, 2)
		x := all[1]
		require.Equal(rt, body.String(), string(x.Body))
		checked := 0
		for offset, at := range places { // in any order
			require.Equal(rt, len(before)+at, x.BodyOffset(offset))
			require.Equal(rt, placeOf(content, len(before)+at), x.BodyPlace(recording.Place{Offset: offset, Line: 1, Column: 1}))
			if checked++; checked == 50 {
				break
			}
		}
	})
}

// TestUnescapedAsJSON reads string bodies as encoding/json does.
func TestUnescapedAsJSON(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		quoted := rapid.StringMatching(`"(\\["\\/bfnrt]|\\u[0-9a-f]{4}|[ -!#-\[\]-~é😀]){0,60}"`).Draw(rt, "quoted")
		var want string
		require.NoError(rt, json.Unmarshal([]byte(quoted), &want))
		file := filepath.Join(t.TempDir(), "x.ndjson")
		require.NoError(rt, os.WriteFile(file, []byte(`{"response":{"status":200,"body":`+quoted+`}}`), 0o644))
		for x := range recording.Read(file) {
			require.NotZero(rt, x.Status)
			// A lone surrogate is kept, where encoding/json loses it.
			require.Equal(rt, want, strings.ToValidUTF8(lone.Replace(string(x.Body)), "\ufffd"))
		}
	})
}

// lone makes one mark of the three bytes of each lone surrogate.
var lone = func() *strings.Replacer {
	var pairs []string
	for r := 0xd800; r < 0xe000; r++ {
		pairs = append(pairs, string([]byte{0xe0 | byte(r>>12), 0x80 | byte(r>>6)&0x3f, 0x80 | byte(r)&0x3f}), "\ufffd")
	}
	return strings.NewReplacer(pairs...)
}()

func TestAround(t *testing.T) {
	tests := []struct {
		name, content string
		offset        int
		want          string // with … where the line goes on
	}{
		{"x.json", "0123456789", 5, "…34567…"},
		{"x.json", "0123456789", 0, "012…"},
		{"x.json", "0123456789", 10, "…89"},
		{"x.json", "ab\ncd\nef", 3, "cd"},
		{"x.json", "ab\ncd\nef", 2, "ab"},
		{"x.json", "ab\r\ncd\r\n", 0, "ab"},
		{"x.json", "éé😀ëë", 4, "éé😀ëë"},
		{"x.json", "ééé😀ëëë", 6, "…éé😀ëë…"},
		{"x.json", "", 0, ""},
		{"x.http", "HTTP/1.1 200 OK\n\n{}", 17, "{}"},
		{"x.ndjson", "[1]\n[2]", 5, "[2]"},
		// Of an exchange on one line nothing is shown but what can be meant.
		{"x.ndjson", `{"k":"secret","response":{"status":200,"body":[5],"k":"secret"}}`, 47, "…[5]…"},
		{"x.ndjson", `{"k":"secret","response":{"status":200,"body":[5],"k":"secret"}}`, 46, "…[5]…"},
		{"x.ndjson", `{"k":"secret","response":{"status":200,"body":[5],"k":"secret"}}`, 49, "…5]…"},
		{"x.ndjson", `{"k":"secret","response":{"status":200,"body":[5],"k":"secret"}}`, 35, "…200…"},
		{"x.ndjson", `{"k":"secret","response":{"status":200,"body":[5],"k":"secret"}}`, 3, "……"},
		{"x.ndjson", `{"response":{"status":200,"headers":{"A":["s"],"Content-Type":["b"],"C":["s"]}}}`, 62, `…["b…`},
	}
	for _, tt := range tests {
		all := read(t, tt.name, tt.content)
		require.NotEmpty(t, all)
		x := all[len(all)-1]
		e := x.Around(tt.offset, 2, 3)
		got := string(e.Text)
		if tt.want != "" && strings.Trim(tt.want, "…") != "" {
			assert.Equal(t, tt.content[e.Offset:e.Offset+len(e.Text)], got)
		}
		if e.CutBefore {
			got = "…" + got
		}
		if e.CutAfter {
			got += "…"
		}
		assert.Equal(t, tt.want, got, "%q at %d", tt.content, tt.offset)
	}
}

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b/x.json", "a/y.HTTP", "a/z.ndjson", "a/z.jsonl", "a/note.txt", "a/y.HTTP.expect", ".git/x.json", "a/.hidden/x.json", "c.json/d.json", "a/.x.json"} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), nil, 0o644))
	}
	files, err := recording.Files(dir)
	require.NoError(t, err)
	for i := range files {
		files[i] = strings.TrimPrefix(files[i], filepath.ToSlash(dir)+"/")
	}
	assert.Equal(t, []string{"a/.x.json", "a/y.HTTP", "a/z.jsonl", "a/z.ndjson", "b/x.json", "c.json/d.json"}, files)

	files, err = recording.Files(filepath.Join(dir, "a/note.txt"))
	require.NoError(t, err, "a file that is named is taken, whatever its name")
	assert.Len(t, files, 1)
	files, err = recording.Files(filepath.Join(dir, ".git"))
	require.NoError(t, err, "and so is a folder")
	assert.Len(t, files, 1)
	_, err = recording.Files(filepath.Join(dir, "none"))
	assert.ErrorIs(t, err, os.ErrNotExist)
}

// TestByContent reads files whose names say nothing.
func TestByContent(t *testing.T) {
	assert.Equal(t, 404, one(t, "curl.txt", "HTTP/2 404\n\n{}").Status)
	assert.Equal(t, 404, one(t, "curl", "# note\n\nHTTP/2 404\n\n{}").Status)
	assert.Equal(t, "GET", one(t, "curl", "GET https://example.com/\n\nHTTP/2 404\n\n{}").Method)
	assert.Equal(t, ` {"a":1}`, string(one(t, "body", ` {"a":1}`).Body))
	assert.Equal(t, `[1]`, string(one(t, "body.txt", `[1]`).Body))
	assert.Empty(t, one(t, "x.json", "").Body)
	for _, content := range []string{"", "\n", "<html>", "hello", "\x00\x01"} {
		all := read(t, "x.txt", content)
		require.Len(t, all, 1)
		assert.Error(t, all[0].Err, "%q", content)
	}
	for x := range recording.Read(filepath.Join(t.TempDir(), "none.json")) {
		assert.ErrorIs(t, x.Err, os.ErrNotExist)
	}
}
