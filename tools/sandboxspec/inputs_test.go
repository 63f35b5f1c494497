package main

import (
	"fmt"
	"strconv"
	"strings"
)

// growing is a kind of document, with a body for it, which a careless command takes more than
// linear time or memory for.
type growing struct {
	name     string
	size     int // the smaller size to measure, in what there are many of; the larger one is twice that
	document func(n int) string
	body     func(n int) string
}

// inputs are the kinds: deep, wide, in diamonds, with long names and long numbers, and with
// many duplicates. Whoever adds a command or a keyword adds to them.
var inputs = []growing{
	{"required", 500, func(n int) string {
		return documentOf(`{"type": "object", "required": [` + list(n, named("r")) + `]}`)
	}, constant("{}")},
	{"properties", 60, func(n int) string {
		return documentOf(`{"type": "object", "properties": {` + list(n, pair("p", `{"type": "integer"}`)) + `}}`)
	}, func(n int) string { return "{" + list(n, pair("p", "1")) + "}" }},
	{"properties in words", 60, func(n int) string {
		return documentOf(`{"type": "object", "properties": {` + list(n, pair("p", `{"type": "string", "minLength": 1}`)) + `}}`)
	}, func(n int) string { return "{" + list(n, pair("p", `"a"`)) + "}" }},
	{"undocumented members", 100, constant(documentOf(`{"type": "object", "additionalProperties": {"type": "string"}}`)),
		func(n int) string { return "{" + list(n, pair("p", `"a"`)) + "}" }},
	{"references to one schema", 60, func(n int) string {
		return documentOf(`{"anyOf": [`+list(100, func(int) string { return reference("Wide") })+`]}`,
			`"Wide": {"type": "object", "required": [`+list(n, named("p"))+`], "properties": {`+list(n, pair("p", `{"type": "integer"}`))+`}}`)
	}, func(n int) string { return "{" + list(n, pair("p", `"a"`)) + "}" }},
	{"branches", 40, func(n int) string {
		return documentOf(`{"oneOf": [` + list(n, func(i int) string {
			return fmt.Sprintf(`{"type": "object", "required": ["kind"], "properties": {"kind": {"const": "k%d"}, "p": {"type": "integer"}}}`, i)
		}) + `]}`)
	}, func(n int) string { return fmt.Sprintf(`{"kind": "k%d", "p": 1}`, n-1) }},
	{"discriminator", 60, func(n int) string {
		return documentOf(`{"oneOf": [`+list(n, func(i int) string { return reference("K" + strconv.Itoa(i)) })+
			`], "discriminator": {"propertyName": "kind", "mapping": {`+list(n, func(i int) string { return fmt.Sprintf(`"k%d": "#/components/schemas/K%d"`, i, i) })+`}}}`,
			list(n, func(i int) string {
				return fmt.Sprintf(`"K%d": {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "k%d"}}}`, i, i)
			}))
	}, func(n int) string { return fmt.Sprintf(`{"kind": "k%d"}`, n-1) }},
	{"diamonds of anyOf", 10, diamonds("anyOf"), constant("1")},
	{"diamonds of oneOf", 10, diamonds("oneOf"), constant(`"a"`)},
	{"diamonds of allOf", 20, diamonds("allOf"), constant("1")},
	{"diamonds of members", 10, func(n int) string {
		return documentOf(reference("S0"), list(n, func(i int) string {
			next := reference("S" + strconv.Itoa(i+1))
			return fmt.Sprintf(`"S%d": {"type": "object", "properties": {"a": %s, "b": %s}}`, i, next, next)
		})+fmt.Sprintf(`, "S%d": {"type": "integer"}`, n))
	}, constant("{}")},
	{"chain of anyOf", 40, chain("anyOf"), constant("1")},
	{"chain of allOf", 40, chain("allOf"), constant("1")},
	{"chain of references", 80, func(n int) string {
		return documentOf(reference("S0"), list(n, func(i int) string {
			return fmt.Sprintf(`"S%d": {"$ref": "#/components/schemas/S%d", "minimum": %d}`, i, i+1, -i)
		})+fmt.Sprintf(`, "S%d": {"type": "integer"}`, n))
	}, constant("1")},
	{"wide allOf", 40, func(n int) string {
		return documentOf(`{"allOf": [` + list(n, func(i int) string {
			return fmt.Sprintf(`{"type": "object", "properties": {"p%d": {"type": "integer"}}}`, i)
		}) + `]}`)
	}, func(n int) string { return "{" + list(n, pair("p", "1")) + "}" }},
	{"items in items", 80, func(n int) string {
		return documentOf(strings.Repeat(`{"type": "array", "items": `, n) + `{"type": "integer"}` + strings.Repeat("}", n))
	}, func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }},
	{"members in members", 40, func(n int) string {
		return documentOf(strings.Repeat(`{"type": "object", "required": ["a"], "properties": {"a": `, n) + `{"type": "integer"}` + strings.Repeat("}}", n))
	}, func(n int) string { return strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n) }},
	{"recursion through anyOf", 4, func(n int) string {
		return documentOf(reference("Node"), `"Node": {"type": "object", "properties": {"id": {"type": "string"}, `+
			list(n, pair("p", `{"anyOf": [{"type": "string", "maxLength": 5000}, `+reference("Node")+`, {"type": "null"}]}`))+`}}`)
	}, constant(`{"id": "a", "p0": {"p1": {"id": "b"}}}`)},
	{"enum", 300, func(n int) string { return documentOf(`{"enum": [` + list(n, named("value ")) + `]}`) }, constant(`"value 0"`)},
	{"enum of objects", 200, func(n int) string {
		return documentOf(`{"enum": [` + list(n, func(i int) string { return fmt.Sprintf(`{"a": [%d]}`, i) }) + `]}`)
	}, constant(`{"a": [0]}`)},
	{"unique items", 100, constant(documentOf(`{"type": "array", "uniqueItems": true, "items": {"type": "integer"}}`)), func(n int) string { return "[" + list(n, strconv.Itoa) + "]" }},
	{"items that stand twice", 100, constant(documentOf(`{"type": "array", "uniqueItems": true, "items": {"type": "object"}}`)),
		func(n int) string {
			return "[" + list(n, func(i int) string { return fmt.Sprintf(`{"a": [%d]}`, i/2) }) + "]"
		}},
	{"contained items", 100, constant(documentOf(`{"type": "array", "contains": {"type": "integer", "minimum": 5}, "minContains": 2}`)), func(n int) string { return "[" + list(n, strconv.Itoa) + "]" }},
	{"patterns of members", 15, func(n int) string {
		return documentOf(`{"type": "object", "patternProperties": {` + list(n, func(i int) string { return fmt.Sprintf(`"^p.*%d$": {"type": "integer"}`, i) }) + `}}`)
	}, func(n int) string { return "{" + list(n, pair("p", "1")) + "}" }},
	{"unevaluated members", 60, constant(documentOf(`{"type": "object", "anyOf": [{"properties": {"p0": {}}}, {"properties": {"p1": {}}}], "unevaluatedProperties": {"type": "integer"}}`)),
		func(n int) string { return "{" + list(n, pair("p", "1")) + "}" }},
	{"dependent members", 40, func(n int) string {
		return documentOf(`{"type": "object", "dependentRequired": {` + list(n, func(i int) string { return fmt.Sprintf(`"p%d": ["p%d"]`, i, (i+1)%n) }) + `}}`)
	}, func(n int) string { return "{" + list(n, pair("p", "1")) + "}" }},
	{"dependent schemas", 12, func(n int) string {
		return documentOf(`{"type": "object", "dependentSchemas": {` + list(n, func(i int) string { return fmt.Sprintf(`"p%d": {"required": ["p%d"]}`, i, (i+1)%n) }) + `}}`)
	}, func(n int) string { return "{" + list(n, pair("p", "1")) + "}" }},
	{"conditions", 8, func(n int) string {
		return documentOf(`{"type": "object", "allOf": [` + list(n, func(i int) string {
			return fmt.Sprintf(`{"if": {"required": ["p%d"]}, "then": {"required": ["q%d"]}, "else": {"maxProperties": %d}}`, i, i, 3*n)
		}) + `]}`)
	}, constant("{}")},
	{"choices beside each other", 8, func(n int) string {
		return documentOf(`{"type": "object", "allOf": [` + list(n, func(i int) string {
			return fmt.Sprintf(`{"anyOf": [{"required": ["p%d"]}, {"required": ["q%d"]}, {"properties": {"r%d": {"type": "string"}}}]}`, i, i, i)
		}) + `]}`)
	}, constant("{}")},
	{"long number", 20000, constant(documentOf(`{"type": "number", "multipleOf": 0.37}`)), func(n int) string { return strings.Repeat("37", n/2) }},
	{"long multiple", 400, func(n int) string {
		return documentOf(`{"type": "number", "multipleOf": ` + strings.Repeat("37", n/2) + `}`)
	},
		func(n int) string { return strings.Repeat("37", n/2) + strings.Repeat("0", n/2) }},
	{"large exponent", 1, constant(documentOf(`{"type": "number", "multipleOf": 3e-99999999, "maximum": 1e999999999}`)), constant("6e99999999")},
	{"repeats in a pattern", 100, func(n int) string { return documentOf(fmt.Sprintf(`{"type": "string", "pattern": "(x|.){1,%d}y"}`, n)) },
		func(n int) string { return named(strings.Repeat("x", n) + "y")(0) }},
	{"long names", 40, func(n int) string {
		return documentOf(`{"type": "object", "properties": {` + list(n, pair(strings.Repeat("name", 20), `{"type": "integer"}`)) + `}}`)
	}, func(n int) string { return "{" + list(n, pair(strings.Repeat("name", 20), "1")) + "}" }},
}

