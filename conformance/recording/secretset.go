package recording

import (
	"slices"
	"strings"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// longestSecret bounds how many bytes of a secret are looked for elsewhere: a text that holds
// the first ones is taken to hold the secret.
const longestSecret = 64

// secretSet finds secrets in texts, however many they are: in time that grows with the text,
// and with the logarithm of their number.
type secretSet struct {
	texts  []string // in order, and none is how another one starts, once sorted
	sorted bool
	first  [256]bool // the bytes that they start with
}

// add adds a secret. One of less than contract.ShortestSecret bytes would be found by chance,
// and is not looked for.
func (s *secretSet) add(text string) {
	if len(text) < contract.ShortestSecret {
		return
	}
	if len(text) > longestSecret {
		text = strings.Clone(text[:longestSecret])
	}
	s.texts, s.sorted = append(s.texts, text), false
}

// in reports whether text holds one of the secrets.
func (s *secretSet) in(text string) bool {
	s.sort()
	for i := 0; i+contract.ShortestSecret <= len(text); i++ {
		if s.first[text[i]] && s.start(text[i:min(len(text), i+longestSecret)]) {
			return true
		}
	}
	return false
}

// start reports whether text starts with one of the secrets. As none starts with another, that
// is the last one that isn't behind text in the order.
func (s *secretSet) start(text string) bool {
	i, found := slices.BinarySearch(s.texts, text)
	return found || i > 0 && strings.HasPrefix(text, s.texts[i-1])
}

func (s *secretSet) sort() {
	if s.sorted {
		return
	}
	slices.Sort(s.texts)
	kept := s.texts[:0]
	for _, text := range s.texts {
		if n := len(kept); n == 0 || !strings.HasPrefix(text, kept[n-1]) {
			kept = append(kept, text)
			s.first[text[0]] = true
		}
	}
	clear(s.texts[len(kept):])
	s.texts, s.sorted = kept, true
}
