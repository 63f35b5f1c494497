package contract_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/internal/property"
	"github.com/sandboxspec/sandboxspec/specs"
)

// sound holds what Check said of a body to what it promises of any, and says what is
// wrong; "" where nothing is.
func sound(c *contract.Contract, body []byte, findings []contract.Finding) string {
	broken := false
	line, column, counted := 1, 1, 0
	type what struct {
		offset   int
		rule     contract.Rule
		property string
	}
	had := map[what]bool{}
	for i, f := range findings {
		where := fmt.Sprintf("finding %d, %s %s %d:%d: ", i, f.Rule, f.Pointer, f.Line, f.Column)
		if f.Offset < 0 || f.Offset > len(body) {
			return where + fmt.Sprintf("offset %d is outside the body", f.Offset)
		}
		if f.Offset < counted {
			return where + "not in the order of the bytes"
		}
		passed := body[counted:f.Offset]
		if end := bytes.LastIndexByte(passed, '\n'); end >= 0 {
			line, column = line+bytes.Count(passed, []byte("\n")), 1
			passed = passed[end+1:]
		}
		column, counted = column+utf8.RuneCount(passed), f.Offset
		if f.Line != line || f.Column != column {
			return where + fmt.Sprintf("offset %d is another place", f.Offset)
		}
		if had[what{f.Offset, f.Rule, f.Property}] {
			return where + "said twice"
		}
		had[what{f.Offset, f.Rule, f.Property}] = true
		switch {
		case f.Severity != f.Rule.Severity():
			return where + "wrong severity"
		case f.Expected == "" || f.Actual == "" || utf8.RuneCountInString(f.Actual) > 100:
			return where + fmt.Sprintf("expected %q, actual %q", f.Expected, f.Actual)
		case f.Spec.File != c.Program().File || f.Spec.Line < 1 || f.Spec.Column < 1 || !strings.HasPrefix(f.Spec.Pointer, "/"):
			return where + fmt.Sprintf("spec %v", f.Spec)
		case broken:
			return where + "said after json-syntax"
		}
		broken = broken || f.Rule == contract.JSONSyntax
	}
	if c.Conforms(0, body) == slices.ContainsFunc(findings, func(f contract.Finding) bool { return f.Severity == contract.Error }) {
		return fmt.Sprintf("Conforms says %t", c.Conforms(0, body))
	}
	places := placesIn(body)
	for _, f := range findings {
		if f.Rule == contract.JSONSyntax {
			continue
		}
		p := place{f.Pointer, f.Offset, false}
		switch f.Rule {
		case contract.DuplicateKey, contract.UndocumentedField, contract.AdditionalProperties:
			p.key = true
			if !strings.HasSuffix(f.Pointer, "/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(f.Property)) {
				return fmt.Sprintf("%s: pointer %q doesn't end in property %q", f.Rule, f.Pointer, f.Property)
			}
		}
		if !places[p] {
			return fmt.Sprintf("%s: no such place as %v", f.Rule, p)
		}
	}
	return ""
}

// place is a value or a member's key.
type place struct {
	pointer string
	offset  int
	key     bool
}

