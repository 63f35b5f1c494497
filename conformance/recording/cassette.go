package recording

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
	"unsafe"

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
	in, err := open(file, c, true, nil)
	if err != nil {
		return true
	}
	defer in.Close()
	head, err := io.ReadAll(io.LimitReader(in, sniffed))
	return err != nil || cassetteKey.Match(head)
}

// cassette is a cassette that is being taken apart.
type cassette struct {
	text  []byte
	index *yamlIndex
	// sizes are how much there is below each node that has an anchor, in bytes.
	sizes map[*yaml.Node]int
	// aliased is how much the aliases that were followed stand for, in bytes.
	aliased int
}

// parseCassette takes a go-vcr cassette of any version apart, an interaction an entry.
func parseCassette(file string, text []byte, claim Claim) iter.Seq[*Exchange] {
	return func(yield func(*Exchange) bool) {
		c := &cassette{text: text}
		interactions, err := c.interactions(claim)
		if err != nil {
			yield(&Exchange{File: file, Err: err})
			return
		}
		c.index = newYAMLIndex(text)
		at, place := 0, start
		for i, n := range interactions {
			from := c.index.offset(n)
			to := len(text)
			if i+1 < len(interactions) {
				to = c.index.offset(interactions[i+1])
			}
			place = place.after(bytes.TrimPrefix(text[at:from], byteOrderMark))
			place.Offset, at = from, from
			x := &Exchange{File: file, Entry: i, Many: true, text: text[from:to], start: place, shown: make([]span, showables), memory: claim}
			x.Err = x.parseInteraction(c, n, func(n *yaml.Node) int { return c.index.offset(n) - from })
			if c.aliased > maxCassette {
				yield(&Exchange{File: file, Entry: i, Many: true, Err: errAliased})
				return
			}
			if !yield(x) {
				return
			}
		}
	}
}

var errAliased = fmt.Errorf("its aliases stand for more than %d MiB: nothing is read from this interaction on", maxCassette>>20)

var byteOrderMark = []byte("\ufeff")

// maxSeparators is how many separators of YAML a cassette may have: it bounds the tree.
const maxSeparators = 2 << 20

// nodeSize is about how much memory a node of the tree takes, in bytes.
const nodeSize = 200

// separators counts what stands between the nodes in text, and whatever looks like it. A
// text with n of them has no more than 2 n + 1 nodes, empty ones included.
func separators(text []byte) (n int) {
	for i, c := range text {
		switch c {
		case ',', '[', '{':
			n++
		case '-', '?', ':':
			before, after := byte(' '), byte(' ')
			if i > 0 {
				before = text[i-1]
			}
			if i+1 < len(text) {
				after = text[i+1]
			}
			if after <= ' ' || after >= utf8.RuneSelf || c != '-' && (before <= ' ' || before >= utf8.RuneSelf || strings.IndexByte(`,[{}]"'`, before) >= 0 || strings.IndexByte(`,?[]{}`, after) >= 0) {
				n++
			}
		}
	}
	return n
}

// interactions returns the interactions of a cassette.
func (c *cassette) interactions(claim Claim) ([]*yaml.Node, error) {
	if len(c.text) > maxCassette {
		return nil, fmt.Errorf("a cassette of more than %d MiB", maxCassette>>20)
	}
	n := separators(c.text)
	if n > maxSeparators {
		return nil, fmt.Errorf("a cassette with more than %d commas, colons and brackets: split it", maxSeparators)
	}
	if err := claim.of(2*len(c.text) + 2*n*nodeSize); err != nil {
		return nil, err
	}
	var document yaml.Node
	if err := yaml.Unmarshal(c.text, &document); err != nil {
		// What the error says beyond the line may quote the file.
		if line := regexp.MustCompile(`^yaml: (line \d+): `).FindStringSubmatch(err.Error()); line != nil {
			return nil, errors.New("not YAML at " + line[1])
		}
		return nil, errors.New("not YAML")
	}
	if bytes.IndexByte(c.text, '*') >= 0 {
		c.sizes = map[*yaml.Node]int{}
		c.measure(&document)
	}
	if document.Kind == yaml.DocumentNode {
		if list := c.member(document.Content[0], "interactions"); list != nil && list.Kind == yaml.SequenceNode {
			return list.Content, nil
		}
	}
	return nil, errors.New("no cassette: it has no list of interactions")
}

