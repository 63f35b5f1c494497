package recording_test

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance/recording"
)

// har is a HAR file with those entries.
func har(entries ...string) string {
	return `{"log":{"version":"1.2","creator":{"name":"é","version":"1"},"pages":[{"id":"p","entries":[1]}],` + "\n\"entries\":[\n" + strings.Join(entries, ",\n ") + "],\"comment\":\"x\"}}\n"
}

// harEntry is an entry with that content.
func harEntry(status int, content string) string {
	return fmt.Sprintf(`{"é":1,"request":{"method":"get","url":"https://api.example/a?key=HUSH","headers":[{"name":"X-API-Key","value":"HUSH"}],"postData":{"text":"\ud800"}},`+
		`"response":{"status":%d,"headers":[{"name":"set-cookie","value":"HUSH"},{"name":"content-type","value":"application/json; charset=utf-8"}],"content":%s},"timings":{}}`, status, content)
}

func TestHAR(t *testing.T) {
	const body = "{\"id\":\n\"é😀\\\"\"}"
	content := har(
		harEntry(200, `{"size":9,"mimeType":"application/json","text":"{\"id\":\n\u000a\"é\ud83d\ude00\\\"\"}"}`),
		harEntry(404, `{"text":"e30=","encoding":"base64"}`),
		harEntry(200, `{"size":0,"mimeType":"x-unknown"}`),
		harEntry(200, `{"size":12}`),
		harEntry(200, `{"size":2,"text":null}`),
		harEntry(200, `{"text":5}`),
		harEntry(200, `{"text":"e30","encoding":"base64"}`),
		harEntry(200, `{"text":`+strconv.Quote(base64.StdEncoding.EncodeToString([]byte(body)))+`,"encoding":"base64"}`),
		strings.Replace(harEntry(200, `{"text":`+strconv.Quote(base64.StdEncoding.EncodeToString([]byte(gzipped(t, body))))+`,"encoding":"base64"}`), `"set-cookie"`, `"Content-Encoding"`, 1),
	)
	content = strings.ReplaceAll(strings.Replace(content, `\n\u000a`, `\u000a`, 1), `"Content-Encoding","value":"HUSH"`, `"Content-Encoding","value":"gzip"`)
	for _, before := range []string{"", "\ufeff"} {
		content := before + content
		all := read(t, "x.har", content)
		require.Len(t, all, 9)
		for i, x := range all {
			require.NoError(t, x.Err)
			assert.Equal(t, i, x.Entry)
			assert.True(t, x.Many)
			assert.Equal(t, "GET https://api.example/a?key=HUSH", x.Method+" "+x.URL.String())
			assert.Equal(t, "application/json; charset=utf-8", x.Header.Get("Content-Type"))
		}
		x := all[0]
		require.Equal(t, body, string(x.Body))
		assert.Equal(t, 200, x.Status)
		at := func(text string) recording.Place {
			place := placeOf(content, strings.Index(content, text))
			if before != "" && place.Line == 1 {
				place.Column--
			}
			return place
		}
		assert.Equal(t, at(`{\"id\":`), in(&x, 0))
		assert.Equal(t, at(`\"é\ud83d`), in(&x, strings.Index(body, `"é`)))
		assert.Equal(t, at(`\ud83d\ude00`), in(&x, strings.Index(body, "😀")))
		assert.Equal(t, at(`\\\"\"}`), in(&x, strings.Index(body, `\"`)))
		assert.Equal(t, at(`200,"headers"`), x.StatusPlace())
		assert.Equal(t, at(`"application/json; charset`), x.HeaderPlace("content-type"))
		assert.Equal(t, `"{\"id`, string(x.Around(x.BodyOffset(0), 100, 5).Text), "nothing but the body is shown")
		assert.Empty(t, x.Around(at(`"HUSH"`).Offset, 100, 100).Text)
		assert.Equal(t, "{}", string(all[1].Body))
		assert.True(t, all[1].Decoded)
		assert.Empty(t, all[2].Body)
		require.NoError(t, all[2].BodyErr)
		for _, x := range all[3:7] {
			assert.Error(t, x.BodyErr)
		}
		for _, x := range all[7:] {
			require.NoError(t, x.BodyErr)
			assert.Equal(t, body, string(x.Body))
			assert.True(t, x.Decoded)
		}
	}
}

