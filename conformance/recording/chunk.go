package recording

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
)

// MaxEntry is how long one entry may be, in bytes: a body, a line, an entry of a HAR
// file, a cassette; where it is compressed, what it decompresses to. It bounds the
// memory that a file can ask for.
const MaxEntry = 256 << 20

// Chunk is a run of whole entries of a file, cut off but not yet taken apart: what one
// worker does while another does the next.
type Chunk struct {
	// Size is how much memory the chunk holds before Exchanges runs, in bytes; 0 where
	// nothing has been read.
	Size int
	// Read is how many bytes of the file had been read, as it lies on the disk, when the
	// chunk was cut off.
	Read int64
	// Exchanges returns the entries in the chunk, and claims memory for what they expand to.
	// What an entry has claimed is in its Expanded; all else belongs to the chunk. An
	// entry is good until the next is asked for, and may have to be opened: see Exchange.Open.
	Exchanges func(Claim) iter.Seq[*Exchange]

	release func()
}

// Release gives the memory of the chunk back. Nothing of its exchanges may be used any
// more.
func (c *Chunk) Release() {
	if c.release != nil {
		c.release()
	}
}

// Chunks cuts a file into chunks, in the order of its entries. It reads as Read does; the
// exchanges of different chunks can be taken at the same time. Listed says that the file
// was found in a folder, and not named by somebody: then it is read only where it is a
// regular file, whatever it was when it was found. Chunks claims memory before it reads a
// long entry; that can be given back when the chunk comes, whose Size counts from then on.
func Chunks(file string, listed bool, claim Claim) iter.Seq[*Chunk] {
	return func(yield func(*Chunk) bool) {
		format, compression := byName(file)
		if format != nil && format.parse != nil && file != "-" {
			yield(&Chunk{Exchanges: func(claim Claim) iter.Seq[*Exchange] {
				return func(yield func(*Exchange) bool) {
					in, err := open(file, compression, listed, claim)
					if err != nil {
						yield(&Exchange{File: file, Err: err})
						return
					}
					defer in.Close()
					format.whole(file, in, claim)(yield)
				}
			}})
			return
		}
		in, err := open(file, compression, listed, nil)
		if err != nil {
			yield(failed(&Exchange{File: file, Err: err}))
			return
		}
		defer in.Close()
		if format == nil {
			if format, err = in.sniff(); err != nil {
				yield(failed(&Exchange{File: file, Err: err}))
				return
			}
		}
		if format.parse != nil {
			yield(&Chunk{Read: in.read.Load(), Exchanges: func(claim Claim) iter.Seq[*Exchange] {
				return format.whole(file, in, claim)
			}})
			return
		}
		for c := range format.split(file, in, claim) {
			c.Read = in.read.Load()
			if !yield(c) {
				return
			}
		}
	}
}

// failed is a chunk with nothing but what could not be read.
func failed(x *Exchange) *Chunk {
	return &Chunk{Exchanges: func(Claim) iter.Seq[*Exchange] { return just(x) }}
}

// just is one exchange.
func just(x *Exchange) iter.Seq[*Exchange] {
	return func(yield func(*Exchange) bool) { yield(x) }
}

// format is a way to read a file, by one of two.
type format struct {
	// parse takes a whole file apart. It claims memory for what it makes of text.
	parse func(file string, text []byte, claim Claim) iter.Seq[*Exchange]
	// split cuts what it reads into chunks. It claims memory for long entries.
	split func(file string, r io.Reader, claim Claim) iter.Seq[*Chunk]
}

var (
	jsonFormat     = &format{parse: parseJSON}
	httpFormat     = &format{parse: parseHTTP}
	ndjsonFormat   = &format{split: splitNDJSON}
	harFormat      = &format{split: splitHAR}
	cassetteFormat = &format{parse: parseCassette}
)

// formats are the ways to read a file by its extension.
var formats = map[string]*format{
	".json":   jsonFormat,
	".http":   httpFormat,
	".ndjson": ndjsonFormat,
	".jsonl":  ndjsonFormat,
	".har":    harFormat,
	".yaml":   cassetteFormat,
	".yml":    cassetteFormat,
}