// placesIn returns the places of a body, up to where it stops being JSON. It reads with
// jsontext, so that nothing of the contract judges itself.
func placesIn(body []byte) map[place]bool {
	places := map[place]bool{}
	d := jsontext.NewDecoder(bytes.NewReader(body), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	for {
		before := int(d.InputOffset())
		isKey := false
		if kind, n := d.StackIndex(d.StackDepth()); kind == '{' {
			isKey = n%2 == 0
		}
		token, err := d.ReadToken()
		if err != nil {
			return places
		}
		if kind := token.Kind(); kind == '}' || kind == ']' {
			continue
		}
		start := before
		for bytes.IndexByte([]byte(" \t\r\n,:"), body[start]) >= 0 {
			start++
		}
		pointer := string(d.StackPointer())
		places[place{pointer, start, isKey}] = true
	}
}

// strict says whether body is one JSON value in UTF-8 with no name twice in an object.
func strict(body []byte) bool { return jsontext.Value(body).IsValid() }

// clean says the same in terms of what Check found.
func clean(findings []contract.Finding) bool {
	return !slices.ContainsFunc(findings, func(f contract.Finding) bool {
		return f.Rule == contract.JSONSyntax || f.Rule == contract.DuplicateKey
	})
}

// holds checks a body with c and returns what is wrong with the answer, "" where
// nothing is: it is sound, agrees with jsontext, and depends on the body alone.
func holds(c *contract.Contract, body []byte) string {
	findings := c.Check(body)
	if problem := sound(c, body, findings); problem != "" {
		return problem
	}
	if strict(body) != clean(findings) {
		return fmt.Sprintf("jsontext accepts: %t, but %v", strict(body), said(findings))
	}
	// What stands around the body in memory must not matter.
	for _, around := range []string{`"`, "9", " ", "}", "\\"} {
		padded := []byte(strings.Repeat(around, 80) + string(body) + strings.Repeat(around, 80))
		if again := c.Check(padded[80 : 80+len(body)]); !reflect.DeepEqual(findings, again) {
			return fmt.Sprintf("%v, but between many %q: %v", said(findings), around, said(again))
		}
	}
	for _, s := range c.Secrets(body) {
		if s.Start < 0 || s.End > len(body) || s.Start > s.End {
			return fmt.Sprintf("secret %v is not in the body", s)
		}
	}
	return ""
}

// contracts are the providers', and one that judges nothing.
func contracts(t testing.TB) []*contract.Contract {
	all := []*contract.Contract{compiled(t, `{}`)}
	for _, p := range specs.Providers() {
		all = append(all, contract.New(program(t, p)))
	}
	return all
}

// TestAgreesWithJSONText checks generated bodies, whole and damaged, with every
// contract.
func TestAgreesWithJSONText(t *testing.T) {
	all := contracts(t)
	bodies := bodyGenerator(all)
	property.Check(t, 500, func(t *rapid.T) {
		body := bodies.Draw(t, "body")
		for i, c := range all {
			if problem := holds(c, body); problem != "" {
				t.Fatalf("contract %d, body %q: %s", i, body, problem)
			}
		}
	})
}

// TestEveryDamage deletes, replaces and adds at every byte of bodies that conform, right
// after the contract has learned their order of members.
func TestEveryDamage(t *testing.T) {
	property.SkipUnderRace(t)
	pieces := []string{`"`, `\`, "{", "}", "]", ",", ":", " ", "0", "e", "-", "\x00", "\xff", `""`}
	for _, c := range contracts(t) {
		body := corpus(c.Program(), 1, true)[0]
		require.True(t, clean(c.Check(body)))
		for at := range body {
			for i, piece := range pieces {
				damaged := slices.Concat(body[:at], []byte(piece), body[at+(at+i)%2:])
				if findings := c.Check(damaged); strict(damaged) != clean(findings) {
					require.Fail(t, "jsontext says otherwise", "%s: %q gives %v", c.Program().File, damaged, said(findings))
				}
			}
			missing := slices.Concat(body[:at], body[at+1:])
			if findings := c.Check(missing); strict(missing) != clean(findings) {
				require.Fail(t, "jsontext says otherwise", "%s: %q gives %v", c.Program().File, missing, said(findings))
			}
		}
	}
}

// TestCheckRemembersNothing checks bodies in a row, from several goroutines at once,
// and holds each answer against that of a contract that has seen no other body.
func TestCheckRemembersNothing(t *testing.T) {
	var programs []contract.Program
	all := contracts(t)
	for _, c := range all {
		programs = append(programs, c.Program())
	}
	bodies := rapid.SliceOfN(bodyGenerator(all), 2, 12)
	property.Check(t, 500, func(t *rapid.T) {
		of := rapid.IntRange(0, len(programs)-1).Draw(t, "contract")
		batch := bodies.Draw(t, "bodies")
		want := make([][]contract.Finding, len(batch))
		for i, body := range batch {
			want[i] = contract.New(programs[of]).Check(body)
		}
		shared := contract.New(programs[of])
		problems := make(chan string, 4)
		var group sync.WaitGroup
		for first := range 4 {
			group.Go(func() {
				for i := range 3 * len(batch) {
					at := (first + i) % len(batch)
					if got := shared.Check(batch[at]); !reflect.DeepEqual(want[at], got) {
						problems <- fmt.Sprintf("body %q: first %v, then %v", batch[at], said(want[at]), said(got))
						return
					}
				}
			})
		}
		group.Wait()
		close(problems)
		for problem := range problems {
			t.Fatal(problem)
		}
	})
}

// bodyGenerator makes JSON texts: some conform, most are odd, some are damaged.
func bodyGenerator(all []*contract.Contract) *rapid.Generator[[]byte] {
	var conforming [][]byte
	for i, c := range all[1:] {
		conforming = append(conforming, corpus(c.Program(), 20, i%2 == 0)...)
	}
	names := []string{"a", "b", `\u0061`, "", "a/b", "m~n", "é", `\n`, "null", "0"}
	for _, c := range all[1:] {
		for _, s := range c.Program().Schemas {
			for _, kw := range s.Keywords {
				if kw.Name == contract.Properties {
					names = append(names, kw.Values...)
				}
			}
		}
	}
	name := rapid.OneOf(rapid.SampledFrom(names), rapid.SampledFrom(names[:10]), rapid.StringMatching(`[a-z_\\]{0,40}`))
	space := rapid.SampledFrom([]string{"", "", "", " ", "\n", "\r\n\t ", strings.Repeat(" ", 63)})
	scalar := rapid.OneOf(
		rapid.SampledFrom([]string{
			"null", "true", "false", "0", "-0", "1", "1.0", "1e2", "-1.5E-3", "9223372036854775808", "1e400", "2147483648",
			`"running"`, `"pending"`, `"2026-02-30T00:00:00Z"`, `"2026-11-21T10:00:00Z"`, `"2016-12-31T23:59:60Z"`,
			`"123e4567-e89b-12d3-a456-426614174000"`, `"\ud83d\ude00"`, `"😀"`, `""`, `{}`, `[]`,
		}),
		rapid.StringMatching(`-?(0|[1-9][0-9]{0,25})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?`),
		rapid.Custom(func(t *rapid.T) string {
			quoted, err := jsontext.AppendQuote(nil, rapid.String().Draw(t, "text"))
			require.NoError(t, err)
			return string(quoted)
		}),
		rapid.StringMatching(`"(\\["\\/bfnrt]|\\u[0-9a-fA-F]{4}|[ -!#-\[\]-~]){0,40}"`),
		rapid.SampledFrom([]string{"tru", "nul", "01", "-", "1.", "1e", ".5", "+1", `"\x"`, `"\ud800"`, "\"\xff\"", "\"\x00\"", "'a'", "NaN", "\uFEFF1"}),
	)
	var value func(depth int) *rapid.Generator[string]
	value = func(depth int) *rapid.Generator[string] {
		if depth == 0 {
			return scalar
		}
		inner := rapid.Deferred(func() *rapid.Generator[string] { return value(depth - 1) })
		return rapid.Custom(func(t *rapid.T) string {
			kind := rapid.IntRange(0, 3).Draw(t, "kind")
			if kind == 0 {
				return scalar.Draw(t, "scalar")
			}
			var b strings.Builder
			pad := func() { b.WriteString(space.Draw(t, "space")) }
			n := rapid.IntRange(0, 5).Draw(t, "members")
			open, closing := "{", "}"
			if kind == 1 {
				open, closing = "[", "]"
			}
			b.WriteString(open)
			pad()
			for i := range n {
				if i > 0 {
					b.WriteByte(',')
					pad()
				}
				if kind > 1 {
					b.WriteString(`"` + name.Draw(t, "name") + `"`)
					pad()
					b.WriteByte(':')
					pad()
				}
				b.WriteString(inner.Draw(t, "value"))
				pad()
			}
			b.WriteString(closing)
			return b.String()
		})
	}
	whole := rapid.OneOf(
		rapid.Custom(func(t *rapid.T) []byte {
			return []byte(space.Draw(t, "before") + value(3).Draw(t, "value") + space.Draw(t, "after"))
		}),
		rapid.SampledFrom(conforming),
	)
	bits := rapid.SampledFrom([]string{
		`"`, "\\", "{", "}", "[", "]", ",", ":", " ", "\n", "0", "9", "-", ".", "e", "n", "true", "null", `"a":1,`, "\x00", "\x1f", "\x7f",
		"\x80", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff", "é", "\uFEFF", `\u`, `\ud800`, `\udc00`, "/", "'",
	})
	return rapid.Custom(func(t *rapid.T) []byte {
		body := slices.Clone(whole.Draw(t, "whole"))
		for range rapid.SampledFrom([]int{0, 0, 1, 1, 2, 4}).Draw(t, "damages") {
			at := rapid.IntRange(0, len(body)).Draw(t, "at")
			to := at
			if rapid.Bool().Draw(t, "cut") {
				to = min(len(body), at+rapid.IntRange(1, 12).Draw(t, "length"))
			}
			with := ""
			if rapid.Bool().Draw(t, "insert") {
				with = bits.Draw(t, "with")
			}
			body = slices.Concat(body[:at], []byte(with), body[to:])
		}
		return body
	})
}

// TestAgreesWithKin changes values in conforming bodies and holds the verdict against
// that of kin-openapi, where that is right: of uuids it checks nothing.
func TestAgreesWithKin(t *testing.T) {
	type judge struct {
		c      *contract.Contract
		kin    *openapi3.Schema
		bodies [][]byte
	}
	var judges []judge
	for _, p := range specs.Providers() {
		program := program(t, p)
		judges = append(judges, judge{contract.New(program), kinSchema(t, p), corpus(program, 20, true)})
	}
	value := rapid.SampledFrom([]string{
		"null", "true", "0", "1", "-5", "65535", "65536", "2147483648", "0.5", `""`, `"running"`, `"pending"`, `"HTTP"`, `"x"`, `"2026-11-20T10:30:00Z"`,
		`"2026-13-20T10:30:00Z"`, "{}", "[]", `{"a":"b"}`, `{"a":1}`, "[null]", `["x"]`, "[1]", `[{"name":"a","value":"b","target":1}]`,
	})
	property.Check(t, 500, func(t *rapid.T) {
		j := rapid.SampledFrom(judges).Draw(t, "provider")
		var body any
		require.NoError(t, json.Unmarshal(rapid.SampledFrom(j.bodies).Draw(t, "body"), &body))
		for range rapid.IntRange(0, 2).Draw(t, "changes") {
			var with any
			require.NoError(t, json.Unmarshal([]byte(value.Draw(t, "with")), &with))
			body = change(t, body, with)
		}
		text, err := json.Marshal(body)
		require.NoError(t, err)
		var broken []contract.Finding
		for _, f := range j.c.Check(text) {
			if f.Severity == contract.Error && f.Expected != "a UUID" {
				broken = append(broken, f)
			}
		}
		err = j.kin.VisitJSON(body)
		var field *openapi3.SchemaError
		if errors.As(err, &field) && field.SchemaField == "nullable" && field.Schema.Type == nil {
			return // OpenAPI 3.0.3 says that nullable speaks beside a type only
		}
		if (err == nil) != (len(broken) == 0) {
			t.Fatalf("%s: %v, but kin-openapi: %v", text, said(broken), err)
		}
	})
}

// change returns value with something in it replaced by with, or taken away.
func change(t *rapid.T, value, with any) any {
	deeper := rapid.IntRange(0, 4).Draw(t, "deeper") > 0
	switch v := value.(type) {
	case map[string]any:
		names := slices.Sorted(maps.Keys(v))
		if !deeper || len(names) == 0 {
			return with
		}
		name := rapid.SampledFrom(names).Draw(t, "name")
		if rapid.IntRange(0, 4).Draw(t, "remove") == 0 {
			delete(v, name)
		} else {
			v[name] = change(t, v[name], with)
		}
		return v
	case []any:
		if !deeper || len(v) == 0 {
			return with
		}
		i := rapid.IntRange(0, len(v)-1).Draw(t, "item")
		v[i] = change(t, v[i], with)
		return v
	}
	return with
}
