package contract_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

func TestDuplicateKeys(t *testing.T) {
	const (
		named = `{type: object, properties: {a: {}, id: {}, "é\n": {}}, required: [a]}`
		free  = `{type: object}`
		maps  = `{type: object, additionalProperties: {type: integer}}`
	)
	tests := []struct {
		schema, body string
		want         []string
	}{
		{named, `{"a":1,"a":1}`, []string{"duplicate-key /a 1:8"}},
		{named, `{"a":1,"\u0061":1}`, []string{"duplicate-key /a 1:8"}},
		{named, `{"\u0061":1,"a" :1}`, []string{"duplicate-key /a 1:13"}},
		{named, `{"a":1,"é\n":1,"\u00e9\u000A":1}`, []string{"duplicate-key /é\n 1:16"}},
		{named, `{"a":1,"b":1,"b":1}`, []string{"undocumented-field /b 1:8", "duplicate-key /b 1:14", "undocumented-field /b 1:14"}},
		{named, `{"a":{"a":1},"id":{"a":1}}`, nil}, // objects inside and beside have keys of their own
		{named, `{"a":[{"a":1},{"a":1}]}`, nil},
		{named, `{"a":{"b":{"c":1},"b":2},"id":{"b":1}}`, []string{"duplicate-key /a/b 1:19"}},
		{named, `{"a":[{"x":1,"x":2}]}`, []string{"duplicate-key /a/0/x 1:14"}},
		{free, `{"":1,"":1}`, []string{"duplicate-key / 1:7"}},
		{free, `{"a/b":1,"a\/b":1,"a~1b":1}`, []string{"duplicate-key /a~1b 1:10"}},
		{maps, `{"a":1,"a":"x"}`, []string{"duplicate-key /a 1:8", "type /a 1:12"}},
		{`{type: object, additionalProperties: false}`, `{"a":1,"a":1}`, []string{
			"additionalProperties /a 1:2", "duplicate-key /a 1:8", "additionalProperties /a 1:8"}},
		{`{type: string}`, `{"a":1,"a":1}`, []string{"type  1:1", "duplicate-key /a 1:8"}},
		{`{type: array, items: {}}`, `[{"a":1},{"a":1,"a":1}]`, []string{"duplicate-key /1/a 1:17"}},
	}
	for _, tt := range tests {
		findings := check(t, compiled(t, tt.schema), tt.body)
		assert.ElementsMatch(t, tt.want, said(findings), "%s %s", tt.schema, tt.body)
		for _, f := range findings {
			if f.Rule == contract.DuplicateKey {
				assert.Equal(t, contract.Error, f.Severity)
			}
		}
	}
}

// TestDuplicateAmongMany repeats one of many unknown keys, far from the first time it
// stands there, with objects full of other keys in between.
func TestDuplicateAmongMany(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, schema := range []string{`{}`, `{type: object, properties: {k1: {}}}`, `{type: object, additionalProperties: {type: object}}`} {
		c := compiled(t, schema)
		for _, count := range []int{2, 15, 16, 17, 18, 31, 32, 33, 63, 64, 65, 129, 2000} {
			var members []string
			for i := range count {
				members = append(members, fmt.Sprintf(`"k%d":{"k%d":{},"x":{},"y":{}}`, i, random.IntN(count)))
			}
			unique := "{" + strings.Join(members, ",") + "}"
			require.True(t, clean(c.Check([]byte(unique))), "%s, %d", schema, count)
			for _, again := range []int{0, count / 2, count - 1} {
				body := unique[:len(unique)-1] + fmt.Sprintf(`,"\u006b%d":{}}`, again)
				var repeated []string
				for _, f := range check(t, c, body) {
					if f.Rule == contract.DuplicateKey {
						repeated = append(repeated, f.Pointer)
					}
				}
				require.Equal(t, []string{fmt.Sprintf("/k%d", again)}, repeated, "%s, %d", schema, count)
			}
			all := unique[:len(unique)-1] + "," + unique[1:]
			repeated := 0
			for _, f := range check(t, c, all) {
				if f.Rule == contract.DuplicateKey {
					repeated++
				}
			}
			require.Equal(t, count, repeated, "%s, %d", schema, count)
		}
	}
}

