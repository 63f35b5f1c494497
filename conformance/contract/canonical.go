package contract

import (
	"crypto/sha256"
	"slices"
	"strconv"
	"strings"
)

// canonical writes the values of one text in a form that two values share if and only if
// they are equal: 1.0 is 1, escapes are resolved, and members are sorted. Of an array or
// an object it writes a digest, so that no level of nesting copies what is inside.
type canonical struct {
	in    *input
	known map[memoKey]*memo // where digests are kept for who asks again; nil for nobody
}

// append appends the value at i, which has been read before, and returns its end, too.
func (c *canonical) append(dst []byte, i int) ([]byte, int) {
	in := c.in
	b := in.all()
	i = in.skip(i)
	switch first := b[i]; {
	case first == '"':
		end, escaped, _ := scanString(b, i+1)
		text := b[i+1 : end]
		if escaped {
			text = unescape(nil, text)
		}
		return strconv.AppendQuote(dst, string(text)), end + 1
	case first == '-' || first-'0' <= 9:
		end, _, _ := scanNumber(b, i)
		return parseDecimal(string(b[i:end])).canonical(dst), end
	case first == '[' || first == '{':
		m := c.known[memoKey{at: i}]
		if m == nil {
			m = &memo{}
			if c.known != nil {
				c.known[memoKey{at: i}] = m
			}
		}
		if m.digest == nil {
			var text []byte
			text, m.end = c.container(i, first == '{')
			sum := sha256.Sum256(text)
			m.digest = sum[:]
		}
		return append(append(dst, '#'), m.digest...), m.end
	}
	end := i + len("true") // or null
	if b[i] == 'f' {
		end++
	}
	return append(dst, b[i:end]...), end
}

// container returns what the digest of the array or object at i is made of, and its end.
func (c *canonical) container(i int, members bool) ([]byte, int) {
	in := c.in
	var parts []string
	for i = in.skip(i + 1); in.at(i) != ']' && in.at(i) != '}'; {
		var part []byte
		if part, i = c.append(nil, i); members {
			part, i = c.append(append(part, ':'), in.skip(i)+1)
		}
		parts = append(parts, string(part))
		if i = in.skip(i); in.at(i) == ',' {
			i = in.skip(i + 1)
		}
	}
	if members {
		slices.Sort(parts)
		return []byte("{" + strings.Join(parts, ",")), i + 1
	}
	return []byte("[" + strings.Join(parts, ",")), i + 1
}

// canonicalText is the value at i as canonical writes it.
func canonicalText(in *input, i int, known map[memoKey]*memo) string {
	c := canonical{in, known}
	text, _ := c.append(nil, i)
	return string(text)
}
