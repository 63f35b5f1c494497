package contract

import "unicode/utf8"

// checker is the state of one walk over a body. A contract keeps a pool of them, so
// that what one learned of the order of members serves the next body.
type checker struct {
	plan  *plan
	next  []*field // the prediction slots: the member that came next the last time
	in    input
	stops stops

	depth int
	found []found
	// errors and warnings count what was found, so that found stays bounded.
	errors, warnings int
	invalid          int // grows with each keyword that is broken, its finding kept or not

	// shared is more than 0 while several schemas judge a value in place; then memos
	// hold what came of judging it and what is inside.
	shared int
	memos  map[memoKey]*memo
	// outermost is the first of the schemas that judge the value at outermostAt in place.
	outermost   *node
	outermostAt int
	// documents are the keys that one of the schemas documents: another one that
	// doesn't has nothing to warn of.
	documents []documented

	keys    []uint64 // the key sets of the objects being read, see keySet
	beyond  []uint64 // the fields beyond the first 64 that the objects being read have had
	watched []int    // the places of the values that conditions look at
	marks   *marks   // where to note the members that in-place schemas document
	text    []byte   // an unescaped string
	other   []byte   // another one, to compare with
	path    []level  // for the locator

	walks      map[*automaton]*walk // of the large expressions
	collecting bool
	spans      []Span
	// trying is more than 0 while one of several alternatives is tried: that it has no place
	// for the value doesn't make the value stray.
	trying int
}

// found is a finding before it is put into words.
type found struct {
	rule     Rule
	keyword  Rule // the keyword that is broken, where it isn't named like the rule
	at       int  // the place in the body
	key      bool // at is the place of a member's key
	count    int  // how many there are, where that is the matter
	branches []attempt
	group    *memo // not a finding, but all of these
	node     *node
	property string
	expected string // only where it doesn't follow from the keyword
	actual   string // only where it isn't the value at that place
}

func newChecker(p *plan) *checker {
	return &checker{plan: p, next: append([]*field(nil), p.first...), keys: make([]uint64, 0, 4*longestList), collecting: p.collecting}
}

// keptScratch bounds the scratch memory, in elements, that a pooled checker keeps: the
// copy of a body in words.
const keptScratch = 1 << 16

// release makes k ready for another body and says whether it is worth keeping.
func (k *checker) release() bool {
	k.in.text, k.in.n = k.in.text[:0], 0
	k.depth, k.errors, k.warnings, k.shared, k.marks, k.memos, k.documents, k.outermost = 0, 0, 0, 0, nil, nil, nil, nil
	clear(k.found)
	k.found, k.keys, k.beyond, k.watched = k.found[:0], k.keys[:0], k.beyond[:0], k.watched[:0]
	size := 0
	for _, w := range k.walks {
		size += w.size
	}
	if size > keptScratch {
		k.walks = nil
	}
	return cap(k.in.text)/8+cap(k.stops.bits)+cap(k.found)+cap(k.keys)+cap(k.beyond)+cap(k.watched)+cap(k.text)+cap(k.other)+cap(k.path) <= keptScratch
}

// run walks over a body that the root judges.
func (k *checker) run(b []byte) { k.runAt(k.plan.root, b) }

// runAt walks over a body that n judges.
func (k *checker) runAt(n *node, b []byte) {
	k.in.load(b, &k.stops)
	i := k.value(n, 0)
	if i < 0 {
		return
	}
	if i = k.in.skip(i); i < k.in.n {
		k.syntax(i, "nothing after the value", "")
	}
}

// report notes a finding at the byte at.
func (k *checker) report(f found) {
	if f.rule.Severity() == Error {
		if f.rule != DuplicateKey {
			k.invalid++ // which schemas a value fits doesn't hang on how its keys are written
		}
		if k.errors++; k.errors > MaxFindings && f.rule != JSONSyntax {
			return
		}
	} else if k.warnings++; k.warnings > MaxFindings {
		return
	}
	k.found = append(k.found, f)
}