func TestBrokenHAR(t *testing.T) {
	fine := harEntry(200, `{"text":"{}"}`)
	whole := har(fine, fine)
	tests := []struct {
		name, content string
		entries       int // before what can't be read
		reason        string
	}{
		{"empty", "", 0, "no HAR file"},
		{"a list", "[1]", 0, "no HAR file"},
		{"another object", `{"entries":[1],"log":[]}`, 0, "no HAR file"},
		{"entries that are none", `{"log":{"entries":{"a":1}}}`, 0, "no HAR file"},
		{"cut off", whole[:len(whole)-40], 1, "cut off"},
		{"cut off after the entries", whole[:len(whole)-4], 2, "cut off"},
		{"not JSON", har(fine, "HUSH"), 1, "not JSON at line 4, column 2"},
		{"more after it", har(fine) + "HUSH", 1, "after the end"},
		{"another value after it", har(fine) + "{}", 1, "after the end"},
		{"an entry that is none", har(fine, "5"), 1, "no entry"},
		{"an entry without a request", har(fine, `{"response":{"status":200}}`), 1, "no request"},
		{"an entry without a response", har(fine, `{"request":{"method":"GET","url":"https://a.example/"}}`), 1, "no request and response"},
		{"a status that is none", har(fine, strings.Replace(fine, `"status":200`, `"status":"200"`, 1)), 1, "status"},
		{"no response came", har(fine, harEntry(0, `{"size":0}`)), 1, "no response was recorded"},
	}
	for _, tt := range tests {
		all := read(t, "x.har", tt.content)
		require.Len(t, all, tt.entries+1, tt.name)
		for _, x := range all[:tt.entries] {
			require.NoError(t, x.Err, tt.name)
		}
		x := all[tt.entries]
		require.ErrorContains(t, x.Err, tt.reason, tt.name)
		assert.NotContains(t, x.Err.Error(), "HUSH")
		assert.Equal(t, tt.entries, x.Entry, tt.name)
	}
	// Browsers record addresses that aren't well formed.
	x := one(t, "x.har", har(strings.Replace(fine, "https://api.example/a?", "https://ads.example/%zz?", 1)))
	assert.Equal(t, "ads.example", x.URL.Host)
}

// FuzzRead reads any bytes as a file of each format: it ends, without a panic, and every
// place is in the file.
func FuzzRead(f *testing.F) {
	formats := []string{".json", ".http", ".ndjson", ".har", ".yaml", "", ".ndjson.gz", ".har.zst"}
	for _, seed := range seeds {
		for i := range formats {
			f.Add(seed, i)
		}
	}
	f.Fuzz(func(t *testing.T, content string, format int) {
		name := "x" + formats[uint(format)%uint(len(formats))]
		file := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(file, []byte(content), 0o644))
		entry := 0
		for x := range recording.Read(file) {
			require.Equal(t, entry, x.Entry)
			entry++
			if x.Err != nil {
				continue
			}
			_, _ = x.StatusPlace(), x.HeaderPlace("Content-Type")
			for _, offset := range []int{0, len(x.Body) / 2, len(x.Body)} {
				at := x.BodyOffset(offset)
				require.GreaterOrEqual(t, at, 0)
				x.BodyPlace(recording.Place{Offset: offset, Line: 1, Column: 1})
				e := x.BodyAround(at, 10, 10)
				if plain := !x.Decoded && !strings.Contains(name[1:], "z"); plain {
					require.LessOrEqual(t, at, len(content))
					require.Equal(t, string(e.Text), content[e.Offset:e.Offset+len(e.Text)])
				}
			}
		}
	})
}

// seeds are a file or two of each format.
var seeds = []string{
	`{"a":1}`,
	"# source: here\n\nGET https://a.example/b HTTP/1.1\nHost: c\n\nHTTP/2 200\r\nContent-Type: application/json\r\n\r\n{\"a\":1}",
	"{\"a\":1}\n\n{\"response\":{\"status\":200,\"headers\":{\"a\":[\"b\"]},\"body\":\"{\\u0022\"}}\n",
	`{"log":{"version":"1.2","pages":[],"entries":[{"request":{"method":"GET","url":"https://a.example/"},"response":{"status":200,"headers":[{"name":"Content-Type","value":"a/b"}],"content":{"size":2,"text":"e30=","encoding":"base64"}}}]}}`,
	"---\nversion: 2\ninteractions:\n- request:\n    url: https://a.example/\n    method: GET\n  response:\n    body: \"{\\\"a\\\":\\n  \\\n      1}\"\n    headers:\n      Content-Type:\n      - application/json\n    status: 200 OK\n    code: 200\n",
	"interactions:\n    - request:\n        url: https://a.example/\n      response:\n        code: 200\n        body: |2+\n            {\n             \"a\": 1}\n\n    - response:\n        code: 200\n        body: >\n            a\n            b\n\n             c\n      request: {url: 'https://a.example/'}\n",
}
