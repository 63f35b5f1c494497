package recording

import (
	"bytes"
	"sort"
	"strconv"
	"unicode/utf8"
)

// scalarText is a YAML scalar that holds a body, and how it is written. YAML libraries
// say where a scalar starts, but not where in it its text stands: so it is read here
// once more, and what comes of it is compared with what the library says.
type scalarText struct {
	raw   []byte
	at    int // what comes before it has been read
	outer int // the indentation of the mapping that it is in
	// want is what the library says that the text is, and length how much of that has been
	// read; differs says that something else has.
	want    string
	length  int
	differs bool
	// runs are the parts of text that stand in raw byte by byte; one ends where the next
	// starts.
	runs []mark
}

// place returns where in raw the byte of the text at offset stands.
func (s *scalarText) place(offset int) int {
	i := sort.Search(len(s.runs), func(i int) bool { return s.runs[i].text > offset }) - 1
	if i < 0 {
		return 0
	}
	return min(s.runs[i].quoted+offset-s.runs[i].text, s.at)
}

// add adds text that stands at at.
func (s *scalarText) add(text []byte, at int) {
	if n := len(s.runs); len(text) > 0 && (n == 0 || s.runs[n-1].quoted+s.length-s.runs[n-1].text != at) {
		s.runs = append(s.runs, mark{s.length, at})
	}
	s.differs = s.differs || len(text) > len(s.want)-s.length || s.want[s.length:s.length+len(text)] != string(text)
	s.length += len(text)
}

// breaks are line breaks that are read, but not yet part of the text.
type breaks []struct {
	text []byte
	at   int
}

// addBreak reads a line break.
func (s *scalarText) addBreak(to *breaks) {
	n := yamlBreak(s.raw[s.at:])
	text := []byte("\n")
	if n == 3 {
		text = s.raw[s.at : s.at+n] // U+2028 and U+2029 are kept
	}
	if n > 0 {
		*to = append(*to, struct {
			text []byte
			at   int
		}{text, s.at})
	}
	s.at += n
}

// flush makes breaks part of the text.
func (s *scalarText) flush(b *breaks) {
	for _, one := range *b {
		s.add(one.text, one.at)
	}
	*b = nil
}

// fold makes a line break part of the text, and those that follow it: a space where none
// follows.
func (s *scalarText) fold(first, more *breaks) {
	switch {
	case len(*first) > 0 && (*first)[0].text[0] != '\n':
		s.flush(first)
	case len(*first) > 0 && len(*more) == 0:
		s.add([]byte(" "), (*first)[0].at)
	}
	*first = nil
	s.flush(more)
}

// yamlBreak returns how long the line break is that text starts with; 0 where it starts
// with none.
func yamlBreak(text []byte) int {
	switch {
	case bytes.HasPrefix(text, []byte("\r\n")), bytes.HasPrefix(text, []byte("\u0085")):
		return 2
	case bytes.HasPrefix(text, []byte("\u2028")), bytes.HasPrefix(text, []byte("\u2029")):
		return 3
	case len(text) > 0 && (text[0] == '\n' || text[0] == '\r'):
		return 1
	}
	return 0
}

func yamlBlank(text []byte) bool { return len(text) > 0 && (text[0] == ' ' || text[0] == '\t') }

// readScalar reads the scalar that raw starts with, and reports whether its text is want. A
// plain one ends where it has as many bytes; the others end by themselves. The mapping around
// it is indented by outer.
func readScalar(raw []byte, want string, outer int) (*scalarText, bool) {
	s := &scalarText{raw: raw, outer: outer, want: want}
	s.read()
	return s, !s.differs && s.length == len(want)
}

func (s *scalarText) read() {
	raw := s.raw
	for s.at < len(raw) && (raw[s.at] == '!' || raw[s.at] == '&') { // a tag, an anchor
		for s.at < len(raw) && !yamlBlank(raw[s.at:]) && yamlBreak(raw[s.at:]) == 0 {
			s.at++
		}
		for yamlBlank(raw[s.at:]) {
			s.at++
		}
	}
	if s.at == len(raw) {
		return
	}
	switch c := raw[s.at]; c {
	case '|', '>':
		s.block(c == '>')
	case '"', '\'':
		s.at++
		s.flow(c)
		s.at = min(s.at+1, len(raw))
	default:
		s.flow(0)
	}
}

