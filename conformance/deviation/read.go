package deviation

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/specs"
)

// Todo stands for a reason and a source that nobody has written yet. No list with one is
// read.
const Todo = "TODO"

// maxFile is how long a list may be, in bytes.
const maxFile = 4 << 20

// Error says what is wrong with a list, and where.
type Error struct {
	// File is the list's path as it was given.
	File string
	// Line and Column count from 1; both are 0 where the file as a whole is meant.
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

// Open reads the list in a file. It returns the file system's error where the file can't
// be read, and otherwise what Parse returns.
func Open(file string) ([]Deviation, error) {
	data, err := readFile(file)
	if err != nil {
		return nil, err
	}
	return Parse(file, data)
}

// Parse reads a list in YAML; file is the name that errors and entries give it. It
// returns an *Error where there is anything in it that a list doesn't have, or where an
// entry lacks something.
func Parse(file string, data []byte) ([]Deviation, error) {
	r := reader{file: file}
	all, _, err := r.list(data)
	return all, err
}

func readFile(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = &Error{File: file, Message: fmt.Sprintf("longer than %d MiB: that is no list of known deviations", maxFile>>20)}
	}
	return data, err
}

// reader reads one list.
type reader struct {
	file   string
	drafts bool // entries may have Todo
}

func (r *reader) errorf(at *yaml.Node, format string, args ...any) error {
	return &Error{File: r.file, Line: at.Line, Column: at.Column, Message: fmt.Sprintf(format, args...)}
}

var yamlLine = regexp.MustCompile(`^yaml: line ([0-9]+): (.*)`)

// list returns the entries, and the node that has them; nil where there is none.
func (r *reader) list(data []byte) ([]Deviation, *yaml.Node, error) {
	var document, more yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(data))
	err := d.Decode(&document)
	if errors.Is(err, io.EOF) {
		return nil, nil, nil // comments alone
	}
	if err == nil {
		if err = d.Decode(&more); err == nil {
			return nil, nil, r.errorf(&more, "another document follows the list")
		}
	}
	if !errors.Is(err, io.EOF) {
		wrong := &Error{File: r.file, Message: "not YAML: " + strings.TrimPrefix(err.Error(), "yaml: ")}
		if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
			wrong.Line, _ = strconv.Atoi(m[1])
			wrong.Column, wrong.Message = 1, "not YAML: "+m[2]
		}
		return nil, nil, wrong
	}
	root := document.Content[0]
	if root.Kind != yaml.SequenceNode {
		return nil, nil, r.errorf(root, "known deviations are a list of entries, each starting with \"- \"")
	}
	var all []Deviation
	for _, n := range root.Content {
		one, err := r.entry(n)
		if err != nil {
			return nil, nil, err
		}
		all = append(all, one)
	}
	return all, root, nil
}

// The keys of an entry.
var (
	keys     = []string{"provider", "rule", "pointer", "property", "value", "pattern", "reason", "source", "until"}
	required = []string{"provider", "rule", "pointer", "reason", "source"}
)

func (r *reader) entry(n *yaml.Node) (Deviation, error) {
	d := Deviation{File: r.file, Line: n.Line, Column: n.Column}
	if n.Kind != yaml.MappingNode {
		return d, r.errorf(n, "an entry has a line \"key: value\" for each of %s", strings.Join(required, ", "))
	}
	seen := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		if seen[key.Value] {
			return d, r.errorf(key, "%q stands twice in this entry", key.Value)
		}
		seen[key.Value] = true
		if err := r.member(&d, key, n.Content[i+1]); err != nil {
			return d, err
		}
	}
	for _, name := range required {
		if !seen[name] {
			return d, r.errorf(n, "the entry has no %s", name)
		}
	}
	return d, nil
}

// pointer is an RFC 6901 pointer.
var pointer = regexp.MustCompile(`^(/([^~/]|~[01])*)*$`)

// member reads one line of an entry into d.
func (r *reader) member(d *Deviation, key, n *yaml.Node) (err error) {
	switch key.Value {
	case "value":
		ok := false
		if d.Value, ok = value(n); !ok {
			return r.errorf(n, "value is a string, a number as JSON writes it, true, false or null")
		}
		return nil
	case "until":
		if d.Until, err = time.Parse(time.DateOnly, n.Value); err != nil {
			return r.errorf(n, "until is the last day on which the deviation holds, such as 2026-12-31, not %q", n.Value)
		}
		return nil
	}
	if !slices.Contains(keys, key.Value) {
		return r.errorf(key, "unknown key %q: choose one of %s", key.Value, strings.Join(keys, ", "))
	}
	text, err := r.text(key, n)
	if err != nil {
		return err
	}
	switch key.Value {
	case "provider":
		d.Provider = text
		if _, ok := specs.Lookup(text); !ok {
			return r.errorf(n, "no provider %q: choose one of %s", text, strings.Join(slugs(), ", "))
		}
	case "rule":
		d.Rule = contract.Rule(text)
		if !slices.Contains(contract.Rules, d.Rule) {
			return r.errorf(n, "no rule %q: a finding names the one that is broken, such as enum or undocumented-field", text)
		}
	case "pointer":
		d.Pointer = text
		if !pointer.MatchString(text) {
			return r.errorf(n, "pointer is a JSON pointer such as /ports/*/protocol, or \"\" for the whole body, not %q", text)
		}
	case "property":
		d.Property = text
	case "pattern":
		d.Pattern = text
		if _, err := regexp.Compile(text); err != nil || text == "" {
			return r.errorf(n, "pattern is a regular expression that the text of the value matches, such as ^sb-, not %q", text)
		}
	case "reason":
		d.Reason, err = r.written(n, text, "reason", "why the deviation is lived with")
	case "source":
		d.Source, err = r.written(n, text, "source", "where it is known from")
	}
	return err
}

// text returns what a node says, where that is one value and not null.
func (r *reader) text(key, n *yaml.Node) (string, error) {
	if n.Kind == yaml.ScalarNode {
		switch n.ShortTag() {
		case "!!str", "!!int", "!!float", "!!bool", "!!timestamp":
			return n.Value, nil
		}
	}
	return "", r.errorf(n, "%s is a text", key.Value)
}

// written returns a text that a human has to write, and an error where none has yet.
func (r *reader) written(n *yaml.Node, text, name, says string) (string, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return "", r.errorf(n, "the %s is empty: say %s", name, says)
	case text == Todo && !r.drafts:
		return "", r.errorf(n, "the %s is still %s: say %s", name, Todo, says)
	}
	return text, nil
}

func slugs() []string {
	var slugs []string
	for _, p := range specs.Providers() {
		slugs = append(slugs, p.Slug)
	}
	return slugs
}
