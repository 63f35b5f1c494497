package deviation

import (
	"bytes"
	"cmp"
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/renameio/v2"
	"go.yaml.in/yaml/v3"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// A Draft holds so many entries, each of so many bytes at most: nobody writes more
// reasons in one go, and a body can name its members as it likes.
const (
	maxDrafted = 1000
	maxEntry   = 1000
)

// Draft collects the entries that a list lacks. Their reason and source are Todo.
type Draft struct {
	// LeftOut counts the findings that found no room.
	LeftOut int

	file    string
	text    []byte
	list    *List
	indent  string
	known   []Deviation // what text has
	drafted map[drafted]bool
}

// drafted is an entry without what a human writes.
type drafted struct {
	provider                 string
	rule                     contract.Rule
	pointer, property, value string
}

// NewDraft returns a Draft for the list in a file, which need not be there. It returns
// the file system's error where the file can't be read, and an *Error where it is no
// list, or one in brackets, which has no end to add to.
func NewDraft(file string) (*Draft, error) {
	d := &Draft{file: file, drafted: map[drafted]bool{}}
	var err error
	if d.text, err = readFile(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	r := reader{file: file, drafts: true}
	var root *yaml.Node
	if d.known, root, err = r.list(d.text); err != nil {
		return nil, err
	}
	if root != nil && root.Style&yaml.FlowStyle != 0 {
		return nil, r.errorf(root, "a list in brackets can't be added to: start each entry with \"- \" on a line of its own")
	}
	if root != nil {
		d.indent = strings.Repeat(" ", root.Column-1)
	}
	d.list = NewList(time.Time{}, d.known, nil) // one whose day is past is there all the same
	return d, nil
}

// Add drafts an entry for a finding, unless the list has one. The finding's Offset is
// one in text, as in List.Match; general is its pointer with * for items and keys; value
// is the one that the entry is about, empty for any.
func (d *Draft) Add(provider string, f contract.Finding, text []byte, general, value string) {
	if d.list.Match(provider, f, text) != nil {
		return
	}
	one := drafted{provider: provider, rule: f.Rule, pointer: general, value: value}
	switch {
	case f.Rule == contract.Required, f.Rule == contract.DependentRequired, f.Rule == contract.Condition && f.Actual == contract.Absent:
		one.property = f.Property
	}
	switch {
	case d.drafted[one]:
	case d.drafted == nil:
		d.drafted = map[drafted]bool{one: true}
	case len(d.drafted) == maxDrafted, len(one.pointer)+len(one.property)+len(one.value) > maxEntry:
		d.LeftOut++
	default:
		d.drafted[one] = true
	}
}

// Write adds the entries to the end of the file, and returns how many. The file is
// written whole or not at all, and what it had stays as it was. It returns an *Error
// where nothing can be added to the end, and otherwise the file system's error.
func (d *Draft) Write() (int, error) {
	if len(d.drafted) == 0 {
		return 0, nil
	}
	text, err := d.added()
	if err != nil {
		return 0, err
	}
	r := reader{file: d.file, drafts: true}
	all, _, err := r.list(text)
	if err != nil || len(all) != len(d.known)+len(d.drafted) || !slices.Equal(all[:len(d.known)], d.known) {
		return 0, &Error{File: d.file, Message: "nothing can be added to the end of this file: end it with a plain entry"}
	}
	return len(d.drafted), renameio.WriteFile(d.file, text, 0o644, renameio.WithExistingPermissions())
}

// added returns the text with the entries at its end.
func (d *Draft) added() ([]byte, error) {
	text := bytes.Clone(d.text)
	if len(text) > 0 && !bytes.HasSuffix(text, []byte("\n")) {
		text = append(text, '\n')
	}
	entries := slices.SortedFunc(maps.Keys(d.drafted), func(a, b drafted) int {
		return cmp.Or(
			strings.Compare(a.provider, b.provider), strings.Compare(string(a.rule), string(b.rule)),
			strings.Compare(a.pointer, b.pointer), strings.Compare(a.property, b.property), strings.Compare(a.value, b.value),
		)
	})
	for _, e := range entries {
		written, err := e.yaml()
		if err != nil {
			return nil, err
		}
		if len(text) > 0 {
			text = append(text, '\n')
		}
		for line := range bytes.Lines(written) {
			text = append(append(text, d.indent...), line...)
		}
	}
	return text, nil
}

// yaml returns the entry as an item of a list.
func (e drafted) yaml() ([]byte, error) {
	entry := &yaml.Node{Kind: yaml.MappingNode}
	add := func(key string, value *yaml.Node) { entry.Content = append(entry.Content, text(key), value) }
	add("provider", text(e.provider))
	add("rule", text(string(e.rule)))
	add("pointer", text(e.pointer))
	if e.property != "" {
		add("property", text(e.property))
	}
	if e.value != "" {
		add("value", node(e.value))
	}
	add("reason", text(Todo))
	add("source", text(Todo))
	var b bytes.Buffer
	encoder := yaml.NewEncoder(&b)
	encoder.SetIndent(2)
	err := encoder.Encode(&yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{entry}})
	return b.Bytes(), errors.Join(err, encoder.Close())
}
