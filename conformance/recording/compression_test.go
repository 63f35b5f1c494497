package recording_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance/internal/property"
	"github.com/sandboxspec/sandboxspec/conformance/recording"
)

func gzipped(t testing.TB, text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := io.WriteString(z, text)
	require.NoError(t, err)
	require.NoError(t, z.Close())
	return b.String()
}

func zstandard(t testing.TB, text string) string {
	z, err := zstd.NewWriter(nil)
	require.NoError(t, err)
	return string(z.EncodeAll([]byte(text), nil))
}

// TestContentEncoding has bodies that are still compressed, and such whose header alone
// says so.
func TestContentEncoding(t *testing.T) {
	const body = "{\"id\":\n\"é\"}"
	tests := []struct {
		name, coding, body string
		decoded            bool
	}{
		{"gzip", "gzip", gzipped(t, body), true},
		{"its old name, in capitals", "X-GZIP ", gzipped(t, body), true},
		{"zstd", "zstd", zstandard(t, body), true},
		{"a leftover header", "gzip", body, false},
		{"another leftover header", "br", body, false},
		{"nothing", "identity", body, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := one(t, "x.http", "HTTP/1.1 200 OK\nContent-Length: 1\nTransfer-Encoding: chunked\nContent-Encoding: "+tt.coding+"\n\n"+tt.body)
			require.NoError(t, x.BodyErr)
			assert.Equal(t, body, string(x.Body))
			assert.Equal(t, tt.decoded, x.Decoded)
			p := recording.Place{Offset: 8, Line: 2, Column: 2}
			if tt.decoded {
				assert.Equal(t, p, x.BodyPlace(p), "places count in the body")
				assert.Equal(t, `"é`, string(x.BodyAround(x.BodyOffset(8), 9, 1).Text))
			} else {
				assert.Equal(t, 5+p.Line, x.BodyPlace(p).Line)
			}
		})
	}
	for name, bytes := range map[string]string{
		"gzip": gzipped(t, body)[:20], "zstd": zstandard(t, body)[:12], "br": "\x8b\x05\x80{}\x03\xff",
	} {
		x := one(t, "x.http", "HTTP/1.1 200 OK\nContent-Encoding: "+name+"\n\n"+bytes)
		require.Error(t, x.BodyErr, name)
		assert.Equal(t, 200, x.Status)
	}
}

// TestCompressedFiles reads every format compressed, by its name and by its first bytes.
func TestCompressedFiles(t *testing.T) {
	for name, content := range map[string]string{
		"x.json": `{"a":1}`, "x.http": "HTTP/1.1 200 OK\n\n{\"a\":1}", "x.ndjson": "[1]\n\n[2]\n", "x.JSONL": "[1]",
	} {
		plain := read(t, name, content)
		for _, file := range []struct{ name, content string }{
			{name + ".gz", gzipped(t, content)},
			{name + ".gz", gzipped(t, content[:3]) + gzipped(t, content[3:])},
			{name + ".zst", zstandard(t, content)},
			{name + ".ZST", zstandard(t, content[:3]) + zstandard(t, content[3:])},
		} {
			all := read(t, file.name, file.content)
			require.Len(t, all, len(plain), file.name)
			for i, x := range all {
				require.NoError(t, x.Err)
				assert.Equal(t, string(plain[i].Body), string(x.Body))
				assert.Equal(t, plain[i].BodyPlace(recording.Place{Line: 1, Column: 1}), x.BodyPlace(recording.Place{Line: 1, Column: 1}))
			}
		}
	}
	assert.Equal(t, 404, one(t, "curl", gzipped(t, "HTTP/2 404\n\n{}")).Status)
	assert.Len(t, read(t, "x.gz", gzipped(t, "{}\n{}\n")), 2)
	assert.Len(t, read(t, "x.zst", zstandard(t, `{"a":1}`)), 1)
}

// TestDamagedFiles cuts compressed archives: what came before is there, and the entry
// that could not be read says why.
func TestDamagedFiles(t *testing.T) {
	content := strings.Repeat("{\"a\":\"0123456789\"}\n", 100_000)
	for name, bytes := range map[string]string{"x.ndjson.gz": gzipped(t, content), "x.ndjson.zst": zstandard(t, content)} {
		all := read(t, name, bytes[:len(bytes)*2/3])
		require.Greater(t, len(all), 1000, name)
		for i, x := range all {
			assert.Equal(t, i, x.Entry)
			if i < len(all)-1 {
				require.NoError(t, x.Err)
				require.Equal(t, `{"a":"0123456789"}`, string(x.Body))
			}
		}
		assert.ErrorContains(t, all[len(all)-1].Err, "damaged")
	}
	for name, bytes := range map[string]string{
		"x.json.gz": gzipped(t, content)[:100], "x.json.zst": "nonsense", "x.ndjson.gz": "", "x.http.gz": "\x1f\x8b", "x.gz": "\x1f\x8b\x08", "x": gzipped(t, content)[:20],
	} {
		all := read(t, name, bytes)
		require.Len(t, all, 1, name)
		assert.ErrorContains(t, all[0].Err, "damaged", name)
	}
}

// TestBombs has small files that decompress to more than anyone records.
func TestBombs(t *testing.T) {
	property.SkipUnderRace(t) // it decompresses half a gigabyte
	var b bytes.Buffer
	z, err := zstd.NewWriter(&b)
	require.NoError(t, err)
	zeros := make([]byte, 1<<20)
	for range recording.MaxEntry>>20 + 2 {
		_, err := z.Write(zeros)
		require.NoError(t, err)
	}
	_, err = z.Write([]byte("\n{}\n"))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	all := read(t, "x.json.zst", b.String())
	require.Len(t, all, 1)
	require.ErrorContains(t, all[0].Err, "more than")
	all = read(t, "x.ndjson.zst", b.String())
	require.Len(t, all, 2)
	require.ErrorContains(t, all[0].Err, "more than")
	require.NoError(t, all[1].Err)
	assert.Equal(t, "{}", string(all[1].Body))
	assert.Equal(t, 1, all[1].Entry)
	assert.Equal(t, recording.Place{Offset: recording.MaxEntry + 2<<20 + 1, Line: 2, Column: 1}, all[1].BodyPlace(recording.Place{}))
}

// TestChunks has lines of every length around the seams of the chunks.
func TestChunks(t *testing.T) {
	var content strings.Builder
	var want []string
	for n := 0; content.Len() < 3<<20; n = (n*7 + 13) % 300_007 {
		line := "{" + strings.Repeat("x", n) + "}"
		want = append(want, line)
		content.WriteString(line + "\n")
		if n%5 == 0 {
			content.WriteString("\r\n")
		}
	}
	all := read(t, "x.ndjson", content.String())
	require.Len(t, all, len(want))
	offset := 0
	for i, x := range all {
		require.Equal(t, want[i], string(x.Body))
		offset += strings.Index(content.String()[offset:], want[i])
		require.Equal(t, i, x.Entry)
		require.Equal(t, offset, x.BodyOffset(0))
		offset += len(want[i])
	}
	last := all[len(all)-1]
	assert.Equal(t, strings.Count(content.String()[:last.BodyOffset(0)], "\n")+1, last.BodyPlace(recording.Place{}).Line)
}
