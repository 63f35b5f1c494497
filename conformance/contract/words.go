package contract

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxPointers bounds, in bytes, the pointers of one body's findings: those of a body
// that nests deep under long keys add up to far more than the body.
const maxPointers = 64 << 20

// maxPlaces bounds the places that are looked for: more than any findings have.
const maxPlaces = 100 * MaxFindings

// findings puts what was found into words, in the order of the bytes. What several
// schemas say of one value, it says once.
func (k *checker) findings(b []byte) []Finding {
	all := flatten(k.found)
	w := words{b: b, documents: k.documents, secrets: k.plan.secrets, locator: locator{b: b, stops: &k.stops, path: k.path[:0]}}
	defer func() { k.path = w.locator.path }()
	if slices.ContainsFunc(all, func(f found) bool { return len(f.branches) > 0 }) {
		w.locateAll(all)
	}
	return w.findings(all)
}

// words puts what was found in one body into words.
type words struct {
	b         []byte
	documents []documented
	keys      map[int]bool // the same, once that is asked for
	secrets   func(body []byte) []Span
	spans     []Span // what it returns, once that is asked for
	locator   locator
	places    map[spot]place // nil where places can be found one after the other
	pointers  int            // the bytes of all pointers
	branches  map[*attempt][]Branch
	reasons   map[*memo][]Finding // of the attempts that gave what is remembered
	explained int                 // the findings of all branches
}

// spot is a byte of the body; key says that it starts a member's key, and that the
// member is meant.
type spot struct {
	at  int
	key bool
}

// place is where a spot is, as a Finding says it.
type place struct {
	pointer      string
	line, column int
}

// place returns where s is; ok is false where the pointers have become too long. The
// locator walks forward only.
func (w *words) place(s spot) (p place, ok bool) {
	if w.places != nil {
		p, ok = w.places[s]
		return p, ok
	}
	return w.locate(s)
}

func (w *words) locate(s spot) (p place, ok bool) {
	if w.pointers > maxPointers {
		return place{}, false
	}
	p.line, p.column = w.locator.position(s.at)
	p.pointer = w.locator.pointer(s.at, s.key)
	w.pointers += len(p.pointer)
	return p, true
}

// locateAll finds the places of all that was found, in branches too, in one walk over
// the body.
func (w *words) locateAll(all []found) {
	var spots []spot
	seen := map[*attempt]bool{}
	remembered := map[*memo]bool{}
	var gather func(all []found)
	gather = func(all []found) {
		if m := onlyMemo(all); m != nil {
			if remembered[m] {
				return
			}
			remembered[m] = true
		}
		if len(spots) > maxPlaces {
			return
		}
		for _, f := range flatten(all) {
			spots = append(spots, spot{f.at, f.key})
			if len(f.branches) > 0 && !seen[&f.branches[0]] {
				seen[&f.branches[0]] = true
				for _, a := range f.branches {
					gather(a.found)
				}
			}
		}
	}
	gather(all)
	slices.SortFunc(spots, func(s, t spot) int { return cmp.Compare(s.at, t.at) })
	places := map[spot]place{}
	for _, s := range spots {
		if _, ok := places[s]; ok {
			continue
		}
		if p, ok := w.locate(s); ok {
			places[s] = p
		}
	}
	w.places, w.branches, w.reasons = places, map[*attempt][]Branch{}, map[*memo][]Finding{}
}

// findings puts what was found, without groups, into words.
func (w *words) findings(all []found) []Finding {
	if !slices.IsSortedFunc(all, byPlace) {
		all = slices.Clone(all)
		slices.SortStableFunc(all, byPlace)
	}
	findings := make([]Finding, 0, len(all))
	errors, warnings := 0, 0
	var here repeats
	for i := range all {
		f := &all[i]
		if here.has(f) || f.rule == UndocumentedField && w.documented(f.at) || w.misplacedNull(all, i) {
			continue
		}
		severity, given := f.rule.Severity(), &warnings
		if severity == Error {
			given = &errors
		}
		place, ok := w.place(spot{f.at, f.key})
		if !ok || *given == MaxFindings && f.rule != JSONSyntax {
			continue
		}
		*given++
		finding := Finding{
			Rule: f.rule, Severity: severity, Pointer: place.pointer, Property: f.property,
			Offset: f.at, Line: place.line, Column: place.column,
			Expected: f.expected, Actual: f.actual, Spec: f.position(),
		}
		if finding.Expected == "" {
			finding.Expected = f.due()
		}
		if finding.Actual == "" {
			finding.Actual = f.stands(w.b, w.hides(f.at))
		}
		if len(f.branches) > 0 {
			finding.Branches = w.inBranches(f.branches)
		}
		findings = append(findings, finding)
	}
	return findings
}

