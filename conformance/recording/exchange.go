// Package recording reads recorded responses from the files that people keep: JSON
// bodies, .http files as curl -i prints them, NDJSON archives, HAR files and go-vcr
// cassettes, each also compressed. It writes .http files, and takes the secrets out first.
package recording

import (
	"bytes"
	"net/http"
	"net/url"
	"sort"
	"unicode/utf8"
)

// Exchange is one recorded response, with its request where the recording has it. Places count
// in the file that it was read from; in Body where it was made by hand.
type Exchange struct {
	// File is the path as it was given, joined with "/"; "-" is standard input.
	File string
	// Entry counts from 0 within a file of many; it is 0 in any other.
	Entry int
	// Many says that File can hold many entries.
	Many bool
	// Source says in words where the exchange is from: the line "# source:" of a .http file, the member "source" of an
	// exchange in NDJSON. It is empty where nothing says.
	Source string
	// Method and URL are the request's; URL is nil where no request was recorded.
	Method string
	URL    *url.URL
	// RequestHeader is the request's; nil where no request, or none of it, was recorded.
	RequestHeader http.Header
	// Status is the response's HTTP status; 0 where the body stands alone.
	Status int
	// Header is the response's; nil where the body stands alone.
	Header http.Header
	// Body is the response's body, without its content coding.
	Body []byte
	// Decoded says that Body doesn't stand in the file as text, but compressed or in
	// base64: then places in it count from the start of Body.
	Decoded bool
	// BodyErr says why there is no Body, where the rest could be read.
	BodyErr error
	// Err says why the entry can't be read; the fields above it may be missing then.
	Err error

	text   []byte // the file, or the line of it, that the exchange was read from
	start  Place  // where text starts in the file
	body   int    // where Body starts in text
	status int    // where the status stands in text
	header map[string]int
	inner  written // Body as text writes it, where that isn't byte by byte
	shown  []span  // what of text may be shown to people, by showable; nil: all of it

	memory     Claim
	expanded   int // how much of memory was claimed
	fieldBytes int // how long the header fields are, as countField counts

	// What is known of the request beyond the fields above: all of it as JSON, the text of its
	// body, or its headers. It is never written, but what is secret in it is redacted elsewhere.
	sent       []byte
	sentText   string
	sentHeader http.Header

	unopened bool // text is a line that may be an exchange: see Open

	last   Place   // the place that was asked for last
	places []Place // of text, in order: one at least every placeEvery bytes up to the last
}

// span is a part of text.
type span struct{ from, to int }

// showable is what of a text may be shown to people. Where it stands there twice, the last
// one counts.
type showable int

const (
	showStatus showable = iota
	showType
	showBody
	showables
)

// show lets people see value, which is at at.
func (x *Exchange) show(what showable, at int, value []byte) {
	x.shown[what] = span{at, at + len(value)}
}

// written is a body that stands in the file in other words: escaped, or folded.
type written interface {
	// place returns where the byte of the body at offset stands, from where the body
	// starts in the file on.
	place(offset int) int
}

// Place is a place in a recording: Offset counts bytes from 0, Line and Column count
// from 1, Column in code points.
type Place struct{ Offset, Line, Column int }

// BodyPlace returns where in the file a place in Body stands; that place counts from
// the start of Body. Of a Decoded body it is the same place.
func (x *Exchange) BodyPlace(p Place) Place {
	switch {
	case x.Decoded:
		return p
	case x.inner != nil:
		return x.place(x.body + x.inner.place(p.Offset))
	}
	return x.place(x.body + p.Offset)
}

// BodyOffset returns where in the file the byte of Body at offset stands; in a Decoded
// body, offset.
func (x *Exchange) BodyOffset(offset int) int {
	switch {
	case x.Decoded:
		return offset
	case x.inner != nil:
		offset = x.inner.place(offset)
	}
	return x.start.Offset + x.body + offset
}

