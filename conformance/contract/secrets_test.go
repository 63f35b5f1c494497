package contract_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// planted is a value that must never be shown.
const planted = "s3cr3t"

const secretive = `
type: object
properties:
  id: {type: string}
  status: {type: string, enum: [running, stopped]}
  token: {type: string, format: uuid, x-secret: true}
  pin: {type: integer, maximum: 9, x-secret: true}
  envs:
    type: array
    items: {type: object, required: [name], properties: {name: {type: string}, value: {type: string, x-secret: true}}}
  vars: {type: object, additionalProperties: {x-secret: true}}
  whole: {type: object, x-secret: true, properties: {inner: {type: object, properties: {deep: {type: string}}}}}
  parts: {allOf: [{type: string}, {x-secret: true, enum: [a]}]}
  members: {type: object, allOf: [{properties: {a: {type: string}}}, {properties: {b: {type: string, x-secret: true}}}]}
  ref: {$ref: '#/components/schemas/Token'}
  labels: {type: object, additionalProperties: {type: string}}
`

// masked is the body with what Secrets names put out of sight.
func masked(c *contract.Contract, body string) string {
	var b strings.Builder
	from := 0
	for _, s := range c.Secrets([]byte(body)) {
		b.WriteString(body[from:s.Start] + "***")
		from = s.End
	}
	return b.String() + body[from:]
}

func TestSecrets(t *testing.T) {
	c := compiled(t, secretive, `Token: {type: string, x-secret: true}`)
	for body, want := range map[string]string{
		`{"id":"x","token":"T","status":"y"}`:       `{"id":"x","token":***,"status":"y"}`,
		`{"token": "a\"b\\","token":"again"}`:       `{"token": ***,"token":***}`,
		`{"\u0074oken":"T"}`:                        `{"\u0074oken":***}`,
		`{"pin":12,"id":1}`:                         `{"pin":***,"id":1}`,
		`{"envs":[{"name":"A","value":"V"},{}]}`:    `{"envs":[{"name":"A","value":***},{}]}`,
		`{"vars":{"A":"V","B":{"C":[1]},"D":null}}`: `{"vars":{"A":***,"B":***,"D":***}}`,
		`{"whole":{"inner":{"deep":"x"}}}`:          `{"whole":***}`,
		`{"parts":"x"}`:                             `{"parts":***}`,
		`{"members":{"a":"x","b":"y"}}`:             `{"members":{"a":"x","b":***}}`,
		`{"ref":"x"}`:                               `{"ref":***}`,
		`{"labels":{"a":"x"}}`:                      `{"labels":{"a":"x"}}`,
		// What nobody documents may be one.
		`{"new":"x","id":"y"}`:              `{"new":***,"id":"y"}`,
		`{"new":{"a":["b"]},"id":"y"}`:      `{"new":***,"id":"y"}`,
		`{"envs":[{"more":"x"}]}`:           `{"envs":[{"more":***}]}`,
		`{"members":{"a":"x","c":"y"}}`:     `{"members":{"a":"x","c":***}}`,
		` { "new" : "x" , "newer" : [ ] } `: ` { "new" : *** , "newer" : *** } `,
	} {
		assert.Equal(t, want, masked(c, body), body)
	}
	assert.Empty(t, c.Secrets([]byte(`{"id":"x","status":"running"}`)))
}

// TestSecretsInTheWrongPlace has values of the wrong kind where secrets are at home.
func TestSecretsInTheWrongPlace(t *testing.T) {
	c := compiled(t, secretive, `Token: {type: string, x-secret: true}`)
	for _, body := range []string{
		`{"token":{"a":"s3cr3t"}}`,
		`{"token":["s3cr3t"]}`,
		`{"vars":["A=s3cr3t"]}`,
		`{"vars":"A=s3cr3t"}`,
		`{"envs":{"A":"s3cr3t"}}`,
		`{"envs":["A=s3cr3t"]}`,
		`{"envs":"A=s3cr3t"}`,
		`{"envs":[[{"name":"A","value":"s3cr3t"}]]}`,
		`{"whole":"s3cr3t"}`,
		`{"members":"s3cr3t"}`,
		`[{"token":"s3cr3t"}]`,
		`"s3cr3t"`,
		`{"id":{"token":"s3cr3t"}}`,
		`{"status":[{"new":"s3cr3t"}]}`,
	} {
		assert.NotContains(t, masked(c, body), planted, body)
	}
}