// documented says whether another schema documents the member whose key is at at.
func (w *words) documented(at int) bool {
	if w.keys == nil && len(w.documents) > 0 {
		w.keys = map[int]bool{}
		seen := map[*memo]bool{}
		var add func(all []documented)
		add = func(all []documented) {
			for _, d := range all {
				switch {
				case d.group == nil:
					w.keys[d.at] = true
				case !seen[d.group]:
					seen[d.group] = true
					add(d.group.keys)
				}
			}
		}
		add(w.documents)
	}
	return w.keys[at]
}

// hides says whether the value at at is secret by any schema.
func (w *words) hides(at int) bool {
	if w.secrets == nil {
		return false
	}
	if w.spans == nil {
		w.spans = append(w.secrets(w.b), Span{len(w.b), len(w.b)})
	}
	i, _ := slices.BinarySearchFunc(w.spans, at, func(s Span, at int) int { return cmp.Compare(s.End, at+1) })
	return i < len(w.spans) && w.spans[i].Start <= at
}

func byPlace(f, g found) int { return cmp.Compare(f.at, g.at) }

// inBranches puts attempts into words, those of one value once. A repeated key is no
// reason why a schema doesn't fit. Beyond MaxFindings reasons, all branches of the body
// together, there are none.
func (w *words) inBranches(attempts []attempt) []Branch {
	if branches, ok := w.branches[&attempts[0]]; ok {
		return branches
	}
	branches := make([]Branch, len(attempts))
	for i, a := range attempts {
		branches[i].Spec = a.node.position()
		if w.explained < MaxFindings {
			branches[i].Findings = w.because(a)
			w.explained += len(branches[i].Findings)
		}
	}
	w.branches[&attempts[0]] = branches
	return branches
}

// because returns why an attempt failed.
func (w *words) because(a attempt) []Finding {
	m := onlyMemo(a.found)
	if reasons, ok := w.reasons[m]; ok {
		return reasons
	}
	reasons := w.findings(slices.DeleteFunc(slices.Clone(flatten(a.found)), func(f found) bool { return f.rule == DuplicateKey }))
	if m != nil {
		w.reasons[m] = reasons
	}
	return reasons
}

// onlyMemo returns what was found where that is all that is remembered of one question; else nil.
func onlyMemo(all []found) *memo {
	if len(all) != 1 {
		return nil
	}
	return all[0].group
}

// repeats tells findings apart that are at the same place.
type repeats struct {
	at   int
	few  []*found
	many map[repeat]bool // the same, once they are many
}

type repeat struct {
	rule     Rule
	property string
}

// has reports whether f repeats one that was asked for before, and notes it. Places come in
// ascending order.
func (r *repeats) has(f *found) bool {
	if f.at != r.at {
		*r = repeats{at: f.at, few: r.few[:0]}
	}
	if r.many != nil {
		key := repeat{f.rule, f.property}
		before := r.many[key]
		r.many[key] = true
		return before
	}
	for _, g := range r.few {
		if g.rule == f.rule && g.property == f.property {
			return true
		}
	}
	if r.few = append(r.few, f); len(r.few) > 16 {
		r.many = map[repeat]bool{}
		for _, g := range r.few {
			r.many[repeat{g.rule, g.property}] = true
		}
	}
	return false
}

// misplacedNull reports whether all[i] is a condition that a null breaks which isn't allowed
// in the first place. The null is the finding then.
func (w *words) misplacedNull(all []found, i int) bool {
	f := &all[i]
	if f.rule != Condition || w.b[f.at] != 'n' {
		return false
	}
	from, _ := slices.BinarySearchFunc(all, *f, byPlace)
	for ; from < len(all) && all[from].at == f.at; from++ {
		if all[from].rule.Severity() == Error {
			return true
		}
	}
	return false
}

// position is the place of the node's schema.
func (n *node) position() Position {
	return Position{n.program.File, n.schema.Line, n.schema.Column, n.schema.Pointer}
}

// position is the place of the broken keyword, else of "type", else of the schema.
func (f *found) position() Position {
	s := f.node.schema
	name := f.keyword
	if name == "" {
		name = f.rule
	}
	keyword := s.Keyword(name)
	if keyword == nil && f.rule != DuplicateKey && f.rule != JSONSyntax && s.Never == "" {
		keyword = s.Keyword(Type)
	}
	if keyword == nil {
		return f.node.position()
	}
	return Position{f.node.program.File, keyword.Line, keyword.Column, s.Pointer + "/" + string(keyword.Name)}
}

