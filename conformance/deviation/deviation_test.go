package deviation_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/deviation"
)

const list = `# ours
- provider: superserve
  rule: enum
  pointer: /status
  value: failed
  reason: Until they document it
  source: "a ticket"
  until: 2026-12-31
- {provider: tensorlake, rule: required, pointer: "", property: image, reason: r, source: 2026}
`

func TestParse(t *testing.T) {
	got, err := deviation.Parse("ours.yaml", []byte(list))
	require.NoError(t, err)
	assert.Equal(t, []deviation.Deviation{
		{
			File: "ours.yaml", Line: 2, Column: 3, Provider: "superserve", Rule: contract.Enum, Pointer: "/status", Value: `"failed"`,
			Reason: "Until they document it", Source: "a ticket", Until: time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC),
		},
		{File: "ours.yaml", Line: 9, Column: 3, Provider: "tensorlake", Rule: contract.Required, Property: "image", Reason: "r", Source: "2026"},
	}, got)
	for _, none := range []string{"", "# nothing yet\n", "[]", "---\n"} {
		got, err := deviation.Parse("ours.yaml", []byte(none))
		if none == "---\n" {
			assert.ErrorContains(t, err, "known deviations are a list")
			continue
		}
		require.NoError(t, err, none)
		assert.Empty(t, got)
	}
}

// TestParseIsStrict has lists with something wrong in them: the error says what, where,
// and what to do.
func TestParseIsStrict(t *testing.T) {
	const entry = "- provider: superserve\n  rule: enum\n  pointer: /status\n  reason: r\n  source: s\n"
	replace := func(old, new string) string { return strings.Replace(entry, old, new, 1) }
	for _, test := range []struct{ text, want string }{
		{"provider: superserve", `x:1:1: known deviations are a list`},
		{"- superserve", `x:1:3: an entry has a line "key: value" for each of provider, rule, pointer, reason, source`},
		{"- *a", `x: not YAML: unknown anchor 'a' referenced`},
		{"- a: b\n- a: 'b\n", `x:2:1: not YAML: found unexpected end of stream`},
		{"\t- a", `x: not YAML: found character that cannot start any token`},
		{"- a\x00", `not YAML`},
		{entry + "---\n" + entry, `x:6:1: another document follows the list`},
		{replace("superserve", "e2b"), `x:1:13: no provider "e2b": choose one of tensorlake, nullspace, superserve, blaxel, primeintellect`},
		{replace("enum", "Enum"), `x:2:9: no rule "Enum": a finding names the one that is broken, such as enum or undocumented-field`},
		{replace("/status", "status"), `x:3:12: pointer is a JSON pointer such as /ports/*/protocol, or "" for the whole body, not "status"`},
		{replace("/status", "/a~2"), `x:3:12: pointer is a JSON pointer`},
		{replace("/status", ""), `x:3:11: pointer is a text`},
		{replace("/status", "[a]"), `x:3:12: pointer is a text`},
		{replace("reason: r", "reason: ' '"), `x:4:11: the reason is empty: say why the deviation is lived with`},
		{replace("reason: r", "reason: TODO"), `x:4:11: the reason is still TODO: say why the deviation is lived with`},
		{replace("source: s", "source: TODO"), `x:5:11: the source is still TODO: say where it is known from`},
		{replace("source: s", "source: null"), `x:5:11: source is a text`},
		{replace("source: s", "source: !!binary aaaa"), `x:5:11: source is a text`},
		{replace("  reason: r\n", ""), `x:1:3: the entry has no reason`},
		{replace("  source: s\n", ""), `x:1:3: the entry has no source`},
		{replace("  pointer: /status\n", ""), `x:1:3: the entry has no pointer`},
		{replace("reason", "resaon"), `x:4:3: unknown key "resaon": choose one of provider, rule, pointer, property, value, pattern, reason, source, until`},
		{entry + "  <<: {}\n", `x:6:3: unknown key "<<"`},
		{entry + "  rule: enum\n", `x:6:3: "rule" stands twice in this entry`},
		{entry + "  value:\n", `x:6:9: value is a string, a number as JSON writes it, true, false or null`},
		{entry + "  value: 0x1F\n", `x:6:10: value is`},
		{entry + "  value: [1]\n", `x:6:10: value is`},
		{entry + "  pattern: '('\n", `x:6:12: pattern is a regular expression that the text of the value matches, such as ^sb-, not "("`},
		{entry + "  pattern: ''\n", `x:6:12: pattern is a regular expression`},
		{entry + "  pattern: [a]\n", `x:6:12: pattern is a text`},
		{entry + "  until: tomorrow\n", `x:6:10: until is the last day on which the deviation holds, such as 2026-12-31, not "tomorrow"`},
		{entry + "  until: 2026-02-30\n", `x:6:10: until is`},
		{entry + "  until: 2026-12-31T10:00:00Z\n", `x:6:10: until is`},
		{entry + "  until: [2026-12-31]\n", `x:6:10: until is`},
	} {
		got, err := deviation.Parse("x", []byte(test.text))
		var place *deviation.Error
		if assert.ErrorAs(t, err, &place, test.text) {
			assert.Contains(t, err.Error(), test.want, test.text)
		}
		assert.Nil(t, got)
	}
}

