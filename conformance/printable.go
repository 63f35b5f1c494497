package conformance

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable makes text from outside safe for a line, a terminal and the log of a CI server: a
// character that can't be seen, moves the cursor or turns the direction of writing becomes a mark
// of one column, and so does one of those that start a command of GitHub Actions or Azure
// Pipelines. Whatever is printed of file names, documents, recordings, servers and errors passes
// through it, from the start of its line on.
func Printable(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case r == utf8.RuneError, !unicode.IsGraphic(r) && r != ' ':
			return mark
		}
		return r
	}, s)
	s = strings.ReplaceAll(s, "##[", "#"+string(mark)+"[")
	if start := strings.TrimLeftFunc(s, unicode.IsSpace); strings.HasPrefix(start, "::") {
		s = s[:len(s)-len(start)] + string(mark) + start[1:]
	}
	return s
}

// mark stands for a character that isn't printed.
const mark = '�'
