package recording

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"unsafe"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// chunkSize is how much of a file of lines is read at once, in bytes: little enough to
// stay in a processor's cache until it has been judged.
const chunkSize = 128 << 10

// headroom is how much of a line a chunk takes over from the one before, in bytes. What
// follows is read to the start of a page: to anywhere else it takes much longer.
const headroom = 64 << 10

// lines is a chunk of a file of lines.
type lines struct {
	memory []byte
	from   int    // where text starts in memory
	text   []byte // whole lines
	start  Place  // where text starts in the file
	entry  int    // the first one in text
	filled []line // those that aren't blank
}

// line is a line of text without its end, and how many stand before it.
type line struct{ from, to, number int }

var linesPool = sync.Pool{New: func() any { return &lines{memory: make([]byte, headroom+chunkSize)} }}

// newLines returns a chunk that starts with the start of a line. It claims memory where that
// is long.
func newLines(rest []byte, claim Claim) (*lines, error) {
	l := linesPool.Get().(*lines)
	if room := (len(rest) + headroom - 1) / headroom * headroom; room > headroom {
		// Twice as much, so that a long line isn't copied over and over; no more than it may have.
		size := room + min(room, max(MaxEntry-room, 0)) + chunkSize
		if err := claim.of(size); err != nil {
			return nil, err
		}
		l = &lines{memory: make([]byte, size)}
		l.from = room - len(rest)
	} else {
		l.from = headroom - len(rest)
	}
	l.text = l.memory[l.from : l.from+len(rest)]
	copy(l.text, rest)
	return l, nil
}

// size is how much memory l takes, in bytes.
func (l *lines) size() int { return len(l.memory) + cap(l.filled)*int(unsafe.Sizeof(line{})) }

// fill reads more text behind what l has, and returns all of it: to the end of its memory,
// or, where that is for a long line, to soon after the line's end. So a chunk never has many
// more lines than an ordinary one. It returns io.EOF where nothing follows.
func (l *lines) fill(r io.Reader) (text []byte, err error) {
	for text = l.text; l.from+len(text) < len(l.memory); {
		to := min(l.from+len(text)+chunkSize, len(l.memory))
		n, err := io.ReadFull(r, l.memory[l.from+len(text):to])
		read := l.memory[l.from+len(text) : l.from+len(text)+n]
		text = l.memory[l.from : l.from+len(text)+n]
		if err == io.ErrUnexpectedEOF {
			err = io.EOF // the last chunk isn't full; what is damaged says so in more words
		}
		if err != nil || bytes.IndexByte(read, '\n') >= 0 {
			return text, err
		}
	}
	return text, nil
}

// release makes l ready for another chunk.
func (l *lines) release() {
	if len(l.memory) == headroom+chunkSize {
		linesPool.Put(l)
	}
}

// splitNDJSON cuts a file with a body or an exchange on each line. An exchange is
// {"source", "request": {"method", "url"}, "response": {"status", "headers", "body"}},
// source and request being optional; any other line is a body, and a blank one nothing.
func splitNDJSON(file string, r io.Reader, claim Claim) iter.Seq[*Chunk] {
	return func(yield func(*Chunk) bool) {
		place, entry := start, 0
		fail := func(err error) bool {
			entry++
			return yield(failed(&Exchange{File: file, Entry: entry - 1, Many: true, Err: err}))
		}
		skip := false // the line that is being read is too long, and has been told
		for l, _ := newLines(nil, nil); ; {
			text, err := l.fill(r)
			if skip {
				end := bytes.IndexByte(text, '\n') + 1
				if skip = end == 0; skip {
					end = len(text)
				} else {
					place.Line++
				}
				place.Offset += end
				text = text[end:]
			}
			end := bytes.LastIndexByte(text, '\n') + 1
			if errors.Is(err, io.EOF) {
				end = len(text)
			}
			tooLong := len(text)-end > MaxEntry
			passed := 0
			if tooLong {
				skip, passed = true, len(text)-end
				text = text[:end]
			}
			next, refused := newLines(text[end:], claim)
			if refused != nil {
				fail(refused)
				return
			}
			breaks := l.cut(text[:end], place, entry)
			place.Offset += end + passed
			place.Line += breaks
			entry += len(l.filled)
			if len(l.filled) == 0 {
				l.release()
			} else if !yield(&Chunk{Size: l.size(), Exchanges: l.exchanges(file), release: l.release}) {
				return
			}
			if tooLong && !fail(errTooLong) || errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				fail(err)
				return
			}
			l = next
		}
	}
}

