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
