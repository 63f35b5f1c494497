package recording

import (
	"bufio"
	"bytes"
	"encoding/binary"
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

// How far back zstd may reach, in bytes: in a file, what the zstd tool reads, too; in a body,
// what RFC 9659 allows.
const (
	maxWindow     = 128 << 20
	maxBodyWindow = 8 << 20
)

// reader returns what r is compressed from; zstd may reach window bytes back, and memory is
// claimed for that. What it fails with says which compression is damaged.
func (c compression) reader(r io.Reader, window int, claim Claim) (io.ReadCloser, error) {
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
	var options []zstd.DOption
	if claim != nil {
		// The first frame says how far the others may reach, unless that isn't far.
		buffered := bufio.NewReaderSize(r, zstd.HeaderMaxSize)
		start, _ := buffered.Peek(zstd.HeaderMaxSize)
		var frame zstd.Header
		_ = frame.Decode(start) // the decoder says what is wrong with it
		far := int(min(frame.WindowSize, uint64(window)))
		if err := claim(windowCopies * far); err != nil {
			return nil, err
		}
		window = max(far, maxBodyWindow)
		r = buffered
		options = append(options, zstd.WithDecoderConcurrency(1))
	}
	z, err := zstd.NewReader(r, append(options, zstd.WithDecoderMaxWindow(uint64(window)))...)
	if err != nil {
		return nil, fmt.Errorf("the zstd is damaged: %w", err)
	}
	return damaged{z.IOReadCloser(), c}, nil
}

// windowCopies is how many windows a decoder of zstd has room for.
const windowCopies = 2

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

// maxRatio is how much longer gzip can get when it is decompressed.
const maxRatio = 1032

// size returns how long text is likely to be, decompressed, as it says itself; 0 where it
// doesn't say.
func (c compression) size(text []byte) int64 {
	if c == "gzip" && len(text) > 4 {
		return min(int64(binary.LittleEndian.Uint32(text[len(text)-4:])), maxRatio*int64(len(text)))
	}
	var frame zstd.Header
	if c == "zstd" && frame.Decode(text) == nil && frame.HasFCS {
		return int64(min(frame.FrameContentSize, MaxEntry))
	}
	return 0
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
		r, err := c.reader(bytes.NewReader(x.Body), maxBodyWindow, x.claim)
		if err == nil {
			defer r.Close()
			x.Body, err = readAll(r, c.size(x.Body), x.claim)
		}
		x.Decoded, x.BodyErr = true, err
	case coding != "" && coding != "identity" && !utf8.Valid(x.Body):
		x.BodyErr = fmt.Errorf("the body is compressed in a way that isn't read (Content-Encoding): record it decompressed, as curl --compressed does")
	}
}
