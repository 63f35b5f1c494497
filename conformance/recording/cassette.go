package recording

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// maxCassette is how long a cassette may be, in bytes: unlike every other format, YAML is
// in memory as a whole, and as a tree.
const maxCassette = 64 << 20

// cassetteKey is the line that only a cassette has.
var cassetteKey = regexp.MustCompile(`(?m)^["']?interactions["']?[ \t]*:`)

// isCassette says whether a .yaml file is a cassette, by its first bytes; that it is, where
// they can't be read, so that someone hears of it.
func isCassette(file string, c compression) bool {
	in, err := open(file, c, true)
	if err != nil {
		return true
	}
	defer in.Close()
	head, err := io.ReadAll(io.LimitReader(in, sniffed))
	return err != nil || cassetteKey.Match(head)
}

// parseCassette takes a go-vcr cassette of any version apart, an interaction an entry.
func parseCassette(file string, text []byte) iter.Seq[*Exchange] {
	return func(yield func(*Exchange) bool) {
		interactions, err := interactions(text)
		if err != nil {
			yield(&Exchange{File: file, Err: err})
			return
		}
		l := newYAMLLines(text)
		at, place := 0, start
		for i, n := range interactions {
			from := l.offset(n)
			to := len(text)
			if i+1 < len(interactions) {
				to = l.offset(interactions[i+1])
			}
			place = place.after(bytes.TrimPrefix(text[at:from], byteOrderMark))
			place.Offset, at = from, from
			x := &Exchange{File: file, Entry: i, Many: true, text: text[from:to], start: place, shown: []span{}}
			x.Err = x.parseInteraction(n, func(n *yaml.Node) int { return l.offset(n) - from })
			if !yield(x) {
				return
			}
		}
	}
}

var byteOrderMark = []byte("\ufeff")

// interactions returns the interactions of a cassette.
func interactions(text []byte) ([]*yaml.Node, error) {
	if len(text) > maxCassette {
		return nil, fmt.Errorf("a cassette of more than %d MiB", maxCassette>>20)
	}
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		// What the error says beyond the line may quote the file.
		if line := regexp.MustCompile(`^yaml: (line \d+): `).FindStringSubmatch(err.Error()); line != nil {
			return nil, errors.New("not YAML at " + line[1])
		}
		return nil, errors.New("not YAML")
	}
	if document.Kind == yaml.DocumentNode {
		if list := member(document.Content[0], "interactions"); list != nil && list.Kind == yaml.SequenceNode {
			return list.Content, nil
		}
	}
	return nil, errors.New("no cassette: it has no list of interactions")
}

// follow returns what an alias stands for.
func follow(n *yaml.Node) *yaml.Node {
	for n != nil && n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

// member returns the value of a member of a mapping, nil where there is none.
func member(n *yaml.Node, name string) *yaml.Node {
	if n = follow(n); n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return follow(n.Content[i+1])
		}
	}
	return nil
}

// scalar returns what a scalar says, empty where n is none.
func scalar(n *yaml.Node) string {
	if n == nil || n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" {
		return ""
	}
	return n.Value
}

// parseInteraction takes an interaction apart; at says where in x.text a node stands.
func (x *Exchange) parseInteraction(n *yaml.Node, at func(*yaml.Node) int) (err error) {
	request, response := member(n, "request"), member(n, "response")
	address := scalar(member(request, "url"))
	if address == "" || response == nil {
		return errors.New("no interaction: it has no request with a url, and response")
	}
	if x.URL, err = parseAddress(address); err != nil {
		return err
	}
	if x.Method = scalar(member(request, "method")); x.Method == "" {
		x.Method = http.MethodGet // as net/http takes it
	}
	code := member(response, "code")
	if code == nil {
		code = member(response, "status")
	}
	digits, _, _ := strings.Cut(scalar(code), " ")
	if x.Status, err = strconv.Atoi(digits); err != nil || x.Status <= 0 {
		return errors.New("no response was recorded: it has no status")
	}
	x.status = x.showNode(code, at)
	x.RequestHeader, x.Header, x.header = http.Header{}, http.Header{}, map[string]int{}
	eachHeader(request, func(name string, value *yaml.Node) { x.RequestHeader.Add(name, strings.TrimSpace(scalar(value))) })
	eachHeader(response, func(name string, value *yaml.Node) {
		if _, ok := x.header[name]; !ok && name == "Content-Type" {
			x.header[name] = x.showNode(value, at)
		}
		x.Header.Add(name, strings.TrimSpace(scalar(value)))
	})
	x.parseInteractionBody(member(response, "body"), at, response.Column-1)
	return nil
}

