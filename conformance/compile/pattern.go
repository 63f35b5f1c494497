package compile

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// translate turns a pattern of ECMA-262, which OpenAPI asks for, into one of package
// regexp that matches the same. It returns an error for what has no counterpart:
// looking around, and referring back.
func translate(pattern string) (string, error) {
	t := translator{rest: pattern}
	for t.rest != "" {
		if err := t.next(); err != nil {
			return "", err
		}
	}
	return t.out.String(), nil
}

type translator struct {
	rest string
	out  strings.Builder
}

// The classes that ECMA-262 and package regexp see differently, as they stand within
// brackets.
const (
	space    = `\t\n\v\f\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}`
	notSpace = `\x{0}-\x{8}\x{e}-\x{1f}!-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}\x{202a}-\x{202e}\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{fefe}\x{ff00}-\x{10ffff}`
	notDigit = `\x{0}-/:-\x{10ffff}`
	notWord  = "\\x{0}-/:-@\\[-\\^`\\{-\\x{10ffff}"
)

func (t *translator) next() error {
	c, size := utf8.DecodeRuneInString(t.rest)
	switch c {
	case '\\':
		return t.escape()
	case '[':
		return t.class()
	case '(':
		return t.group()
	case '.':
		t.out.WriteString(`[^\n\r\x{2028}\x{2029}]`)
	default:
		t.out.WriteString(t.rest[:size])
	}
	t.rest = t.rest[size:]
	return nil
}

func (t *translator) group() error {
	for _, prefix := range []string{"(?=", "(?!", "(?<=", "(?<!"} {
		if strings.HasPrefix(t.rest, prefix) {
			return fmt.Errorf("%s…) looks around, which is not supported", prefix)
		}
	}
	switch {
	case strings.HasPrefix(t.rest, "(?<"):
		t.out.WriteString("(?P<")
		t.rest = t.rest[3:]
	case strings.HasPrefix(t.rest, "(?:"):
		t.out.WriteString("(?:")
		t.rest = t.rest[3:]
	case strings.HasPrefix(t.rest, "(?"):
		return errors.New("(? starts no group of ECMA-262")
	default:
		t.out.WriteByte('(')
		t.rest = t.rest[1:]
	}
	return nil
}

