// Package compile turns the responses of an OpenAPI document into contracts.
//
// It reads the document's own YAML or JSON nodes, so that numbers stay as they are
// written and every keyword keeps its line and column. What it cannot honour is an
// *Error that names the keyword and its place; nothing is silently ignored.
package compile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

// Document is an OpenAPI document.
type Document struct {
	file  string
	root  *yaml.Node
	newer bool // OpenAPI 3.1 rather than 3.0
	// positions are those of the keys in the objects that have many, by name.
	positions map[*yaml.Node]map[string]int

	whole      *resource
	compiling  sync.Mutex       // guards those below
	resources  map[string]place // by URI, and by URI#anchor
	registered map[*yaml.Node]bool
}

// Error says what is wrong with a document, and where.
type Error struct {
	// File is the document's path as it was given.
	File string
	// Line and Column count from 1; both are 0 where the document as a whole is meant.
	Line, Column int
	// Message says what is wrong and, where that isn't plain, what to write instead.
	Message string
}

// Error returns "file:line:column: message".
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
}

// MaxSize is the size of the largest document, in bytes.
const MaxSize = 64 << 20

// maxValues is how many values a document has at most, keys included. A value takes about
// 200 bytes of memory.
const maxValues = 5_000_000

// Open reads the OpenAPI document in a file. It returns the file system's error where
// the file can't be read, and otherwise what Parse returns.
func Open(file string) (*Document, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, MaxSize+1))
	if err != nil {
		return nil, err
	}
	return Parse(file, data)
}

// Parse reads an OpenAPI document, YAML or JSON; file is the name that errors and
// findings give it. It returns an *Error where data isn't an OpenAPI 3.0 or 3.1
// document, is longer than MaxSize, or may have more than 5,000,000 values.
func Parse(file string, data []byte) (*Document, error) {
	d := &Document{file: file, positions: map[*yaml.Node]map[string]int{}}
	if len(data) > MaxSize {
		return nil, &Error{File: file, Message: "the document is larger than 64 MiB"}
	}
	var err error
	if text := bytes.TrimLeft(data, " \t\r\n"); len(text) > 0 && text[0] == '{' {
		d.root, err = parseJSON(data)
	} else {
		d.root, err = parseYAML(data)
	}
	if err != nil {
		var place *Error
		if errors.As(err, &place) {
			place.File = file
			return nil, place
		}
		return nil, &Error{File: file, Message: err.Error()}
	}
	if d.root.Kind != yaml.MappingNode {
		return nil, d.errorf(d.root, "an OpenAPI document is an object")
	}
	if err := d.unique(d.root); err != nil {
		return nil, err
	}
	version, _ := d.get(d.root, "openapi")
	switch {
	case version == nil:
		return nil, d.errorf(d.root, `no "openapi" member: not an OpenAPI 3 document`)
	case strings.HasPrefix(version.Value+".", "3.1."):
		d.newer = true
	case !strings.HasPrefix(version.Value+".", "3.0."):
		return nil, d.errorf(version, "OpenAPI %s is not supported: 3.0 and 3.1 are", version.Value)
	}
	return d, nil
}

// countValues returns an error where data may have more values than a document has: it counts
// the bytes that go before a value, since values are made before they can be counted.
func countValues(data []byte, before string) error {
	count := 0
	for i := range len(before) {
		count += bytes.Count(data, []byte(before[i:i+1]))
	}
	if count > maxValues {
		return errors.New("the document may have more than 5,000,000 values: split it")
	}
	return nil
}

func parseYAML(data []byte) (*yaml.Node, error) {
	if err := countValues(data, "\n,:[{"); err != nil {
		return nil, err
	}
	var document, more yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(data))
	err := d.Decode(&document)
	if err == io.EOF {
		return nil, errors.New("the document is empty")
	}
	if err == nil {
		if err = d.Decode(&more); err == nil {
			err = errors.New("another document follows the first one")
		}
	}
	if err != io.EOF {
		return nil, yamlError(err)
	}
	return document.Content[0], nil
}

var yamlLine = regexp.MustCompile(`^yaml: line ([0-9]+): (.*)`)

// yamlError gives an error of the YAML reader its line, where it names one.
func yamlError(err error) error {
	m := yamlLine.FindStringSubmatch(err.Error())
	if m == nil {
		return err
	}
	line, _ := strconv.Atoi(m[1])
	return &Error{Line: line, Column: 1, Message: "not YAML: " + m[2]}
}

// unique returns an error where an object at n or below has a key twice.
func (d *Document) unique(n *yaml.Node) error {
	if n.Kind == yaml.MappingNode {
		members, err := d.members(n)
		if err != nil {
			return err
		}
		at := make(map[string]int, len(members))
		for i, m := range members {
			if _, ok := at[m.key.Value]; ok {
				return d.errorf(m.key, "%q stands here twice", m.key.Value)
			}
			at[m.key.Value] = 2 * i
		}
		if len(members) > fewMembers {
			d.positions[n] = at
		}
	}
	for _, child := range n.Content {
		if err := d.unique(child); err != nil {
			return err
		}
	}
	return nil
}

func (d *Document) errorf(at *yaml.Node, format string, args ...any) *Error {
	return &Error{File: d.file, Line: at.Line, Column: at.Column, Message: fmt.Sprintf(format, args...)}
}

// member is a member of an object in the document.
type member struct {
	key, value *yaml.Node
}

// members returns the members of the object n, in the order they are written.
func (d *Document) members(n *yaml.Node) ([]member, error) {
	n = resolve(n)
	if n.Kind != yaml.MappingNode {
		return nil, d.errorf(n, "an object is due here")
	}
	members := make([]member, 0, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Tag == "!!merge" {
			return nil, d.errorf(key, "the merge key << is not supported: write the members out")
		}
		members = append(members, member{key, resolve(n.Content[i+1])})
	}
	return members, nil
}

// get returns the value of the member of n with that name, nil where there is none or
// n isn't an object.
func (d *Document) get(n *yaml.Node, name string) (value, key *yaml.Node) {
	if n = resolve(n); n.Kind != yaml.MappingNode {
		return nil, nil
	}
	if at, many := d.positions[n]; many {
		i, ok := at[name]
		if !ok {
			return nil, nil
		}
		return resolve(n.Content[i+1]), n.Content[i]
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return resolve(n.Content[i+1]), n.Content[i]
		}
	}
	return nil, nil
}

// fewMembers is how many members an object has whose names are compared one by one.
const fewMembers = 16

// resolve follows a YAML alias to what it stands for.
func resolve(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}
