package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// Explanation says what a rule means.
type Explanation struct {
	Rule contract.Rule
	// Meaning says in a few sentences when the rule is broken, the first of them as a
	// summary.
	Meaning string
	// Schema is a small one of OpenAPI 3.1, in YAML, and Broken is a body, or a whole
	// response, that breaks this rule of it and no other. Both are empty for a rule that
	// no finding has.
	Schema, Broken string
}

// Summary returns the first sentence of what the rule means.
func (e Explanation) Summary() string {
	first, _, _ := strings.Cut(e.Meaning, ". ")
	return strings.TrimSuffix(first, ".") + "."
}

// Example returns the schema and what breaks it, in words, with each of their lines
// indented; empty where there is none.
func (e Explanation) Example() string {
	if e.Broken == "" {
		return ""
	}
	schema, what := "The schema", "body"
	if strings.HasPrefix(e.Broken, "HTTP/") {
		schema, what = "The schema of the 200 response", "response"
	}
	return fmt.Sprintf("%s\n\n%s\nis broken by the %s\n\n%s", schema, indented(e.Schema), what, indented(e.Broken))
}

// indented indents each line that isn't empty.
func indented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text + "\n") {
		if line != "\n" {
			line = "    " + line
		}
		b.WriteString(line)
	}
	return b.String()
}

// Explain writes what the rule means, a sentence a line. It returns an error where there
// is no such rule.
func Explain(w io.Writer, rule string) error {
	for _, e := range Explanations {
		if e.Rule == contract.Rule(rule) {
			_, err := fmt.Fprintf(w, "%s (%s)\n\n%s\n", rule, e.Rule.Severity(), strings.ReplaceAll(e.Meaning, ". ", ".\n"))
			if example := e.Example(); err == nil && example != "" {
				_, err = fmt.Fprintf(w, "\n%s", example)
			}
			return err
		}
	}
	return fmt.Errorf("no rule %q: sandboxspec explain lists all of them", rule)
}

