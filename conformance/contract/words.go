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

// findings puts what was found into words, in the order of the bytes. What several
// schemas say of one value, it says once.
func (k *checker) findings(b []byte) []Finding {
	slices.SortStableFunc(k.found, func(f, g found) int { return cmp.Compare(f.at, g.at) })
	findings := make([]Finding, 0, len(k.found))
	l := locator{b: b}
	pointers, failed := 0, false
	for i, f := range k.found {
		if k.said(i) {
			continue
		}
		severity := f.rule.Severity()
		if pointers > maxPointers && (failed || severity != Error) {
			continue
		}
		failed = failed || severity == Error
		line, column := l.position(f.at)
		finding := Finding{
			Rule: f.rule, Severity: severity, Pointer: l.pointer(f.at, f.key), Property: f.property,
			Offset: f.at, Line: line, Column: column,
			Expected: f.expected, Actual: f.actual, Spec: f.position(),
		}
		if finding.Expected == "" {
			finding.Expected = f.due()
		}
		if finding.Actual == "" {
			finding.Actual = f.stands(b)
		}
		pointers += len(finding.Pointer)
		findings = append(findings, finding)
	}
	return findings
}

// said says whether found[i] repeats one before it at the same place.
func (k *checker) said(i int) bool {
	f := &k.found[i]
	for i--; i >= 0 && k.found[i].at == f.at; i-- {
		if g := &k.found[i]; g.rule == f.rule && g.property == f.property {
			return true
		}
	}
	return false
}

// position is the place of the broken keyword, else of "type", else of the schema.
func (f *found) position() Position {
	s := f.node.schema
	name := f.keyword
	if name == "" {
		name = f.rule
	}
	for _, name := range []Rule{name, Type} {
		for _, kw := range s.Keywords {
			if kw.Name == name {
				return Position{f.node.program.File, kw.Line, kw.Column, s.Pointer + "/" + string(name)}
			}
		}
		if f.rule == DuplicateKey || f.rule == JSONSyntax {
			break
		}
	}
	return Position{f.node.program.File, s.Line, s.Column, s.Pointer}
}

// due says what the rule asks for.
func (f *found) due() string {
	n := f.node
	operands := func() []string {
		for _, kw := range n.schema.Keywords {
			if kw.Name == f.rule || kw.Name == f.keyword {
				return kw.Values
			}
		}
		return []string{""}
	}
	switch f.rule {
	case Required:
		return "the member " + quote(f.property)
	case Nullable:
		return n.types.String() + ", not null"
	case Type:
		return n.types.String()
	case Enum:
		return "one of " + list(operands())
	case Minimum:
		return "at least " + operands()[0]
	case Maximum:
		return "at most " + operands()[0]
	case Format:
		switch n.format {
		case "int32", "int64":
			limits := formatLimits[n.format]
			return "an " + n.format + ", " + limits.least.text + " to " + limits.most.text
		case "date-time":
			return "a date-time as RFC 3339 writes it"
		}
		return "a " + n.format
	case DuplicateKey:
		return "each key once"
	case UndocumentedField:
		return "a documented member"
	case AdditionalProperties:
		return "no further member"
	case IntegerNotation:
		return "an integer without fraction or exponent"
	case Plausibility:
		return "milliseconds since 1970, at least " + earliest.text
	case Condition:
		values := operands()
		if f.keyword == xPresentOnlyWhen {
			return "absent or null unless " + values[0] + " is " + list(values[1:])
		}
		return "present and not null when " + values[0] + " is " + list(values[1:])
	}
	return string(f.rule)
}

// stands says what the body has in the place of what is due.
func (f *found) stands(b []byte) string {
	switch f.rule {
	case Required:
		return Absent
	case DuplicateKey:
		return quote(f.property) + " again"
	}
	if f.node.hides && b[f.at] != 'n' {
		return describe(b, f.at) + " that may be secret"
	}
	switch c := b[f.at]; {
	case c == '"':
		end, _, _ := scanString(b, f.at+1)
		return shorten(string(b[f.at:min(end+1, f.at+4*longestText)]))
	case c == '-' || c-'0' <= 9:
		end, _, _ := scanNumber(b, f.at)
		return shorten(string(b[f.at:min(end, f.at+4*longestText)]))
	}
	return describe(b, f.at)
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
	case c-'0' <= 9:
		return "a digit"
	case 'a' <= c|0x20 && c|0x20 <= 'z' && c < utf8.RuneSelf:
		return "a letter"
	case c < ' ' || c == 0x7f:
		return "a control character"
	case c < utf8.RuneSelf:
		return string(c)
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

// list joins values, strings without their quotes, and cuts a long list.
func list(values []string) string {
	var shown []string
	for _, v := range values[:min(len(values), longestListed)] {
		if text, ok := unquote([]byte(v)); v[0] == '"' && ok {
			v = string(text)
		}
		shown = append(shown, v)
	}
	if len(values) > longestListed {
		shown = append(shown, "… ("+strconv.Itoa(len(values))+" in all)")
	}
	return strings.Join(shown, ", ")
}

func quote(name string) string { return shorten(strconv.Quote(name)) }

// shorten cuts s after longestText code points.
func shorten(s string) string {
	if utf8.RuneCountInString(s) <= longestText {
		return s
	}
	return string([]rune(s)[:longestText]) + "…"
}
