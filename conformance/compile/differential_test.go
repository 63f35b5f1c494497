package compile_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sandboxspec/sandboxspec/conformance/compile"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/internal/property"
)

// TestAgreesWithJSONSchema judges generated bodies by generated schemas of OpenAPI 3.1,
// and holds each verdict, and the values that errors blame, against what
// santhosh-tekuri/jsonschema says.
func TestAgreesWithJSONSchema(t *testing.T) {
	property.Check(t, 1500, func(t *rapid.T) {
		g := schemas{T: t, newer: true}
		schema := g.document()
		ours, err := suiteContract([]byte(asJSON(schema)))
		if err != nil {
			// The other one finds a cycle only when it goes round.
			require.ErrorContains(t, err, "leads back", asJSON(schema))
			t.Skip()
		}
		theirs, err := jsonSchema(asJSON(schema))
		require.NoError(t, err, asJSON(schema))
		for range 8 {
			body := g.body(schema)
			findings := ours.Check([]byte(body))
			blamed, err := theirs(body)
			if conforms(findings) != (err == nil) {
				t.Fatalf("finds %v, jsonschema says %v\nschema %s\nbody %s", stated(findings), err, asJSON(schema), body)
			}
			got := blamedBy(findings)
			if !maps.EqualFunc(got, blamed, func(bool, bool) bool { return true }) && !mayDiffer(asJSON(schema), got, blamed) {
				t.Fatalf("blames %v, jsonschema %v\nschema %s\nbody %s", got, blamed, asJSON(schema), body)
			}
		}
	})
}

// blamedBy returns the pointers of the values, and of the members, that errors are about.
func blamedBy(findings []contract.Finding) map[string]bool {
	blamed := map[string]bool{}
	for _, f := range findings {
		switch {
		case f.Rule == contract.UniqueItems:
			blamed[f.Pointer[:strings.LastIndexByte(f.Pointer, '/')]] = false
		case f.Severity == contract.Error:
			blamed[f.Pointer] = false
		}
	}
	return blamed
}

// mayDiffer says whether the contract may blame other places than jsonschema: that one
// reads no further in a value that breaks const, enum or format; where a value fits
// no schema of several, or what not forbids, other members are unevaluated there; and its
// places of propertyNames are overwritten by later ones.
func mayDiffer(schema string, ours, theirs map[string]bool) bool {
	if strings.Contains(schema, `"propertyNames"`) || strings.Contains(schema, `"unevaluated`) {
		return true
	}
	for pointer := range theirs {
		if _, ok := ours[pointer]; !ok {
			return false
		}
	}
	for pointer := range ours {
		_, ok := theirs[pointer]
		for above, ends := range theirs {
			ok = ok || ends && (above == pointer || strings.HasPrefix(pointer, above+"/"))
		}
		if !ok {
			return false
		}
	}
	return true
}

// TestAgreesWithKinOpenAPI does the same for OpenAPI 3.0 and kin-openapi. What they read
// differently, differences has: null beside allOf, anyOf, oneOf and not, or without a
// type, is left out.
func TestAgreesWithKinOpenAPI(t *testing.T) {
	property.Check(t, 1500, func(t *rapid.T) {
		g := schemas{T: t}
		g.nulls = rapid.Bool().Draw(t, "with null")
		schema := g.document()
		ours, theirs, err := both30(schema)
		if err != nil {
			require.ErrorContains(t, err, "leads back", asJSON(schema))
			t.Skip()
		}
		for range 8 {
			body := g.body(schema)
			if valid := conforms(ours.Check([]byte(body))); valid != theirs(body) {
				t.Fatalf("conforms: %t, kin-openapi says otherwise\nschema %s\nbody %s", valid, asJSON(schema), body)
			}
		}
	})
}