// due says what the rule asks for.
func (f *found) due() string {
	n := f.node
	if n.never != "" && f.keyword == "false" {
		return forbidden(n.never)
	}
	operands, schemas := []string{""}, 0
	for _, name := range []Rule{f.rule, f.keyword} {
		if name == "" {
			continue
		}
		if kw := n.schema.Keyword(name); kw != nil {
			schemas = len(kw.Schemas)
			if len(kw.Values) > 0 {
				operands = kw.Values
			}
		}
	}
	switch f.rule {
	case Required:
		return "the member " + quote(f.property)
	case Nullable:
		return n.types.String()
	case Type:
		return n.types.String()
	case Enum:
		if operands[0] == "" {
			return "no value at all"
		}
		return listed(operands)
	case Minimum:
		return "at least " + shorten(operands[0])
	case Maximum:
		return "at most " + shorten(operands[0])
	case Format:
		switch n.format {
		case "int32", "int64":
			limits := formatLimits[n.format]
			return "an " + n.format + " (" + limits.least.text + " to " + limits.most.text + ")"
		case "date-time":
			return "an RFC 3339 date-time"
		case "uuid":
			return "a UUID"
		}
		return "a " + n.format
	case DuplicateKey:
		return "each key once"
	case UndocumentedField:
		return "a documented member"
	case AdditionalProperties, UnevaluatedProperties:
		return "no further member"
	case WriteOnly:
		return "no writeOnly value in a response"
	case Const:
		return listed(operands)
	case ExclusiveMinimum:
		return "more than " + shorten(operands[0])
	case ExclusiveMaximum:
		return "less than " + shorten(operands[0])
	case MultipleOf:
		return "a multiple of " + shorten(operands[0])
	case MinLength:
		return "at least " + plural(operands[0], "character")
	case MaxLength:
		return "at most " + plural(operands[0], "character")
	case Pattern:
		return "a string that matches " + shorten(operands[0])
	case MinItems:
		return "at least " + plural(operands[0], "item")
	case MaxItems:
		return "at most " + plural(operands[0], "item")
	case UniqueItems:
		return "an item that differs from those before it"
	case Contains:
		return "at least 1 item fitting the schema of contains"
	case MinContains:
		return "at least " + plural(operands[0], "item") + " fitting the schema of contains"
	case MaxContains:
		return "at most " + plural(operands[0], "item") + " fitting the schema of contains"
	case MinProperties:
		return "at least " + plural(operands[0], "member")
	case MaxProperties:
		return "at most " + plural(operands[0], "member")
	case PropertyNames:
		return "a name that propertyNames allows"
	case AnyOf:
		return "a value that fits " + oneOf("", schemas)
	case OneOf:
		return "a value that fits " + oneOf("exactly ", schemas)
	case Not:
		return "a value that doesn't fit the schema of not"
	case IntegerNotation:
		return "an integer without fraction or exponent"
	case Plausibility:
		return "milliseconds since 1970, at least " + minUnixMilli.text + " and less than " + limitUnixMilli.text
	case Condition:
		if f.keyword == xAliasOf {
			return "the value of " + quote(operands[0])
		}
		trigger := quote(operands[0]) + " is " + listed(operands[1:])
		if f.keyword == xPresentOnlyWhen {
			return "absent or null unless " + trigger
		}
		return "a value other than null when " + trigger
	}
	return string(f.rule)
}

// forbidden says what the schema false under a keyword asks for.
func forbidden(keyword Rule) string {
	switch keyword {
	case Properties, PatternProperties, AdditionalProperties, UnevaluatedProperties:
		return "no such member"
	case Items, PrefixItems, UnevaluatedItems:
		return "no item here"
	case RootSchema:
		return "no body"
	}
	return "no value, since the schema of " + string(keyword) + " is false"
}

// oneOf says that one of n schemas is asked for; how is "exactly " or empty.
func oneOf(how string, n int) string {
	if n == 1 {
		return "the only schema"
	}
	return how + "one of " + plural(strconv.Itoa(n), "schema")
}

// stands says what the body has in the place of what is due.
func (f *found) stands(b []byte, secret bool) string {
	switch f.rule {
	case Required, DependentRequired:
		return Absent
	case MinLength, MaxLength:
		return plural(strconv.Itoa(f.count), "character")
	case MinItems, MaxItems, Contains, MinContains, MaxContains:
		return plural(strconv.Itoa(f.count), "item")
	case MinProperties, MaxProperties:
		return plural(strconv.Itoa(f.count), "member")
	case OneOf:
		if f.count > 1 {
			return describe(b, f.at) + ", which fits " + strconv.Itoa(f.count) + " of them"
		}
	case PropertyNames:
		return quote(f.property)
	case DuplicateKey:
		return quote(f.property) + " again"
	}
	if f.keyword == "false" {
		return describe(b, f.at) // nothing says whether it is secret
	}
	container := b[f.at] == '{' || b[f.at] == '[' // its kind is all that is said of it
	if (f.node.hides || !container && secret || f.strays(b)) && b[f.at] != 'n' {
		kind := describe(b, f.at)
		if kind == "true" || kind == "false" {
			kind = "a boolean"
		}
		return kind + " that may be secret"
	}
	switch c := b[f.at]; {
	case c == '"':
		end, _, _ := scanString(b, f.at+1)
		value := b[f.at:min(end+1, f.at+4*longestText)]
		return shorten(string(value)) + f.otherCase(value)
	case c == '-' || c-'0' <= 9:
		end, _, _ := scanNumber(b, f.at)
		return shorten(string(b[f.at:min(end, f.at+4*longestText)]))
	}
	return describe(b, f.at)
}

