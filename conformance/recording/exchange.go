// Package recording reads recorded responses from the files that people keep: JSON
// bodies, .http files as curl -i prints them, and NDJSON archives.
package recording

import (
	"bytes"
	"net/http"
	"net/url"
	"unicode/utf8"
)

// Exchange is one recorded response, with its request where the recording has it.
type Exchange struct {
	// File is the path as it was given, joined with "/"; "-" is standard input.
	File string
	// Entry counts from 0 within a file of many; it is 0 in any other.
	Entry int
	// Many says that File can hold many entries.
	Many bool
	// Method and URL are the request's; URL is nil where no request was recorded.
	Method string
	URL    *url.URL
	// Status is the response's HTTP status; 0 where the body stands alone.
	Status int
	// Header is the response's; nil where the body stands alone.
	Header http.Header
	// Body is the response's body.
	Body []byte
	// Err says why the entry can't be read; the fields above it may be missing then.
	Err error

	text      []byte // the file, or the line of it, that the exchange was read from
	start     Place  // where text starts in the file
	body      int    // where Body starts in text
	bodyPlace Place  // the same in the file, once it is known
	status    int    // where the status stands in text
	header    map[string]int
	// inner maps an offset in Body to one in text where Body is written with escapes.
	inner func(offset int) int
}

// Place is a place in a recording: Offset counts bytes from 0, Line and Column count
// from 1, Column in code points.
type Place struct{ Offset, Line, Column int }

// BodyPlace returns where in the file a place in Body stands; that place counts from
// the start of Body.
func (x *Exchange) BodyPlace(p Place) Place {
	if x.inner != nil {
		return x.place(x.inner(p.Offset))
	}
	if x.bodyPlace == (Place{}) {
		x.bodyPlace = x.place(x.body)
	}
	if p.Line == 1 {
		p.Column += x.bodyPlace.Column - 1
	}
	return Place{x.bodyPlace.Offset + p.Offset, x.bodyPlace.Line + p.Line - 1, p.Column}
}

// BodyOffset returns where in the file the byte of Body at offset stands.
func (x *Exchange) BodyOffset(offset int) int {
	if x.inner != nil {
		return x.start.Offset + x.inner(offset)
	}
	return x.start.Offset + x.body + offset
}

// StatusPlace returns where in the file the status stands; the start of the body where
// none is recorded.
func (x *Exchange) StatusPlace() Place { return x.place(x.status) }

// HeaderPlace returns where in the file the header with that name stands.
func (x *Exchange) HeaderPlace(name string) Place {
	return x.place(x.header[http.CanonicalHeaderKey(name)])
}

func (x *Exchange) place(at int) Place {
	before := x.text[:at]
	p := x.start
	p.Offset += at
	p.Line += bytes.Count(before, []byte{'\n'})
	if i := bytes.LastIndexByte(before, '\n'); i >= 0 {
		p.Column, before = 1, before[i+1:]
	}
	p.Column += utf8.RuneCount(before)
	return p
}

// Line returns the line of the file that offset, counted from the start of the file,
// stands in, as far as it lies within reach bytes of offset, and where in the file that
// starts; cut says on which sides the line goes on.
func (x *Exchange) Line(offset, reach int) (line []byte, start int, cutBefore, cutAfter bool) {
	at := offset - x.start.Offset
	from, to := max(at-reach, 0), min(at+reach, len(x.text))
	cutBefore, cutAfter = from > 0, to < len(x.text)
	if n := bytes.LastIndexByte(x.text[from:at], '\n'); n >= 0 {
		from, cutBefore = from+n+1, false
	}
	if n := bytes.IndexByte(x.text[at:to], '\n'); n >= 0 {
		to, cutAfter = at+n, false
		if to > at && x.text[to-1] == '\r' {
			to--
		}
	}
	return x.text[from:to], x.start.Offset + from, cutBefore, cutAfter
}