// entries reads entries of superserve, each as "rule pointer", then what else it has.
func entries(t *testing.T, lines ...string) []deviation.Deviation {
	var b strings.Builder
	for _, line := range lines {
		rule, rest, _ := strings.Cut(line, " ")
		pointer, more, _ := strings.Cut(rest, " ")
		fmt.Fprintf(&b, "- {provider: superserve, rule: %s, pointer: %q, reason: r, source: s%s}\n", rule, pointer, more)
	}
	all, err := deviation.Parse("x", []byte(b.String()))
	require.NoError(t, err)
	return all
}

func TestMatch(t *testing.T) {
	at := func(rule contract.Rule, pointer, property string) contract.Finding {
		return contract.Finding{Rule: rule, Pointer: pointer, Property: property}
	}
	status := at(contract.Enum, "/status", "")
	for _, test := range []struct {
		entry   string
		finding contract.Finding
		text    string
		matches bool
	}{
		{"enum /status", status, `"x"`, true},
		{"type /status", status, `"x"`, false},
		{"enum /statu", status, `"x"`, false},
		{"enum /status/x", status, `"x"`, false},
		{"enum ", status, `"x"`, false},
		{"enum /*", status, `"x"`, true},
		{"enum /*/*", status, `"x"`, false},
		{"enum /", status, `"x"`, false},
		{"type ", at(contract.Type, "", ""), `1`, true},
		{"type /", at(contract.Type, "", ""), `1`, false},
		{"type /", at(contract.Type, "/", ""), `1`, true},
		{"type /a/*/b", at(contract.Type, "/a/0/b", ""), `1`, true},
		{"type /a/*/b", at(contract.Type, "/a/0/c", ""), `1`, false},
		{"type /a/*/b", at(contract.Type, "/a/b", ""), `1`, false},
		{"type /a/*/b", at(contract.Type, "/a/x~1y/b", ""), `1`, true},
		{"type /a/*", at(contract.Type, "/a/", ""), `1`, true},
		{"type /a/*", at(contract.Type, "/a", ""), `1`, false},
		{"type /a~1b", at(contract.Type, "/a~1b", ""), `1`, true},
		{"type /a*", at(contract.Type, "/ab", ""), `1`, false},

		{"required ", at(contract.Required, "", "a"), `{}`, true},
		{"required  , property: a", at(contract.Required, "", "a"), `{}`, true},
		{"required  , property: b", at(contract.Required, "", "a"), `{}`, false},
		{"required  , property: a, value: null", at(contract.Required, "", "a"), `{}`, false},

		{"enum /status , value: RUNNING", status, `"RUNNING"`, true},
		{"enum /status , value: RUNNING", status, ` "RUNNIN\u0047" , "x": 1`, true},
		{"enum /status , value: RUNNING", status, `"RUNNING "`, false},
		{"enum /status , value: 'null'", status, `null`, false},
		{"enum /status , value: null", status, `null`, true},
		{"enum /status , value: ~", status, `null}`, true},
		{"enum /status , value: '5'", status, `5`, false},
		{"enum /status , value: 1e400", status, `1e400`, true},
		{"enum /status , value: '1e400'", status, `1e400`, false},
		{"enum /status , value: 5", status, `"5"`, false},
		{"enum /status , value: 5", status, `5,`, true},
		{"enum /status , value: 5", status, `5.0`, false},
		{"enum /status , value: -1.50e+3", status, `-1.50e+3`, true},
		{"enum /status , value: 12345678901234567890123", status, `12345678901234567890123`, true},
		{"enum /status , value: 12345678901234567890123", status, `12345678901234567890124`, false},
		{"enum /status , value: True", status, `true`, true},
		{"enum /status , value: false", status, `true`, false},
		{"enum /status , value: yes", status, `"yes"`, true},
		{"enum /status , value: 2026-01-01", status, `"2026-01-01"`, true},
		{`enum /status , value: ""`, status, `""`, true},
		{`enum /status , value: ""`, status, `{}`, false},
		{`enum /status , value: ""`, status, ``, false},
		{`enum /status , value: "é\n\""`, status, `"\u00e9\u000a\u0022"`, true},
		{"enum /status , value: x", status, `"x`, false},
		{"format /id , pattern: ^sb-", at(contract.Format, "/id", ""), `"sb-1"`, true},
		{"format /id , pattern: ^sb-", at(contract.Format, "/id", ""), `"\u0073b-1"`, true},
		{"format /id , pattern: ^sb-", at(contract.Format, "/id", ""), `"sbx-1"`, false},
		{"format /id , pattern: ^sb-", at(contract.Format, "/id", ""), `{"sb-1":1}`, false},
		{"type /id , pattern: 1", at(contract.Type, "/id", ""), `1`, false},
		{"enum /status , pattern: u, value: RUNNING", status, `"RUNNING"`, false},
		{"enum /status , pattern: U, value: RUNNING", status, `"RUNNING"`, true},
		{"enum /status , value: x", status, `["x"]`, false},
		{"undocumented-field /new , value: x", at(contract.UndocumentedField, "/new", "new"), `"new" : "x"}`, true},
		{"undocumented-field /new , value: new", at(contract.UndocumentedField, "/new", "new"), `"new" : "x"}`, false},
		{"undocumented-field /new , value: x", at(contract.UndocumentedField, "/new", "new"), `"new" : {"x":1}}`, false},
	} {
		for _, before := range []string{"", `{"é":[1,"x"],"k":`} {
			f := test.finding
			f.Offset = len(before)
			l := deviation.NewList(time.Time{}, entries(t, test.entry), nil)
			d := l.Match("superserve", f, []byte(before+test.text))
			assert.Equal(t, test.matches, d != nil, "%s: %s", test.entry, test.text)
			assert.Equal(t, test.matches, len(l.Stale()) == 0)
			assert.Nil(t, l.Match("tensorlake", f, []byte(before+test.text)))
		}
	}
	assert.Nil(t, (*deviation.List)(nil).Match("superserve", status, nil))
	assert.Empty(t, (*deviation.List)(nil).Stale())
	assert.Nil(t, deviation.NewList(time.Time{}, entries(t, "enum /status , value: x"), nil).Match("superserve", contract.Finding{Rule: contract.Enum, Pointer: "/status", Offset: 9}, nil))
}