// byName returns the format and the compression that a file's name tells; nil and empty
// where it tells none.
func byName(file string) (*format, compression) {
	extension := strings.ToLower(filepath.Ext(file))
	c := compressions[extension]
	if c != "" {
		extension = strings.ToLower(filepath.Ext(file[:len(file)-len(extension)]))
	}
	return formats[extension], c
}

// whole reads all of in and takes it apart.
func (f *format) whole(file string, in *input, claim Claim) iter.Seq[*Exchange] {
	return func(yield func(*Exchange) bool) {
		text, err := readAll(in, in.size, claim)
		if err != nil {
			yield(&Exchange{File: file, Err: err})
			return
		}
		f.parse(file, text, claim)(yield)
	}
}

// readAll reads up to MaxEntry bytes, for which it claims memory. Size is how many there
// are likely to be, 0 where nothing says. It returns an error where there are more.
func readAll(r io.Reader, size int64, claim Claim) ([]byte, error) {
	const least = 4096
	room := int(min(max(size, least-1), MaxEntry)) + 1 // the end is read, too
	if err := claim.of(room); err != nil {
		return nil, err
	}
	text := make([]byte, 0, room)
	for {
		n, err := r.Read(text[len(text):cap(text)])
		text = text[:len(text)+n]
		switch {
		case errors.Is(err, io.EOF):
			return text, nil
		case err != nil:
			return nil, err
		case len(text) > MaxEntry:
			return nil, errTooLong
		case len(text) == cap(text):
			room := min(2*cap(text), MaxEntry+1)
			if err := claim.of(room); err != nil {
				return nil, err
			}
			text = append(make([]byte, 0, room), text...)
		}
	}
}

var errTooLong = fmt.Errorf("more than %d MiB in one entry", MaxEntry>>20)

// input is an open file, decompressed.
type input struct {
	io.Reader
	size  int64        // how long the file is; 0 where that isn't known, or it is compressed
	read  atomic.Int64 // how many bytes of it have been read: decompressors read ahead
	file  *os.File
	stays bool // file is standard input, which is left open
	close func()
}

// ErrNotRegular is the error of a file in a folder that is no regular file.
var ErrNotRegular = errors.New("not a regular file: pipes and devices in a folder are not read")

// OpenListed opens a file that was found in a folder. It never waits, and returns
// ErrNotRegular where there is no regular file any more.
func OpenListed(file string) (*os.File, error) {
	// A pipe that nobody writes to would hold an open that may wait.
	f, err := os.OpenFile(file, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		_ = f.Close()
		return nil, cmp.Or(err, ErrNotRegular)
	}
	return f, nil
}

// open opens a file; "-" is standard input. One that is listed has to be a regular file.
// Memory is claimed for what decompressing it takes.
func open(file string, c compression, listed bool, claim Claim) (*input, error) {
	in := &input{file: os.Stdin, stays: file == "-"}
	if !in.stays {
		opener := os.Open
		if listed {
			opener = OpenListed
		}
		f, err := opener(file)
		if err != nil {
			return nil, err
		}
		in.file = f
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() && c == "" {
			in.size = info.Size()
		}
	}
	in.Reader = counted{in}
	if err := in.decompress(c, claim); err != nil {
		in.Close()
		return nil, err
	}
	return in, nil
}

// decompress makes in give what its bytes are compressed from.
func (in *input) decompress(c compression, claim Claim) error {
	if c == "" {
		return nil
	}
	r, err := c.reader(in.Reader, maxWindow, claim)
	if err != nil {
		return err
	}
	in.Reader, in.close = r, func() { _ = r.Close() }
	return nil
}

// Close closes the file; standard input stays open.
func (in *input) Close() {
	if in.close != nil {
		in.close()
	}
	if !in.stays {
		_ = in.file.Close()
	}
}

// counted reads the file itself, and counts.
type counted struct{ in *input }

func (c counted) Read(p []byte) (int, error) {
	n, err := c.in.file.Read(p)
	c.in.read.Add(int64(n))
	return n, err
}
