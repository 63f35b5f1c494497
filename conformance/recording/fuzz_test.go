package recording_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/sandboxspec/sandboxspec/conformance/recording"
)

// fuzzed reads files of one name. It keeps their folder.
type fuzzed struct{ file string }

func newFuzzed(f *testing.F, name string) fuzzed { return fuzzed{filepath.Join(f.TempDir(), name)} }

// read reads content twice, and holds what it gives to what holds of any file.
func (f fuzzed) read(t *testing.T, content string) []recording.Exchange {
	require.NoError(t, os.WriteFile(f.file, []byte(content), 0o644))
	all := f.exchanges()
	again := f.exchanges()
	require.Len(t, again, len(all))
	for i := range all {
		x := &all[i]
		require.Equal(t, inWords(x), inWords(&again[i]))
		require.Equal(t, i, x.Entry)
		require.True(t, x.Many || len(all) == 1)
		for _, err := range []error{x.Err, x.BodyErr} {
			require.True(t, err == nil || isLine(err.Error()), "%q", err)
		}
	}
	return all
}

func (f fuzzed) exchanges() (all []recording.Exchange) {
	for x := range recording.Read(f.file) {
		all = append(all, x)
	}
	return all
}

// inWords is all of an exchange but where it stands.
func inWords(x *recording.Exchange) string {
	return fmt.Sprintf("%d %t %q %q %v %q %d %q %q %t %v %v", x.Entry, x.Many, x.Source, x.Method, x.URL, x.RequestHeader, x.Status, x.Header, x.Body, x.Decoded, x.BodyErr, x.Err)
}

// isLine reports whether text is one line of at most 300 bytes that a terminal shows as it is.
func isLine(text string) bool {
	return text != "" && len(text) <= 300 && utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}

// placed holds the places of an exchange against content, the text of its file: line and column
// are those of the offset, the places in the body are in order, and what is shown around one is
// the text there.
func placed(t *testing.T, x *recording.Exchange, content string) {
	marked := 0 // a mark before the text is no column of a HAR file or a cassette
	if strings.HasPrefix(content, "\ufeff") && x.Many && !strings.HasSuffix(x.File, "ndjson") {
		marked = 1
	}
	require.LessOrEqual(t, len(x.Body), 2*len(content), "an escape is at least half as long as what it means")
	stands := func(p recording.Place) int {
		require.True(t, 0 <= p.Offset && p.Offset <= len(content), "%v", p)
		want := placeOf(content, p.Offset)
		if want.Line == 1 {
			want.Column -= marked
		}
		require.Equal(t, want, p)
		return p.Offset
	}
	stands(x.StatusPlace())
	stands(x.HeaderPlace("Content-Type"))
	if x.Decoded {
		p := recording.Place{Offset: len(x.Body), Line: 5, Column: 7}
		require.Equal(t, p, x.BodyPlace(p))
		require.Equal(t, p.Offset, x.BodyOffset(p.Offset))
		content = string(x.Body)
	}
	last := 0
	for offset := 0; offset <= len(x.Body); offset += 1 + len(x.Body)/64 {
		if offset < len(x.Body) && !utf8.RuneStart(x.Body[offset]) {
			continue // no finding is there
		}
		at := x.BodyOffset(offset)
		if !x.Decoded {
			require.Equal(t, at, stands(in(x, offset)))
		}
		require.LessOrEqual(t, last, at)
		last = at
		e := x.BodyAround(at, 10, 10)
		require.Equal(t, content[e.Offset:e.Offset+len(e.Text)], string(e.Text))
		require.NotContains(t, string(e.Text), "\n")
	}
}

// means requires that the JSON string in content that holds the body of x has each part of the
// body up to its place.
func means(t *testing.T, x *recording.Exchange, content string) {
	if !utf8.Valid(x.Body) {
		return // a lone surrogate
	}
	start := x.BodyOffset(0)
	for offset := 0; offset <= len(x.Body); offset += 1 + len(x.Body)/16 {
		if offset < len(x.Body) && !utf8.RuneStart(x.Body[offset]) {
			continue
		}
		var part string
		require.NoError(t, json.Unmarshal([]byte(`"`+content[start:x.BodyOffset(offset)]+`"`), &part))
		require.Equal(t, string(x.Body[:offset]), part)
	}
	require.Equal(t, `"`, content[start-1:start])
	require.Equal(t, `"`, content[x.BodyOffset(len(x.Body)):][:1])
}