// Explanations has every rule, in the order in which they are read best.
var Explanations = []Explanation{
	{contract.Type, "The value is of another kind than the schema asks for. " +
		"A fraction where an integer is due is this, too, while 1.0 is an integer and gives integer-notation. null gives nullable.",
		"type: integer", "1.5"},
	{contract.Nullable, "null stands where the schema doesn't allow it. " +
		"It does with nullable: true in OpenAPI 3.0, and with null among the types in 3.1.",
		"type: string", "null"},
	{contract.Enum, "The value is none of those that the schema lists.",
		"type: string\nenum: [running, stopped]", `"paused"`},
	{contract.Const, "The value isn't the one that the schema names.",
		"const: sandbox", `"volume"`},
	{contract.Minimum, "The number is below the least one that the schema allows. Numbers of any size are compared as they are written.",
		"type: integer\nminimum: 1", "0"},
	{contract.Maximum, "The number is above the greatest one that the schema allows. Numbers of any size are compared as they are written.",
		"type: integer\nmaximum: 65535", "65536"},
	{contract.ExclusiveMinimum, "The number isn't above the bound that the schema sets.",
		"type: number\nexclusiveMinimum: 0", "0"},
	{contract.ExclusiveMaximum, "The number isn't below the bound that the schema sets.",
		"type: number\nexclusiveMaximum: 1", "1"},
	{contract.MultipleOf, "The number isn't a multiple of the one that the schema names.",
		"type: number\nmultipleOf: 0.5", "0.7"},
	{contract.Format, "The value isn't written as its format asks. " +
		"Checked are int32 and int64, date-time as RFC 3339 writes it, of a day that exists, and uuid with its hyphens. Any other format is a remark.",
		"type: string\nformat: date-time", `"2026-02-30T12:00:00Z"`},
	{contract.MinLength, "The string has fewer characters than the schema asks for. Code points are counted.",
		"type: string\nminLength: 1", `""`},
	{contract.MaxLength, "The string has more characters than the schema allows. Code points are counted.",
		"type: string\nmaxLength: 3", `"abcd"`},
	{contract.Pattern, "The string doesn't match the regular expression of the schema. A pattern matches anywhere, unless it says ^ or $.",
		"type: string\npattern: ^sbx_", `"box_1"`},

	{contract.Required, "The object lacks a member that must be there. The finding points at the object. A member that is null is there.",
		"type: object\nrequired: [id]", `{"name": "a"}`},
	{contract.Properties, "A member is there whose schema is false. What a member's schema says otherwise is found under the keyword in it that is broken.",
		"type: object\nproperties: {legacy_id: false}", `{"legacy_id": 1}`},
	{contract.PatternProperties, "A member is there whose name matches a pattern, and the schema for such members is false. " +
		"What that schema says otherwise is found under the keyword in it that is broken.",
		"type: object\npatternProperties: {^legacy_: false}", `{"legacy_id": 1}`},
	{contract.AdditionalProperties, "The object has a member that the schema doesn't name, and additionalProperties is false. " +
		"Where additionalProperties doesn't stand, that is undocumented-field, a warning.",
		"type: object\nproperties: {id: {type: string}}\nadditionalProperties: false", `{"id": "a", "size": 1}`},
	{contract.UnevaluatedProperties, "The object has a member that no schema names, and unevaluatedProperties is false. It counts what schemas in the same place name, too.",
		"allOf: [{properties: {id: {type: string}}}]\nunevaluatedProperties: false", `{"id": "a", "size": 1}`},
	{contract.PropertyNames, "The name of a member breaks the schema for names.",
		"type: object\npropertyNames: {maxLength: 3}", `{"abcd": 1}`},
	{contract.MinProperties, "The object has fewer members than the schema asks for.",
		"type: object\nminProperties: 1", "{}"},
	{contract.MaxProperties, "The object has more members than the schema allows.",
		"type: object\nmaxProperties: 1", `{"a": 1, "b": 2}`},
	{contract.DependentRequired, "The object lacks a member that must be there because another one is.",
		"type: object\ndependentRequired: {paused_at: [paused_by]}", `{"paused_at": 1}`},
	{contract.DependentSchemas, "The object has a member with which its schema is false. " +
		"What that schema says otherwise is found under the keyword in it that is broken.",
		"type: object\ndependentSchemas: {legacy_id: false}", `{"legacy_id": 1}`},

	{contract.Items, "The array has an item, and the schema for items is false. " +
		"What that schema says otherwise is found under the keyword in it that is broken.",
		"type: array\nprefixItems: [{type: string}]\nitems: false", `["a", "b"]`},
	{contract.PrefixItems, "The array has an item at a place whose schema is false. " +
		"What that schema says otherwise is found under the keyword in it that is broken.",
		"type: array\nprefixItems: [{type: string}, false]", `["a", "b"]`},
	{contract.UnevaluatedItems, "The array has an item that no schema describes, and unevaluatedItems is false. It counts what schemas in the same place describe, too.",
		"allOf: [{prefixItems: [{type: string}]}]\nunevaluatedItems: false", `["a", "b"]`},
	{contract.Contains, "No item of the array is of the kind that must be among them.",
		"type: array\ncontains: {type: string}", "[1, 2]"},
	{contract.MinContains, "Fewer items of the array than the schema asks for are of the kind that contains describes.",
		"type: array\ncontains: {type: string}\nminContains: 2", `["a", 1]`},
	{contract.MaxContains, "More items of the array than the schema allows are of the kind that contains describes.",
		"type: array\ncontains: {type: string}\nmaxContains: 1", `["a", "b"]`},
	{contract.MinItems, "The array has fewer items than the schema asks for.",
		"type: array\nminItems: 1", "[]"},
	{contract.MaxItems, "The array has more items than the schema allows.",
		"type: array\nmaxItems: 1", "[1, 2]"},
	{contract.UniqueItems, "An item of the array equals one before it. 1 and 1.0 are equal.",
		"type: array\nuniqueItems: true", "[1, 1.0]"},

	{contract.AllOf, "One of the schemas that must all fit is false. What they say otherwise is found under the keyword in them that is broken.",
		"allOf: [{type: string}, false]", `"a"`},
	{contract.AnyOf, "The value fits none of the schemas. The finding says why the closest one doesn't fit, and with --verbose why each doesn't.",
		"anyOf: [{type: string}, {type: integer, minimum: 1}]", "0"},
	{contract.OneOf, "The value fits none of the schemas, or more than one of them. " +
		"Where it fits none, the finding says why the closest one doesn't fit, and with --verbose why each doesn't.",
		"oneOf: [{type: number}, {minimum: 1}]", "2"},
	{contract.Not, "The value fits the schema that it must not fit.",
		"not: {type: string}", `"a"`},
	{contract.If, "Chooses between then and else. Being a question, it is never broken.", "", ""},
	{contract.Then, "The value fits the schema of if, and then is false. What then says otherwise is found under the keyword in it that is broken.",
		"if: {required: [legacy_id]}\nthen: false", `{"legacy_id": 1}`},
	{contract.Else, "The value doesn't fit the schema of if, and else is false. What else says otherwise is found under the keyword in it that is broken.",
		"if: {required: [id]}\nelse: false", `{"name": "a"}`},
	{contract.Discriminator, "Names the member that tells which of the schemas is meant. It is never broken: where none fits, that is anyOf or oneOf.", "", ""},
	{contract.Ref, "The schema that $ref names, beside other keywords, is false. What it says otherwise is found under the keyword in it that is broken.",
		"$id: https://schemas.example/thing\n$ref: '#/$defs/nothing'\ntype: string\n$defs: {nothing: false}", `"a"`},
	{contract.WriteOnly, "A member is there that belongs in requests only.",
		"type: object\nproperties: {password: {type: string, writeOnly: true}}", `{"password": "a"}`},
	{contract.RootSchema, "The schema of the response is false: there should be no body. A schema that is named alone by $ref counts as its own.",
		"false", "{}"},

	{contract.JSONSyntax, "The body isn't JSON in UTF-8, or something follows its value. Nothing more is said of what comes after. " +
		"A byte order mark, half a surrogate pair and more than 10,000 levels are this, too.",
		"type: object", `{"id": "a",}`},
	{contract.DuplicateKey, "An object has the same key twice, after unescaping. Decoders differ in which of the values they take.",
		"type: object", `{"id": "a", "id": "b"}`},
	{contract.UndocumentedField, "The object has a member that the schema doesn't name. Nothing forbids it: it may be new, or mistyped in the schema. " +
		"Its value is never shown.",
		"type: object\nproperties: {id: {type: string}}", `{"id": "a", "size": 1}`},
	{contract.UndocumentedStatus, "The operation documents no response with this HTTP status. Its body isn't checked.",
		"type: object", "HTTP/1.1 404 Not Found\nContent-Type: application/json\n\n{}"},
	{contract.ContentType, "The response has another Content-Type than the operation documents. Its body isn't checked. Where it has none, nothing is said.",
		"type: object", "HTTP/1.1 200 OK\nContent-Type: text/html\n\n<html></html>"},
	{contract.IntegerNotation, "An integer is written with a fraction or an exponent, such as 1.0 or 1e2. It is one, and yet many decoders refuse it.",
		"type: integer", "1.0"},
	{contract.Condition, "A member contradicts another one. " +
		"x-present-when: it is missing where the other one has one of some values. x-present-only-when: it is there where the other one has any other value. " +
		"x-alias-of: the two have different values. " +
		"Where the member that it depends on isn't there, nothing is said.",
		"type: object\nproperties:\n  status: {type: string}\n  paused_at: {type: string, x-present-when: {property: status, in: [paused]}}", `{"status": "paused"}`},
	{contract.Plausibility, "The time is most likely not in milliseconds, which x-unix-time asks for. " +
		"Before 4 March 1973 it is most likely in seconds, after 15 November 5138 in microseconds.",
		"type: integer\nx-unix-time: ms", "1795166100"},
}
