package conformance_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/recording"
)

// sentences are a schema of OpenAPI 3.1, a body or a response that breaks it in one way, and the
// rule and the sentence of that finding.
var sentences = []struct{ schema, body, want string }{
	{"type: string", "1", "type: the body: expected a string, got 1"},
	{"type: string", "1.5", "type: the body: expected a string, got 1.5"},
	{"type: string", "true", "type: the body: expected a string, got true"},
	{"type: [string, integer]", "[]", "type: the body: expected a string or an integer, got an array"},
	{"type: [string, integer, 'null']", "{}", "type: the body: expected a string, an integer or null, got an object"},
	{"type: integer", "1.5", "type: the body: expected an integer, got 1.5"},
	{"type: integer", `"1"`, `type: the body: expected an integer, got "1"`},
	{"type: 'null'", "0", "type: the body: expected null, got 0"},
	{"type: string", "null", "nullable: the body: expected a string, got null"},
	{"type: [string, boolean]", "null", "nullable: the body: expected a string or a boolean, got null"},
	{"enum: [delete]", `"keep"`, `enum: the body: expected "delete", got "keep"`},
	{"enum: [running, paused]", `"stopped"`, `enum: the body: expected one of "running", "paused", got "stopped"`},
	{"enum: [running, paused]", `"RUNNING"`, `enum: the body: expected one of "running", "paused", got "RUNNING", which differs from "running" in case only`},
	{"enum: [running, Running]", `"RUNNING"`, `enum: the body: expected one of "running", "Running", got "RUNNING", which differs from "running" in case only`},
	{"enum: [1, '1', true, null, {a: [1]}, '']", `"2"`, `enum: the body: expected one of 1, "1", true, null, {"a":[1]}, "", got "2"`},
	{"enum: ['a, b', c]", "1", `enum: the body: expected one of "a, b", "c", got 1`},
	{"enum: [a, b, c, d, e, f, g, h, i, J]", `"j"`, `enum: the body: expected one of "a", "b", "c", "d", "e", "f", "g", "h", … (10 in all), got "j", which differs from "J" in case only`},
	{`enum: ["\e[1m"]`, `"x"`, `enum: the body: expected "\u001b[1m", got "x"`},
	{"enum: [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]", `"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"`, `enum: the body: expected "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…, got "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb…`},
	{"type: object\nproperties: {k: {enum: [a], x-secret: true}}", `{"k": "A"}`, `enum: /k: expected "a", got a string that may be secret`},
	{"const: sandbox", `"Sandbox"`, `const: the body: expected "sandbox", got "Sandbox", which differs from "sandbox" in case only`},
	{"const: 1", "2", "const: the body: expected 1, got 2"},
	{"const: {a: 1}", "[]", `const: the body: expected {"a":1}, got an array`},
	{"minimum: 1", "0", "minimum: the body: expected at least 1, got 0"},
	{"maximum: 65535", "65536", "maximum: the body: expected at most 65535, got 65536"},
	{"exclusiveMinimum: 0", "0", "exclusiveMinimum: the body: expected more than 0, got 0"},
	{"exclusiveMaximum: 1", "1.5", "exclusiveMaximum: the body: expected less than 1, got 1.5"},
	{"multipleOf: 0.5", "0.7", "multipleOf: the body: expected a multiple of 0.5, got 0.7"},
	{"type: integer\nformat: int32", "2147483648", "format: the body: expected an int32 (-2147483648 to 2147483647), got 2147483648"},
	{"type: integer\nformat: int64", "-92233720368547758080", "format: the body: expected an int64 (-9223372036854775808 to 9223372036854775807), got -92233720368547758080"},
	{"type: string\nformat: uuid", `"x"`, `format: the body: expected a UUID, got "x"`},
	{"type: string\nformat: date-time", `"today"`, `format: the body: expected an RFC 3339 date-time, got "today"`},
	{"minLength: 1", `""`, "minLength: the body: expected at least 1 character, got 0 characters"},
	{"minLength: 2", `"a"`, "minLength: the body: expected at least 2 characters, got 1 character"},
	{"maxLength: 1", `"ab"`, "maxLength: the body: expected at most 1 character, got 2 characters"},
	{"pattern: ^sbx_", `"box_1"`, `pattern: the body: expected a string that matches ^sbx_, got "box_1"`},
	{"type: object\nproperties: {k: {type: string, maxLength: 1, x-secret: true}}", `{"k": "abc"}`, "maxLength: /k: expected at most 1 character, got 3 characters"},
	{"type: object\nproperties: {k: {type: string, x-secret: true}}", `{"k": 123}`, "type: /k: expected a string, got a number that may be secret"},
	{"minItems: 1", "[]", "minItems: the body: expected at least 1 item, got 0 items"},
	{"minItems: 2", "[1]", "minItems: the body: expected at least 2 items, got 1 item"},
	{"maxItems: 0", "[1]", "maxItems: the body: expected at most 0 items, got 1 item"},
	{"uniqueItems: true", `["a", "a"]`, `uniqueItems: /1: expected an item that differs from those before it, got "a"`},
	{"uniqueItems: true", "[{}, 1, {}]", "uniqueItems: /2: expected an item that differs from those before it, got an object"},
	{"type: object\nproperties: {k: {type: array, maxItems: 1, x-secret: true}}", `{"k": [1, 2]}`, "maxItems: /k: expected at most 1 item, got 2 items"},
	{"contains: {type: string}", "[]", "contains: the body: expected at least 1 item fitting the schema of contains, got 0 items"},
	{"contains: {type: string}\nminContains: 2", `["a", 1]`, "minContains: the body: expected at least 2 items fitting the schema of contains, got 1 item"},
	{"contains: {type: string}\nmaxContains: 1", `["a", "b"]`, "maxContains: the body: expected at most 1 item fitting the schema of contains, got 2 items"},
	{"required: [id]", "{}", `required: the body lacks the member "id"`},
	{`properties: {o: {required: ['a "b"']}}`, `{"o": {}}`, `required: /o lacks the member "a \"b\""`},
	{"dependentRequired: {paused_at: [paused_by]}", `{"paused_at": 1}`, `dependentRequired: the body lacks the member "paused_by", which "paused_at" requires`},
	{"minProperties: 1", "{}", "minProperties: the body: expected at least 1 member, got 0 members"},
	{"maxProperties: 1", `{"a": 1, "b": 2}`, "maxProperties: the body: expected at most 1 member, got 2 members"},
	{"propertyNames: {maxLength: 3}", `{"abcd": 1}`, `propertyNames: /abcd: expected a name that propertyNames allows, got "abcd"`},
	{"properties: {id: {}}\nadditionalProperties: false", `{"id": 1, "size": 2}`, "additionalProperties: /size: expected no further member, got a number"},
	{"allOf: [{properties: {id: {}}}]\nunevaluatedProperties: false", `{"size": null}`, "unevaluatedProperties: /size: expected no further member, got null"},
	{"properties: {old: false}", `{"old": true}`, "properties: /old: expected no such member, got true"},
	{"patternProperties: {^old_: false}", `{"old_id": 1}`, "patternProperties: /old_id: expected no such member, got a number"},
	{"dependentSchemas: {old: false}", `{"old": 1}`, "dependentSchemas: the body: expected no value, since the schema of dependentSchemas is false, got an object"},
	{"items: false", "[1]", "items: /0: expected no item here, got a number"},
	{"prefixItems: [{}, false]", `[1, "a"]`, "prefixItems: /1: expected no item here, got a string"},
	{"allOf: [{prefixItems: [{}]}]\nunevaluatedItems: false", "[1, {}]", "unevaluatedItems: /1: expected no item here, got an object"},
	{"allOf: [{}, false]", "1", "allOf: the body: expected no value, since the schema of allOf is false, got a number"},
	{"anyOf: [{type: string}, {type: integer, minimum: 1}]", "0", "anyOf: the body: expected a value that fits one of 2 schemas, got 0"},
	{"anyOf: [{type: string}]", "0", "anyOf: the body: expected a value that fits the only schema, got 0"},
	{"oneOf: [{type: string}, {type: boolean}]", "[]", "oneOf: the body: expected a value that fits exactly one of 2 schemas, got an array"},
	{"oneOf: [{type: string}]", "0", "oneOf: the body: expected a value that fits the only schema, got 0"},
	{"oneOf: [{type: number}, {minimum: 1}]", "2", "oneOf: the body: expected a value that fits exactly one of 2 schemas, got a number, which fits 2 of them"},
	{"oneOf: [{}, {}, {type: string}]", "true", "oneOf: the body: expected a value that fits exactly one of 3 schemas, got true, which fits 2 of them"},
	{"not: {type: string}", `"a"`, `not: the body: expected a value that doesn't fit the schema of not, got "a"`},
	{"if: {required: [old]}\nthen: false", `{"old": 1}`, "then: the body: expected no value, since the schema of then is false, got an object"},
	{"if: {required: [id]}\nelse: false", "{}", "else: the body: expected no value, since the schema of else is false, got an object"},
	{"$ref: '#/components/schemas/It/$defs/nothing'\ntype: string\n$defs: {nothing: false}", `"a"`, "$ref: the body: expected no value, since the schema of $ref is false, got a string"},
	{"false", "{}", "schema: the body: expected no body, got an object"},
	{"type: object\nproperties: {password: {type: string, writeOnly: true}}", `{"password": "a"}`, "writeOnly: /password: expected no writeOnly value in a response, got a string that may be secret"},
	{"{}", "", "json-syntax: the body: expected a JSON value, got the end of the body"},
	{"{}", "{} {}", "json-syntax: the body: expected nothing after the value, got '{'"},
	{"{}", `{"a": 1,}`, "json-syntax: the body: expected a key in double quotes, got '}'"},
	{"{}", "{a: 1}", "json-syntax: the body: expected a key in double quotes, got a letter"},
	{"{}", `{"a"; 1}`, "json-syntax: /a: expected a colon, got ';'"},
	{"{}", `{"a": 1 "b": 2}`, "json-syntax: the body: expected a comma or '}', got a string"},
	{"{}", `{"a": 1`, "json-syntax: the body: expected a comma or '}', got the end of the body"},
	{"{}", `{"a`, "json-syntax: the body: expected the rest of a key, got the end of the body"},
	{"{}", "[1 2]", "json-syntax: the body: expected a comma or ']', got a digit"},
	{"{}", "[1,]", "json-syntax: /1: expected a JSON value, got ']'"},
	{"{}", "['a']", "json-syntax: /0: expected a JSON value, got a single quote"},
	{"{}", "[nil]", "json-syntax: /0: expected a JSON value, got a word that isn't true, false or null"},
	{"{}", "[NaN]", "json-syntax: /0: expected a JSON value, got a letter"},
	{"{}", "[-]", "json-syntax: /0: expected a digit, got ']'"},
	{"{}", "[1.]", "json-syntax: /0: expected a digit, got ']'"},
	{"{}", "[.5]", "json-syntax: /0: expected a JSON value, got '.'"},
	{"{}", "[01]", "json-syntax: the body: expected a comma or ']', got a digit"},
	{"{}", `["a`, "json-syntax: /0: expected the rest of a string, got the end of the body"},
	{"{}", "[\"a\nb\"]", "json-syntax: /0: expected the rest of a string, got a control character"},
	{"{}", `["\x"]`, "json-syntax: /0: expected the rest of a string, got an unknown escape"},
	{"{}", `["\u12"]`, "json-syntax: /0: expected the rest of a string, got a \\u without four hexadecimal digits"},
	{"{}", `["\ud800"]`, "json-syntax: /0: expected the rest of a string, got a lone surrogate"},
	{"{}", "[\"\xff\"]", "json-syntax: /0: expected the rest of a string, got a byte that isn't UTF-8"},
	{"{}", "\ufeff[]", "json-syntax: the body: expected a JSON value, got a byte order mark"},
	{"{}", "[é]", "json-syntax: /0: expected a JSON value, got a character beyond ASCII"},
	{"{}", "[\x00]", "json-syntax: /0: expected a JSON value, got a control character"},
	{"{}", "<html>", "json-syntax: the body: expected a JSON value, got '<'"},
	{"{}", strings.Repeat("[", 10_001), "json-syntax: " + strings.Repeat("/0", 10_000) + ": expected at most 10,000 levels of nesting, got one more"},
	{"{}", `{"id": 1, "id": 2}`, `duplicate-key: /id: expected each key once, got "id" again`},
	{"properties: {id: {}}", `{"size": "s"}`, "undocumented-field: /size: expected a documented member, got a string"},
	{"type: integer", "1.0", "integer-notation: the body: expected an integer without fraction or exponent, got 1.0"},
	{"type: integer", "1e2", "integer-notation: the body: expected an integer without fraction or exponent, got 1e2"},
	{"properties:\n  status: {}\n  at: {x-present-when: {property: status, in: [paused]}}", `{"status": "paused"}`, `condition: /at: expected a value other than null when "status" is "paused", but it is absent`},
	{"properties:\n  status: {}\n  at: {x-present-when: {property: status, in: [paused, 1]}}", `{"status": 1, "at": null}`, `condition: /at: expected a value other than null when "status" is one of "paused", 1, got null`},
	{"properties:\n  status: {}\n  at: {x-present-only-when: {property: status, in: [paused]}}", `{"status": "running", "at": "a"}`, `condition: /at: expected absent or null unless "status" is "paused", got "a"`},
	{"type: integer\nx-unix-time: ms", "1795166100", "plausibility: the body: expected milliseconds since 1970, at least 100000000000 and less than 100000000000000, got 1795166100"},
	{"type: integer\nx-unix-time: ms", "1795166100000000", "plausibility: the body: expected milliseconds since 1970, at least 100000000000 and less than 100000000000000, got 1795166100000000"},
	{"properties:\n  timeout_at: {}\n  expires_at: {x-alias-of: timeout_at}", `{"timeout_at": 1, "expires_at": 2}`, `condition: /expires_at: expected the value of "timeout_at", got 2`},
	{"{}", "HTTP/1.1 404 Not Found\nContent-Type: application/json\n\n{}", "undocumented-status: the status: expected 200, got 404"},
	{"{}", "HTTP/1.1 200 OK\nContent-Type: text/html\n\n{}", `content-type: the Content-Type: expected application/json, got "text/html"`},
	{"{}", "HTTP/1.1 200 OK\nContent-Type:\n\n{}", `content-type: the Content-Type: expected application/json, got ""`},
}