// TestPatternThatDoesNotCompile makes a Deviation by hand, as nothing reads one.
func TestPatternThatDoesNotCompile(t *testing.T) {
	d := entries(t, "format /id")[0]
	d.Pattern = "("
	l := deviation.NewList(time.Time{}, []deviation.Deviation{d}, nil)
	assert.Nil(t, l.Match("superserve", contract.Finding{Rule: contract.Format, Pointer: "/id"}, []byte(`"("`)))
	assert.Len(t, l.Stale(), 1)
}

// TestMatchPrefersTheUsersOwn has a finding that several entries are about.
func TestMatchPrefersTheUsersOwn(t *testing.T) {
	own, builtIn := entries(t, "enum /*", "enum /status", "enum /other"), entries(t, "enum /status", "type /status")
	l := deviation.NewList(time.Time{}, own, builtIn)
	d := l.Match("superserve", contract.Finding{Rule: contract.Enum, Pointer: "/status"}, nil)
	assert.Equal(t, own[0], *d)
	assert.Equal(t, own[2:], l.Stale(), "what is built in never goes stale")
}

// TestUntil has an entry whose last day is today, was yesterday, and is tomorrow.
func TestUntil(t *testing.T) {
	own := entries(t, "enum /status , until: 2026-02-28", "enum /status")
	for now, matches := range map[string]bool{
		"2026-02-27T00:00:00Z": true, "2026-02-28T00:00:00Z": true, "2026-02-28T23:59:59Z": true, "2026-03-01T00:00:00Z": false, "2027-01-01T00:00:00Z": false,
		"2026-02-28T23:00:00-08:00": true, "2026-03-01T01:00:00+14:00": false,
	} {
		today, err := time.Parse(time.RFC3339, now)
		require.NoError(t, err)
		l := deviation.NewList(today, own, nil)
		d := l.Match("superserve", contract.Finding{Rule: contract.Enum, Pointer: "/status"}, nil)
		if matches {
			assert.Equal(t, own[0], *d, now)
			assert.Empty(t, l.Stale())
			continue
		}
		assert.Equal(t, own[1], *d, now)
		require.Len(t, l.Stale(), 1)
		assert.True(t, l.Stale()[0].Expired)
	}
}

