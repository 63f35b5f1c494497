package recording

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maxLine is how long a line of NDJSON can be, in bytes.
const maxLine = 1 << 30

// readNDJSON reads a file with a body or an exchange on each line. An exchange is
// {"request": {"method", "url"}, "response": {"status", "headers", "body"}}; any other
// line is a body, and a blank one nothing.
func readNDJSON(file string, r io.Reader) iter.Seq[Exchange] {
	return func(yield func(Exchange) bool) {
		lines := bufio.NewReaderSize(r, 1<<18)
		place := Place{Line: 1, Column: 1}
		for entry := 0; ; {
			line, err := readLine(lines)
			if err != nil && !errors.Is(err, io.EOF) {
				yield(Exchange{File: file, Entry: entry, Many: true, Err: err})
				return
			}
			if text := bytes.TrimRight(line, "\r\n"); len(bytes.TrimSpace(text)) > 0 {
				x := Exchange{File: file, Entry: entry, Many: true, Body: text, text: text, start: place}
				if bytes.Contains(text, []byte(`"response"`)) {
					x.parseLine()
				}
				entry++
				if !yield(x) {
					return
				}
			}
			if err != nil {
				return
			}
			place.Offset += len(line)
			place.Line++
		}
	}
}

// readLine reads a line and its end. The line is the caller's.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		chunk, err := r.ReadSlice('\n')
		line = append(line, chunk...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
		if len(line) > maxLine {
			return nil, fmt.Errorf("a line of more than %d bytes", maxLine)
		}
	}
}

// parseLine takes the line apart where it is an exchange, and leaves it alone where it
// isn't.
func (x *Exchange) parseLine() {
	var request struct {
		Method string `json:"method"`
		URL    string `json:"url"`
	}
	response := *x
	response.Header, response.header = http.Header{}, map[string]int{}
	response.Body, response.shown = nil, []span{}
	err := eachMember(x.text, 0, func(name string, at int, value jsontext.Value) error {
		switch name {
		case "request":
			return json.Unmarshal(value, &request)
		case "response":
			response.body = at
			return eachMember(value, at, response.parseResponse)
		}
		return nil
	})
	if err != nil || response.Status == 0 {
		return
	}
	*x = response
	if request.URL != "" {
		x.Method = request.Method
		if x.URL, err = url.Parse(request.URL); err != nil {
			x.Err = errors.New("the request's address can't be read")
		}
	}
}

// parseResponse takes one member of the response.
func (x *Exchange) parseResponse(name string, at int, value jsontext.Value) (err error) {
	switch name {
	case "status":
		x.Status, err = strconv.Atoi(string(value))
		x.status = at
		x.show(at, value)
	case "headers":
		return eachMember(value, at, func(name string, at int, value jsontext.Value) error {
			var values []string
			if err := json.Unmarshal(value, &values); err != nil {
				return err
			}
			if name = http.CanonicalHeaderKey(name); name == "Content-Type" {
				x.header[name] = at
				x.show(at, value)
			}
			x.Header[name] = append(x.Header[name], values...)
			return nil
		})
	case "body":
		x.body, x.Body = at, value
		x.show(at, value)
		if value.Kind() == '"' {
			x.Body, x.inner = unescape(value)
		}
	}
	return err
}

// show lets people see value, which stands at at.
func (x *Exchange) show(at int, value jsontext.Value) {
	x.shown = append(x.shown, span{at, at + len(value)})
}

// eachMember calls f for each member of the JSON object in text, with the place of its
// value; base is the place of text. It returns an error where text is anything else.
func eachMember(text []byte, base int, f func(name string, at int, value jsontext.Value) error) error {
	d := jsontext.NewDecoder(bytes.NewReader(text), jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
	if token, err := d.ReadToken(); err != nil || token.Kind() != '{' {
		return errors.New("not an object")
	}
	for d.PeekKind() == '"' {
		name, err := d.ReadToken()
		if err != nil {
			return err
		}
		key := name.String()
		value, err := d.ReadValue()
		if err != nil {
			return err
		}
		at := int(d.InputOffset()) - len(value)
		if err := f(key, base+at, text[at:at+len(value)]); err != nil {
			return err
		}
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	if _, err := d.ReadToken(); !errors.Is(err, io.EOF) {
		return errors.New("something stands after the object")
	}
	return nil
}