// escape translates an escape outside of brackets.
func (t *translator) escape() error {
	if len(t.rest) < 2 {
		return errors.New(`it ends in \`)
	}
	switch c := t.rest[1]; {
	case c == 'b' || c == 'B':
		t.out.WriteString(t.rest[:2])
		t.rest = t.rest[2:]
		return nil
	case c == 'k' || '1' <= c && c <= '9':
		return fmt.Errorf(`%s refers back, which is not supported`, t.rest[:2])
	}
	set, char, err := t.atom()
	switch {
	case err != nil:
		return err
	case set != "":
		t.out.WriteString("[" + set + "]")
	default:
		t.out.WriteString(literal(char))
	}
	return nil
}

func literal(char rune) string {
	if char < utf8.RuneSelf && unicode.IsPrint(char) {
		return regexp.QuoteMeta(string(char))
	}
	return fmt.Sprintf(`\x{%x}`, char)
}

// atom reads an escape that stands for a set, or for one character.
func (t *translator) atom() (set string, char rune, err error) {
	if len(t.rest) < 2 {
		return "", 0, errors.New(`it ends in \`)
	}
	c, size := utf8.DecodeRuneInString(t.rest[1:])
	escape := t.rest[:1+size]
	t.rest = t.rest[1+size:]
	switch c {
	case 'd':
		return `0-9`, 0, nil
	case 'D':
		return notDigit, 0, nil
	case 'w':
		return `0-9A-Za-z_`, 0, nil
	case 'W':
		return notWord, 0, nil
	case 's':
		return space, 0, nil
	case 'S':
		return notSpace, 0, nil
	case 'p', 'P':
		set, err = t.property(c == 'P')
		return set, 0, err
	case 't':
		return "", '\t', nil
	case 'n':
		return "", '\n', nil
	case 'v':
		return "", '\v', nil
	case 'f':
		return "", '\f', nil
	case 'r':
		return "", '\r', nil
	case '0':
		if t.rest == "" || t.rest[0] < '0' || t.rest[0] > '9' {
			return "", 0, nil
		}
	case 'c':
		if t.rest != "" && ('a' <= t.rest[0]|0x20 && t.rest[0]|0x20 <= 'z') {
			char = rune(t.rest[0] & 31)
			t.rest = t.rest[1:]
			return "", char, nil
		}
	case 'x':
		if char, err = t.hex(2); err == nil {
			return "", char, nil
		}
	case 'u':
		if char, err = t.unicode(); err == nil {
			return "", char, nil
		}
	default:
		// Without the flag u any character may be escaped that means nothing special.
		if c < utf8.RuneSelf && (c == ' ' || unicode.IsPunct(c) || unicode.IsSymbol(c)) {
			return "", c, nil
		}
	}
	if err != nil {
		return "", 0, fmt.Errorf("%s: %w", escape, err)
	}
	return "", 0, fmt.Errorf("%s is no escape of ECMA-262", escape)
}

func (t *translator) hex(digits int) (rune, error) {
	n, err := strconv.ParseUint(t.rest[:min(digits, len(t.rest))], 16, 32)
	if err != nil || len(t.rest) < digits {
		return 0, fmt.Errorf("%d hexadecimal digits are due", digits)
	}
	t.rest = t.rest[digits:]
	return rune(n), nil
}

// unicode reads what follows \u: four digits, twice for a surrogate pair, or digits in
// braces.
func (t *translator) unicode() (rune, error) {
	if strings.HasPrefix(t.rest, "{") {
		end := strings.IndexByte(t.rest, '}')
		if end < 0 {
			return 0, errors.New("} is missing")
		}
		n, err := strconv.ParseUint(t.rest[1:end], 16, 32)
		if err != nil || n > unicode.MaxRune {
			return 0, errors.New("no code point")
		}
		t.rest = t.rest[end+1:]
		return rune(n), nil
	}
	char, err := t.hex(4)
	if err == nil && utf16.IsSurrogate(char) {
		if !strings.HasPrefix(t.rest, `\u`) {
			return 0, errors.New("a lone surrogate")
		}
		t.rest = t.rest[2:]
		low, err := t.hex(4)
		if char = utf16.DecodeRune(char, low); err != nil || char == utf8.RuneError {
			return 0, errors.New("a lone surrogate")
		}
	}
	return char, err
}

// property reads what follows \p or \P.
func (t *translator) property(negated bool) (string, error) {
	end := strings.IndexByte(t.rest, '}')
	if !strings.HasPrefix(t.rest, "{") || end < 0 {
		return "", errors.New(`\p is written \p{Name}`)
	}
	name := t.rest[1:end]
	t.rest = t.rest[end+1:]
	letter := "p"
	if negated {
		letter = "P"
	}
	kind, value, ok := strings.Cut(name, "=")
	if !ok {
		kind, value = "General_Category", name
	}
	switch kind {
	case "General_Category", "gc":
		if short, ok := categories[value]; ok {
			value = short
		}
		if unicode.Categories[value] != nil {
			return `\` + letter + `{` + value + `}`, nil
		}
		switch value {
		case "ASCII":
			if negated {
				return `\x{80}-\x{10ffff}`, nil
			}
			return `\x{0}-\x{7f}`, nil
		case "Any":
			if !negated {
				return `\x{0}-\x{10ffff}`, nil
			}
		}
	case "Script", "sc":
		if unicode.Scripts[value] != nil {
			return `\` + letter + `{` + value + `}`, nil
		}
	}
	return "", fmt.Errorf(`\%s{%s} is not supported`, letter, name)
}

// categories are the long names of Unicode's general categories.
var categories = map[string]string{
	"Letter": "L", "Uppercase_Letter": "Lu", "Lowercase_Letter": "Ll", "Titlecase_Letter": "Lt", "Modifier_Letter": "Lm", "Other_Letter": "Lo",
	"Mark": "M", "Nonspacing_Mark": "Mn", "Spacing_Mark": "Mc", "Enclosing_Mark": "Me",
	"Number": "N", "Decimal_Number": "Nd", "digit": "Nd", "Letter_Number": "Nl", "Other_Number": "No",
	"Punctuation": "P", "punct": "P", "Connector_Punctuation": "Pc", "Dash_Punctuation": "Pd", "Open_Punctuation": "Ps", "Close_Punctuation": "Pe",
	"Initial_Punctuation": "Pi", "Final_Punctuation": "Pf", "Other_Punctuation": "Po",
	"Symbol": "S", "Math_Symbol": "Sm", "Currency_Symbol": "Sc", "Modifier_Symbol": "Sk", "Other_Symbol": "So",
	"Separator": "Z", "Space_Separator": "Zs", "Line_Separator": "Zl", "Paragraph_Separator": "Zp",
	"Other": "C", "Control": "Cc", "Format": "Cf", "Private_Use": "Co", "Surrogate": "Cs",
}

// class translates a class in brackets.
func (t *translator) class() error {
	t.rest = t.rest[1:]
	negated := strings.HasPrefix(t.rest, "^")
	if negated {
		t.rest = t.rest[1:]
	}
	var body strings.Builder
	for {
		if t.rest == "" {
			return errors.New("] is missing")
		}
		if t.rest[0] == ']' {
			t.rest = t.rest[1:]
			break
		}
		if err := t.member(&body); err != nil {
			return err
		}
	}
	switch {
	case body.Len() == 0 && negated:
		t.out.WriteString(`[\x{0}-\x{10ffff}]`)
	case body.Len() == 0:
		t.out.WriteString(`[^\x{0}-\x{10ffff}]`)
	case negated:
		t.out.WriteString("[^" + body.String() + "]")
	default:
		t.out.WriteString("[" + body.String() + "]")
	}
	return nil
}

// member translates a character, a set or a range within brackets.
func (t *translator) member(body *strings.Builder) error {
	set, from, err := t.inClass()
	if err != nil {
		return err
	}
	if set != "" {
		body.WriteString(set)
		return nil
	}
	if strings.HasPrefix(t.rest, "-") && len(t.rest) > 1 && t.rest[1] != ']' {
		t.rest = t.rest[1:]
		set, to, err := t.inClass()
		if err != nil {
			return err
		}
		if set != "" || to < from {
			return errors.New("a range within brackets ends wrong")
		}
		fmt.Fprintf(body, `\x{%x}-\x{%x}`, from, to)
		return nil
	}
	fmt.Fprintf(body, `\x{%x}`, from)
	return nil
}

func (t *translator) inClass() (set string, char rune, err error) {
	if strings.HasPrefix(t.rest, `\b`) {
		t.rest = t.rest[2:]
		return "", '\b', nil
	}
	if strings.HasPrefix(t.rest, `\`) {
		return t.atom()
	}
	char, size := utf8.DecodeRuneInString(t.rest)
	t.rest = t.rest[size:]
	return "", char, nil
}
