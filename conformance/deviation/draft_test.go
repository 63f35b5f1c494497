package deviation_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sandboxspec/sandboxspec/conformance/compile"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/deviation"
)

// drafted writes drafts for findings into a file with that text, and returns the file.
func drafted(t *testing.T, text string, add func(*deviation.Draft)) (string, error) {
	file := filepath.Join(t.TempDir(), "ours.yaml")
	if text != "" {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	}
	d, err := deviation.NewDraft(file)
	if err != nil {
		return text, err
	}
	add(d)
	_, err = d.Write()
	after, readErr := os.ReadFile(file)
	require.NoError(t, readErr)
	if info, err := os.Stat(file); assert.NoError(t, err) && text != "" {
		assert.Equal(t, fs.FileMode(0o600), info.Mode())
	}
	return string(after), err
}

func add(d *deviation.Draft) {
	d.Add("superserve", contract.Finding{Rule: contract.Enum, Pointer: "/status"}, []byte(`"failed"`), "/status", `"failed"`)
	d.Add("superserve", contract.Finding{Rule: contract.Type, Pointer: "/metadata/x"}, []byte(`1`), "/metadata/*", "")
	d.Add("superserve", contract.Finding{Rule: contract.Type, Pointer: "/metadata/y"}, []byte(`1`), "/metadata/*", "")
	d.Add("superserve", contract.Finding{Rule: contract.Required, Property: "metadata"}, []byte(`{}`), "", "")
	d.Add("blaxel", contract.Finding{Rule: contract.UndocumentedField, Pointer: "/new", Property: "new"}, []byte(`"new":1`), "/new", "")
}

const addedToNothing = `- provider: blaxel
  rule: undocumented-field
  pointer: /new
  reason: TODO
  source: TODO

- provider: superserve
  rule: enum
  pointer: /status
  value: failed
  reason: TODO
  source: TODO

- provider: superserve
  rule: required
  pointer: ""
  property: metadata
  reason: TODO
  source: TODO

- provider: superserve
  rule: type
  pointer: /metadata/*
  reason: TODO
  source: TODO
`

// TestDraft adds to lists of all kinds: what they had stays, byte for byte, and what they
// have already is not added again, whoever wrote it.
func TestDraft(t *testing.T) {
	got, err := drafted(t, "", add)
	require.NoError(t, err)
	assert.Equal(t, addedToNothing, got)

	again, err := drafted(t, got, add)
	require.NoError(t, err)
	assert.Equal(t, got, again)
	_, err = deviation.Parse("x", []byte(got))
	assert.ErrorContains(t, err, "x:4:11: the reason is still TODO")
	all, err := deviation.Parse("x", []byte(strings.ReplaceAll(got, "TODO", "done")))
	require.NoError(t, err)
	assert.Len(t, all, 4)

	has := "# ours\n\n  # first\n  - provider: superserve   # mine\n    rule: enum\n    pointer: '/*'\n    until: 2001-01-01\n" +
		"    reason: |\n      because\n    source: >-\n      of it\n  # last"
	got, err = drafted(t, has, func(d *deviation.Draft) {
		d.Add("superserve", contract.Finding{Rule: contract.Enum, Pointer: "/status"}, []byte(`"x"`), "/status", `"x"`)
		d.Add("superserve", contract.Finding{Rule: contract.Enum, Pointer: "/a/b"}, []byte(`5`), "/a/*", `5`)
	})
	require.NoError(t, err)
	assert.Equal(t, has+"\n\n  - provider: superserve\n    rule: enum\n    pointer: /a/*\n    value: 5\n    reason: TODO\n    source: TODO\n", got)

	for _, test := range []struct{ text, want string }{
		{"[]", `ours.yaml:1:1: a list in brackets can't be added to: start each entry with "- " on a line of its own`},
		{"- provider: superserve\n", "ours.yaml:1:3: the entry has no rule"},
		{"# ours\n- {provider: superserve, rule: enum, pointer: /x, reason: r, source: s}\n...\n", "ours.yaml: nothing can be added to the end of this file"},
		{"- {provider: superserve, rule: enum, pointer: /x, reason: r, source: |+\n}", "not YAML"},
		{"- provider: superserve\n  rule: enum\n  pointer: /x\n  reason: r\n  source: s\n  value: |+\n    kept\n", "ours.yaml: nothing can be added to the end of this file"},
	} {
		got, err := drafted(t, test.text, add)
		assert.ErrorContains(t, err, test.want)
		assert.Equal(t, test.text, got, "the file is as it was")
	}
}