// otherCase says which value of the enum, or of the constant, differs from a string in case
// only; it is empty where none does.
func (f *found) otherCase(quoted []byte) string {
	var set *enum
	switch f.rule {
	case Enum:
		set = f.node.enum
	case Const:
		set = f.node.constant
	default:
		return ""
	}
	text, ok := unquote(quoted)
	if !ok {
		return "" // too long to be shown
	}
	value, ok := set.folded()[strings.ToLower(string(text))]
	if !ok {
		return ""
	}
	return ", which differs from " + quote(value) + " in case only"
}

// strays reports whether what was found is a scalar, long enough for a secret, in the place
// of what may hold members that no schema describes.
func (f *found) strays(b []byte) bool {
	if f.rule != Type || !f.node.holds {
		return false
	}
	end := f.at
	switch c := b[f.at]; {
	case c == '"':
		end, _, _ = scanString(b, f.at+1)
		end++
	case c == '-' || c-'0' <= 9:
		end, _, _ = scanNumber(b, f.at)
	default:
		return false
	}
	return scalarLength(b, f.at, end) >= ShortestSecret
}

// describe names the kind of the value at b[i] without its content; true, false and
// null are named as such.
func describe(b []byte, i int) string {
	switch c := b[i]; {
	case c == '{':
		return "an object"
	case c == '[':
		return "an array"
	case c == '"':
		return "a string"
	case c == 't':
		return "true"
	case c == 'f':
		return "false"
	case c == 'n':
		return "null"
	}
	return "a number"
}

// glimpse says what stands at b[i] where JSON asks for something else, without giving
// more than punctuation away.
func glimpse(b []byte, i int) string {
	if i == len(b) {
		return "the end of the body"
	}
	switch c := b[i]; {
	case c == '"':
		return "a string"
	case c == '\'':
		return "a single quote"
	case c-'0' <= 9:
		return "a digit"
	case 'a' <= c|0x20 && c|0x20 <= 'z' && c < utf8.RuneSelf:
		return "a letter"
	case c < ' ' || c == 0x7f:
		return "a control character"
	case c < utf8.RuneSelf:
		return "'" + string(c) + "'"
	case strings.HasPrefix(string(b[i:min(len(b), i+3)]), "\uFEFF"):
		return "a byte order mark"
	}
	return "a character beyond ASCII"
}

// String lists the kinds as people name them: "an integer or null".
func (set kinds) String() string {
	var names []string
	for _, kind := range []struct {
		bit  kinds
		name string
	}{
		{stringKind, "a string"}, {numberKind, "a number"}, {integerKind, "an integer"}, {booleanKind, "a boolean"},
		{objectKind, "an object"}, {arrayKind, "an array"}, {nullKind, "null"},
	} {
		if set&kind.bit != 0 && !(kind.bit == integerKind && set&numberKind != 0) {
			names = append(names, kind.name)
		}
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " or " + names[n-1]
	}
	return strings.Join(names, "")
}

// longestListed and longestText keep messages to a line: in values, and in code points.
const (
	longestListed = 8
	longestText   = 60
)

// listed says which values are allowed, each as JSON writes it, and cuts a long list.
func listed(values []string) string {
	if len(values) == 1 {
		return shorten(values[0])
	}
	var shown []string
	for _, v := range values[:min(len(values), longestListed)] {
		shown = append(shown, shorten(v))
	}
	if len(values) > longestListed {
		shown = append(shown, "… ("+strconv.Itoa(len(values))+" in all)")
	}
	return "one of " + strings.Join(shown, ", ")
}

// plural is a number and what it counts.
func plural(n, noun string) string {
	if n == "1" {
		return n + " " + noun
	}
	return n + " " + noun + "s"
}

func quote(name string) string { return shorten(strconv.Quote(name)) }

// shorten cuts s after longestText code points.
func shorten(s string) string {
	if utf8.RuneCountInString(s) <= longestText {
		return s
	}
	return string([]rune(s)[:longestText]) + "…"
}
