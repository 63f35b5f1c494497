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
	"unicode/utf8"

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
	var hasResponse bool
	response := *x
	response.Header = http.Header{}
	response.Body = nil
	err := eachMember(x.text, 0, func(name string, at int, value jsontext.Value) (err error) {
		switch name {
		case "request":
			err = json.Unmarshal(value, &request)
		case "response":
			hasResponse = value.Kind() == '{'
			err = response.parseResponse(at, value)
		}
		return err
	})
	if err != nil || !hasResponse || response.Status == 0 {
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

func (x *Exchange) parseResponse(at int, value jsontext.Value) error {
	if value.Kind() != '{' {
		return nil
	}
	return eachMember(value, at, func(name string, at int, value jsontext.Value) (err error) {
		switch name {
		case "status":
			x.Status, err = strconv.Atoi(string(value))
			x.status = at
		case "headers":
			var header map[string][]string
			err = json.Unmarshal(value, &header)
			for name, values := range header {
				x.Header[http.CanonicalHeaderKey(name)] = values
			}
			x.header = map[string]int{"Content-Type": at}
		case "body":
			x.body, x.Body = at, value
			if value.Kind() == '"' {
				x.Body, x.inner = unescape(value, at)
			}
		}
		return err
	})
}

// eachMember calls f for each member of the JSON object in text, with the place of its
// value; base is the place of text.
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
	return nil
}

// unescape returns what the JSON string quoted, which stands at base, means, and how
// offsets in it map to places.
func unescape(quoted []byte, base int) (text []byte, place func(int) int) {
	text, err := jsontext.AppendUnquote(nil, quoted)
	if err != nil {
		text = nil
	}
	return text, func(offset int) int {
		i := 1
		for n := 0; n < offset && i < len(quoted)-1; {
			width, read := 1, 1
			switch {
			case quoted[i] == '\\' && quoted[i+1] == 'u':
				read = 6
				r := text[n:]
				_, width = utf8.DecodeRune(r)
				if width == 4 {
					read = 12
				}
			case quoted[i] == '\\':
				read = 2
			}
			n += width
			i += read
		}
		return base + i
	}
}
