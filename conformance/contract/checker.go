package contract

import "bytes"

// checker is the state of one walk over a body. A contract keeps a pool of them, so
// that what one learned of the order of members serves the next body.
type checker struct {
	plan *plan
	next []*field // the prediction slots: the member that came next the last time

	depth int
	found []found
	// errors and warnings count what was found, so that found stays bounded.
	errors, warnings int
	broken           bool // the body isn't JSON: the walk has ended

	keys    []uint64 // the key sets of the objects being read, see keySet
	seen    []uint64 // the fields beyond the first 64 that the objects being read have had
	watched []int    // the places of the values that conditions look at
	marks   *marks   // where to note the members that in-place schemas document
	text    []byte   // an unescaped string
	other   []byte   // another one, to compare with

	collecting bool
	spans      []Span
}

// found is a finding before it is put into words.
type found struct {
	rule     Rule
	keyword  Rule // the keyword that is broken, where it isn't named like the rule
	at       int  // the place in the body
	key      bool // at is the place of a member's key
	node     *node
	property string
	expected string // only where it doesn't follow from the keyword
	actual   string // only where it isn't the value at that place
}

func newChecker(p *plan) *checker {
	return &checker{plan: p, next: append([]*field(nil), p.first...), collecting: p.collecting}
}

// keptScratch bounds the scratch memory, in elements, that a pooled checker keeps.
const keptScratch = 1 << 16

// release makes k ready for another body and says whether it is worth keeping.
func (k *checker) release() bool {
	k.depth, k.errors, k.warnings, k.broken, k.marks = 0, 0, 0, false, nil
	clear(k.found)
	k.found, k.keys, k.seen, k.watched = k.found[:0], k.keys[:0], k.seen[:0], k.watched[:0]
	return cap(k.found)+cap(k.keys)+cap(k.seen)+cap(k.watched)+cap(k.text)+cap(k.other) <= keptScratch
}

func (k *checker) run(b []byte) {
	i := k.value(k.plan.root, b, 0)
	if i < 0 {
		return
	}
	if i = skip(b, i); i < len(b) {
		k.syntax(b, i, "nothing after the value", "")
	}
}

// report notes a finding at b[at].
func (k *checker) report(f found) {
	if f.rule.Severity() == Error {
		if k.errors++; k.errors > MaxFindings {
			return
		}
	} else if k.warnings++; k.warnings > MaxFindings {
		return
	}
	k.found = append(k.found, f)
}

// syntax notes that the body isn't JSON at b[i] and ends the walk: it returns -1, as
// every reader does from here on.
func (k *checker) syntax(b []byte, i int, expected, actual string) int {
	if actual == "" {
		actual = glimpse(b, i)
	}
	if k.collecting {
		k.hide(b, i, len(b))
	}
	k.broken = true
	k.report(found{rule: JSONSyntax, at: i, node: k.plan.root, expected: expected, actual: actual})
	return -1
}

// value reads the value at b[i] as n says and returns its end, -1 where the body
// isn't JSON. The quick ways only accept what conforms; judge decides the rest.
func (k *checker) value(n *node, b []byte, i int) int {
	switch n.shortcut {
	case asString:
		if i < len(b) && b[i] == '"' {
			if end := scan(b, i+1); end < len(b) && b[end] == '"' {
				return end + 1
			}
		}
	case asEnum:
		if i < len(b) && b[i] == '"' {
			if end := scan(b, i+1); end < len(b) && b[end] == '"' && n.enum.hasString(b[i+1:end]) {
				return end + 1
			}
		}
	case asDateTime:
		if i < len(b) && b[i] == '"' {
			if end := scan(b, i+1); end < len(b) && b[end] == '"' && isDateTime(b[i+1:end]) {
				return end + 1
			}
		}
	case asUUID:
		if end := i + 37; end < len(b) && b[i] == '"' && b[end] == '"' && isUUID(b[i+1:end]) {
			return end + 1
		}
	case asInteger:
		if end := n.quickInteger(b, i); end > 0 {
			return end
		}
	case asNumber:
		if end, _, ok := scanNumber(b, i); ok {
			return end
		}
	case asBoolean:
		if i+5 <= len(b) {
			if string(b[i:i+4]) == "true" {
				return i + 4
			}
			if string(b[i:i+5]) == "false" {
				return i + 5
			}
		}
	case asObject:
		if i < len(b) && b[i] == '{' {
			return k.object(n, b, i)
		}
	case asArray:
		if i < len(b) && b[i] == '[' {
			return k.array(n, b, i)
		}
	}
	return k.judge(n, b, i)
}

// quickInteger returns the end of the integer at b[i] where it lies between n.lo and
// n.hi, and 0 where that takes a closer look.
func (n *node) quickInteger(b []byte, i int) int {
	start, negative := i, false
	if i < len(b) && b[i] == '-' {
		negative = true
		i++
	}
	first := i
	var v int64
	for i < len(b) && b[i]-'0' <= 9 {
		v = v*10 + int64(b[i]-'0')
		i++
	}
	if i == first || i-start > 18 || b[first] == '0' && i > first+1 {
		return 0
	}
	if negative {
		v = -v
	}
	if v < n.lo || v > n.hi || i < len(b) && (b[i] == '.' || b[i]|0x20 == 'e') {
		return 0
	}
	return i
}

