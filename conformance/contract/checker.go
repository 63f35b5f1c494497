package contract

// checker is the state of one walk over a body. A contract keeps a pool of them, so
// that what one learned of the order of members serves the next body.
type checker struct {
	plan  *plan
	next  []*field // the prediction slots: the member that came next the last time
	in    input
	stops stops
	block [64]byte // scratch for stops

	depth int
	found []found
	// errors and warnings count what was found, so that found stays bounded.
	errors, warnings int
	broken           bool // the body isn't JSON: the walk has ended

	keys    []uint64 // the key sets of the objects being read, see keySet
	beyond  []uint64 // the fields beyond the first 64 that the objects being read have had
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
	k.in = input{}
	k.depth, k.errors, k.warnings, k.broken, k.marks = 0, 0, 0, false, nil
	clear(k.found)
	k.found, k.keys, k.beyond, k.watched = k.found[:0], k.keys[:0], k.beyond[:0], k.watched[:0]
	return cap(k.found)+cap(k.keys)+cap(k.beyond)+cap(k.watched)+cap(k.text)+cap(k.other) <= keptScratch
}

func (k *checker) run(b []byte) {
	k.in = newInput(b)
	k.stops = k.stops.of(&k.in, &k.block)
	i := k.value(k.plan.root, 0)
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
		if k.errors++; k.errors > MaxFindings {
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
	k.broken = true
	k.report(found{rule: JSONSyntax, at: i, node: k.plan.root, expected: expected, actual: actual})
	return -1
}

// judge reads the value at i and says all that n has to say of it.
func (k *checker) judge(n *node, i int) int {
	i = k.in.skip(i)
	end := -1
	switch c := k.in.at(i); {
	case len(n.parts) > 0:
		end = k.composite(n, i)
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
	if k.collecting && (n.secret || k.stray(n, i)) {
		k.hide(i, end)
	}
	return end
}

// stray says whether the value at i is one that n has no place for, and that may be or
// hold what another place would keep secret.
func (k *checker) stray(n *node, i int) bool {
	switch k.in.at(i) {
	case '{':
		return n.types&objectKind == 0
	case '[':
		return n.types&arrayKind == 0
	case '"':
		return n.types&stringKind == 0 && n.hides
	}
	return false
}

// hide notes that body[i:end] is not to be shown; all the rest of b where end is -1.
func (k *checker) hide(i, end int) {
	if end < 0 {
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
	return false
}

func (k *checker) literal(n *node, i int, text string, kind kinds) int {
	if string(k.in.bytes(i, min(i+len(text), k.in.n))) != text {
		return k.syntax(i, "a JSON value", "a word that isn't true, false or null")
	}
	end := i + len(text)
	if k.is(n, i, kind) && n.enum != nil && !(kind == nullKind && n.nullable) && !n.enum.hasLiteral([]byte(text)) {
		k.report(found{rule: Enum, at: i, node: n})
	}
	return end
}

func (k *checker) string(n *node, i int) int {
	end, escaped, problem := scanString(k.in.all(), i+1)
	if problem != "" {
		if k.collecting {
			k.hide(i, k.in.n) // it may have been going to be a secret
		}
		return k.syntax(end, "a string and its closing quote", problem)
	}
	if k.is(n, i, stringKind) {
		text := k.in.bytes(i+1, end)
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

func (k *checker) number(n *node, i int) int {
	end, whole, ok := scanNumber(k.in.all(), i)
	if !ok {
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
func (k *checker) container(n *node, i int, kind kinds) int {
	if !k.is(n, i, kind) {
		// A value of the wrong kind still has to be JSON.
		n = n.free
	} else if n.enum != nil {
		k.report(found{rule: Enum, at: i, node: n})
	}
	if kind == objectKind {
		return k.object(n, i)
	}
	return k.array(n, i)
}
