package recording

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// splitHAR cuts a HAR 1.2 file into its entries: a chunk each. The rest of the file is
// passed over, and no more of it than one entry is in memory.
func splitHAR(file string, r io.Reader, claim Claim) iter.Seq[*Chunk] {
	return func(yield func(*Chunk) bool) {
		s := newScroll(r, claim)
		entry, stopped, found := 0, false, false
		err := eachEntry(s, func(text []byte, at Place) bool {
			x := &Exchange{File: file, Entry: entry, Many: true, text: text, start: at, shown: make([]span, showables)}
			entry++
			stopped = !yield(&Chunk{Size: len(text), Exchanges: func(claim Claim) iter.Seq[*Exchange] {
				return func(yield func(*Exchange) bool) {
					x.memory = claim
					x.parseEntry()
					yield(x)
				}
			}})
			return !stopped
		}, &found)
		switch {
		case stopped:
			return
		case err == nil && !found:
			err = errors.New(`no HAR file: it has no "entries" in a "log"`)
		}
		if err != nil {
			yield(failed(&Exchange{File: file, Entry: entry, Many: true, Err: s.explain(err)}))
		}
	}
}

// eachEntry calls f for each member of log.entries with its place, until f says no.
func eachEntry(s *scroll, f func(text []byte, at Place) bool, found *bool) error {
	d := jsontext.NewDecoder(s, jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
	// The names of the members that lead to the entries.
	path := []string{"log", "entries"}
	switch d.PeekKind() {
	case '{':
	case 0:
		if _, err := d.ReadToken(); !errors.Is(err, io.EOF) {
			return err
		}
		return nil
	default:
		return nil
	}
	for depth := 0; ; {
		token, err := d.ReadToken()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		s.forget(d.InputOffset())
		switch token.Kind() {
		case '{':
			depth++
			continue
		case '}':
			if depth--; depth == 0 && d.PeekKind() != 0 {
				return errors.New("something stands after the end of the HAR file")
			}
			continue
		}
		wanted, last := token.String() == path[depth-1], depth == len(path)
		switch kind := d.PeekKind(); {
		case !wanted, last && kind != '[', !last && kind != '{':
			if err := skipValue(d, s); err != nil {
				return err
			}
		case last:
			*found = true
			if _, err := d.ReadToken(); err != nil {
				return err
			}
			for d.PeekKind() != ']' {
				value, err := d.ReadValue()
				if err != nil {
					return err
				}
				text, at := s.take(d.InputOffset(), len(value))
				if !f(text, at) {
					return nil
				}
			}
			if _, err := d.ReadToken(); err != nil {
				return err
			}
		}
	}
}

// skipValue passes over a value, however long it is.
func skipValue(d *jsontext.Decoder, s *scroll) error {
	for depth := d.StackDepth(); ; {
		if _, err := d.ReadToken(); err != nil {
			return err
		}
		s.forget(d.InputOffset())
		if d.StackDepth() == depth {
			return nil
		}
	}
}

// scroll is text that is read from front to back: what has been read, but not forgotten,
// stays, with its place.
type scroll struct {
	r     io.Reader
	text  []byte
	place Place // where text starts in the file
	mark  int   // how long the byte order mark before the text is

	claim   Claim
	claimed int // for text that is long
}

// readAhead is how much is read at once, in bytes, and longEntry from which length on an
// entry isn't copied.
const (
	readAhead = 64 << 10
	longEntry = 1 << 20
)

func newScroll(r io.Reader, claim Claim) *scroll {
	const mark = "\ufeff"
	buffered, place := bufio.NewReader(r), start
	if head, _ := buffered.Peek(len(mark)); string(head) == mark {
		_, _ = buffered.Discard(len(mark))
		place.Offset = len(mark)
	}
	return &scroll{r: buffered, claim: claim, place: place, mark: place.Offset}
}

func (s *scroll) Read(p []byte) (int, error) {
	if len(s.text) > MaxEntry {
		return 0, errTooLong
	}
	if err := s.grow(); err != nil {
		return 0, err
	}
	n, err := s.r.Read(p[:min(len(p), readAhead)])
	s.text = append(s.text, p[:n]...)
	return n, err
}

// readCopies is how many copies of a long entry there are while it is read: the text, with
// room to grow, and what the decoder has of it.
const readCopies = 4

// grow claims memory where the text is long, for twice as much.
func (s *scroll) grow() error {
	if len(s.text) < longEntry || len(s.text) < s.claimed/readCopies {
		return nil
	}
	more := 2*len(s.text)*readCopies - s.claimed
	s.claimed += more
	return s.claim.of(more)
}

// forget forgets what the first offset bytes that were read hold.
func (s *scroll) forget(offset int64) {
	n := s.mark + int(offset) - s.place.Offset
	s.place = s.place.after(s.text[:n])
	s.text = s.text[n:]
}

// take returns the n bytes before offset and their place, and forgets them.
func (s *scroll) take(offset int64, n int) (text []byte, at Place) {
	s.forget(offset - int64(n))
	text, at = s.text[:n:n], s.place
	s.forget(offset)
	s.claimed = 0
	if n < longEntry {
		return bytes.Clone(text), at
	}
	s.text = bytes.Clone(s.text) // it is short: the memory goes with the entry
	return text, at
}

// explain says where the file is broken, and nothing of what stands there.
func (s *scroll) explain(err error) error {
	var syntax *jsontext.SyntacticError
	if !errors.As(err, &syntax) {
		if reason := errors.Unwrap(err); reason != nil {
			return reason // of reading, not of JSON
		}
		return err
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the file is cut off: its JSON has no end")
	}
	at := s.place
	if n := s.mark + int(syntax.ByteOffset) - at.Offset; n >= 0 && n <= len(s.text) {
		at = at.after(s.text[:n])
	}
	return fmt.Errorf("not JSON at line %d, column %d", at.Line, at.Column)
}

// parseEntry takes an entry of a HAR file apart.
func (x *Exchange) parseEntry() {
	x.Header, x.header = http.Header{}, map[string]int{}
	var content struct {
		text, encoding jsontext.Value
		at             int
		size           string
	}
	var response bool
	d := newDecoder(x.text)
	err := eachMember(d, func(name string) error {
		switch name {
		case "request":
			value, _, err := readValue(d, x.text)
			if err != nil {
				return err
			}
			return x.parseEntryRequest(value)
		case "response":
			response = true
			return eachMember(d, func(name string) error {
				switch name {
				case "status":
					value, at, err := readValue(d, x.text)
					if err != nil {
						return err
					}
					if x.Status, err = strconv.Atoi(string(value)); err != nil {
						return errors.New("its status isn't a whole number")
					}
					x.status = at
					x.show(showStatus, at, value)
				case "headers":
					return parseEntryHeaders(d, x.text, x.addHeader)
				case "content":
					x.body = int(d.InputOffset()) + 1
					return eachMember(d, func(name string) (err error) {
						switch name {
						case "text":
							content.text, content.at, err = readValue(d, x.text)
						case "encoding":
							content.encoding, _, err = readValue(d, x.text)
						case "size":
							var size jsontext.Value
							size, _, err = readValue(d, x.text)
							content.size = string(size)
						}
						return err
					})
				}
				return nil
			})
		}
		return nil
	})
	switch {
	case isLimit(err):
		x.Err = err
	case err != nil:
		x.Err = fmt.Errorf("no entry of a HAR file: %w", err)
	case x.URL == nil || !response:
		x.Err = errors.New("no entry of a HAR file: it has no request and response")
	case x.Status <= 0:
		x.Err = errors.New("no response was recorded: its status is 0")
	case content.text == nil || content.text.Kind() == 'n':
		if content.size != "0" {
			x.BodyErr = errors.New("the body was not recorded: save the HAR file with content")
		}
	case content.text.Kind() != '"':
		x.BodyErr = errors.New("the text of the body isn't a string")
	default:
		x.body = content.at
		if x.BodyErr = errors.Join(x.claim(x.fieldBytes), x.unescapeBody(content.text)); x.BodyErr != nil {
			return
		}
		if strings.EqualFold(string(content.encoding), `"base64"`) {
			if !x.decodeBase64() {
				x.BodyErr = errors.New("the body isn't base64, though its encoding says so")
				return
			}
		} else {
			x.show(showBody, content.at, content.text)
		}
		x.decompress()
	}
}

// decodeBase64 takes the body out of its base64, in the memory that it has, and reports
// whether it is base64.
func (x *Exchange) decodeBase64() bool {
	x.Decoded = true
	n, err := base64.StdEncoding.Decode(x.Body, x.Body) // what is written has been read
	x.Body = x.Body[:n]
	return err == nil
}

// parseEntryRequest takes method, address and headers of the request: of the rest, such as
// what was posted, nothing is asked, but that what is secret in it is redacted elsewhere.
func (x *Exchange) parseEntryRequest(request jsontext.Value) (err error) {
	var address string
	x.RequestHeader, x.sent = http.Header{}, request
	d := newDecoder(request)
	err = eachMember(d, func(name string) error {
		switch name {
		case "method":
			return readString(d, &x.Method)
		case "url":
			return readString(d, &address)
		case "headers":
			if d.PeekKind() == '[' {
				return parseEntryHeaders(d, request, func(name, value string, _ int, _ []byte) error {
					x.RequestHeader.Add(name, value)
					return x.countField(name, value)
				})
			}
		}
		return nil
	})
	if isLimit(err) {
		return err
	}
	if err != nil {
		return errors.New("its request can't be read")
	}
	x.Method = strings.ToUpper(x.Method)
	x.URL, err = parseAddress(address)
	return err
}

// parseAddress reads the address of a request. Browsers ask for many that aren't well
// formed: of those the server counts.
func parseAddress(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err == nil {
		return u, nil
	}
	if scheme, rest, ok := strings.Cut(address, "://"); ok {
		end := strings.IndexAny(rest, "/?#")
		if end < 0 {
			end = len(rest)
		}
		if u, err := url.Parse(scheme + "://" + rest[:end]); err == nil {
			u.Path, _, _ = strings.Cut(rest[end:], "?")
			return u, nil
		}
	}
	return nil, errors.New("the request's address can't be read")
}

// parseEntryHeaders adds the headers in a list of names and values, less those that HTTP/2
// has in the place of a request line.
func parseEntryHeaders(d *jsontext.Decoder, entry []byte, add func(name, value string, at int, shown []byte) error) error {
	if d.PeekKind() != '[' {
		return errors.New("its headers aren't a list")
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	for d.PeekKind() != ']' {
		var name, text string
		var shown jsontext.Value
		var at int
		err := eachMember(d, func(member string) (err error) {
			switch member {
			case "name":
				return readString(d, &name)
			case "value":
				if shown, at, err = readValue(d, entry); err != nil {
					return err
				}
				return readString(newDecoder(shown), &text)
			}
			return nil
		})
		if err != nil {
			return errors.New("its headers can't be read")
		}
		if !strings.HasPrefix(name, ":") {
			if err := add(name, strings.TrimSpace(text), at, shown); err != nil {
				return err
			}
		}
	}
	_, err := d.ReadToken()
	return err
}

// addHeader adds a field of the response, which stands at at.
func (x *Exchange) addHeader(name, value string, at int, shown []byte) error {
	name = http.CanonicalHeaderKey(name)
	if _, ok := x.header[name]; !ok && name == "Content-Type" {
		x.header[name] = at
		x.show(showType, at, shown)
	}
	x.Header.Add(name, value)
	return x.countField(name, value)
}