// TestGeneral has pointers into all that a schema says of members and items.
func TestGeneral(t *testing.T) {
	document, err := compile.Parse("x.yaml", []byte(`
openapi: 3.1.0
paths:
  /a: {get: {responses: {"200": {content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}}}}
components:
  schemas:
    A:
      properties: {a/b: {type: string}, "5": {type: string}, list: {items: {$ref: '#/components/schemas/A'}}, pair: {prefixItems: [{properties: {a: {}}}]}}
      anyOf:
        - {properties: {map: {additionalProperties: {properties: {a: {}}}}}}
        - {$ref: '#/components/schemas/B'}
    B:
      properties: {closed: {properties: {a: {}}, additionalProperties: false}, mixed: {properties: {a: {}}, patternProperties: {x: {$ref: '#/components/schemas/A'}}}}
      allOf: [{if: {properties: {free: true}}}]
`))
	require.NoError(t, err)
	operation, err := document.Operation("")
	require.NoError(t, err)
	response, _ := operation.Response(200)
	program, _, err := response.Program()
	require.NoError(t, err)
	for pointer, want := range map[string]string{
		"": "", "/": "/", "/new": "/new", "/a~1b": "/a~1b", "/a~1b/0": "/a~1b/*", "/5": "/5", "/7": "/7",
		"/list/0": "/list/*", "/list/0/new": "/list/*/new", "/list/12/list/0/5": "/list/*/list/*/5", "/pair/0/a": "/pair/*/a", "/pair/0/b": "/pair/*/b",
		"/map/x": "/map/*", "/map/x/a": "/map/*/a", "/map/a/b": "/map/*/b",
		"/closed/a": "/closed/a", "/closed/b": "/closed/b", "/mixed/a": "/mixed/a", "/mixed/b": "/mixed/*", "/mixed/b/closed": "/mixed/*/closed",
		"/free/x/y": "/free/*/*", "/new/x": "/new/*",
	} {
		assert.Equal(t, want, deviation.General(program, pointer), pointer)
	}
	itself := contract.Program{Schemas: []contract.Schema{{Keywords: []contract.Keyword{{Name: contract.AnyOf, Schemas: []int{0, 1}}}}, {Keywords: []contract.Keyword{{Name: contract.AllOf, Schemas: []int{0}}}}}}
	assert.Equal(t, "/*", deviation.General(itself, "/a"))
}

// TestDraftIsBounded drafts for findings of very many kinds.
func TestDraftIsBounded(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ours.yaml")
	d, err := deviation.NewDraft(file)
	require.NoError(t, err)
	for i := range 100_000 {
		pointer := fmt.Sprintf("/%d", i)
		if i%1000 == 0 {
			pointer += strings.Repeat("x", 1000)
		}
		d.Add("superserve", contract.Finding{Rule: contract.UndocumentedField, Pointer: pointer}, nil, pointer, "")
	}
	n, err := d.Write()
	require.NoError(t, err)
	assert.Equal(t, 1000, n)
	assert.Equal(t, 99_000, d.LeftOut)
	info, err := os.Stat(file)
	require.NoError(t, err)
	assert.Less(t, info.Size(), int64(100_000))
}

// TestDraftMatches drafts entries for whatever a body may hold: once their reason is
// written, the list is read, and has each finding.
func TestDraftMatches(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		file := filepath.Join(dir, "ours.yaml")
		_ = os.Remove(file)
		d, err := deviation.NewDraft(file)
		require.NoError(t, err)
		key := rapid.StringOfN(rapid.Rune(), 0, 20, -1)
		value := rapid.OneOf(rapid.Map(rapid.StringOfN(rapid.Rune(), 0, 20, -1), func(s string) string {
			quoted, err := jsontext.AppendQuote(nil, s)
			require.NoError(t, err)
			return string(quoted)
		}), rapid.SampledFrom([]string{"null", "true", "false", "0", "-1", "1.50", "1e400", "12345678901234567890", `"null"`, `"yes"`, `"1"`, `"0x1"`, `"1e400"`, `"-0"`, `"2026-01-01"`, `"~"`, `"<<"`, `"- a"`, `"#"`, `"a\n\n b\n"`}))
		escape := strings.NewReplacer("~", "~0", "/", "~1")
		required := contract.Finding{Rule: contract.Required, Pointer: "/" + escape.Replace(key.Draw(t, "key")), Property: key.Draw(t, "property")}
		enum := contract.Finding{Rule: contract.Enum, Pointer: "/" + escape.Replace(key.Draw(t, "member"))}
		text := value.Draw(t, "value")
		d.Add("superserve", required, []byte("{}"), required.Pointer, "")
		d.Add("superserve", enum, []byte(text), enum.Pointer, text)
		n, err := d.Write()
		require.NoError(t, err)
		require.Equal(t, 2, n)
		written, err := os.ReadFile(file)
		require.NoError(t, err)
		all, err := deviation.Parse(file, []byte(strings.ReplaceAll(strings.ReplaceAll(string(written), "reason: TODO", "reason: r"), "source: TODO", "source: s")))
		require.NoError(t, err, "%s", written)
		l := deviation.NewList(time.Time{}, all, nil)
		require.NotNil(t, l.Match("superserve", required, []byte("{}")), "%s", written)
		require.NotNil(t, l.Match("superserve", enum, []byte(text)), "%s", written)
		require.Empty(t, l.Stale())
		if text != `"other"` {
			require.Nil(t, l.Match("superserve", enum, []byte(`"other"`)), "%s", written)
		}
	})
}