// TestDifferences has where the others say otherwise, and why they may.
func TestDifferences(t *testing.T) {
	tests := []struct {
		reason, schema, body string
		conforms             bool
	}{
		// kin-openapi
		{"kin-openapi has no null without nullable, whatever type is", `{}`, `null`, true},
		{"kin-openapi lets nullable speak for what stands beside it", `{"type": "object", "nullable": true, "allOf": [{"type": "object"}]}`, `null`, false},
		{"kin-openapi lets nullable speak for not", `{"type": "object", "nullable": true, "not": {"enum": [null]}}`, `null`, false},
		{"kin-openapi lets allOf speak for type where the value is null", `{"type": "object", "allOf": [{"type": "object", "nullable": true}]}`, `null`, false},
		{"kin-openapi reads nullable without a type", `{"nullable": true, "enum": [1]}`, `null`, false},
		{"kin-openapi asks for the property of a discriminator", `{"anyOf": [{"type": "object"}], "discriminator": {"propertyName": "kind"}}`, `{}`, true},
		{"kin-openapi judges by the schema that the discriminator chooses alone",
			`{"anyOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}], "discriminator": {"propertyName": "kind", "mapping": {"a": "A"}},
				"$defs": {"A": {"type": "object", "required": ["x"]}, "B": {"type": "object"}}}`, `{"kind": "a"}`, true},
		{"kin-openapi computes in float64", `{"type": "integer", "maximum": 9007199254740992}`, `9007199254740993`, false},
		{"kin-openapi computes in float64", `{"type": "integer", "format": "int64"}`, `9223372036854775808`, false},
		{"kin-openapi computes in float64", `{"type": "integer"}`, `9007199254740992.5`, false},
		{"kin-openapi computes in float64", `{"enum": [9007199254740992]}`, `9007199254740993`, false},
		{"kin-openapi computes in float64", `{"uniqueItems": true}`, `[9007199254740992, 9007199254740993]`, true},
		{"kin-openapi lets multiples be near", `{"multipleOf": 1}`, `1.0000000000000001`, false},
		{"kin-openapi judges the format of numbers of type integer alone", `{"format": "int32"}`, `2147483648`, false},
		{"kin-openapi takes any day from 1 to 31", `{"type": "string", "format": "date-time"}`, `"2026-02-30T00:00:00Z"`, false},
		{"kin-openapi takes any offset", `{"type": "string", "format": "date-time"}`, `"2026-02-20T00:00:00+25:00"`, false},
		{"kin-openapi takes second 60 at any time", `{"type": "string", "format": "date-time"}`, `"2026-02-20T00:00:60Z"`, false},
		{"kin-openapi wants capitals", `{"type": "string", "format": "date-time"}`, `"2026-02-20t00:00:00z"`, true},
		{"kin-openapi doesn't judge uuid", `{"type": "string", "format": "uuid"}`, `"x"`, false},
		{"kin-openapi judges date", `{"type": "string", "format": "date"}`, `"x"`, true},
		{"kin-openapi judges byte", `{"type": "string", "format": "byte"}`, `"%"`, true},
		{"kin-openapi leaves patterns to package regexp", `{"pattern": "^\\s$"}`, `"\u00a0"`, true},
		{"kin-openapi leaves patterns to package regexp", `{"pattern": "^.$"}`, `"\u2028"`, false},
		{"kin-openapi lets a property that is writeOnly be null", `{"properties": {"a": {"type": "string", "nullable": true, "writeOnly": true}}}`, `{"a": null}`, false},
		{"kin-openapi compares items as float64 writes them", `{"uniqueItems": true}`, `[0, -0]`, false},
		{"kin-openapi takes it for the schema that says nothing", `{"not": {}}`, `1`, false},
		{"kin-openapi takes it for the schema that says nothing", `{"oneOf": [{}, {}]}`, `1`, false},
		{"kin-openapi ignores an enum without values", `{"enum": []}`, `1`, false},
		{"kin-openapi keeps the last of equal keys", `{}`, `{"a":1,"a":2}`, false},
		{"kin-openapi reads what package json makes of it", `{}`, "\"\xff\"", false},
	}
	for _, tt := range tests {
		ours, theirs, err := both30(fromJSON(tt.schema))
		require.NoError(t, err, tt.schema)
		assert.Equal(t, tt.conforms, conforms(ours.Check([]byte(tt.body))), "%s %s", tt.schema, tt.body)
		assert.Equal(t, !tt.conforms, theirs(tt.body), "no longer: %s: %s %s", tt.reason, tt.schema, tt.body)
	}

	newer := []struct {
		reason, schema, body string
		conforms             bool
	}{}
	for _, tt := range newer {
		ours, err := suiteContract([]byte(tt.schema))
		require.NoError(t, err, tt.schema)
		theirs, err := jsonSchema(tt.schema)
		require.NoError(t, err, tt.schema)
		assert.Equal(t, tt.conforms, conforms(ours.Check([]byte(tt.body))), "%s %s", tt.schema, tt.body)
		_, err = theirs(tt.body)
		assert.Equal(t, !tt.conforms, err == nil, "no longer: %s: %s %s", tt.reason, tt.schema, tt.body)
	}
}

