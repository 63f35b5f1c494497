package contract

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"regexp/syntax"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAutomata holds automata against package regexp.
func TestAutomata(t *testing.T) {
	patterns := []string{
		``, `a`, `^a`, `a$`, `^$`, `^a*$`, `(a|b)*a(a|b){3}`, `\ba`, `a\b`, `\Ba\B`, `[^a]`, `^[^\n]*$`, `(?i)aé`, `[Aa]b`, `\x{212a}`, `(?i)k`, `.`, `(a?){4}b`,
		`^(x|.){1,5}y`, `[é-ü]+$`, `(a|^b|c$)+`, `\z`, `(?m)^a$`, `_\b`, `\x{fffd}`, `(^|,)a(,|$)`, `a{2,}`, `[^\x{0}-\x{10ffff}]`, `(ab|a)(bc|c)?$`,
	}
	random := rand.New(rand.NewPCG(1, 2))
	alphabet := []string{"a", "b", "c", "x", "y", "A", "K", "\n", ",", "_", "é", "ü", "\u212a", "🚀", "\xff", " "}
	for _, pattern := range patterns {
		parsed, err := syntax.Parse(pattern, syntax.Perl)
		require.NoError(t, err, pattern)
		program, err := syntax.Compile(parsed.Simplify())
		require.NoError(t, err, pattern)
		w, want := newWalk(newAutomaton(program)), regexp.MustCompile(pattern)
		for i := range 400 {
			if i == 200 {
				w.size = maxWalk + 1 // the states met so far are forgotten
			}
			var text strings.Builder
			for range random.IntN(9) {
				text.WriteString(alphabet[random.IntN(len(alphabet))])
			}
			assert.Equal(t, want.MatchString(text.String()), w.match([]byte(text.String())), "%q %q", pattern, text.String())
		}
	}
}

// TestLargeExpressions matches a megabyte against patterns with large repeats: they meet few
// states, and a walk keeps no more than its bound.
func TestLargeExpressions(t *testing.T) {
	x := strings.Repeat("x", 1<<20)
	for _, tt := range []struct {
		pattern, text string
		states        int
		matches       bool
	}{
		{`(x|.){1,1000}y`, x, 1100, false},
		{`(x|.){1,1000}y`, x + "y", 1100, true},
		{`^[a-z]{1,1000}$`, x, 1100, false},
		{`^([a-z]|x){1,1000}$`, x[:1000], 1100, true},
		{`^(xx?){1000}$`, x[:1500], 1600, true},
	} {
		e := newExpression(tt.pattern)
		require.NotNil(t, e.large, tt.pattern)
		var k checker
		assert.Equal(t, tt.matches, k.matches(e, []byte(tt.text)), "%s %d", tt.pattern, len(tt.text))
		assert.LessOrEqual(t, len(k.walks[e.large].states), tt.states, tt.pattern)
		assert.Less(t, k.walks[e.large].size, maxWalk+1<<12, tt.pattern)
	}
}

// TestNamesThatDifferInTheMiddle looks names up whose ends are the same.
func TestNamesThatDifferInTheMiddle(t *testing.T) {
	var texts []string
	for i := range 5000 {
		texts = append(texts, fmt.Sprintf("the same %d the same", i))
	}
	texts = append(texts, "", "a")
	table := newWordTable(texts)
	for i, text := range texts {
		in := newInput([]byte(`"` + text + `"`))
		assert.Equal(t, i, table.findText([]byte(text)))
		assert.Equal(t, i, table.find(&in, 1, 1+len(text)))
	}
	assert.Equal(t, -1, table.findText([]byte("the same 5000 the same")))
	assert.LessOrEqual(t, len(table.slots), 2, "all texts would have to be compared one by one")
}
