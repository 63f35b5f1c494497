package recording

import (
	"strings"
	"unicode/utf8"
)

// tokens are texts that are secret by their form: how they start, and how many bytes of a token
// follow at least.
var tokens = []struct {
	start string
	least int
}{
	{"eyJ", 16}, // a JSON Web Token
	{"PRIVATE KEY-----", 0},
	{"Bearer ", 16}, {"bearer ", 16}, {"BEARER ", 16}, {"Basic ", 16}, {"basic ", 16}, {"BASIC ", 16},
	{"sk_live_", 10}, {"sk_test_", 10}, {"rk_live_", 10}, {"sk-proj-", 10}, {"sk-ant-", 10},
	{"ghp_", 20}, {"gho_", 20}, {"ghu_", 20}, {"ghs_", 20}, {"ghr_", 20}, {"github_pat_", 20}, {"glpat-", 16},
	{"xoxb-", 10}, {"xoxp-", 10}, {"xoxa-", 10}, {"xapp-", 10}, {"npm_", 20}, {"hf_", 20}, {"AIza", 20}, {"AKIA", 16}, {"ASIA", 16},
}

// tokensBy are the indexes of tokens by their first byte.
var tokensBy = func() (by [256][]int) {
	for i, t := range tokens {
		by[t.start[0]] = append(by[t.start[0]], i)
	}
	return by
}()

// holdsToken reports whether a text holds what is secret by its form.
func holdsToken(text string) bool {
	for i := range len(text) {
		for _, n := range tokensBy[text[i]] {
			t := tokens[n]
			if !strings.HasPrefix(text[i:], t.start) || t.least > 0 && i > 0 && isAlphanumeric(text[i-1]) {
				continue
			}
			run, end := i+len(t.start), i+len(t.start)+t.least
			for run < min(end, len(text)) && isTokenByte(text[run]) {
				run++
			}
			if run == end {
				return true
			}
		}
	}
	return false
}

func isTokenByte(c byte) bool {
	return isAlphanumeric(c) || strings.IndexByte("+/._~=-", c) >= 0
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// fillURLs puts fillers into the parts of the URLs in a text that may hold a token: the user,
// and all from the query or the fragment on.
func fillURLs(text string) string {
	if !strings.Contains(text, "://") {
		return text
	}
	return fillUsers(fillQueries(text))
}

const (
	whiteSpace = " \t\n\f\r"
	urlEnds    = whiteSpace + `"'`
)

func fillQueries(text string) string {
	var b strings.Builder
	for {
		scheme := strings.Index(text, "://")
		if scheme < 0 {
			break
		}
		at := scheme + len("://")
		n := strings.IndexAny(text[at:], "?#"+urlEnds)
		if n < 0 {
			break
		}
		at += n
		if text[at] == '?' || text[at] == '#' {
			at++
			end := at + len(text[at:])
			if n := strings.IndexAny(text[at:], whiteSpace); n >= 0 {
				end = at + n
			}
			b.WriteString(text[:at] + filler(utf8.RuneCountInString(text[at:end])))
			text = text[end:]
			continue
		}
		b.WriteString(text[:at])
		text = text[at:]
	}
	b.WriteString(text)
	return b.String()
}

func fillUsers(text string) string {
	var b strings.Builder
	for {
		scheme := strings.Index(text, "://")
		if scheme < 0 {
			break
		}
		at := scheme + len("://")
		authority := text[at:]
		if n := strings.IndexAny(authority, "/?#"+urlEnds); n >= 0 {
			authority = authority[:n]
		}
		b.WriteString(text[:at])
		if user := strings.LastIndexByte(authority, '@'); user >= 0 {
			b.WriteString(filler(utf8.RuneCountInString(authority[:user])))
			at += user
		}
		text = text[at:]
	}
	b.WriteString(text)
	return b.String()
}