// measure returns how much there is below n once its aliases are followed, in bytes; more
// than maxCassette is one more. An alias stands for a node before it, so each node is
// looked at once.
func (c *cassette) measure(n *yaml.Node) int {
	if n.Kind == yaml.AliasNode {
		return c.sizes[n.Alias]
	}
	if n.Anchor != "" {
		c.sizes[n] = maxCassette + 1 // for an alias to what it is in
	}
	size := 16 + len(n.Value)
	for _, item := range n.Content {
		size = min(size+c.measure(item), maxCassette+1)
	}
	if n.Anchor != "" {
		c.sizes[n] = size
	}
	return size
}

// follow returns what an alias stands for, and any other node itself; nil where the
// aliases stand for too much.
func (c *cassette) follow(n *yaml.Node) *yaml.Node {
	if n == nil || n.Kind != yaml.AliasNode {
		return n
	}
	if c.aliased += c.sizes[n.Alias]; c.aliased > maxCassette {
		return nil
	}
	return n.Alias
}

// member returns the value of a member of a mapping, nil where there is none.
func (c *cassette) member(n *yaml.Node, name string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return c.follow(n.Content[i+1])
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
func (x *Exchange) parseInteraction(c *cassette, n *yaml.Node, at func(*yaml.Node) int) (err error) {
	n = c.follow(n)
	request, response := c.member(n, "request"), c.member(n, "response")
	address := scalar(c.member(request, "url"))
	if address == "" || response == nil {
		return errors.New("no interaction: it has no request with a url, and response")
	}
	if x.URL, err = parseAddress(address); err != nil {
		return err
	}
	if x.Method = scalar(c.member(request, "method")); x.Method == "" {
		x.Method = http.MethodGet // as net/http takes it
	}
	code := c.member(response, "code")
	if code == nil {
		code = c.member(response, "status")
	}
	digits, _, _ := strings.Cut(scalar(code), " ")
	if x.Status, err = strconv.Atoi(digits); err != nil || x.Status <= 0 {
		return errors.New("no response was recorded: it has no status")
	}
	x.status = x.showNode(showStatus, code, at)
	x.RequestHeader, x.Header, x.header = http.Header{}, http.Header{}, map[string]int{}
	x.sentText = scalar(c.member(request, "body"))
	err = c.eachHeader(request, func(name string, value *yaml.Node) error {
		x.RequestHeader.Add(name, strings.TrimSpace(scalar(value)))
		return x.countField(name, value.Value)
	})
	if err != nil {
		return err
	}
	err = c.eachHeader(response, func(name string, value *yaml.Node) error {
		if _, ok := x.header[name]; !ok && name == "Content-Type" {
			x.header[name] = x.showNode(showType, value, at)
		}
		x.Header.Add(name, strings.TrimSpace(scalar(value)))
		return x.countField(name, value.Value)
	})
	if err != nil {
		return err
	}
	if err := x.claim(x.fieldBytes); err != nil {
		return err
	}
	x.parseInteractionBody(c.member(response, "body"), at, response.Column-1)
	return nil
}

// eachHeader calls f for each value of each header of a request or response, until f
// returns an error.
func (c *cassette) eachHeader(message *yaml.Node, f func(name string, value *yaml.Node) error) error {
	headers := c.member(message, "headers")
	if headers == nil || headers.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(headers.Content); i += 2 {
		name, values := http.CanonicalHeaderKey(headers.Content[i].Value), c.follow(headers.Content[i+1])
		if values == nil {
			return nil
		}
		for _, value := range append(slices.Clip(values.Content), values) {
			if value = c.follow(value); value == nil || value.Kind != yaml.ScalarNode {
				continue
			}
			if err := f(name, value); err != nil {
				return err
			}
		}
	}
	return nil
}

func (x *Exchange) parseInteractionBody(n *yaml.Node, at func(*yaml.Node) int, outer int) {
	switch {
	case n == nil:
		x.body = x.status
	case n.Kind != yaml.ScalarNode:
		x.body, x.BodyErr = x.status, errors.New("the body isn't a string")
	case n.ShortTag() == "!!binary":
		if x.BodyErr = x.claim(2 * len(n.Value)); x.BodyErr != nil {
			return
		}
		x.Body = slices.DeleteFunc([]byte(n.Value), func(c byte) bool { return c <= ' ' })
		if !x.decodeBase64() {
			x.BodyErr = errors.New("the body isn't base64, though it is marked as !!binary")
			return
		}
	default:
		if x.BodyErr = x.claim(2 * len(n.Value)); x.BodyErr != nil {
			return
		}
		x.Body = []byte(scalar(n))
		x.body = at(n)
		if s, ok := x.written(n, at, outer); ok {
			x.inner = s
			x.show(showBody, x.body, s.raw[:s.at])
			if x.BodyErr = x.claim(cap(s.runs) * int(unsafe.Sizeof(mark{}))); x.BodyErr != nil {
				return
			}
		} else {
			// It stands in another interaction, or in words that only the library reads.
			x.Decoded = true
		}
	}
	x.decompress()
}

// showNode lets people see a scalar, and returns where it stands; where the interaction
// starts if it is elsewhere.
func (x *Exchange) showNode(what showable, n *yaml.Node, at func(*yaml.Node) int) int {
	s, ok := x.written(n, at, 0)
	if !ok {
		return 0
	}
	x.show(what, at(n), s.raw[:s.at])
	return at(n)
}

// written reads the scalar n once more from x.text. It says no where that gives anything
// else than what the library read. The mapping around it is indented by outer.
func (x *Exchange) written(n *yaml.Node, at func(*yaml.Node) int, outer int) (*scalarText, bool) {
	from := at(n)
	if from < 0 || from > len(x.text) {
		return nil, false
	}
	return readScalar(x.text[from:], n.Value, outer)
}

// yamlIndex finds the bytes of places that count as YAML does.
type yamlIndex struct {
	text  []byte
	marks []yamlMark // in order, one at least every indexEvery bytes
}

// yamlMark says that a line and a column, counted from 1, are at a byte.
type yamlMark struct{ line, column, at int32 }

const indexEvery = 256

func newYAMLIndex(text []byte) *yamlIndex {
	l := &yamlIndex{text: text, marks: make([]yamlMark, 0, len(text)/indexEvery+1)}
	m := yamlMark{line: 1, column: 1}
	if bytes.HasPrefix(text, byteOrderMark) {
		m.at = int32(len(byteOrderMark))
	}
	l.marks = append(l.marks, m)
	for int(m.at) < len(text) {
		m = l.next(m)
		if m.at-l.marks[len(l.marks)-1].at >= indexEvery-utf8.UTFMax {
			l.marks = append(l.marks, m)
		}
	}
	return l
}

// next returns the mark of the character behind m.
func (l *yamlIndex) next(m yamlMark) yamlMark {
	rest := l.text[m.at:]
	if c := rest[0]; c >= ' ' && c < utf8.RuneSelf {
		return yamlMark{m.line, m.column + 1, m.at + 1}
	}
	if n := yamlBreak(rest); n > 0 {
		return yamlMark{m.line + 1, 1, m.at + int32(n)}
	}
	_, size := utf8.DecodeRune(rest)
	return yamlMark{m.line, m.column + 1, m.at + int32(size)}
}

// offset returns where the node starts.
func (l *yamlIndex) offset(n *yaml.Node) int {
	before := func(m yamlMark) bool {
		return int(m.line) < n.Line || int(m.line) == n.Line && int(m.column) < n.Column
	}
	i := sort.Search(len(l.marks), func(i int) bool { return !before(l.marks[i]) })
	m := l.marks[max(i-1, 0)]
	for int(m.at) < len(l.text) && before(m) {
		m = l.next(m)
	}
	return int(m.at)
}
