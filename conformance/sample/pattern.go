package sample

import (
	"math/rand/v2"
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode"
)

// matches are up to n texts that a pattern, in the syntax of package regexp, matches.
func matches(random *rand.Rand, pattern string, n int) (texts []string) {
	return matched(random, pattern, n, func(i int) int { return i % 6 })
}

// extremes are texts that a pattern matches and that have, as far as can be, the least and
// the largest number of characters.
func extremes(random *rand.Rand, pattern string, lo, hi int) (texts []string) {
	longest := min(hi, 64)
	for _, text := range matched(random, pattern, 2*longest, func(i int) int { return i / 2 }) {
		n := len([]rune(text))
		if n == lo || n == hi {
			texts = append(texts, text)
		}
	}
	if short := matched(random, pattern, 1, func(int) int { return 0 }); texts == nil {
		return short
	}
	return []string{texts[0], texts[len(texts)-1]}
}

// matched tries n texts of which each repeats what may be repeated so many more times than
// it has to.
func matched(random *rand.Rand, pattern string, n int, more func(i int) int) (texts []string) {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	compiled, err2 := regexp.Compile(pattern)
	if err != nil || err2 != nil {
		return nil // the contract can't have it either
	}
	for i := range n {
		w := matcher{random: random, more: more(i)}
		w.write(parsed)
		if text := w.String(); compiled.MatchString(text) {
			texts = append(texts, text)
		}
	}
	return texts
}

// matcher writes a text that a parsed pattern matches, but for what \b and anchors in odd
// places ask for.
type matcher struct {
	strings.Builder
	random *rand.Rand
	more   int // how many more times than it has to it repeats, at most
}

func (w *matcher) write(r *syntax.Regexp) {
	if w.Len() > most {
		return
	}
	switch r.Op {
	case syntax.OpLiteral:
		for _, c := range r.Rune {
			w.WriteRune(c)
		}
	case syntax.OpCharClass:
		w.char(r.Rune)
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		w.char([]rune{'a', 'z', '0', '9', ' ', ' '})
	case syntax.OpCapture, syntax.OpConcat:
		for _, part := range r.Sub {
			w.write(part)
		}
	case syntax.OpAlternate:
		w.write(r.Sub[w.random.IntN(len(r.Sub))])
	case syntax.OpQuest:
		w.repeat(r.Sub[0], 0, 1)
	case syntax.OpStar:
		w.repeat(r.Sub[0], 0, -1)
	case syntax.OpPlus:
		w.repeat(r.Sub[0], 1, -1)
	case syntax.OpRepeat:
		w.repeat(r.Sub[0], r.Min, r.Max)
	}
}

func (w *matcher) repeat(r *syntax.Regexp, least, largest int) {
	times := least + w.more
	if largest >= 0 {
		times = min(times, largest)
	}
	for range times {
		w.write(r)
	}
}

// char writes a character of the ranges, one that people write where there is one.
func (w *matcher) char(ranges []rune) {
	var plain []rune
	for _, c := range "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_." {
		for i := 0; i < len(ranges); i += 2 {
			if ranges[i] <= c && c <= ranges[i+1] {
				plain = append(plain, c)
			}
		}
	}
	if plain != nil {
		w.WriteRune(plain[w.random.IntN(len(plain))])
		return
	}
	if len(ranges) == 0 {
		return // nothing matches
	}
	i := 2 * w.random.IntN(len(ranges)/2)
	c := ranges[i] + rune(w.random.IntN(int(ranges[i+1]-ranges[i])+1))
	for !unicode.IsPrint(c) && c < ranges[i+1] {
		c++
	}
	w.WriteRune(c)
}