// BodyAround is Around for an offset that BodyOffset returned.
func (x *Exchange) BodyAround(offset, before, after int) Excerpt {
	if x.Decoded {
		x = &Exchange{text: x.Body}
	}
	return x.Around(offset, before, after)
}

// StatusPlace returns where in the file the status stands; the start of the body where
// none is recorded.
func (x *Exchange) StatusPlace() Place { return x.place(x.status) }

// HeaderPlace returns where in the file the header with that name stands.
func (x *Exchange) HeaderPlace(name string) Place {
	return x.place(x.header[http.CanonicalHeaderKey(name)])
}

// placeEvery is how many bytes of text are counted for a place that is before the last one.
const placeEvery = 16 << 10

// place returns where in the file text[at] is. Places are asked for in ascending order,
// mostly, so it counts on from the last one, and else from the nearest one that it has kept.
func (x *Exchange) place(at int) Place {
	text, first := x.origin()
	at = within(text, at)
	if len(x.places) == 0 {
		x.last, x.places = first, []Place{first}
	}
	if at < x.last.Offset-first.Offset {
		i := sort.Search(len(x.places), func(i int) bool { return x.places[i].Offset-first.Offset > at })
		x.last = x.places[i-1]
	}
	for from := x.last.Offset - first.Offset; from < at; {
		to := min(from+placeEvery, at)
		for to < at && !utf8.RuneStart(text[to]) {
			to++
		}
		x.last = x.last.after(text[from:to])
		if x.last.Offset-x.places[len(x.places)-1].Offset >= placeEvery {
			x.places = append(x.places, x.last)
		}
		from = to
	}
	return x.last
}

// origin returns the text that the exchange was read from, and where it starts in the file. An
// exchange made by hand has its body alone.
func (x *Exchange) origin() ([]byte, Place) {
	if x.text == nil {
		return x.Body, start
	}
	return x.text, x.start
}

// within returns at, or the nearest place in text: Body may have been replaced by a longer one.
func within(text []byte, at int) int { return min(max(at, 0), len(text)) }

// after returns the place behind text, which stands at p.
func (p Place) after(text []byte) Place {
	p.Offset += len(text)
	if i := bytes.LastIndexByte(text, '\n'); i >= 0 {
		p.Line += bytes.Count(text, []byte{'\n'})
		p.Column, text = 1, text[i+1:]
	}
	p.Column += utf8.RuneCount(text)
	return p
}

// Excerpt is a part of one line of a recording.
type Excerpt struct {
	Text   []byte
	Offset int // where in the file Text starts
	// CutBefore and CutAfter say that the line goes on there.
	CutBefore, CutAfter bool
}

// Around returns what stands in the line of the file at offset, at most before code
// points back and after ones on. Of an exchange on one line it gives the body, the
// status or the Content-Type alone: around them stand addresses, keys and cookies.
func (x *Exchange) Around(offset, before, after int) Excerpt {
	text, first := x.origin()
	at := within(text, offset-first.Offset)
	limits := span{0, len(text)}
	if x.shown != nil {
		limits = span{at, at}
		for _, s := range x.shown {
			if s.from <= at && at <= s.to {
				limits = s
			}
		}
	}
	from, to := at, at
	for ; before > 0 && from > limits.from && text[from-1] != '\n'; before-- {
		_, size := utf8.DecodeLastRune(text[limits.from:from])
		from -= size
	}
	for ; after > 0 && to < limits.to && !lineEnds(text[to:]); after-- {
		_, size := utf8.DecodeRune(text[to:limits.to])
		to += size
	}
	return Excerpt{
		Text: text[from:to], Offset: first.Offset + from,
		CutBefore: from > 0 && text[from-1] != '\n', CutAfter: !lineEnds(text[to:]),
	}
}

// lineEnds says whether a line of the file ends where text starts.
func lineEnds(text []byte) bool {
	return len(text) == 0 || text[0] == '\n' || text[0] == '\r' && (len(text) == 1 || text[1] == '\n')
}