// flow reads a scalar in quotes, or a plain one where quote is 0, up to its end.
func (s *scalarText) flow(quote byte) {
	for {
		var first, more breaks
		joined := false // a line break that is escaped joins the lines
	line:
		for s.at < len(s.raw) && !yamlBlank(s.raw[s.at:]) && yamlBreak(s.raw[s.at:]) == 0 {
			rest := s.raw[s.at:]
			switch {
			case quote == 0 && s.length >= len(s.want):
				return
			case quote == '\'' && bytes.HasPrefix(rest, []byte("''")):
				s.add(rest[:1], s.at)
				s.at += 2
				continue
			case quote != 0 && rest[0] == quote:
				return
			case quote == '"' && rest[0] == '\\':
				if n := yamlBreak(rest[1:]); n > 0 {
					s.at += 1 + n
					joined = true
					break line
				}
				text, read := yamlEscape(rest)
				s.add(text, s.at)
				s.at += read
				continue
			}
			s.add(rest[:1], s.at)
			s.at++
		}
		if s.at == len(s.raw) || quote == 0 && s.length >= len(s.want) {
			return
		}
		white := s.at
		for folded := joined; ; {
			switch {
			case yamlBlank(s.raw[s.at:]):
				s.at++
				continue
			case yamlBreak(s.raw[s.at:]) == 0:
			case !folded:
				s.addBreak(&first)
				folded = true
				continue
			default:
				s.addBreak(&more)
				continue
			}
			if folded {
				s.fold(&first, &more)
			} else {
				s.add(s.raw[white:s.at], white)
			}
			break
		}
	}
}

var yamlEscapes = map[byte]string{
	'0': "\x00", 'a': "\a", 'b': "\b", 't': "\t", '\t': "\t", 'n': "\n", 'v': "\v", 'f': "\f", 'r': "\r", 'e': "\x1b", ' ': " ", '"': `"`, '\'': "'", '\\': `\`, '/': "/",
	'N': "\u0085", '_': "\u00a0", 'L': "\u2028", 'P': "\u2029",
}

// yamlEscape returns what the escape means that raw starts with, and how long it is.
func yamlEscape(raw []byte) (text []byte, read int) {
	if len(raw) < 2 {
		return nil, len(raw)
	}
	digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[raw[1]]
	if digits == 0 || len(raw) < 2+digits {
		return []byte(yamlEscapes[raw[1]]), 2
	}
	r, _ := strconv.ParseUint(string(raw[2:2+digits]), 16, 32)
	return utf8.AppendRune(nil, rune(r)), 2 + digits
}

// block reads a literal scalar, or a folded one.
func (s *scalarText) block(folded bool) {
	chomp, indent := byte(0), 0
	for s.at++; s.at < len(s.raw) && yamlBreak(s.raw[s.at:]) == 0; s.at++ {
		switch c := s.raw[s.at]; {
		case c == '#': // a comment may hold anything
			for s.at+1 < len(s.raw) && yamlBreak(s.raw[s.at+1:]) == 0 {
				s.at++
			}
		case c == '-' || c == '+':
			chomp = c
		case '1' <= c && c <= '9':
			indent = int(c - '0')
		}
	}
	s.at += yamlBreak(s.raw[s.at:])
	var first, more breaks
	if indent > 0 {
		indent += s.outer
	}
	column := s.indentation(&indent, &more)
	blankLine := false
	for column == indent && s.at < len(s.raw) {
		blank := yamlBlank(s.raw[s.at:])
		if folded && !blankLine && !blank && len(first) > 0 && first[0].text[0] == '\n' {
			s.fold(&first, &more)
		} else {
			s.flush(&first)
			s.flush(&more)
		}
		blankLine = blank
		end := s.at
		for end < len(s.raw) && yamlBreak(s.raw[end:]) == 0 {
			end++
		}
		s.add(s.raw[s.at:end], s.at)
		s.at = end
		s.addBreak(&first)
		column = s.indentation(&indent, &more)
	}
	if chomp != '-' {
		s.flush(&first)
	}
	if chomp == '+' {
		s.flush(&more)
	}
}

// indentation passes over the indentation of a line and over lines that have nothing
// else. Where indent is 0 it becomes that of the first line with text, or of the
// longest one without before it.
func (s *scalarText) indentation(indent *int, empty *breaks) (column int) {
	longest := 0
	for {
		column = 0
		for s.at < len(s.raw) && s.raw[s.at] == ' ' && (*indent == 0 || column < *indent) {
			s.at++
			column++
		}
		longest = max(longest, column)
		if yamlBreak(s.raw[s.at:]) == 0 {
			break
		}
		s.addBreak(empty)
	}
	if *indent == 0 {
		*indent = max(longest, s.outer+1, 1)
	}
	return column
}
