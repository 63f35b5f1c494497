package contract

import (
	"crypto/sha256"
	"slices"
	"strconv"
	"strings"
)

// canonical appends the JSON value at i, which has been read before, in a form that two
// values share if and only if they are equal: 1.0 is 1, escapes are resolved, and
// members are sorted. Of an array or an object it appends a digest, so that no level of
// nesting copies what is inside. It returns the value's end, too.
func canonical(dst []byte, in *input, i int) ([]byte, int) {
	b := in.all()
	i = in.skip(i)
	switch c := b[i]; {
	case c == '"':
		end, escaped, _ := scanString(b, i+1)
		text := b[i+1 : end]
		if escaped {
			text = unescape(nil, text)
		}
		return strconv.AppendQuote(dst, string(text)), end + 1
	case c == '-' || c-'0' <= 9:
		end, _, _ := scanNumber(b, i)
		return parseDecimal(string(b[i:end])).canonical(dst), end
	case c == '[':
		items := []byte{'['}
		for i = in.skip(i + 1); b[i] != ']'; {
			items, i = canonical(items, in, i)
			items = append(items, ',')
			if i = in.skip(i); b[i] == ',' {
				i = in.skip(i + 1)
			}
		}
		return digest(dst, items), i + 1
	case c == '{':
		var members []string
		for i = in.skip(i + 1); b[i] != '}'; {
			var member []byte
			member, i = canonical(nil, in, i)
			i = in.skip(i)
			member, i = canonical(append(member, ':'), in, i+1)
			members = append(members, string(member))
			if i = in.skip(i); b[i] == ',' {
				i = in.skip(i + 1)
			}
		}
		slices.Sort(members)
		return digest(dst, []byte("{"+strings.Join(members, ","))), i + 1
	}
	end := skipValue(b, i)
	return append(dst, b[i:end]...), end
}

func digest(dst, text []byte) []byte {
	sum := sha256.Sum256(text)
	return append(append(dst, '#'), sum[:]...)
}

// canonicalText is canonical as a string.
func canonicalText(in *input, i int) string {
	text, _ := canonical(nil, in, i)
	return string(text)
}