// FuzzHTTP reads .http files. What could be read can be written, and then gives the same again.
func FuzzHTTP(f *testing.F) {
	for _, seed := range seeds {
		f.Add(seed)
	}
	f.Add("HTTP/1.1 302 Found\r\nA: b\r\na:c\r\n\r\nHTTP/1.0 200\n\n\n# source: x\n")
	f.Add("#source:\ta\n\n\nDELETE /é?a#b\nhost: c:8\n\n\n\nHTTP/3 503 x\nContent-Type: a\ncontent-type: b")
	here, written := newFuzzed(f, "x.http"), newFuzzed(f, "written.http")
	f.Fuzz(func(t *testing.T, content string) {
		all := here.read(t, content)
		require.Len(t, all, 1)
		x := &all[0]
		if x.Err != nil {
			require.Contains(t, x.Err.Error(), "line ")
			return
		}
		placed(t, x, content)
		require.Regexp(t, fmt.Sprintf("^%03d", x.Status), content[x.StatusPlace().Offset:])
		if x.Decoded || x.BodyErr != nil {
			return
		}
		require.Equal(t, string(x.Body), content[x.BodyOffset(0):])
		data, err := recording.Record{Exchange: *x, Source: x.Source}.Bytes()
		require.NoError(t, err)
		again := written.read(t, string(data))[0]
		require.NoError(t, again.Err)
		x.Source = again.Source // what can't be seen in it is lost
		require.Equal(t, inWords(x), inWords(&again))
		twice, err := recording.Record{Exchange: again, Source: again.Source}.Bytes()
		require.NoError(t, err)
		require.Equal(t, string(data), string(twice))
	})
}

// FuzzNDJSON reads NDJSON: each line that isn't blank is an entry, and a body stands where its
// place says, as it is or in a JSON string.
func FuzzNDJSON(f *testing.F) {
	for _, seed := range seeds {
		f.Add(seed)
	}
	f.Add("1\r\r\n \t\v\n{\"response\":{\"body\":\"\\ud83d\\ude00\\\"\\n\",\"status\":200,\"headers\":{\"content-type\":\"a\"}},\"source\":\"b\"}\n\x00")
	f.Add(`{"response":{"status":200,"body":"a"},"response":{"status":201,"body":{"a":1}}}`)
	here := newFuzzed(f, "x.ndjson")
	f.Fuzz(func(t *testing.T, content string) {
		all := here.read(t, content)
		lines := 0
		for line := range strings.Lines(content) {
			if len(bytes.TrimSpace([]byte(line))) > 0 {
				lines++
			}
		}
		require.Len(t, all, lines)
		for i := range all {
			x := &all[i]
			require.True(t, x.Many)
			placed(t, x, content)
			if x.Status != 0 {
				require.Regexp(t, fmt.Sprintf("^[+]?0*%d", x.Status), content[x.StatusPlace().Offset:])
			}
			if x.Decoded || len(x.Body) == 0 {
				continue
			}
			if start := x.BodyOffset(0); !strings.HasPrefix(content[start:], string(x.Body)) {
				means(t, x, content)
			}
		}
	})
}

// FuzzHAR reads HAR files: the entries are those that another reader of JSON finds.
func FuzzHAR(f *testing.F) {
	for _, seed := range seeds {
		f.Add(seed)
	}
	entry := harEntry(200, `{"text":"{\"id\":\"\u00e9\ud83d\ude00\\\"\"}\n"}`)
	f.Add(har(entry, harEntry(0, `{}`), harEntry(404, `{"text":"e30=","encoding":"base64"}`)))
	f.Add("\ufeff" + har(entry, entry)[:700])
	here := newFuzzed(f, "x.har")
	f.Fuzz(func(t *testing.T, content string) {
		all := here.read(t, content)
		if text := strings.TrimPrefix(content, "\ufeff"); jsontext.Value(text).IsValid() {
			require.Equal(t, entriesOf(text), readable(all))
		}
		for i := range all {
			x := &all[i]
			if x.Err != nil {
				continue
			}
			placed(t, x, content)
			require.NotNil(t, x.URL)
			require.Regexp(t, fmt.Sprintf("^%d", x.Status), content[x.StatusPlace().Offset:])
			if !x.Decoded && len(x.Body) > 0 {
				means(t, x, content)
			}
		}
	})
}