// cut finds the lines of text, and returns how many line breaks it has.
func (l *lines) cut(text []byte, start Place, entry int) (breaks int) {
	l.text, l.start, l.entry, l.filled = text, start, entry, l.filled[:0]
	for from := 0; from < len(text); {
		next, to, number := len(text), len(text), breaks
		if n := bytes.IndexByte(text[from:], '\n'); n >= 0 {
			to = from + n
			next = to + 1
			breaks++
		}
		for to > from && text[to-1] == '\r' {
			to--
		}
		if to > from && (text[from] > ' ' || len(bytes.TrimSpace(text[from:to])) > 0) {
			l.filled = append(l.filled, line{from, to, number})
		}
		from = next
	}
	return breaks
}

// exchanges takes the lines apart.
func (l *lines) exchanges(file string) func(Claim) iter.Seq[*Exchange] {
	return func(claim Claim) iter.Seq[*Exchange] {
		return func(yield func(*Exchange) bool) { l.each(file, claim, yield) }
	}
}

func (l *lines) each(file string, claim Claim, yield func(*Exchange) bool) {
	var x Exchange
	for i, line := range l.filled {
		if !x.unopened {
			x = Exchange{File: file, Many: true, memory: claim} // most lines leave it as it was
		}
		text := l.text[line.from:line.to:line.to]
		x.Entry, x.Body, x.text, x.unopened = l.entry+i, text, text, true
		x.start = Place{Offset: l.start.Offset + line.from, Line: l.start.Line + line.number, Column: 1}
		if len(text) > MaxEntry {
			x = Exchange{File: file, Entry: x.Entry, Many: true, Err: errTooLong}
		}
		if !yield(&x) {
			return
		}
	}
}

// Open takes a line of NDJSON apart where it is an exchange, and leaves every other entry
// alone. Chunk.Exchanges doesn't, since most lines are bodies, and looking for the rest
// takes a good part of the time that judging them does.
func (x *Exchange) Open() {
	if x.unopened && bytes.Contains(x.text, []byte(`"response"`)) {
		x.parseLine()
	}
	x.unopened = false
}

// parseLine takes the line apart where it is an exchange, and leaves it alone where it
// isn't.
func (x *Exchange) parseLine() {
	var method, address string
	response := *x
	response.Header, response.header = http.Header{}, map[string]int{}
	response.Body, response.shown = nil, make([]span, showables)
	d := newDecoder(x.text)
	err := eachMember(d, func(name string) error {
		switch name {
		case "source":
			if d.PeekKind() == '"' {
				return readString(d, &response.Source)
			}
		case "request":
			if d.PeekKind() == 'n' {
				return nil
			}
			request, _, err := readValue(d, x.text)
			if err != nil {
				return err
			}
			response.sent = request
			d := newDecoder(request)
			return eachMember(d, func(name string) error {
				switch name {
				case "method":
					return readString(d, &method)
				case "url":
					return readString(d, &address)
				case "headers":
					header, err := d.ReadValue()
					if response.fieldBytes += len(header); response.fieldBytes > maxFields {
						return errFields
					}
					response.sentHeader = looseHeader(header)
					return err
				}
				return nil
			})
		case "response":
			response.body = int(d.InputOffset()) + 1
			return eachMember(d, func(name string) error { return response.parseResponse(d, name) })
		}
		return nil
	})
	if isLimit(err) {
		x.Err = err
		return
	}
	if err == nil && !atEnd(d) {
		err = errors.New("something stands after the object")
	}
	if err != nil || response.Status <= 0 {
		return
	}
	*x = response
	if x.Err = x.claim(x.fieldBytes); x.Err == nil {
		x.decompress()
	}
	if address != "" {
		x.Method = method
		if x.URL, err = url.Parse(address); err != nil && x.Err == nil {
			x.Err = errors.New("the request's address can't be read")
		}
	}
}