func asJSON(schema any) string {
	encoded, err := json.Marshal(schema)
	if err != nil {
		panic(err)
	}
	return string(encoded)
}

func fromJSON(schema string) any {
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(schema))
	if err != nil {
		panic(err)
	}
	return value
}

// jsonSchema returns the verdict of santhosh-tekuri/jsonschema, and the pointers of what
// it blames: true for what it has read no further.
func jsonSchema(schema string) (judge func(body string) (blamed map[string]bool, err error), err error) {
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	if err := c.AddResource("https://example.com/schema", fromJSON(schema)); err != nil {
		return nil, err
	}
	compiled, err := c.Compile("https://example.com/schema")
	if err != nil {
		return nil, err
	}
	return func(body string) (map[string]bool, error) {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
		if err != nil {
			return nil, err
		}
		blamed := map[string]bool{}
		err = compiled.Validate(value)
		var wrong *jsonschema.ValidationError
		if errors.As(err, &wrong) {
			blame(blamed, wrong)
		}
		return blamed, err
	}, nil
}

// blame notes what an error of jsonschema is about, but for what is wrong with schemas
// that one of several was to fit.
func blame(blamed map[string]bool, e *jsonschema.ValidationError) {
	at := ""
	for _, token := range e.InstanceLocation {
		at += "/" + tokenEscapes.Replace(token)
	}
	switch k := e.ErrorKind.(type) {
	case *kind.AdditionalProperties:
		for _, name := range k.Properties {
			member := at + "/" + tokenEscapes.Replace(name)
			blamed[member] = blamed[member]
		}
		return
	case *kind.PropertyNames:
		blamed[at] = blamed[at]
		return
	case *kind.AnyOf, *kind.OneOf, *kind.Contains, *kind.MinContains:
		blamed[at] = blamed[at]
		return
	case *kind.Const, *kind.Enum, *kind.Format:
		blamed[at] = true
	}
	if len(e.Causes) == 0 {
		blamed[at] = blamed[at]
	}
	for _, cause := range e.Causes {
		blame(blamed, cause)
	}
}

var tokenEscapes = strings.NewReplacer("~", "~0", "/", "~1")

// both30 compiles a schema, whose $defs become components, as the response of a document
// of OpenAPI 3.0: as a contract, and as kin-openapi reads it.
func both30(schema any) (ours *contract.Contract, theirs func(body string) bool, err error) {
	components := map[string]any{}
	if members, ok := schema.(map[string]any); ok {
		members = maps.Clone(members)
		if defs, ok := members["$defs"].(map[string]any); ok {
			components = defs
			delete(members, "$defs")
		}
		schema = members
	}
	data := []byte(asJSON(map[string]any{
		"openapi": "3.0.3", "info": map[string]any{"title": "test", "version": "1"},
		"paths": map[string]any{"/": map[string]any{"get": map[string]any{"responses": map[string]any{
			"200": map[string]any{"description": "it", "content": map[string]any{"application/json": map[string]any{"schema": schema}}}}}}},
		"components": map[string]any{"schemas": components},
	}))
	document, err := compile.Parse("spec.json", data)
	if err != nil {
		return nil, nil, err
	}
	operation, err := document.Operation("")
	if err != nil {
		return nil, nil, err
	}
	program, _, err := operation.Responses[0].Program()
	if err != nil {
		return nil, nil, err
	}
	loaded, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		return nil, nil, err
	}
	root := loaded.Paths.Value("/").Get.Responses.Value("200").Value.Content["application/json"].Schema.Value
	return contract.New(program), func(body string) bool {
		var value any
		return json.Unmarshal([]byte(body), &value) == nil && root.VisitJSON(value, openapi3.VisitAsResponse()) == nil
	}, nil
}