// judge reads the value at b[i] and says all that n has to say of it.
func (k *checker) judge(n *node, b []byte, i int) int {
	i = skip(b, i)
	if i == len(b) {
		return k.syntax(b, i, "a JSON value", "")
	}
	end := -1
	switch c := b[i]; {
	case len(n.parts) > 0:
		end = k.composite(n, b, i)
	case c == '{':
		end = k.container(n, b, i, objectKind)
	case c == '[':
		end = k.container(n, b, i, arrayKind)
	case c == '"':
		end = k.string(n, b, i)
	case c == 't':
		end = k.literal(n, b, i, "true", booleanKind)
	case c == 'f':
		end = k.literal(n, b, i, "false", booleanKind)
	case c == 'n':
		end = k.literal(n, b, i, "null", nullKind)
	case c == '-' || c-'0' <= 9:
		end = k.number(n, b, i)
	default:
		return k.syntax(b, i, "a JSON value", "")
	}
	if k.collecting && n.secret {
		k.hide(b, i, end)
	}
	return end
}

// hide notes that b[i:end] is not to be shown; all the rest of b where end is -1.
func (k *checker) hide(b []byte, i, end int) {
	if end < 0 {
		end = len(b)
	}
	k.spans = append(k.spans, Span{i, end})
}

// is says whether n lets a value of that kind stand at b[i], and reports it where not.
func (k *checker) is(n *node, i int, kind kinds) bool {
	if n.types&kind != 0 {
		return true
	}
	rule := Type
	if kind == nullKind {
		rule = Nullable
	}
	k.report(found{rule: rule, at: i, node: n})
	return false
}

func (k *checker) literal(n *node, b []byte, i int, text string, kind kinds) int {
	if !bytes.HasPrefix(b[i:], []byte(text)) {
		return k.syntax(b, i, "a JSON value", "a word that isn't true, false or null")
	}
	end := i + len(text)
	if k.is(n, i, kind) && n.enum != nil && !(kind == nullKind && n.nullable) && !n.enum.hasLiteral(b[i:end]) {
		k.report(found{rule: Enum, at: i, node: n})
	}
	return end
}

func (k *checker) string(n *node, b []byte, i int) int {
	end, escaped, problem := scanString(b, i+1)
	if problem != "" {
		return k.syntax(b, end, "a string and its closing quote", problem)
	}
	if k.is(n, i, stringKind) {
		text := b[i+1 : end]
		if escaped {
			k.text = unescape(k.text[:0], text)
			text = k.text
		}
		if n.enum != nil && !n.enum.hasString(text) {
			k.report(found{rule: Enum, at: i, node: n})
		}
		if n.format == "date-time" && !isDateTime(text) || n.format == "uuid" && !isUUID(text) {
			k.report(found{rule: Format, at: i, node: n})
		}
	}
	return end + 1
}

func (k *checker) number(n *node, b []byte, i int) int {
	end, whole, ok := scanNumber(b, i)
	if !ok {
		return k.syntax(b, end, "a digit", "")
	}
	if n.types&(integerKind|numberKind) == 0 {
		k.report(found{rule: Type, at: i, node: n})
		return end
	}
	if n.plainNumber() {
		return end
	}
	d := parseDecimal(string(b[i:end]))
	if n.types&numberKind == 0 {
		if !d.integer() {
			k.report(found{rule: Type, at: i, node: n})
			return end
		}
		if !whole {
			k.report(found{rule: IntegerNotation, keyword: Type, at: i, node: n})
		}
	}
	bounded := true
	for _, bound := range n.bounds {
		if !bound.holds(d) {
			k.report(found{rule: bound.rule, at: i, node: n})
			bounded = false
		}
	}
	if limits, ok := formatLimits[n.format]; ok && bounded && (d.compare(limits.least) < 0 || d.compare(limits.most) > 0) {
		k.report(found{rule: Format, at: i, node: n})
	}
	if n.enum != nil && !n.enum.hasNumber(d) {
		k.report(found{rule: Enum, at: i, node: n})
	}
	if n.unix && d.compare(earliest) < 0 {
		k.report(found{rule: Plausibility, keyword: xUnixTime, at: i, node: n})
	}
	return end
}

// plainNumber says that any number conforms to n, a fraction included.
func (n *node) plainNumber() bool {
	return n.types&numberKind != 0 && len(n.bounds) == 0 && n.enum == nil && n.format == "" && !n.unix
}

// formatLimits are the ranges of the integer formats.
var formatLimits = map[string]struct{ least, most decimal }{
	"int32": {mustDecimal("-2147483648"), mustDecimal("2147483647")},
	"int64": {mustDecimal("-9223372036854775808"), mustDecimal("9223372036854775807")},
}

// container reads an object or an array, of the right kind or not.
func (k *checker) container(n *node, b []byte, i int, kind kinds) int {
	if !k.is(n, i, kind) {
		// A value of the wrong kind still has to be JSON.
		n = k.plan.free
	} else if n.enum != nil {
		k.report(found{rule: Enum, at: i, node: n})
	}
	if kind == objectKind {
		return k.object(n, b, i)
	}
	return k.array(n, b, i)
}