// entriesOf returns how many entries a HAR file has; 0 where it is none.
func entriesOf(text string) int {
	var file, log map[string]json.RawMessage
	var entries []json.RawMessage
	if json.Unmarshal([]byte(text), &file) != nil || json.Unmarshal(file["log"], &log) != nil || json.Unmarshal(log["entries"], &entries) != nil {
		return 0
	}
	return len(entries)
}

// readable returns how many exchanges there are, less one that says why there are no more.
func readable(all []recording.Exchange) int {
	if n := len(all); n == 1 && all[0].Err != nil && strings.HasPrefix(all[0].Err.Error(), "no HAR file") {
		return 0
	}
	return len(all)
}

// FuzzCassette reads go-vcr cassettes: the bodies are those that the YAML library reads, and a
// letter or a digit of one stands where its place says.
func FuzzCassette(f *testing.F) {
	for _, seed := range seeds {
		f.Add(seed)
	}
	for _, seed := range cassettes {
		f.Add(seed)
	}
	f.Add("interactions: [{request: {url: /}, response: {code: 200, body: &a 'it''s\n\n  x'}}, {request: {url: /}, response: {code: 201, body: *a}}]\n")
	f.Add("\ufeffinteractions:\r\n- request: {url: /}\r\n  response:\r\n    code: 200\r\n    body: !!binary |\r\n      e30=\r\n")
	here := newFuzzed(f, "x.yaml")
	f.Fuzz(func(t *testing.T, content string) {
		all := here.read(t, content)
		bodies := interactionBodies(content)
		for i := range all {
			x := &all[i]
			if x.Err != nil {
				continue
			}
			placed(t, x, content)
			require.Less(t, i, len(bodies))
			if x.Decoded || len(x.Body) == 0 {
				continue
			}
			require.Equal(t, bodies[i], string(x.Body))
			for offset, c := range x.Body {
				stands := content[x.BodyOffset(offset):]
				if c < utf8.RuneSelf && (unicode.IsLetter(rune(c)) || unicode.IsDigit(rune(c))) && stands[0] != '\\' {
					require.Equal(t, string(c), stands[:1], "at %d of %q", offset, x.Body)
				}
			}
		}
	})
}

// interactionBodies returns the bodies in a cassette.
func interactionBodies(content string) (bodies []string) {
	var cassette struct {
		Interactions []struct{ Response struct{ Body yaml.Node } }
	}
	_ = yaml.Unmarshal([]byte(content), &cassette)
	for _, one := range cassette.Interactions {
		body := &one.Response.Body
		for body.Kind == yaml.AliasNode {
			body = body.Alias
		}
		bodies = append(bodies, body.Value)
	}
	return bodies
}

// FuzzCompressed reads a file as it is, compressed, and compressed and cut off: compression
// changes nothing, and what is cut off gives no other entries, and says so.
func FuzzCompressed(f *testing.F) {
	for name, seed := range seeds {
		f.Add(seed, name, 35+10*name)
	}
	names := []string{"x.json", "x.http", "x.ndjson", "x.har", "x.yaml", "x"}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, content string, name, kept int) {
		file := fuzzed{filepath.Join(dir, names[uint(name)%uint(len(names))])}
		plain := file.read(t, content)
		for extension, compressed := range map[string]string{".gz": gzipped(t, content), ".zst": zstandard(t, content)} {
			if filepath.Ext(file.file) == "" && strings.HasPrefix(content, compressed[:2]) {
				continue // compressed twice
			}
			packed := fuzzed{file.file + extension}
			for i, x := range packed.read(t, compressed) {
				require.Equal(t, inWords(&plain[i]), inWords(&x))
				if x.Err == nil {
					placed(t, &x, content)
				}
			}
			kept := compressed[:uint(kept)%uint(len(compressed))]
			all := packed.read(t, kept)
			if kept == "" && extension == ".zst" {
				continue // nothing is what nothing is compressed to
			}
			require.NotEmpty(t, all)
			last := len(all) - 1
			switch err := all[last].Err; filepath.Ext(file.file) {
			case ".har", "": // what is no such file isn't read to its end
				require.Error(t, err)
			default:
				require.ErrorContains(t, err, " is damaged")
			}
			for i := range all[:last] {
				require.Equal(t, inWords(&plain[i]), inWords(&all[i]))
			}
		}
	})
}
