package recording

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

var (
	requestLine = regexp.MustCompile(`^([A-Z]+) ([^ \r\n]+)( HTTP/[0-9.]+)?[ \t]*\r?(\n|$)`)
	statusLine  = regexp.MustCompile(`^HTTP/[0-9.]+ ([1-9][0-9]{2})( [^\r\n]*)?\r?(\n|$)`)
	sourceLine  = regexp.MustCompile(`^#[ \t]*source:[ \t]*([^\r\n]*)`)
	fieldName   = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
)

// parseHTTP takes a .http file apart: "# key: value" lines, a request, and the response
// as curl -i prints it; all but the response can be absent. Where several responses
// stand one after the other, as curl -L prints them, the last one counts. The body is
// all that follows, whatever Content-Length and Transfer-Encoding say: curl leaves them
// in, and they are those of the wire.
func parseHTTP(file string, text []byte, claim Claim) iter.Seq[*Exchange] {
	x := &Exchange{File: file, text: text, start: start, memory: claim}
	if x.Err = x.parse(); x.Err == nil {
		x.Err = x.claim(x.fieldBytes)
	}
	x.decompress()
	return just(x)
}

func (x *Exchange) parse() error {
	at := 0
	for bytes.HasPrefix(x.text[at:], []byte("#")) || blank(x.text[at:]) {
		next := x.nextLine(at)
		if m := sourceLine.FindSubmatch(x.text[at:next]); m != nil && x.Source == "" {
			x.Source = string(m[1])
		}
		at = next
	}
	if m := requestLine.FindSubmatch(x.text[at:]); m != nil && !bytes.HasPrefix(x.text[at:], []byte("HTTP/")) {
		header, _, next, err := x.fields(x.nextLine(at))
		if err != nil {
			return err
		}
		x.Method, x.RequestHeader = string(m[1]), header
		if x.URL, err = parseTarget(string(m[2]), header.Get("Host")); err != nil {
			return fmt.Errorf("line %d: %w", x.place(at).Line, err)
		}
		at = next
		for blank(x.text[at:]) {
			at = x.nextLine(at)
		}
	}
	for first := true; ; first = false {
		m := statusLine.FindSubmatchIndex(x.text[at:])
		if m == nil {
			if first {
				return fmt.Errorf("line %d: a status line is due here, such as HTTP/1.1 200 OK", x.place(at).Line)
			}
			break
		}
		x.Status, _ = strconv.Atoi(string(x.text[at+m[2] : at+m[3]]))
		x.status = at + m[2]
		x.shown = make([]span, showables)
		x.show(showStatus, at, x.text[at:at+x.shownStatus(m)])
		header, places, next, err := x.fields(x.nextLine(at))
		if err != nil {
			return err
		}
		x.Header, x.header = header, places
		if at, ok := places["Content-Type"]; ok {
			x.show(showType, at, x.text[at:x.nextLine(at)])
		}
		at = next
	}
	x.body = at
	x.Body = x.text[at:]
	x.show(showBody, at, x.Body)
	return nil
}

// shownStatus returns how much of the status line that m matches people may see: the reason is
// the server's own words unless it is the usual one.
func (x *Exchange) shownStatus(m []int) int {
	line := bytes.TrimRight(x.text[x.status-m[2]:x.status-m[2]+m[1]], "\r\n")
	if reason := bytes.TrimSpace(line[m[3]:]); string(reason) == http.StatusText(x.Status) {
		return len(line)
	}
	return m[3]
}

// parseTarget reads the address in a request line. A path alone is one on that host.
func parseTarget(target, host string) (*url.URL, error) {
	onHost := host != "" && strings.HasPrefix(target, "/")
	if onHost {
		target = "https://" + host + target
	}
	u, err := url.Parse(target)
	if err != nil || onHost && u.Host != host {
		return nil, errors.New("the request's address can't be read")
	}
	return u, nil
}

// fields reads header fields from text[at:] up to and with the empty line that ends
// them.
func (x *Exchange) fields(at int) (header http.Header, places map[string]int, next int, err error) {
	header, places = http.Header{}, map[string]int{}
	for at < len(x.text) && !blank(x.text[at:]) {
		next := x.nextLine(at)
		name, value, ok := strings.Cut(strings.TrimRight(string(x.text[at:next]), "\r\n"), ":")
		if !ok || !fieldName.MatchString(name) {
			return nil, nil, 0, fmt.Errorf("line %d: a header field is due here, such as Content-Type: application/json, or an empty line before the body", x.place(at).Line)
		}
		if err := x.countField(name, value); err != nil {
			return nil, nil, 0, err
		}
		header.Add(name, strings.Trim(value, " \t"))
		if name = http.CanonicalHeaderKey(name); places[name] == 0 {
			places[name] = at
		}
		at = next
	}
	return header, places, x.nextLine(at), nil
}

// nextLine returns the start of the line after the one at text[at:].
func (x *Exchange) nextLine(at int) int {
	if n := bytes.IndexByte(x.text[at:], '\n'); n >= 0 {
		return at + n + 1
	}
	return len(x.text)
}

// blank says whether text starts with an empty line.
func blank(text []byte) bool {
	return bytes.HasPrefix(text, []byte("\n")) || bytes.HasPrefix(text, []byte("\r\n"))
}
