package conformance

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestFileName(t *testing.T) {
	for name, want := range map[string]string{
		"0b6c9a52-61f4-4d0e-9f7a-2c1de0a8b3f7": "0b6c9a52-61f4-4d0e-9f7a-2c1de0a8b3f7", "a.b_c-D": "a.b_c-D", "a~b": "a_b",
		"CON": "_CON", "nul": "_nul", "Com1.json": "_Com1.json", "lpt9": "_lpt9", "AUX.": "_AUX", "console": "console", "com10": "com10", "null": "null",
		"a.": "a", "a. . ": "a._._", "a...": "a", "a ": "a_", "": "response", ".": "response", "..": "response", "/": "_", " ": "_",
		".hidden": "_hidden", "-rf": "_rf", "--help": "_-help", "a:b*c?d": "a_b_c_d", `a\b|c<d>e"f`: "a_b_c_d_e_f", "a\x00b\nc\u202ed": "a_b_c_d",
		"é": "_", "e\u0301": "e_", "ＣＯＮ": "_", "COM¹": "COM_", "\xff": "_",
	} {
		assert.Equal(t, want, fileName(name), "%q", name)
	}
	long := strings.Repeat("x", 300)
	assert.Len(t, fileName(long), longestName)
	assert.NotEqual(t, fileName(long), fileName(long+"y"))
}

// TestFileNameIsSafe gives any text a name that is safe everywhere, and is its own.
func TestFileNameIsSafe(t *testing.T) {
	pieces := rapid.SampledFrom([]string{"CON", "nul", "com1", ".", "-", " ", "/", `\`, ":", "é", "a", "\n", "\xff", strings.Repeat("z", 150)})
	rapid.Check(t, func(t *rapid.T) {
		name := fileName(strings.Join(rapid.SliceOf(rapid.OneOf(pieces, rapid.String())).Draw(t, "pieces"), ""))
		require.Regexp(t, regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]*$`), name)
		require.NotRegexp(t, regexp.MustCompile(`\.$|^(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)`), name)
		require.LessOrEqual(t, len(name+"-1000000.http.expect"), 255)
		require.Equal(t, name, fileName(name))
	})
}

// TestRecorderNames gives each file of a run a name of its own, on file systems that take
// capitals for small letters, too.
func TestRecorderNames(t *testing.T) {
	r := Recorder{Folder: "out"}
	for _, step := range [][2]string{
		{"a", "out/blaxel/a.http"}, {"A", "out/blaxel/A-2.http"}, {"a", "out/blaxel/a-3.http"}, {"a-2", "out/blaxel/a-2-2.http"},
		{"blaxel-b", "out/blaxel/b.http"}, {"blaxel-CON", "out/blaxel/_CON.http"}, {"blaxel-", "out/blaxel/response.http"}, {"é", "out/blaxel/_.http"}, {"e\u0301", "out/blaxel/e_.http"},
	} {
		assert.Equal(t, step[1], r.name("blaxel", step[0]), step[0])
	}
}