// syntax notes that the body isn't JSON at i and ends the walk: it returns -1, as
// every reader does from here on.
func (k *checker) syntax(i int, expected, actual string) int {
	if actual == "" {
		actual = glimpse(k.in.all(), i)
	}
	if k.collecting {
		k.hide(i, k.in.n)
	}
	k.report(found{rule: JSONSyntax, at: i, node: k.plan.root, expected: expected, actual: actual})
	return -1
}

// judge reads the value at i and says all that n has to say of it.
func (k *checker) judge(n *node, i int) int {
	i = k.in.skip(i)
	if n.never != "" {
		end := k.judge(n.free, i)
		if end >= 0 {
			k.report(found{rule: n.never, keyword: "false", at: i, node: n})
		}
		return end
	}
	end := -1
	switch c := k.in.at(i); {
	case n.inPlace != nil:
		end = k.together(n, i)
	case c == '{':
		end = k.container(n, i, objectKind)
	case c == '[':
		end = k.container(n, i, arrayKind)
	case c == '"':
		end = k.string(n, i)
	case c == 't':
		end = k.literal(n, i, "true", booleanKind)
	case c == 'f':
		end = k.literal(n, i, "false", booleanKind)
	case c == 'n':
		end = k.literal(n, i, "null", nullKind)
	case c == '-' || c-'0' <= 9:
		end = k.number(n, i)
	default:
		return k.syntax(i, "a JSON value", "")
	}
	if n.writeOnly && end >= 0 {
		k.report(found{rule: WriteOnly, at: i, node: n})
	}
	if k.collecting && (n.secret || k.stray(n, i, end)) {
		k.hide(i, end)
	}
	return end
}

// ShortestSecret is the length, in bytes, from which on a text can be a secret where no
// schema marks it as one: a shorter one is too easy to guess, and is found by chance.
const ShortestSecret = 6

// stray reports whether the value at i, which ends at end, is one that n has no place for,
// and that may be or hold what another place would keep secret.
func (k *checker) stray(n *node, i, end int) bool {
	switch k.in.at(i) {
	case '{':
		return n.types&objectKind == 0
	case '[':
		return n.types&arrayKind == 0
	case 'n':
		return false
	}
	if end < 0 {
		return false // all from i on is hidden already
	}
	return !n.lets(&k.in, i) && (n.hides || k.trying == 0 && n.holds && scalarLength(k.in.all(), i, end) >= ShortestSecret)
}

// scalarLength returns the length of the scalar b[i:end], a string without its quotes.
func scalarLength(b []byte, i, end int) int {
	if b[i] == '"' {
		return end - i - 2
	}
	return end - i
}

// maxSpans bounds the spans that are noted: what comes after so many is hidden as a
// whole.
const maxSpans = 1 << 16

// hide notes that body[i:end] is not to be shown; all the rest where end is -1.
func (k *checker) hide(i, end int) {
	switch {
	case len(k.spans) > maxSpans:
		return
	case len(k.spans) == maxSpans || end < 0:
		end = k.in.n
	}
	k.spans = append(k.spans, Span{i, end})
}

// is says whether n lets a value of that kind stand at i, and reports it where not.
func (k *checker) is(n *node, i int, kind kinds) bool {
	if n.types&kind != 0 {
		return true
	}
	rule := Type
	if kind == nullKind {
		rule = Nullable
	}
	k.report(found{rule: rule, at: i, node: n})
	if k.marks != nil {
		k.marks.unsure = true // that it is of another type says all
	}
	return false
}

func (k *checker) literal(n *node, i int, text string, kind kinds) int {
	if string(k.in.bytes(i, min(i+len(text), k.in.n))) != text {
		return k.syntax(i, "a JSON value", "a word that isn't true, false or null")
	}
	if k.is(n, i, kind) && !(kind == nullKind && n.nullable) {
		k.oneOf(n, i)
	}
	return i + len(text)
}

