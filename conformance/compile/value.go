package compile

import (
	"bytes"
	"encoding/json"
	"math/big"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// values are the members of a list as JSON text, each once.
func (c *compiler) values(list *yaml.Node) ([]string, error) {
	if list.Kind != yaml.SequenceNode {
		return nil, c.errorf(list, "a list of values is due here")
	}
	if len(list.Content) == 0 {
		c.warnf(list, "an empty list leaves no value")
	}
	var values []string
	seen := map[string]bool{}
	for _, n := range list.Content {
		text, err := c.json(resolve(n))
		if err == nil {
			err = c.grow(n, len(text))
		}
		if err != nil {
			return nil, err
		}
		if seen[text] {
			c.warnf(n, "%s stands here twice", text)
			continue
		}
		seen[text] = true
		values = append(values, text)
	}
	return values, nil
}

func (c *compiler) number(m member) ([]string, error) {
	text, err := c.json(m.value)
	if err != nil {
		return nil, err
	}
	if text[0] != '-' && (text[0] < '0' || text[0] > '9') {
		return nil, c.errorf(m.value, "%s is a number", m.key.Value)
	}
	return []string{text}, nil
}

// count is a number that counts, as a plain integer.
func (c *compiler) count(m member) ([]string, error) {
	text, err := c.number(m)
	if err != nil {
		return nil, err
	}
	r, ok := rational(text[0])
	if !ok || !r.IsInt() || r.Sign() < 0 {
		return nil, c.errorf(m.value, "%s is an integer from 0 on", m.key.Value)
	}
	return []string{r.Num().String()}, nil
}

// longest bounds the JSON text of a value: aliases of aliases grow without bounds.
const longest = 1 << 20

// json returns the JSON text of a value in the document.
func (c *compiler) json(n *yaml.Node) (text string, err error) {
	alias := n
	n = resolve(n)
	if c.open[n] {
		return "", c.errorf(alias, "the alias stands within what it stands for")
	}
	if text, ok := c.texts[n]; ok {
		return text, nil
	}
	c.open[n] = true
	defer func() {
		delete(c.open, n)
		if err == nil && len(text) > longest {
			err = c.errorf(alias, "the value is longer than 1 MiB")
		}
		if err == nil && n.Anchor != "" {
			c.texts[n] = text
		}
	}()
	switch n.Kind {
	case yaml.SequenceNode:
		var items []string
		size := 0
		for _, item := range n.Content {
			text, err := c.json(item)
			if err != nil {
				return "", err
			}
			if size += len(text); size > longest {
				return "", c.errorf(alias, "the value is longer than 1 MiB")
			}
			items = append(items, text)
		}
		return "[" + strings.Join(items, ",") + "]", nil
	case yaml.MappingNode:
		members, err := c.members(n)
		if err != nil {
			return "", err
		}
		var texts []string
		size := 0
		for _, m := range members {
			text, err := c.json(m.value)
			if err != nil {
				return "", err
			}
			if size += len(m.key.Value) + len(text); size > longest {
				return "", c.errorf(alias, "the value is longer than 1 MiB")
			}
			texts = append(texts, quote(m.key.Value)+":"+text)
		}
		return "{" + strings.Join(texts, ",") + "}", nil
	}
	if n.Tag == "!!str" && n.Style == 0 && jsonNumber.MatchString(n.Value) {
		return n.Value, nil // a number past float64, which YAML's reader takes for a string
	}
	switch n.Tag {
	case "!!null":
		return "null", nil
	case "!!bool":
		return strings.ToLower(n.Value), nil
	case "!!int", "!!float":
		if text, ok := number(n.Value); ok {
			return text, nil
		}
		return "", c.errorf(n, "%s is not a number in JSON", n.Value)
	case "!!str", "!!timestamp":
		return quote(n.Value), nil
	}
	return "", c.errorf(n, "a value that JSON has is due here")
}

// quote writes a string in JSON.
func quote(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic(err) // a string always encodes
	}
	return strings.TrimSuffix(b.String(), "\n")
}

var jsonNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

// number turns a YAML number into a JSON one without changing its value; ok is false
// for infinities and the like.
func number(text string) (_ string, ok bool) {
	if jsonNumber.MatchString(text) {
		return text, true
	}
	if len(text) > longestNumber {
		return "", false
	}
	if i, ok := new(big.Int).SetString(text, 0); ok {
		return i.String(), true
	}
	sign := ""
	text = strings.ReplaceAll(strings.TrimPrefix(text, "+"), "_", "")
	if rest, ok := strings.CutPrefix(text, "-"); ok {
		sign, text = "-", rest
	}
	if strings.HasPrefix(text, ".") {
		text = "0" + text
	}
	text = strings.Replace(text, ".e", ".0e", 1)
	text = strings.Replace(text, ".E", ".0e", 1)
	if strings.HasSuffix(text, ".") {
		text += "0"
	}
	return sign + text, jsonNumber.MatchString(sign + text)
}

// longestNumber bounds the numbers that are computed with, in digits: reading them takes
// the square of that.
const longestNumber = 10_000

// rational returns a JSON number as a fraction; ok is false where its exponent or its
// digits make that too long to be worth it.
func rational(number string) (r *big.Rat, ok bool) {
	if len(number) > longestNumber {
		return nil, false
	}
	if at := strings.IndexAny(number, "eE"); at >= 0 && len(strings.TrimLeft(number[at+1:], "+-0")) > 3 {
		return nil, false
	}
	return new(big.Rat).SetString(number)
}

// mantissa is a JSON number without its exponent.
func mantissa(number string) string {
	mantissa, _, _ := strings.Cut(strings.ToLower(number), "e")
	return mantissa
}

// compareNumbers compares two JSON numbers; ok is false where that takes too long.
func compareNumbers(a, b string) (order int, ok bool) {
	x, okX := rational(a)
	y, okY := rational(b)
	if !okX || !okY {
		return 0, false
	}
	return x.Cmp(y), true
}