// schemas makes schemas, and bodies that are likely to conform to them.
type schemas struct {
	*rapid.T
	newer bool
	nulls bool // null, where OpenAPI 3.0 is read alike: with a type, and without allOf and the like
	defs  map[string]any
}

func pick[V any](g *schemas, label string, values ...V) V {
	return rapid.SampledFrom(values).Draw(g.T, label)
}

func (g *schemas) chance(label string, of int) bool {
	return rapid.IntRange(1, of).Draw(g.T, label) == of
}

var (
	memberNames   = []string{"a", "b", "c", "ab", "é"}
	namePatterns  = []string{"^a", "b$", "^[a-c]*$", "", "^.{2}$", `\d`, "^(?:x|é)+$", `[^a-z]`}
	sampleWords   = []string{"", "a", "b", "ab", "abc", "é", "x1", "😀", "2026-02-20T10:00:00Z", "2026-02-30T10:00:00Z", "123e4567-e89b-12d3-a456-426614174000", "x\"\\/\n"}
	sampleNumbers = []string{"-0", "0", "1", "2", "3", "-1", "1.0", "1.5", "0.5", "10", "1e1", "0.1", "0.3", "2.50", "100e-2"}
	sampleCounts  = []string{"0", "1", "2", "3", "2.0"}
)

func (g *schemas) document() any {
	g.defs = map[string]any{}
	for _, name := range []string{"A", "B"} {
		g.defs[name] = true // it can be referred to
	}
	for _, name := range []string{"A", "B"} {
		g.defs[name] = g.schema(2)
		// kin-openapi crashes on schemas that hold themselves and say nothing else.
		g.defs[name] = g.telling(g.defs[name])
	}
	root := g.schema(3)
	members, ok := root.(map[string]any)
	if !ok {
		members = map[string]any{}
		if root == false {
			members["not"] = map[string]any{}
		}
	}
	if !g.newer && members["$ref"] != nil {
		members = map[string]any{"allOf": []any{members}}
	}
	members["$defs"] = g.defs
	return members
}

// schema makes a schema object of a few keywords, and in OpenAPI 3.1 true and false.
func (g *schemas) schema(depth int) any {
	if g.newer && g.chance("boolean", 12) {
		return pick(g, "schema", true, true, false)
	}
	if depth == 0 {
		return g.leaf()
	}
	s := map[string]any{}
	kinds := []string{"leaf", "object", "array", "number", "string", "value"}
	if g.newer {
		kinds = append(kinds, "composed", "composed", "ref", "if", "unevaluated", "unevaluated")
	} else if !g.nulls {
		kinds = append(kinds, "composed", "composed", "ref")
	} else {
		kinds = append(kinds, "ref")
	}
	for range rapid.IntRange(1, 3).Draw(g.T, "groups") {
		g.group(s, pick(g, "group", kinds...), depth)
	}
	if !g.newer && s["$ref"] != nil {
		return map[string]any{"$ref": s["$ref"]}
	}
	if g.chance("typed", 3) || g.nulls {
		g.types(s)
	}
	return s
}

// telling gives an object of OpenAPI 3.0 a type, so that kin-openapi can't take it for one
// that says nothing.
func (g *schemas) telling(schema any) any {
	if s, ok := schema.(map[string]any); ok && !g.newer && s["$ref"] == nil && s["type"] == nil {
		g.types(s)
	}
	return schema
}

func (g *schemas) leaf() any {
	s := map[string]any{}
	g.group(s, pick(g, "leaf", "number", "string", "value", "type", "type"), 0)
	if g.nulls {
		g.types(s)
	}
	return s
}