// TestScalarsInTheWrongPlace has numbers, strings and booleans in the place of what may hold
// a secret: neither the ranges nor the findings leave them in sight.
func TestScalarsInTheWrongPlace(t *testing.T) {
	c := compiled(t, `
type: object
properties:
  vars: {type: object, additionalProperties: {x-secret: true}}
  open: {type: object, additionalProperties: true}
  named: {type: object, properties: {a: {type: string}}}
  list: {type: array, items: {type: object, properties: {a: {type: string}}}}
  anything: {type: array}
  nested: {type: array, items: {type: array, items: {type: object}}}
  maps: {type: object, additionalProperties: {type: object}}
  all: {allOf: [{type: object, properties: {a: {type: string}}}]}
  any: {anyOf: [{type: object, required: [a]}, {type: array}]}
  one: {oneOf: [{type: object, required: [a]}, {type: integer}]}
  labels: {type: object, additionalProperties: {type: string}}
  names: {type: array, items: {type: string}}
  either: {anyOf: [{type: object, required: [a]}, {type: string}]}
  id: {type: string}
`, "")
	for _, name := range []string{"vars", "open", "named", "list", "anything", "nested", "maps", "all", "any"} {
		for value, kind := range map[string]string{`"s3cr3t"`: "a string", "202516570728583334": "a number", "-1.5e77777": "a number"} {
			body := fmt.Sprintf(`{%q:%s,"id":"x"}`, name, value)
			assert.Equal(t, fmt.Sprintf(`{%q:***,"id":"x"}`, name), masked(c, body))
			findings := c.Check([]byte(body))
			require.Len(t, findings, 1, body)
			assert.Equal(t, kind+" that may be secret", findings[0].Actual, body)
			for _, b := range findings[0].Branches {
				assert.NotContains(t, fmt.Sprintf("%+v", b), strings.Trim(value, `"`), body)
			}
		}
	}
	for _, body := range []string{`{"vars":7}`, `{"vars":true}`, `{"vars":"x"}`} {
		assert.Equal(t, `{"vars":***}`, masked(c, body), "however short it is")
	}
	for _, body := range []string{
		`202516570728583334`, `"s3cr3t"`, `{"one":"s3cr3t"}`,
	} {
		assert.NotContains(t, masked(c, body), strings.Trim(body, `"`), body)
	}
	for _, body := range []string{
		`{"open":12345}`, `{"open":"short"}`, `{"labels":"no secret"}`, `{"names":1234567}`, `{"either":"no secret"}`, `{"one":1234567}`, `{"id":1234567}`,
	} {
		assert.Equal(t, body, masked(c, body), "it is too short, or nothing unknown has its place here")
	}
}