// eachHeader calls f for each value of each header of a request or response.
func eachHeader(message *yaml.Node, f func(name string, value *yaml.Node)) {
	headers := member(message, "headers")
	if headers == nil || headers.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(headers.Content); i += 2 {
		name, values := http.CanonicalHeaderKey(headers.Content[i].Value), follow(headers.Content[i+1])
		for _, value := range append(values.Content, values) {
			if value = follow(value); value.Kind == yaml.ScalarNode {
				f(name, value)
			}
		}
	}
}

func (x *Exchange) parseInteractionBody(n *yaml.Node, at func(*yaml.Node) int, outer int) {
	switch {
	case n == nil:
		x.body = x.status
	case n.Kind != yaml.ScalarNode:
		x.body, x.BodyErr = x.status, errors.New("the body isn't a string")
	case n.ShortTag() == "!!binary":
		var err error
		x.Decoded = true
		if x.Body, err = base64.StdEncoding.DecodeString(strings.Join(strings.Fields(n.Value), "")); err != nil {
			x.BodyErr = errors.New("the body isn't base64, though it is marked as !!binary")
			return
		}
	default:
		x.Body = []byte(scalar(n))
		x.body = at(n)
		if s, ok := x.written(n, at, outer); ok {
			x.inner = s
			x.show(x.body, s.raw[:s.at])
		} else {
			// It stands in another interaction, or in words that only the library reads.
			x.Decoded = true
		}
	}
	x.decompress()
}

// showNode lets people see a scalar, and returns where it stands; where the interaction
// starts if it is elsewhere.
func (x *Exchange) showNode(n *yaml.Node, at func(*yaml.Node) int) int {
	s, ok := x.written(n, at, 0)
	if !ok {
		return 0
	}
	x.show(at(n), s.raw[:s.at])
	return at(n)
}

// written reads the scalar n once more from x.text. It says no where that gives anything
// else than what the library read. The mapping around it is indented by outer.
func (x *Exchange) written(n *yaml.Node, at func(*yaml.Node) int, outer int) (*scalarText, bool) {
	from := at(n)
	if from < 0 || from > len(x.text) {
		return nil, false
	}
	s := readScalar(x.text[from:], len(n.Value), outer)
	return s, string(s.text) == n.Value
}

// yamlLines finds the bytes of places that count as YAML does.
type yamlLines struct {
	text   []byte
	starts []int // of the lines
	// The place that was asked for last: the next one is often behind it.
	line, column, at int
}

func newYAMLLines(text []byte) *yamlLines {
	l := &yamlLines{text: text, starts: []int{0}, line: -1}
	if bytes.HasPrefix(text, byteOrderMark) {
		l.starts[0] = len(byteOrderMark)
	}
	for i := l.starts[0]; i < len(text); {
		if n := yamlBreak(text[i:]); n > 0 {
			i += n
			l.starts = append(l.starts, i)
			continue
		}
		i++
	}
	return l
}

// offset returns where the node starts.
func (l *yamlLines) offset(n *yaml.Node) int {
	line := min(max(n.Line-1, 0), len(l.starts)-1)
	if line != l.line || n.Column < l.column {
		l.line, l.column, l.at = line, 1, l.starts[line]
	}
	for ; l.column < n.Column && l.at < len(l.text); l.column++ {
		_, size := utf8.DecodeRune(l.text[l.at:])
		l.at += size
	}
	return l.at
}
