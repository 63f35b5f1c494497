package deviation

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"
)

// ValueAt returns the value that stands in a body at offset, or of the member whose key
// stands there: a string in its shortest spelling, anything else as the body writes it.
// It is empty for an array, an object, and what isn't JSON.
func ValueAt(body []byte, offset int) string {
	text := body[max(0, min(offset, len(body))):]
	d := jsontext.NewDecoder(bytes.NewBuffer(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if kind := d.PeekKind(); kind == '{' || kind == '[' {
		return ""
	}
	value, err := d.ReadValue()
	switch {
	case err != nil:
		return ""
	case value[0] != '"':
		return string(value)
	}
	if after := bytes.TrimLeft(text[d.InputOffset():], " \t\r\n"); len(after) > 0 && after[0] == ':' {
		return ValueAt(after, 1)
	}
	meaning, _ := jsontext.AppendUnquote(nil, value) // it mends what isn't UTF-8, and errs to say so
	return quote(string(meaning))
}

// matches reports whether a value, as ValueAt returns it, is a string whose text the pattern
// matches.
func matches(pattern *regexp.Regexp, value string) bool {
	if value == "" || value[0] != '"' {
		return false
	}
	text, _ := jsontext.AppendUnquote(nil, value)
	return pattern.Match(text)
}

// quote returns the shortest spelling of a string.
func quote(s string) string {
	quoted, _ := jsontext.AppendQuote(nil, s)
	return string(quoted)
}

// value returns what a node says as ValueAt would; ok is false where it is no such value.
func value(n *yaml.Node) (value string, ok bool) {
	if n.Kind != yaml.ScalarNode {
		return "", false
	}
	if n.Style == 0 && isNumber(n.Value) {
		return n.Value, true
	}
	switch n.ShortTag() {
	case "!!str", "!!timestamp":
		return quote(n.Value), true
	case "!!null":
		return "null", n.Value != ""
	case "!!bool":
		return strings.ToLower(n.Value), true
	}
	return "", false
}

// isNumber says whether the text is a number as JSON writes it. YAML takes one that is
// too large for a string.
func isNumber(text string) bool {
	return jsontext.Value(text).Kind() == '0' && jsontext.Value(text).IsValid()
}

// node returns a node that says the value: value undoes it.
func node(value string) *yaml.Node {
	if value[0] == '"' {
		meaning, _ := jsontext.AppendUnquote(nil, value)
		return text(string(meaning))
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Value: value}
}

// text returns a node that says a string, on one line.
func text(s string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(s)
	if isNumber(s) || n.Style == yaml.LiteralStyle {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}