// TestSecretsInBrokenJSON cuts bodies short, damages them, and looks for what is left.
func TestSecretsInBrokenJSON(t *testing.T) {
	c := compiled(t, secretive, `Token: {type: string, x-secret: true}`)
	for _, body := range []string{
		`{"id":"x","token":"s3cr3t","id":"y"}`,
		`{"id":"x","envs":[{"name":"A","value":"s3cr3t"}],"id":"y"}`,
		`{"id":"x","vars":{"A":"s3cr3t"},"id":"y"}`,
		`{"id":"x","whole":{"inner":{"deep":"s3cr3t"}},"id":"y"}`,
		`{"id":"x","parts":"s3cr3t","id":"y"}`,
		`{"id":"x","members":{"b":"s3cr3t"},"id":"y"}`,
		`{"id":"x","new":"s3cr3t","id":"y"}`,
		`{"id":"x","new":{"a":"s3cr3t"},"id":"y"}`,
		`{"id":"x","new":[1,{"a":"s3cr3t"}],"id":"y"}`,
		`{"id":"x","members":{"c":"s3cr3t"},"id":"y"}`,
	} {
		end := strings.Index(body, planted) + len(planted)
		for cut := end; cut <= len(body); cut++ {
			for _, rest := range []string{"", "\x00", "\xff", `\`, "\n", "x", `"`, "}", "]", `\ud800`} {
				require.NotContains(t, masked(c, body[:cut]+rest), planted, "%q", body[:cut]+rest)
			}
		}
		require.NotContains(t, masked(c, "\uFEFF"+body), planted, body)
		require.NotContains(t, masked(c, "x"+body), planted, body)
		require.NotContains(t, masked(c, `{"id" "x",`+body[1:]), planted, body)
	}
}

// TestSecretsInBrokenKeys has texts that may have been going to be keys: what no colon follows
// may be a value.
func TestSecretsInBrokenKeys(t *testing.T) {
	c := compiled(t, secretive, `Token: {type: string, x-secret: true}`)
	for _, body := range []string{
		`{"s3cr3t`, `{"id":"x","s3cr3t`, `{"id":"x","s3cr3t"`, `{"id":"x", "s3cr3t" }`, `{"id":"x","s3cr3t","token":"y"}`, "{\"s3cr3t\xff\":1}",
		"{\"id\":\"x\",\"s3cr3t\n\":1}", `{"labels":{"s3cr3t`, `{"labels":{"a":"b","s3cr3t"]`, `{"envs":[{"s3cr3t`, `{"id":"x","\u0073` + `3cr3t`, `{"pin":31337.s3cr3t`,
	} {
		assert.NotContains(t, masked(c, body), "3cr3t", body)
	}
	assert.Equal(t, `{"labels":***`, masked(c, `{"labels":123456.`), "digits before the break")
}

// TestFindingsKeepSecrets breaks every rule with a secret at hand: no finding says it.
func TestFindingsKeepSecrets(t *testing.T) {
	c := compiled(t, secretive, `Token: {type: string, x-secret: true}`)
	for _, value := range []string{`"s3cr3t"`, `["s3cr3t"]`, `{"s":"s3cr3t"}`, `"s3cr3t`, `"s3cr3t\x"`, "\"s3cr3t\xff\"", `{"s":"s3cr3t","s":"s3cr3t"}`} {
		for _, name := range []string{"token", "pin", "vars", "envs", "whole", "parts", "members", "ref", "new"} {
			for _, body := range []string{fmt.Sprintf(`{%q:%s}`, name, value), fmt.Sprintf(`{%q:[%s]}`, name, value), fmt.Sprintf(`{%q:{"A":%s}}`, name, value)} {
				for _, f := range c.Check([]byte(body)) {
					assert.NotContains(t, fmt.Sprintf("%+v", f), planted, body)
				}
			}
		}
	}
	for _, f := range check(t, c, `{"pin":31337}`) {
		assert.NotContains(t, f.Actual, "31337")
	}
}

// TestSecretsAreInOrder overlaps nothing and misses no byte of a secret, in bodies of
// every provider with every conforming value.
func TestSecretsAreInOrder(t *testing.T) {
	for _, c := range contracts(t) {
		for _, body := range corpus(c.Program(), 50, true) {
			spans := c.Secrets(body)
			assert.True(t, slices.IsSortedFunc(spans, func(a, b contract.Span) int { return a.Start - b.Start }))
			for i, s := range spans {
				require.Less(t, s.Start, s.End)
				if i > 0 {
					require.Less(t, spans[i-1].End, s.Start)
				}
			}
			require.Equal(t, spans, c.Only("id").Secrets(body), "a field mask hides no less")
		}
	}
}