// TestManyDocumentedProperties has more fields than a word has bits.
func TestManyDocumentedProperties(t *testing.T) {
	for _, count := range []int{1, 2, 63, 64, 65, 100, 128, 129, 200} {
		var properties, required, names []string
		for i := range count {
			name := fmt.Sprintf("p%d", i)
			names = append(names, name)
			properties = append(properties, name+": {type: integer, nullable: true}")
			if i%3 == 0 {
				required = append(required, name)
			}
		}
		c := compiled(t, "{type: object, properties: {"+strings.Join(properties, ", ")+"}, required: ["+strings.Join(required, ", ")+"]}")
		write := func(names []string) string {
			members := make([]string, len(names))
			for i, name := range names {
				members[i] = `"` + name + `": 1`
			}
			return "{" + strings.Join(members, ", ") + "}"
		}
		require.Empty(t, check(t, c, write(names)), "%d", count)
		require.Len(t, check(t, c, `{}`), len(required), "%d", count)
		for i, name := range names {
			var want, missing []string
			if i%3 == 0 {
				want = []string{name}
			}
			for _, f := range check(t, c, write(slices.Concat(names[:i], names[i+1:]))) {
				require.Equal(t, contract.Required, f.Rule)
				missing = append(missing, f.Property)
			}
			require.Equal(t, want, missing, "%d", count)
			findings := check(t, c, write(append(slices.Clone(names), name)))
			require.Len(t, findings, 1, "%d, %s", count, name)
			require.Equal(t, contract.DuplicateKey, findings[0].Rule)
			require.Equal(t, name, findings[0].Property)
		}
		random := rand.New(rand.NewPCG(uint64(count), 2))
		for range 5 {
			random.Shuffle(count, func(i, j int) { names[i], names[j] = names[j], names[i] })
			require.Empty(t, check(t, c, write(names)), "%d", count)
		}
	}
}

// TestSimilarNames has names that share their start, their end, their length or a word.
func TestSimilarNames(t *testing.T) {
	names := []string{
		"", "a", "b", "A", "ab", "ba", "a b", "abcdefg", "abcdefgh", "abcdefgi", "abcdefghi", "abcdefghijklmnop", "abcdefgXijklmnop", "abcdefghijklXnop",
		"abcdefghijklmnopqrstuvwxyz", "abcdefghijklmXopqrstuvwxyz", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
		"abcdefghijklmnopqrstuvwxyzXbcdefghijklmnopqrstuvwxyz", "é", "e", "日本", "id", "ie", `q\"q`, `s\\s`, `t\tt`, "u:u", `a\":`, "true", "0",
	}
	for i, name := range names {
		schema := fmt.Sprintf(`{type: object, required: ["%s"], properties: {"%s": {type: integer}}, additionalProperties: {type: string}}`, name, name)
		c := compiled(t, schema)
		for j, other := range names {
			body := fmt.Sprintf(`{"%s":1}`, other)
			if i == j {
				require.Empty(t, check(t, c, body), "%s in %s", body, schema)
				continue
			}
			findings := check(t, c, body)
			require.Len(t, findings, 2, "%s in %s", body, schema)
			require.Equal(t, []contract.Rule{contract.Required, contract.Type}, []contract.Rule{findings[0].Rule, findings[1].Rule}, "%s in %s", body, schema)
			// Learned from one body, it must not be guessed in the next.
			require.Empty(t, check(t, c, fmt.Sprintf(`{"%s":1,"%s":""}`, name, other)), "%s, then %s", name, other)
			require.Empty(t, check(t, c, fmt.Sprintf(`{"%s":"","%s":1}`, other, name)), "%s, then %s", other, name)
			require.Len(t, check(t, c, fmt.Sprintf(`{"%s":"","%s":""}`, other, name)), 1)
		}
	}
}