func (g *schemas) types(s map[string]any) {
	kinds := []string{"boolean", "object", "array", "string", "integer", "number"}
	switch {
	case s["properties"] != nil || s["required"] != nil:
		kinds = []string{"object"}
	case s["items"] != nil:
		kinds = []string{"array"}
	case s["minLength"] != nil || s["pattern"] != nil:
		kinds = []string{"string"}
	case s["minimum"] != nil || s["multipleOf"] != nil:
		kinds = []string{"number", "integer"}
	}
	if g.newer {
		kinds = append(kinds, "null")
	}
	if g.newer && g.chance("several", 3) {
		s["type"] = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"boolean", "object", "array", "string", "integer", "number", "null"}), 1, 3, rapid.ID).Draw(g.T, "types")
		return
	}
	s["type"] = pick(g, "type", kinds...)
	if g.nulls {
		s["nullable"] = rapid.Bool().Draw(g.T, "nullable")
	}
}

func (g *schemas) group(s map[string]any, kind string, depth int) {
	inner := func() any { return g.schema(max(depth-1, 0)) }
	// What stands beside other schemas often says something of members, or is one of
	// the few that others judge by, too.
	beside := func() any {
		switch kind := pick(g, "beside", "", "", "ref", "members", "members"); {
		case kind == "ref" && (g.newer || !g.nulls):
			s := map[string]any{}
			g.group(s, kind, depth)
			return s
		case kind == "members":
			s := map[string]any{"properties": map[string]any{pick(g, "name", memberNames...): g.leaf()}}
			if g.chance("required", 3) {
				s["required"] = g.someNames()
			}
			if g.newer && g.chance("unevaluated", 3) {
				g.group(s, "unevaluated", 0)
			}
			if g.nulls {
				g.types(s)
			}
			return s
		}
		return inner()
	}
	several := func() (all []any) {
		for range rapid.IntRange(1, 3).Draw(g.T, "schemas") {
			all = append(all, beside())
		}
		return all
	}
	number := g.number
	count := func() json.Number { return json.Number(pick(g, "count", sampleCounts...)) }
	for range rapid.IntRange(1, 3).Draw(g.T, "keywords") {
		switch kind {
		case "leaf", "type":
			g.types(s)
		case "value":
			if g.newer && rapid.Bool().Draw(g.T, "const") {
				s["const"] = g.value(depth)
				break
			}
			s["enum"] = []any{g.value(depth), g.value(depth), g.value(depth)}
		case "number":
			switch name := pick(g, "keyword", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"); {
			case name == "multipleOf":
				s[name] = json.Number(pick(g, "divisor", "1", "2", "0.5", "0.1", "3.0", "1e1", "1.5"))
			case !g.newer && strings.HasPrefix(name, "exclusive"):
				s[name] = rapid.Bool().Draw(g.T, "exclusive")
			default:
				s[name] = number()
			}
		case "string":
			switch name := pick(g, "keyword", "minLength", "maxLength", "pattern", "format"); name {
			case "pattern":
				s[name] = pick(g, "pattern", namePatterns...)
			case "format":
				if g.newer {
					s[name] = pick(g, "format", "date-time", "uuid", "unknown")
				}
			default:
				s[name] = count()
			}
		case "array":
			keywords := []string{"items", "items", "minItems", "maxItems", "uniqueItems"}
			if g.newer {
				keywords = append(keywords, "prefixItems", "contains", "contains")
			}
			switch name := pick(g, "keyword", keywords...); name {
			case "items":
				s[name] = inner()
			case "uniqueItems":
				s[name] = rapid.Bool().Draw(g.T, "unique")
			case "prefixItems":
				s[name] = several()
			case "contains":
				s[name] = inner()
				if rapid.Bool().Draw(g.T, "least") {
					s["minContains"] = count()
				}
				if rapid.Bool().Draw(g.T, "most") {
					s["maxContains"] = count()
				}
			default:
				s[name] = count()
			}
		case "object":
			keywords := []string{"properties", "properties", "required", "additionalProperties", "minProperties", "maxProperties"}
			if g.newer {
				keywords = append(keywords, "patternProperties", "propertyNames", "dependentRequired", "dependentSchemas")
			}
			switch name := pick(g, "keyword", keywords...); name {
			case "properties", "dependentSchemas", "patternProperties":
				among := memberNames
				if name == "patternProperties" {
					among = namePatterns
				}
				members := map[string]any{}
				for range rapid.IntRange(1, 3).Draw(g.T, "members") {
					members[pick(g, "name", among...)] = inner()
				}
				s[name] = members
			case "required":
				s[name] = g.someNames()
			case "dependentRequired":
				s[name] = map[string]any{pick(g, "name", memberNames...): g.someNames(), pick(g, "name", memberNames...): g.someNames()}
			case "additionalProperties":
				if rapid.Bool().Draw(g.T, "closed") {
					s[name] = rapid.Bool().Draw(g.T, "open")
				} else {
					s[name] = inner()
				}
			case "propertyNames":
				s[name] = g.leaf()
			default:
				s[name] = count()
			}
		case "composed":
			switch name := pick(g, "keyword", "allOf", "anyOf", "oneOf", "not"); name {
			case "not":
				s[name] = g.telling(beside())
			case "oneOf":
				branches := several()
				for i := range branches {
					branches[i] = g.telling(branches[i])
				}
				s[name] = branches
			default:
				s[name] = several()
			}
		case "ref":
			refs := []string{"#/$defs/A", "#/$defs/B", "#", "https://example.com/schema#/$defs/A"}
			if !g.newer {
				refs = []string{"#/components/schemas/A", "#/components/schemas/B"}
			}
			s["$ref"] = pick(g, "ref", refs...)
		case "if":
			s[pick(g, "keyword", "if", "if", "then", "else")] = beside()
		case "unevaluated":
			name := pick(g, "keyword", "unevaluatedProperties", "unevaluatedProperties", "unevaluatedItems")
			if s[name] = inner(); rapid.Bool().Draw(g.T, "closed") {
				s[name] = false
			}
			if depth > 0 && s["type"] == nil && rapid.Bool().Draw(g.T, "more") {
				g.group(s, pick(g, "beside", "composed", "if", "object", "array", "ref"), depth)
			}
		}
	}
}