// looseHeader returns the texts in the headers of a request that aren't read otherwise.
func looseHeader(raw jsontext.Value) http.Header {
	header := http.Header{}
	var given map[string]any
	_ = json.Unmarshal(raw, &given, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)) // as much as can be read
	for name, value := range given {
		values, ok := value.([]any)
		if !ok {
			values = []any{value}
		}
		for _, value := range values {
			if text, ok := value.(string); ok {
				header.Add(name, text)
			}
		}
	}
	return header
}

// parseResponse takes one member of the response.
func (x *Exchange) parseResponse(d *jsontext.Decoder, name string) (err error) {
	switch name {
	case "status":
		value, at, err := readValue(d, x.text)
		if err != nil {
			return err
		}
		x.status = at
		x.show(showStatus, at, value)
		x.Status, err = strconv.Atoi(string(value))
		return err
	case "headers":
		return eachMember(d, func(name string) error {
			value, at, err := readValue(d, x.text)
			if err != nil {
				return err
			}
			if len(value) > maxFields {
				return errFields
			}
			// A single value is often written without its list.
			values := make([]string, 1)
			if value.Kind() == '"' {
				err = json.Unmarshal(value, &values[0])
			} else {
				err = json.Unmarshal(value, &values)
			}
			if err != nil {
				return err
			}
			if name = http.CanonicalHeaderKey(name); name == "Content-Type" {
				x.header[name] = at
				x.show(showType, at, value)
			}
			x.Header[name] = append(x.Header[name], values...)
			for _, value := range values {
				if err := x.countField(name, value); err != nil {
					return err
				}
			}
			return nil
		})
	case "body":
		value, at, err := readValue(d, x.text)
		if err != nil {
			return err
		}
		x.body, x.Body, x.inner = at, value, nil
		x.show(showBody, at, value)
		if value.Kind() == '"' {
			return x.unescapeBody(value)
		}
	}
	return nil
}

// newDecoder reads JSON from text, as bad as it may be inside its strings.
func newDecoder(text []byte) *jsontext.Decoder {
	return jsontext.NewDecoder(bytes.NewBuffer(text), jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
}

// eachMember reads an object and calls f for each member, which reads its value or
// leaves it. It returns an error where anything else than an object stands.
func eachMember(d *jsontext.Decoder, f func(name string) error) error {
	if d.PeekKind() != '{' {
		return errors.New("not an object")
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	for d.PeekKind() == '"' {
		name, err := d.ReadToken()
		if err != nil {
			return err
		}
		key, before := name.String(), d.InputOffset()
		if err := f(key); err != nil {
			return err
		}
		if d.InputOffset() == before {
			if err := d.SkipValue(); err != nil {
				return err
			}
		}
	}
	_, err := d.ReadToken()
	return err
}

// readValue reads a value and returns it with its place in text.
func readValue(d *jsontext.Decoder, text []byte) (value jsontext.Value, at int, err error) {
	read, err := d.ReadValue()
	if err != nil {
		return nil, 0, err
	}
	end := int(d.InputOffset())
	at = end - len(read)
	return text[at:end], at, nil
}

// readString reads a string, or null for none; anything else is an error.
func readString(d *jsontext.Decoder, to *string) error {
	token, err := d.ReadToken()
	if err != nil {
		return err
	}
	switch token.Kind() {
	case '"':
		*to = token.String()
	case 'n':
	default:
		return errors.New("not a string")
	}
	return nil
}

// atEnd says whether nothing follows.
func atEnd(d *jsontext.Decoder) bool {
	_, err := d.ReadToken()
	return errors.Is(err, io.EOF)
}