// TestKeyOrder writes the same members in every order, over and over.
func TestKeyOrder(t *testing.T) {
	c := compiled(t, `{type: object, required: [a, bb, ccc], properties: {a: {type: integer}, bb: {type: string}, ccc: {type: boolean}, dddd: {type: object}}}`)
	members := []string{`"a":1`, `"bb":""`, `"ccc":true`, `"dddd":{}`, `"a" : 1`, `"\u0062b":""`}
	var write func(chosen []string, rest []string)
	write = func(chosen, rest []string) {
		body := "{" + strings.Join(chosen, ",") + "}"
		counts := map[string]int{}
		for _, m := range chosen {
			name, _, _ := strings.Cut(strings.ReplaceAll(m, " ", ""), ":")
			counts[strings.ReplaceAll(name, `\u0062`, "b")]++
		}
		missing, twice := 0, 0
		for _, name := range []string{`"a"`, `"bb"`, `"ccc"`} {
			if counts[name] == 0 {
				missing++
			}
		}
		for _, n := range counts {
			twice += n - 1
		}
		got := map[contract.Rule]int{}
		for _, f := range c.Check([]byte(body)) {
			got[f.Rule]++
		}
		require.Equal(t, missing, got[contract.Required], body)
		require.Equal(t, twice, got[contract.DuplicateKey], body)
		require.Equal(t, 0, got[contract.Type], body)
		for i := range rest {
			write(append(slices.Clone(chosen), rest[i]), slices.Concat(rest[:i], rest[i+1:]))
		}
	}
	write(nil, members)
}

func TestConditions(t *testing.T) {
	const schema = `
type: object
properties:
  status: {type: string, nullable: true}
  reason: {type: string, nullable: true, x-present-when: {property: status, in: [pending, "5", "é\n"]}}
  snapshot: {type: string, nullable: true, x-present-only-when: {property: status, in: [paused]}}
  both:
    type: string
    x-present-when: {property: level, in: [1, 2.0, true, null]}
    x-present-only-when: {property: level, in: [1, 2.0, true, null, x]}
`
	tests := []struct {
		body string
		want []string
	}{
		{`{}`, nil},
		{`{"status":"running"}`, nil},
		{`{"status":"pending"}`, []string{"condition  1:1"}},
		{`{"status":"pending","reason":"r"}`, nil},
		{`{"status":"pending","reason":null}`, []string{"condition /reason 1:30"}},
		{` {"reason": null,"status":"pending"}`, []string{"condition /reason 1:13"}},
		{`{"reason":"r","status":"pending"}`, nil},
		{`{"reason":"r","status":"running"}`, nil}, // present-when doesn't say "only"
		{`{"reason":"r"}`, nil},
		{`{"status":"\u0070ending"}`, []string{"condition  1:1"}},
		{`{"status":"é\n"}`, []string{"condition  1:1"}},
		{`{"status":5}`, []string{"type /status 1:11"}}, // a number isn't the string "5"
		{`{"status":null}`, nil},
		{`{"status":"paused"}`, nil}, // only-when doesn't ask for it
		{`{"status":"paused","snapshot":"s"}`, nil},
		{`{"status":"running","snapshot":"s"}`, []string{"condition /snapshot 1:32"}},
		{`{"snapshot":"s","status":"running"}`, []string{"condition /snapshot 1:13"}},
		{`{"status":"running","snapshot":null}`, nil},
		{`{"status":null,"snapshot":"s"}`, []string{"condition /snapshot 1:27"}},
		{`{"snapshot":"s"}`, nil}, // silent where status is absent
		{`{"status":{},"snapshot":"s"}`, []string{"type /status 1:11", "condition /snapshot 1:25"}},
		{`{"status":"running","snapshot":{"status":"paused"}}`, []string{"condition /snapshot 1:32", "type /snapshot 1:32"}},
		{`{"level":1}`, []string{"undocumented-field /level 1:2", "condition  1:1"}},
		{`{"level":1.00}`, []string{"undocumented-field /level 1:2", "condition  1:1"}},
		{`{"level":2}`, []string{"undocumented-field /level 1:2", "condition  1:1"}},
		{`{"level":20e-1}`, []string{"undocumented-field /level 1:2", "condition  1:1"}},
		{`{"level":true}`, []string{"undocumented-field /level 1:2", "condition  1:1"}},
		{`{"level":null}`, []string{"undocumented-field /level 1:2", "condition  1:1"}},
		{`{"level":"1"}`, []string{"undocumented-field /level 1:2"}},
		{`{"level":3}`, []string{"undocumented-field /level 1:2"}},
		{`{"level":3,"both":""}`, []string{"undocumented-field /level 1:2", "condition /both 1:19"}},
		{`{"level":"x","both":""}`, []string{"undocumented-field /level 1:2"}},
	}
	c := compiled(t, schema)
	for _, tt := range tests {
		findings := check(t, c, tt.body)
		assert.ElementsMatch(t, tt.want, said(findings), tt.body)
		for _, f := range findings {
			if f.Rule == contract.Condition {
				assert.Equal(t, contract.Warning, f.Severity)
				assert.NotEmpty(t, f.Property, tt.body)
				assert.Contains(t, f.Spec.Pointer, "/x-present-", tt.body)
			}
		}
	}
}