// TestSentences compares the sentences of all rules.
func TestSentences(t *testing.T) {
	broken := map[contract.Rule]bool{contract.If: true, contract.Discriminator: true} // these are never broken
	for _, tt := range sentences {
		var given []string
		for _, f := range findingsOf(t, tt.schema, tt.body) {
			broken[f.Rule] = true
			given = append(given, string(f.Rule)+": "+conformance.Sentence(f))
		}
		assert.Equal(t, []string{tt.want}, given, "%.100q of %q", tt.body, tt.schema)
	}
	for _, rule := range contract.Rules {
		assert.True(t, broken[rule], "no row breaks %s", rule)
	}
}

// findingsOf returns what is shown of a body, or of a response that starts with HTTP/, by a schema of OpenAPI 3.1.
func findingsOf(t *testing.T, schema, body string) (shown []contract.Finding) {
	t.Helper()
	folder := t.TempDir()
	spec, file := filepath.Join(folder, "spec.yaml"), filepath.Join(folder, "a.json")
	if strings.HasPrefix(body, "HTTP/") {
		file = filepath.Join(folder, "a.http")
	}
	document := "openapi: 3.1.0\ninfo: {title: test, version: '1'}\npaths: {/: {get: {operationId: get, responses: {'200': {description: it, " +
		"content: {application/json: {schema: {$ref: '#/components/schemas/It'}}}}}}}}\ncomponents:\n  schemas:\n    It:\n      "
	document += strings.ReplaceAll(schema, "\n", "\n      ") + "\n"
	require.NoError(t, os.WriteFile(spec, []byte(document), 0o644))
	require.NoError(t, os.WriteFile(file, []byte(body), 0o644))
	judge, err := conformance.NewJudge(conformance.Options{Spec: spec})
	require.NoError(t, err, schema)
	for x := range recording.Read(file) {
		r := judge.Judge(x)
		require.NoError(t, r.Err)
		for _, f := range r.Findings {
			shown = append(shown, r.Shown(f).Finding)
		}
	}
	return shown
}
