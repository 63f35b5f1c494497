package contract

import (
	"bytes"
	"math/bits"
	"strconv"
	"unicode/utf8"
)

// locator works out where in a body things stand. It walks the body once, so places
// must be asked for in ascending order.
type locator struct {
	b     []byte
	stops *stops
	i     int     // what comes before it has been walked
	path  []level // the arrays and objects that are open at i

	line      int
	lineStart int
	counted   int // the bytes before it are in line and lineStart
	column    int // the code points between lineStart and columned
	columned  int
}

// level is an open array or object.
type level struct {
	object bool
	index  int  // of the item, in an array
	ended  bool // the item has been read, and no comma after it
	key    int  // the place of the key whose value is being read, in an object; else -1
}

// position returns line and column of b[at], both from 1, the column in code points.
func (l *locator) position(at int) (line, column int) {
	if n := bytes.Count(l.b[l.counted:at], []byte{'\n'}); n > 0 {
		l.line += n
		l.lineStart = l.counted + bytes.LastIndexByte(l.b[l.counted:at], '\n') + 1
		l.columned, l.column = l.lineStart, 0
	}
	l.counted = at
	l.column += codePoints(l.b[l.columned:at])
	l.columned = at
	return l.line + 1, l.column + 1
}

// codePoints counts those of b, which is UTF-8: what comes before a finding has been read.
// Lines of compact bodies are long, and eight bytes at a time take a tenth of what
// utf8.RuneCount does.
func codePoints(b []byte) int {
	n := len(b)
	i := 0
	for ; i+8 <= len(b); i += 8 {
		w := load(b, i)
		n -= bits.OnesCount64(w & ^(w << 1) & highs) // the bytes 10xxxxxx go on with one before
	}
	for ; i < len(b); i++ {
		if !utf8.RuneStart(b[i]) {
			n--
		}
	}
	return n
}

// pointer returns the pointer of the value at b[at], or, where key says so, of the
// member whose key is there. Where the body isn't JSON at that place, it is the pointer
// of what was being read.
func (l *locator) pointer(at int, key bool) string {
	for l.i < at {
		l.step(at)
	}
	p := make([]byte, 0, 128) // on the stack
	for _, level := range l.path {
		switch {
		case !level.object && !level.ended:
			p = strconv.AppendInt(append(p, '/'), int64(level.index), 10)
		case level.object && level.key >= 0:
			p = l.appendKey(p, level.key)
		}
	}
	if key {
		p = l.appendKey(p, at)
	}
	return string(p)
}

// appendKey appends the key at at as RFC 6901 has it.
func (l *locator) appendKey(p []byte, at int) []byte {
	end, escaped, _ := scanString(l.b, at+1)
	name := l.b[at+1 : end]
	if escaped {
		name = unescape(nil, name)
	}
	p = append(p, '/')
	for _, c := range name {
		switch c {
		case '~':
			p = append(p, "~0"...)
		case '/':
			p = append(p, "~1"...)
		default:
			p = append(p, c)
		}
	}
	return p
}

// step walks over the next token, which does not reach beyond at unless it is broken.
func (l *locator) step(at int) {
	switch l.b[l.i] {
	case '{':
		l.path = append(l.path, level{object: true, key: -1})
	case '[':
		l.path = append(l.path, level{})
	case '}', ']':
		l.path = l.path[:len(l.path)-1]
		l.valueEnds()
	case ',':
		if top := l.top(); top != nil {
			top.index++
			top.ended = false
		}
	case '"':
		start := l.i
		end := l.stops.next(l.i + 1)
		if end >= len(l.b) || l.b[end] != '"' {
			var problem string
			if end, _, problem = scanString(l.b, l.i+1); problem != "" {
				l.i = at
				return
			}
		}
		l.i = end
		if top := l.top(); top != nil && top.object && top.key < 0 {
			top.key = start
		} else {
			l.valueEnds()
		}
	case ':', ' ', '\n', '\r', '\t':
	default:
		start := l.i
		for l.i+1 < at && !delimiter[l.b[l.i+1]] {
			l.i++
		}
		if first := l.b[start]; l.i+1 == at && (first == '-' || first-'0' <= 9) {
			if _, _, ok := scanNumber(l.b[:at], start); !ok {
				break // what isn't JSON is this number
			}
		}
		l.valueEnds()
	}
	l.i++
}

func (l *locator) top() *level {
	if len(l.path) == 0 {
		return nil
	}
	return &l.path[len(l.path)-1]
}

func (l *locator) valueEnds() {
	if top := l.top(); top != nil {
		top.key, top.ended = -1, true
	}
}

// delimiter has the bytes that end a number, true, false or null.
var delimiter = [256]bool{',': true, ']': true, '}': true, ' ': true, '\n': true, '\r': true, '\t': true}