// TestMisplacedNull has nulls that their schemas don't allow: no condition is broken as well.
func TestMisplacedNull(t *testing.T) {
	c := compiled(t, `
type: object
properties:
  status: {type: string}
  reason: {type: string, x-present-when: {property: status, in: [pending]}}
  chosen: {nullable: true, type: string, enum: [a], x-present-when: {property: status, in: [pending]}}
  refused: {enum: [a], x-present-when: {property: status, in: [pending]}}
`)
	for body, want := range map[string][]string{
		`{"status":"pending","reason":null,"chosen":"a","refused":"a"}`: {"nullable /reason 1:30"},
		`{"status":"pending","reason":"r","chosen":null,"refused":"a"}`: {"condition /chosen 1:43"},
		`{"status":"pending","reason":"r","chosen":"a","refused":null}`: {"enum /refused 1:57"},
		`{"status":"running","reason":null,"chosen":null}`:              {"nullable /reason 1:30"},
	} {
		assert.Equal(t, want, said(check(t, c, body)), body)
	}
	parts := compiled(t, `
allOf:
  - {properties: {status: {type: string}, reason: {x-present-when: {property: status, in: [pending]}}}}
  - {properties: {reason: {type: string}}}
`)
	assert.Equal(t, []string{"nullable /reason 1:30"}, said(check(t, parts, `{"status":"pending","reason":null}`)))
	assert.Equal(t, []string{"condition  1:1"}, said(check(t, parts, `{"status":"pending"}`)))
}

