package compile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// parseJSON reads a JSON document into the nodes that a YAML one has. YAML reads most
// JSON, but neither tabs nor surrogate pairs.
func parseJSON(data []byte) (*yaml.Node, error) {
	if err := countValues(data, ",:[{"); err != nil {
		return nil, err
	}
	r := jsonReader{data: data, decoder: json.NewDecoder(bytes.NewReader(data)), line: 1}
	r.decoder.UseNumber()
	root, err := r.value()
	if err == nil {
		if _, err = r.decoder.Token(); err == io.EOF {
			return root, nil
		}
		if err == nil {
			err = errors.New("something stands after the document")
		}
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	line, column := r.position(min(int(r.decoder.InputOffset()), len(data)))
	return nil, &Error{Line: line, Column: column, Message: fmt.Sprintf("not JSON: %v", err)}
}

// jsonReader makes nodes of the tokens of a JSON document.
type jsonReader struct {
	data    []byte
	decoder *json.Decoder

	line, column, counted int // the line of data[counted], and the code points of it before that
	depth                 int
}

// deepest bounds how deep a document nests, as package yaml does.
const deepest = 10_000

// position returns line and column of data[at], both from 1. Places are asked for in
// ascending order.
func (r *jsonReader) position(at int) (line, column int) {
	passed := r.data[r.counted:max(r.counted, at)]
	r.counted += len(passed)
	if i := bytes.LastIndexByte(passed, '\n'); i >= 0 {
		r.line += bytes.Count(passed, []byte{'\n'})
		r.column, passed = 0, passed[i+1:]
	}
	r.column += utf8.RuneCount(passed)
	return r.line, r.column + 1
}

func (r *jsonReader) value() (*yaml.Node, error) {
	at := int(r.decoder.InputOffset())
	for at < len(r.data) && bytes.IndexByte([]byte(" \t\r\n,:"), r.data[at]) >= 0 {
		at++
	}
	token, err := r.decoder.Token()
	if err != nil {
		return nil, err
	}
	n := &yaml.Node{Kind: yaml.ScalarNode}
	n.Line, n.Column = r.position(at)
	switch token := token.(type) {
	case json.Delim:
		n.Kind, n.Tag = yaml.MappingNode, "!!map"
		if token == '[' {
			n.Kind, n.Tag = yaml.SequenceNode, "!!seq"
		}
		if r.depth++; r.depth > deepest {
			return nil, errors.New("more than 10,000 levels")
		}
		for r.decoder.More() {
			child, err := r.value()
			if err != nil {
				return nil, err
			}
			n.Content = append(n.Content, child)
		}
		r.depth--
		_, err = r.decoder.Token()
	case string:
		n.Tag, n.Value, n.Style = "!!str", token, yaml.DoubleQuotedStyle
	case json.Number:
		n.Tag, n.Value = "!!float", token.String()
	case bool:
		n.Tag, n.Value = "!!bool", fmt.Sprint(token)
	case nil:
		n.Tag, n.Value = "!!null", "null"
	}
	return n, err
}