// documentOf returns an OpenAPI document with the schema of one response, and components.
func documentOf(schema string, components ...string) string {
	return `{"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/a": {"get": {"operationId": "g", "responses": {"200": {` +
		`"description": "", "content": {"application/json": {"schema": ` + schema + `}}}}}}}, "components": {"schemas": {` + strings.Join(components, ", ") + `}}}`
}

// list returns n items, separated by commas.
func list(n int, item func(i int) string) string {
	items := make([]string, n)
	for i := range items {
		items[i] = item(i)
	}
	return strings.Join(items, ", ")
}

func constant(text string) func(int) string { return func(int) string { return text } }

func named(prefix string) func(i int) string {
	return func(i int) string { return `"` + prefix + strconv.Itoa(i) + `"` }
}

// pair returns members with the same value.
func pair(prefix, value string) func(i int) string {
	return func(i int) string { return named(prefix)(i) + ": " + value }
}

func reference(name string) string { return `{"$ref": "#/components/schemas/` + name + `"}` }

// diamonds has schemas that the one before refers to twice: 2^n ways lead to the last one.
func diamonds(keyword string) func(n int) string {
	return func(n int) string {
		return documentOf(reference("S0"), list(n, func(i int) string {
			next := reference("S" + strconv.Itoa(i+1))
			return fmt.Sprintf(`"S%d": {"%s": [%s, %s]}`, i, keyword, next, strings.Replace(next, "}", `, "minimum": 0}`, 1))
		})+fmt.Sprintf(`, "S%d": {"type": ["integer", "string"]}`, n))
	}
}

// chain has schemas each of which is one of two things, or another schema.
func chain(keyword string) func(n int) string {
	return func(n int) string {
		return documentOf(reference("S0"), list(n, func(i int) string {
			return fmt.Sprintf(`"S%d": {"%s": [{"maximum": %d}, %s]}`, i, keyword, 1000+i, reference("S"+strconv.Itoa(i+1)))
		})+fmt.Sprintf(`, "S%d": {"type": "integer"}`, n))
	}
}