// TestAlias has members whose value is to be that of another one.
func TestAlias(t *testing.T) {
	c := compiled(t, `
type: object
properties:
  at: {type: string, format: date-time}
  expires: {type: string, format: date-time, x-alias-of: at}
  a: {}
  b: {x-alias-of: a}
  t: {type: string, nullable: true}
  n: {type: string, x-alias-of: t}
  m: {type: string}
  o: {type: string, nullable: true, x-alias-of: m}
`)
	time := func(at, expires string) string { return `{"at":"` + at + `","expires":"` + expires + `"}` }
	differs := func(member string) []string { return []string{"condition /" + member} }
	for _, tt := range []struct {
		body string
		want []string
	}{
		{`{}`, nil},
		{`{"at":"2026-11-20T10:00:00Z"}`, nil},
		{`{"expires":"2026-11-20T10:00:00Z"}`, nil},
		{time("2026-11-20T10:00:00Z", "2026-11-20T10:00:00Z"), nil},
		{time("2026-11-20T10:00:00Z", "2026-11-20T10:00:01Z"), differs("expires")},
		{`{"expires":"2026-11-20T10:00:00Z","at":"2026-11-20T10:00:01Z"}`, differs("expires")},
		// the same instant, written in another way
		{time("2026-11-20T10:00:00Z", "2026-11-20t10:00:00z"), nil},
		{time("2026-11-20T10:00:00Z", "2026-11-20T10:00:00-00:00"), nil},
		{time("2026-11-20T10:00:00Z", "2026-11-20T10:00:00.000Z"), nil},
		{time("2026-11-20T10:00:00.5Z", "2026-11-20T10:00:00.500000Z"), nil},
		{time("2026-11-20T10:00:00.5Z", "2026-11-20T10:00:00.05Z"), differs("expires")},
		{time("2026-11-20T10:00:00.0000000000000001Z", "2026-11-20T10:00:00Z"), differs("expires")},
		{time("2027-01-01T00:30:00+05:30", "2026-12-31T19:00:00Z"), nil},
		{time("2026-12-31T23:00:00-01:00", "2027-01-01T00:00:00Z"), nil},
		{time("2024-02-29T23:00:00-01:00", "2024-03-01T00:00:00Z"), nil},
		{time("2023-02-28T23:00:00-01:00", "2023-03-01T00:00:00Z"), nil},
		{time("0000-01-01T00:00:00+01:00", "0000-01-01T00:30:00+01:30"), nil},
		{time("0000-01-01T00:00:00+01:00", "0000-01-01T00:00:00Z"), differs("expires")},
		{time("2016-12-31T23:59:60Z", "2017-01-01T00:59:60+01:00"), nil},
		{time("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"), differs("expires")},
		{time("2026-11-20T10:00:00Z", `2026-11-20T10:00:00\u005a`), nil},
		// what is no date-time is equal where the texts are
		{time("soon", "soon"), []string{"format /at", "format /expires"}},
		{time("soon", "later"), []string{"format /at", "condition /expires", "format /expires"}},
		// any other values
		{`{"a":1,"b":1.0}`, nil},
		{`{"a":1,"b":10e-1}`, nil},
		{`{"a":1,"b":"1"}`, differs("b")},
		{`{"a":"x","b":"\u0078"}`, nil},
		{`{"a":"\n","b":"\u000a"}`, nil},
		{`{"a":{"x":[1,2],"y":null},"b":{ "y" : null, "x": [1, 2.0] }}`, nil},
		{`{"a":{"x":1},"b":{"x":1,"y":1}}`, differs("b")},
		{`{"a":[1,2],"b":[2,1]}`, differs("b")},
		{`{"a":true,"b":true}`, nil},
		{`{"a":true,"b":false}`, differs("b")},
		{`{"a":null,"b":null}`, nil},
		{`{"a":null,"b":0}`, differs("b")},
		{`{"a":0,"b":null}`, differs("b")},
		{`{"a":[],"b":{}}`, differs("b")},
		// a null that isn't allowed is nullable alone
		{`{"t":null,"n":"x"}`, differs("n")},
		{`{"t":"x","n":null}`, []string{"nullable /n"}},
		{`{"t":null,"n":null}`, []string{"nullable /n"}},
		{`{"m":null,"o":"x"}`, []string{"nullable /m"}},
		{`{"m":"x","o":null}`, differs("o")},
	} {
		got := []string{}
		for _, f := range check(t, c, tt.body) {
			got = append(got, string(f.Rule)+" "+f.Pointer)
			if f.Rule == contract.Condition {
				assert.Equal(t, contract.Warning, f.Severity)
				assert.Equal(t, f.Pointer, "/"+f.Property)
				assert.Contains(t, f.Spec.Pointer, "/x-alias-of")
				assert.Contains(t, f.Expected, "the value of ")
				assert.Equal(t, strings.LastIndex(tt.body, `"`+f.Property+`":`)+len(`"":`)+len(f.Property), f.Offset)
			}
		}
		assert.ElementsMatch(t, append([]string{}, tt.want...), got, tt.body)
	}
}

