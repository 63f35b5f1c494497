package recording

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// compression is a content coding, as HTTP calls it; empty for none.
type compression string

// compressions are those that are read, by file extension.
var compressions = map[string]compression{".gz": "gzip", ".zst": "zstd"}

// magic is what compressed bytes start with.
var magic = map[compression]string{"gzip": "\x1f\x8b", "zstd": "\x28\xb5\x2f\xfd"}

// compressed returns how text is compressed, by its first bytes.
func compressed(text []byte) compression {
	for c, start := range magic {
		if bytes.HasPrefix(text, []byte(start)) {
			return c
		}
	}
	return ""
}

// maxWindow is how far back zstd may reach, in bytes: what the zstd tool reads, too.
const maxWindow = 128 << 20

// reader returns what r is compressed from. What it fails with says which compression
// is damaged.
func (c compression) reader(r io.Reader) (io.ReadCloser, error) {
	if c == "gzip" {
		z, err := gzip.NewReader(r)
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return nil, fmt.Errorf("the gzip is damaged: %w", err)
		}
		return damaged{z, c}, nil
	}
	z, err := zstd.NewReader(r, zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return nil, fmt.Errorf("the zstd is damaged: %w", err)
	}
	return damaged{z.IOReadCloser(), c}, nil
}

// damaged says of an error which compression it is of.
type damaged struct {
	io.ReadCloser
	compression compression
}

func (d damaged) Read(p []byte) (int, error) {
	n, err := d.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("the %s is damaged: %w", d.compression, err)
	}
	return n, err
}

// decompress takes off the content coding of the body that the header names, where the
// bytes have it: what records responses often leaves the header of a body that it has
// decoded.
func (x *Exchange) decompress() {
	coding := strings.ToLower(strings.TrimSpace(x.Header.Get("Content-Encoding")))
	if coding == "x-gzip" {
		coding = "gzip"
	}
	c := compressed(x.Body)
	switch {
	case c != "" && string(c) == coding:
		r, err := c.reader(bytes.NewReader(x.Body))
		if err == nil {
			defer r.Close()
			x.Body, err = readAll(r)
		}
		x.Decoded, x.BodyErr = true, err
	case coding != "" && coding != "identity" && !utf8.Valid(x.Body):
		x.BodyErr = fmt.Errorf("the body is compressed in a way that isn't read (Content-Encoding): record it decompressed, as curl --compressed does")
	}
}