// FuzzParse reads any text as a list. What can't be read is one line and has a place in the text;
// an entry starts at its place; and what is drafted for a list is in it afterwards, behind all
// that it had.
func FuzzParse(f *testing.F) {
	f.Add(list)
	f.Add("- &a [*a]\n- !!x y: &b {<<: *b}")
	f.Add("  - {provider: superserve, rule: enum, pointer: '/*', value: !!str x, reason: a, source: b, until: 2026-02-28}\n...")
	file := filepath.Join(f.TempDir(), "list.yaml")
	f.Fuzz(func(t *testing.T, text string) {
		all, err := deviation.Parse("x", []byte(text))
		again, errAgain := deviation.Parse("x", []byte(text))
		require.Equal(t, all, again)
		require.Equal(t, err, errAgain)
		lines := regexp.MustCompile("\r\n|[\n\r\u0085\u2028\u2029]").Split(text, -1)
		if err != nil {
			var place *deviation.Error
			require.ErrorAs(t, err, &place)
			require.NotContains(t, place.Message, "\n")
			require.LessOrEqual(t, place.Line, len(lines)+1)
			return
		}
		for _, d := range all {
			require.Equal(t, "x", d.File)
			require.LessOrEqual(t, d.Line, len(lines))
			line := []rune(strings.TrimPrefix(lines[d.Line-1], "\ufeff"))
			require.LessOrEqual(t, d.Column, len(line))
			require.NotEmpty(t, d.Reason+d.Source)
		}
		l := deviation.NewList(time.Now(), all, nil)
		require.Len(t, l.Stale(), len(all))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		if draft(t, file) == 1 {
			written, err := os.ReadFile(file)
			require.NoError(t, err)
			require.True(t, strings.HasPrefix(string(written), text), "%s", written)
			require.Zero(t, draft(t, file))
		}
	})
}

// draft adds an entry to the list in file, and returns how many were added: none where it has one,
// or can't be added to.
func draft(t *testing.T, file string) int {
	d, err := deviation.NewDraft(file)
	if err != nil {
		require.ErrorContains(t, err, "in brackets")
		return 0
	}
	d.Add("superserve", contract.Finding{Rule: contract.Enum, Pointer: "/status"}, []byte(`"é\n"`), "/status", `"é\n"`)
	added, err := d.Write()
	if err != nil {
		require.ErrorContains(t, err, "nothing can be added")
	}
	return added
}
