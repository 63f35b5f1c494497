package contract_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/internal/property"
)

// good are the contents of strings that JSON allows, bad those that it doesn't.
var (
	good = []string{
		`\"`, `\\`, `\/`, `\b`, `\f`, `\n`, `\r`, `\t`, `\u0000`, `\u001f`, `\u007F`, `\u00e9`, `\uFFFD`, `\uFFFF`, `\ud7ff`, `\uE000`,
		`\ud83d\ude00`, `\uD800\uDC00`, `\uDBFF\uDFFF`, `\\ud800`, `\\\\`, `\\\"`, "\x7f", " ", "/", "'",
		"é", "\u0080", "\u07ff", "\u0800", "\ue000", "\ufffd", "\ufeff", "\uffff", "\U00010000", "😀", "\U0010ffff",
		"\u2028", "\u2029", "\u202e",
	}
	bad = []string{
		`\`, `\x41`, `\0`, `\a`, `\'`, `\U0041`, `\ `, "\\\n", `\é`,
		`\u`, `\u1`, `\u12`, `\u123`, `\u 123`, `\u+123`, `\u-123`, `\u12G4`, `\u12g4`, `\u:234`, `\u@234`, "\\u`234", `\u/234`, "\\u12\xc3\xa94",
		`\ud800`, `\udbff`, `\udc00`, `\udfff`, `\ud800x`, `\ud800\n`, `\ud800\u0041`, `\ud800\ud800`, `\ud800\udbff`, `\udc00\ud800`,
		`\ud800\u`, `\ud800\udc0`, `\ud800\ue000`, `\ud83d\\ude00`, `\ud83d \ude00`, `\ud800\Udc00`,
		"\x00", "\x01", "\x08", "\t", "\n", "\v", "\f", "\r", "\x1b", "\x1f",
		"\x80", "\xbf", // continuation alone
		"\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf", // overlong
		"\xed\xa0\x80", "\xed\xbf\xbf", "\xed\xa0\xbd\xed\xb8\x80", // surrogates
		"\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf8\x88\x80\x80\x80", "\xfe", "\xff", // beyond Unicode
		"\xc3", "\xc3\x28", "\xe2\x82", "\xe2\x82\x28", "\xe2\x28\xa1", "\xf0\x9f\x98", "\xf0\x9f\x98\x28", "\xf0\x28\x8c\xbc", // cut short
	}
)

// TestStrings puts each content at every distance from the start of a string, as a
// value of every kind of string, as a key, and as free-form content.
func TestStrings(t *testing.T) {
	property.SkipUnderRace(t)
	contracts := map[string]*contract.Contract{}
	for name, schema := range map[string]string{
		"free":     `{}`,
		"string":   `{type: array, items: {type: string}}`,
		"enum":     `{type: array, items: {type: string, enum: [running]}}`,
		"date":     `{type: array, items: {type: string, format: date-time}}`,
		"uuid":     `{type: array, items: {type: string, format: uuid}}`,
		"mismatch": `{type: array, items: {type: integer}}`,
		"parts":    `{type: array, items: {allOf: [{type: string}, {type: string, nullable: true}]}}`,
	} {
		contracts[name] = compiled(t, schema)
	}
	members := compiled(t, `{type: object, properties: {known: {type: string}}}`)
	for offset := range 70 {
		before := strings.Repeat("x", offset)
		for _, after := range []string{"", "y", strings.Repeat("z", 40)} {
			for _, content := range good {
				text := `"` + before + content + after + `"`
				for name, c := range contracts {
					require.True(t, clean(c.Check([]byte("["+text+"]"))), "%s: %q", name, text)
				}
				require.Empty(t, contracts["string"].Check([]byte("["+text+"]")), "%q", text)
				require.True(t, clean(members.Check([]byte("{"+text+":"+text+"}"))), "%q", text)
			}
			for _, content := range bad {
				text := `"` + before + content + after + `"`
				for name, c := range contracts {
					findings := c.Check([]byte("[" + text + "]"))
					require.NotEmpty(t, findings, "%s: %q", name, text)
					last := findings[len(findings)-1]
					require.Equal(t, contract.JSONSyntax, last.Rule, "%s: %q", name, text)
					if content != `\` && content != `\ud83d\\ude00` {
						require.Equal(t, 2+offset, last.Offset, "%s: %q", name, text)
					}
				}
				for _, body := range []string{"{" + text + ":1}", `{"known":` + text + `}`, `{"unknown":` + text + `}`} {
					require.False(t, clean(members.Check([]byte(body))), "%q", body)
				}
			}
		}
	}
}

// TestUnterminated cuts a string off at every length.
func TestUnterminated(t *testing.T) {
	whole := `{"a":"` + strings.Repeat("é\\n\\ud83d\\ude00 plain", 5) + `"}`
	for _, schema := range []string{`{}`, `{type: object, properties: {a: {type: string}}}`, `{type: object, properties: {a: {type: string, format: uuid}}}`} {
		c := compiled(t, schema)
		for cut := range len(whole) {
			findings := check(t, c, whole[:cut])
			require.NotEmpty(t, findings, whole[:cut])
			require.Equal(t, contract.JSONSyntax, findings[len(findings)-1].Rule, whole[:cut])
		}
	}
}

// TestUnescapedMeaning compares names by what they mean, not by how they are written.
func TestUnescapedMeaning(t *testing.T) {
	for _, pair := range [][2]string{
		{`a`, `\u0061`}, {`/`, `\/`}, {`\n`, `\u000a`}, {`\b`, `\u0008`}, {`\f`, `\u000C`}, {`\r`, `\u000d`}, {`\t`, `\u0009`},
		{`\"`, `\u0022`}, {`\\`, `\u005c`}, {`é`, `\u00e9`}, {`é`, `\u00E9`}, {`😀`, `\ud83d\ude00`}, {`😀`, `\uD83D\uDE00`}, {``, ``}, {`\u0000`, `\u0000`},
		{"\u0080", `\u0080`}, {"\U0010ffff", `\udbff\udfff`}, {strings.Repeat("x", 99) + "é", strings.Repeat("x", 99) + `\u00e9`},
	} {
		body := fmt.Sprintf(`{"%s":1,"%s":2}`, pair[0], pair[1])
		findings := check(t, compiled(t, `{}`), body)
		require.Len(t, findings, 1, body)
		assert.Equal(t, contract.DuplicateKey, findings[0].Rule, body)
	}
	for _, body := range []string{
		`{"a":1,"A":2}`, `{"é":1,"e\u0301":2}`, `{"\\u0061":1,"a":2}`, `{"a":1,"a\u0000":2}`, `{"":1," ":2}`, `{"\ufffd":1,"\ufffe":2}`,
	} {
		assert.Empty(t, check(t, compiled(t, `{}`), body), body)
	}
}