// oneOf judges the value at i, which isn't a string and has been read, by "enum" and
// "const".
func (k *checker) oneOf(n *node, i int) {
	if n.enum != nil && !k.lists(n.enum, i) {
		k.report(found{rule: Enum, at: i, node: n})
	}
	if n.constant != nil && !k.lists(n.constant, i) {
		k.report(found{rule: Const, at: i, node: n})
	}
}

func (k *checker) string(n *node, i int) int {
	end, escaped, problem := k.scanString(i + 1)
	if problem != "" {
		if k.collecting {
			k.hide(i, k.in.n) // it may have been going to be a secret
		}
		return k.syntax(end, "the rest of a string", problem)
	}
	if !k.is(n, i, stringKind) {
		return end + 1
	}
	if n.enum == nil && n.constant == nil && n.format == "" && n.text == nil {
		return end + 1
	}
	text := k.in.bytes(i+1, end)
	if escaped {
		k.text = unescape(k.text[:0], text)
		text = k.text
	}
	if n.enum != nil && !n.enum.hasString(text) {
		k.report(found{rule: Enum, at: i, node: n})
	}
	if n.constant != nil && !n.constant.hasString(text) {
		k.report(found{rule: Const, at: i, node: n})
	}
	if n.format == "date-time" && !isDateTime(text) || n.format == "uuid" && !isUUID(text) {
		k.report(found{rule: Format, at: i, node: n})
	}
	if n.text != nil {
		length := utf8.RuneCount(text)
		if length < n.text.min {
			k.report(found{rule: MinLength, at: i, node: n, count: length})
		}
		if length > n.text.max {
			k.report(found{rule: MaxLength, at: i, node: n, count: length})
		}
		for _, p := range n.text.patterns {
			if !k.matches(p, text) {
				k.report(found{rule: Pattern, at: i, node: n})
			}
		}
	}
	return end + 1
}

func (k *checker) number(n *node, i int) int {
	end, whole, ok := scanNumber(k.in.all(), i)
	if !ok {
		if k.collecting {
			k.hide(i, k.in.n)
		}
		return k.syntax(end, "a digit", "")
	}
	if n.types&(integerKind|numberKind) == 0 {
		k.report(found{rule: Type, at: i, node: n})
		return end
	}
	if n.plainNumber() {
		return end
	}
	d := parseDecimal(string(k.in.bytes(i, end)))
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
	limits, limited := formatLimits[n.format]
	past := limited && (d.compare(limits.least) < 0 || d.compare(limits.most) > 0)
	if past && bounded {
		k.report(found{rule: Format, at: i, node: n})
	}
	for _, m := range n.multiples {
		if !d.multipleOf(m) {
			k.report(found{rule: MultipleOf, at: i, node: n})
		}
	}
	k.oneOf(n, i)
	if n.unix && !past && (d.compare(minUnixMilli) < 0 || d.compare(limitUnixMilli) >= 0) {
		k.report(found{rule: Plausibility, keyword: xUnixTime, at: i, node: n})
	}
	return end
}

// formatLimits are the ranges of the integer formats.
var formatLimits = map[string]struct{ least, most decimal }{
	"int32": {mustDecimal("-2147483648"), mustDecimal("2147483647")},
	"int64": {mustDecimal("-9223372036854775808"), mustDecimal("9223372036854775807")},
}

// container reads an object or an array, of the right kind or not.
func (k *checker) container(n *node, i int, kind kinds) (end int) {
	right := k.is(n, i, kind)
	if !right {
		n = n.free // a value of the wrong kind still has to be JSON
	}
	if kind == objectKind {
		end = k.readObject(n, i)
	} else {
		end = k.readArray(n, i)
	}
	if right && end >= 0 {
		k.oneOf(n, i)
	}
	return end
}