// TestAliasAllocates has conforming bodies: none takes memory.
func TestAliasAllocates(t *testing.T) {
	c := compiled(t, `{properties: {a: {}, b: {x-alias-of: a}}}`)
	for _, body := range []string{
		`{"a":"2026-11-20T10:00:00Z","b":"2026-11-20T10:00:00Z"}`, `{"a":"2026-11-20T10:00:00Z","b":"2026-11-20T11:00:00.0+01:00"}`,
		`{"a":"\u0078","b":"x"}`, `{"a":[{"x":1}],"b":[{"x":1}]}`, `{"a":1.5,"b":1.5}`, `{"a":null,"b":null}`, `{"a":1}`,
	} {
		text := []byte(body)
		require.Empty(t, c.Check(text), body)
		least := 1.0 // the race detector takes checkers out of the pool at random
		for range 50 {
			least = min(least, testing.AllocsPerRun(1, func() { c.Check(text) }))
		}
		assert.Zero(t, least, body)
	}
}

// TestOnly judges answers to requests that ask for some fields.
func TestOnly(t *testing.T) {
	c := compiled(t, `
type: object
required: [id, status, config]
properties:
  id: {type: string}
  status: {type: string}
  config: {type: object, required: [id, status], properties: {id: {type: string}, status: {}}}
  reason: {type: string, x-present-when: {property: status, in: [pending]}}
`)
	tests := []struct {
		fields []string
		body   string
		want   []string
	}{
		{nil, `{}`, nil},
		{[]string{}, `{"status":"pending"}`, nil},
		{[]string{""}, `{}`, nil},
		{[]string{"id"}, `{"id":"x"}`, nil},
		{[]string{"id", "status"}, `{"id":"x"}`, []string{"required  1:1"}},
		{[]string{"status", "nothing like it"}, `{"status":"pending"}`, nil},
		{[]string{"status", "reason"}, `{"status":"pending"}`, []string{"condition  1:1"}},
		{[]string{"reason"}, `{}`, nil},
		{[]string{"config"}, `{"config":{}}`, []string{"required /config 1:11", "required /config 1:11"}}, // the top level alone shrinks
		{[]string{"id"}, `{"config":{"id":1}}`, []string{"required  1:1", "required /config 1:11", "type /config/id 1:17"}},
		{[]string{"id"}, `{"id":1,"more":1}`, []string{"type /id 1:7", "undocumented-field /more 1:9"}},
		{[]string{"id"}, `null`, []string{"nullable  1:1"}},
	}
	for _, tt := range tests {
		assert.Equal(t, append([]string{}, tt.want...), said(check(t, c.Only(tt.fields...), tt.body)), "%q %s", tt.fields, tt.body)
	}
	alias := compiled(t, `{properties: {a: {}, b: {x-alias-of: a}}}`)
	for _, tt := range []struct {
		fields []string
		found  int
	}{{[]string{"a", "b"}, 1}, {[]string{"b", "c", "a"}, 1}, {[]string{"a"}, 0}, {[]string{"b"}, 0}, {[]string{"c"}, 0}, {nil, 0}} {
		assert.Len(t, check(t, alias.Only(tt.fields...), `{"a":1,"b":2}`), tt.found, "%q", tt.fields)
	}
	assert.Len(t, check(t, c, `{}`), 3, "the contract itself stays")
	fields := []string{"id"}
	masked := c.Only(fields...)
	fields[0] = "status"
	assert.Empty(t, check(t, masked, `{"id":""}`), "the mask is a copy")

	parts := compiled(t, `
required: [a]
allOf:
  - {required: [b], properties: {a: {}, b: {}}}
  - $ref: '#/components/schemas/More'
`, `More: {allOf: [{required: [c], properties: {c: {type: object, required: [c]}}}]}`)
	assert.Len(t, check(t, parts, `{}`), 3)
	assert.Equal(t, []string{"required  1:1"}, said(check(t, parts.Only("b"), `{}`)))
	assert.Empty(t, check(t, parts.Only("b"), `{"b":1}`))
	assert.Equal(t, []string{"required /c 1:6"}, said(check(t, parts.Only(), `{"c":{}}`)))
}