func (g *schemas) number() json.Number {
	if !g.newer {
		return json.Number(pick(g, "number", sampleNumbers[1:]...))
	}
	return json.Number(pick(g, "number", sampleNumbers...))
}

func (g *schemas) someNames() []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(memberNames), 0, 3, rapid.ID).Draw(g.T, "names")
}

// value makes any JSON value.
func (g *schemas) value(depth int) any {
	kinds := []string{"word", "number", "boolean"}
	if g.newer || g.nulls {
		kinds = append(kinds, "null")
	}
	if depth > 0 {
		kinds = append(kinds, "array", "object", "object")
	}
	switch pick(g, "value", kinds...) {
	case "word":
		return pick(g, "word", sampleWords...)
	case "number":
		return g.number()
	case "boolean":
		return rapid.Bool().Draw(g.T, "boolean")
	case "array":
		items := []any{}
		for range rapid.IntRange(0, 3).Draw(g.T, "items") {
			items = append(items, g.value(depth-1))
		}
		return items
	case "object":
		members := map[string]any{}
		for range rapid.IntRange(0, 3).Draw(g.T, "members") {
			members[pick(g, "name", memberNames...)] = g.value(depth - 1)
		}
		return members
	}
	return nil
}

// body writes a value that is likely to conform to schema.
func (g *schemas) body(schema any) string {
	var b strings.Builder
	g.write(&b, g.like(schema, schema, 4))
	return b.String()
}

// like makes a value that keeps to a keyword or two of schema.
func (g *schemas) like(root, schema any, depth int) any {
	s, ok := schema.(map[string]any)
	if !ok || depth == 0 || g.chance("anything", 10) {
		return g.value(min(depth, 2))
	}
	again := func(schema any) any { return g.like(root, schema, depth-1) }
	var ways []func() any
	for _, name := range slices.Sorted(maps.Keys(s)) {
		value := s[name]
		switch name {
		case "$ref":
			target := g.defs[value.(string)[strings.LastIndexByte(value.(string), '/')+1:]]
			if value == "#" {
				target = root
			}
			ways = append(ways, func() any { return again(target) })
		case "const":
			ways = append(ways, func() any { return value }, func() any { return value })
		case "enum", "allOf", "anyOf", "oneOf":
			ways = append(ways, func() any {
				one := pick(g, "one", value.([]any)...)
				if name == "enum" {
					return one
				}
				return again(one)
			})
		case "if", "then", "else":
			ways = append(ways, func() any { return again(value) })
		case "type":
			if several, ok := value.([]string); ok {
				value = pick(g, "of types", several...)
			}
			ways = append(ways, func() any { return g.ofType(root, s, value.(string), depth) })
		case "properties", "required", "additionalProperties", "patternProperties", "minProperties", "unevaluatedProperties", "dependentRequired", "dependentSchemas":
			ways = append(ways, func() any { return g.ofType(root, s, "object", depth) })
		case "items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems", "unevaluatedItems":
			ways = append(ways, func() any { return g.ofType(root, s, "array", depth) })
		case "minLength", "maxLength", "pattern", "format":
			ways = append(ways, func() any { return g.ofType(root, s, "string", depth) })
		case "minimum", "maximum", "multipleOf":
			ways = append(ways, func() any { return g.ofType(root, s, "number", depth) })
		}
	}
	if len(ways) == 0 {
		return g.value(min(depth, 2))
	}
	return pick(g, "way", ways...)()
}

func (g *schemas) ofType(root any, s map[string]any, kind string, depth int) any {
	switch kind {
	case "null":
		if g.newer || g.nulls {
			return nil
		}
	case "boolean":
		return rapid.Bool().Draw(g.T, "boolean")
	case "string":
		return pick(g, "word", sampleWords...)
	case "integer", "number":
		return g.number()
	case "array":
		prefix, _ := s["prefixItems"].([]any)
		items := []any{}
		for i := range rapid.IntRange(0, 4).Draw(g.T, "items") {
			among := []any{s["items"], s["contains"], s["unevaluatedItems"]}
			if i < len(prefix) {
				among = []any{prefix[i]}
			}
			items = append(items, g.like(root, pick(g, "item", among...), depth-1))
		}
		return items
	case "object":
		object := map[string]any{}
		for _, name := range memberNames {
			if !slices.Contains(listed(s["required"]), name) && g.chance("without", 2) || g.chance("absent", 6) {
				continue
			}
			among := []any{s["additionalProperties"], s["unevaluatedProperties"]}
			if properties, ok := s["properties"].(map[string]any); ok && properties[name] != nil {
				among = []any{properties[name]}
			}
			object[name] = g.like(root, pick(g, "member", among...), depth-1)
		}
		return object
	}
	return g.value(1)
}

func listed(list any) []string {
	names, _ := list.([]string)
	return names
}

// write writes a value, its members in any order, with space and escapes here and there.
func (g *schemas) write(b *strings.Builder, value any) {
	space := func() {
		if g.chance("space", 8) {
			b.WriteString(pick(g, "space", " ", "\n", "\t \r\n"))
		}
	}
	quote := func(s string) {
		quoted := asJSON(s)
		if g.chance("escaped", 8) {
			quoted = strings.ReplaceAll(quoted, "a", `\u0061`)
		}
		b.WriteString(quoted)
	}
	space()
	switch value := value.(type) {
	case []any:
		b.WriteByte('[')
		for i, item := range value {
			if i > 0 {
				b.WriteByte(',')
			}
			g.write(b, item)
		}
		space()
		b.WriteByte(']')
	case map[string]any:
		b.WriteByte('{')
		order := slices.Sorted(maps.Keys(value))
		if len(order) > 1 {
			order = rapid.Permutation(order).Draw(g.T, "order")
		}
		for i, name := range order {
			if i > 0 {
				b.WriteByte(',')
			}
			space()
			quote(name)
			space()
			b.WriteByte(':')
			g.write(b, value[name])
		}
		space()
		b.WriteByte('}')
	case string:
		quote(value)
	default:
		b.WriteString(fmt.Sprint(asJSON(value)))
	}
	space()
}
