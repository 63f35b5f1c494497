package compile_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/conformance/compile"
	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// keywordCase is a schema in YAML, other components beside it, a body, and what is said
// of it: "severity rule pointer line:column -> keyword", where the keyword is a pointer
// from the schema, or from the document where another component is meant. What is said
// in the branches of "anyOf" and "oneOf" follows with the pointer of the branch.
type keywordCase struct {
	schema, body string
	want         []string
	components   string
}

// TestKeywords has the keywords that mean the same in OpenAPI 3.0 and 3.1.
func TestKeywords(t *testing.T) {
	tests := []keywordCase{
		// type
		{`{type: string}`, `1`, []string{`error type  1:1 -> /type`}, ""},
		{`{type: integer}`, `1.0`, []string{`warning integer-notation  1:1 -> /type`}, ""},
		{`{type: integer}`, `1.5`, []string{`error type  1:1 -> /type`}, ""},
		{`{type: integer}`, `1e1000000`, []string{`warning integer-notation  1:1 -> /type`}, ""},
		{`{type: integer}`, `1e-1000000`, []string{`error type  1:1 -> /type`}, ""},
		{`{type: number}`, `1e1000000`, nil, ""},
		{`{type: object}`, `[]`, []string{`error type  1:1 -> /type`}, ""},

		// minimum and maximum
		{`{minimum: 1, maximum: 2}`, `0.5`, []string{`error minimum  1:1 -> /minimum`}, ""},
		{`{minimum: 1, maximum: 2}`, `2.5`, []string{`error maximum  1:1 -> /maximum`}, ""},
		{`{minimum: 1, maximum: 2}`, `1.0`, nil, ""},
		{`{minimum: 1, maximum: 2}`, `"0"`, nil, ""},
		{`{maximum: 1e1000000}`, `1e1000001`, []string{`error maximum  1:1 -> /maximum`}, ""},
		{`{maximum: 1e1000000}`, `10e999999`, nil, ""},
		{`{minimum: 9007199254740993}`, `9007199254740992`, []string{`error minimum  1:1 -> /minimum`}, ""},
		{`{type: integer, minimum: 0.5}`, `0`, []string{`error minimum  1:1 -> /minimum`}, ""},

		// multipleOf
		{`{multipleOf: 0.1}`, `0.3`, nil, ""},
		{`{multipleOf: 0.1}`, `0.35`, []string{`error multipleOf  1:1 -> /multipleOf`}, ""},
		{`{multipleOf: 0.1}`, `1e1000000`, nil, ""},
		{`{multipleOf: 0.01}`, `4.35`, nil, ""},
		{`{multipleOf: 1e-400}`, `1e-400`, nil, ""},
		{`{multipleOf: 1e-400}`, `1.5e-400`, []string{`error multipleOf  1:1 -> /multipleOf`}, ""},
		{`{multipleOf: 1e-400}`, `1e-401`, []string{`error multipleOf  1:1 -> /multipleOf`}, ""},
		{`{multipleOf: 3.0}`, `9`, nil, ""},
		{`{multipleOf: 3}`, `9.0`, nil, ""},
		{`{multipleOf: 3}`, `-9`, nil, ""},
		{`{multipleOf: 3}`, `10`, []string{`error multipleOf  1:1 -> /multipleOf`}, ""},
		{`{multipleOf: 3}`, `0`, nil, ""},
		{`{multipleOf: 3}`, `1e1000000`, []string{`error multipleOf  1:1 -> /multipleOf`}, ""},
		{`{multipleOf: 7e1000000}`, `7e1000000`, nil, ""},
		{`{multipleOf: 7e1000000}`, `7e999999`, []string{`error multipleOf  1:1 -> /multipleOf`}, ""},
		{`{multipleOf: 7e1000000}`, `7e1000001`, nil, ""},
		{`{multipleOf: 7e1000000}`, `8e1000001`, []string{`error multipleOf  1:1 -> /multipleOf`}, ""},
		{`{multipleOf: 2.5e-1}`, `123456789012345678901234567890.75`, nil, ""},
		{`{multipleOf: 2.5e-1}`, `123456789012345678901234567890.8`, []string{`error multipleOf  1:1 -> /multipleOf`}, ""},
		{`{type: integer, multipleOf: 2}`, `3`, []string{`error multipleOf  1:1 -> /multipleOf`}, ""},
		{`{multipleOf: 2}`, `"3"`, nil, ""},

		// minLength and maxLength
		{`{minLength: 2, maxLength: 3}`, `"é"`, []string{`error minLength  1:1 -> /minLength`}, ""},
		{`{minLength: 2, maxLength: 3}`, `"éé"`, nil, ""},
		{`{minLength: 2, maxLength: 3}`, `"\ud83d\ude00\ud83d\ude00"`, nil, ""},
		{`{minLength: 2, maxLength: 3}`, `"\u0061\n\"\\"`, []string{`error maxLength  1:1 -> /maxLength`}, ""},
		{`{minLength: 2, maxLength: 3}`, `"😀"`, []string{`error minLength  1:1 -> /minLength`}, ""},
		{`{minLength: 2, maxLength: 3}`, `"e\u0301"`, nil, ""},
		{`{minLength: 2, maxLength: 3}`, `1`, nil, ""},
		{`{minLength: 2, maxLength: 0}`, `"a"`, []string{`error minLength  1:1 -> /minLength`, `error maxLength  1:1 -> /maxLength`}, ""},
		{`{type: string, minLength: 2.0}`, `"a"`, []string{`error minLength  1:1 -> /minLength`}, ""},
		{`{maxLength: 0}`, `""`, nil, ""},
		{`{maxLength: 99999999999999999999}`, `"a"`, nil, ""},
		{`{minLength: 99999999999999999999}`, `"a"`, []string{`error minLength  1:1 -> /minLength`}, ""},

		// pattern
		{`{pattern: b}`, `"abc"`, nil, ""},
		{`{pattern: ^b}`, `"abc"`, []string{`error pattern  1:1 -> /pattern`}, ""},
		{`{pattern: ""}`, `"abc"`, nil, ""},
		{`{pattern: '^\d+$'}`, `"12"`, nil, ""},
		{`{pattern: '^\d+$'}`, `"１"`, []string{`error pattern  1:1 -> /pattern`}, ""},
		{`{pattern: '^\d+$'}`, `"12\n"`, []string{`error pattern  1:1 -> /pattern`}, ""},
		{`{pattern: '^\D$'}`, `"１"`, nil, ""},
		{`{pattern: '^\s$'}`, `"\u00a0"`, nil, ""},
		{`{pattern: '^\s$'}`, `"\ufeff"`, nil, ""},
		{`{pattern: '^\s$'}`, `"\u0085"`, []string{`error pattern  1:1 -> /pattern`}, ""},
		{`{pattern: '^\S$'}`, `"\u2028"`, []string{`error pattern  1:1 -> /pattern`}, ""},
		{`{pattern: '^\w$'}`, `"é"`, []string{`error pattern  1:1 -> /pattern`}, ""},
		{`{pattern: '^\W$'}`, `"é"`, nil, ""},
		{`{pattern: '^\u{1F600}$'}`, `"😀"`, nil, ""},
		{`{pattern: '^\ud83d\ude00$'}`, `"😀"`, nil, ""},
		{`{pattern: '^[\ud83d\ude00-\ud83d\ude4f]$'}`, `"😁"`, nil, ""},
		{`{pattern: '^[\ud83d\ude00-\ud83d\ude4f]$'}`, `"🚀"`, []string{`error pattern  1:1 -> /pattern`}, ""},
		{`{pattern: '^.$'}`, `"😀"`, nil, ""},
		{`{pattern: '^.$'}`, `"\u2028"`, []string{`error pattern  1:1 -> /pattern`}, ""},
		{`{pattern: '^[^]$'}`, `"\n"`, nil, ""},
		{`{pattern: '^[^]$'}`, `""`, []string{`error pattern  1:1 -> /pattern`}, ""},
		{`{pattern: '[]'}`, `"a"`, []string{`error pattern  1:1 -> /pattern`}, ""},
		{`{pattern: '^[\b]$'}`, `"\b"`, nil, ""},
		{`{pattern: '\bb\b'}`, `"a b c"`, nil, ""},
		{`{pattern: '^\cA$'}`, `"\u0001"`, nil, ""},
		{`{pattern: '^\x41\u0042\0$'}`, `"AB\u0000"`, nil, ""},
		{`{pattern: '^\p{Letter}\p{Lu}$'}`, `"éÉ"`, nil, ""},
		{`{pattern: '^\P{L}$'}`, `"é"`, []string{`error pattern  1:1 -> /pattern`}, ""},
		{`{pattern: '^\p{Script=Greek}$'}`, `"α"`, nil, ""},
		{`{pattern: '^(?<year>\d{4})-(?:\d\d)$'}`, `"2026-11"`, nil, ""},
		{`{pattern: '^[\d-a]$'}`, `"-"`, nil, ""},
		{`{pattern: '^[a-]$'}`, `"-"`, nil, ""},
		{`{pattern: '^\/\-$'}`, `"/-"`, nil, ""},
		{`{pattern: '^\_\@\"[\:\ ]\~$'}`, `"_@\"\u0020~"`, nil, ""},
		{`{pattern: '^\_$'}`, `"\\_"`, []string{`error pattern  1:1 -> /pattern`}, ""},
		{`{pattern: '^a{2}$'}`, `"aaa"`, []string{`error pattern  1:1 -> /pattern`}, ""},
		{`{pattern: a}`, `1`, nil, ""},

		// format
		{`{type: string, format: date-time}`, `"2026-02-30T00:00:00Z"`, []string{`error format  1:1 -> /format`}, ""},
		{`{type: string, format: uuid}`, `"x"`, []string{`error format  1:1 -> /format`}, ""},
		{`{format: int32}`, `2147483648`, []string{`error format  1:1 -> /format`}, ""},
		{`{type: integer, format: int64}`, `9223372036854775808`, []string{`error format  1:1 -> /format`}, ""},
		{`{type: string, format: email}`, `"x"`, nil, ""},
		{`{format: uuid}`, `1`, nil, ""},

		// enum
		{`{enum: [a, 1, true, null, [1, {a: 2}], {b: [], a: 1.5}]}`, `"a"`, nil, ""},
		{`{enum: [a, 1, true, null, [1, {a: 2}], {b: [], a: 1.5}]}`, `1.0`, nil, ""},
		{`{enum: [a, 1, true, null, [1, {a: 2}], {b: [], a: 1.5}]}`, `10e-1`, nil, ""},
		{`{enum: [a, 1, true, null, [1, {a: 2}], {b: [], a: 1.5}]}`, `true`, nil, ""},
		{`{enum: [a, 1, true, null, [1, {a: 2}], {b: [], a: 1.5}]}`, `null`, nil, ""},
		{`{enum: [a, 1, true, null, [1, {a: 2}], {b: [], a: 1.5}]}`, `[1.0, {"\u0061": 20e-1}]`, nil, ""},
		{`{enum: [a, 1, true, null, [1, {a: 2}], {b: [], a: 1.5}]}`, `{"a": 1.50, "b": [ ]}`, nil, ""},
		{`{enum: [a, 1, true, null, [1, {a: 2}], {b: [], a: 1.5}]}`, `{"a": 1.5, "b": {}}`, []string{`error enum  1:1 -> /enum`}, ""},
		{`{enum: [a, 1, true, null, [1, {a: 2}], {b: [], a: 1.5}]}`, `[{"a": 2}, 1]`, []string{`error enum  1:1 -> /enum`}, ""},
		{`{enum: [a, 1, true, null, [1, {a: 2}], {b: [], a: 1.5}]}`, `"1"`, []string{`error enum  1:1 -> /enum`}, ""},
		{`{enum: [a, 1, true, null, [1, {a: 2}], {b: [], a: 1.5}]}`, `false`, []string{`error enum  1:1 -> /enum`}, ""},
		{`{enum: [0]}`, `-0.0`, nil, ""},
		{`{enum: [1e400]}`, `10e399`, nil, ""},
		{`{enum: [9007199254740993]}`, `9007199254740992`, []string{`error enum  1:1 -> /enum`}, ""},
		{`{enum: [[]]}`, `{}`, []string{`error enum  1:1 -> /enum`}, ""},
		{`{enum: [{}]}`, `[]`, []string{`error enum  1:1 -> /enum`}, ""},
		{`{enum: [[[]]]}`, `[[]]`, nil, ""},
		{`{enum: [[a, b]]}`, `["a,b"]`, []string{`error enum  1:1 -> /enum`}, ""},
		{`{enum: []}`, `1`, []string{`error enum  1:1 -> /enum`}, ""},

		// items
		{`{items: {type: integer}}`, `[1, "a", 2, {}]`, []string{
			`error type /1 1:5 -> /items/type`,
			`error type /3 1:13 -> /items/type`,
		}, ""},
		{`{items: {type: integer}}`, `{"a": ""}`, nil, ""},
		{`{type: array, items: {items: {minimum: 1}}}`, `[[1], [0, 1]]`, []string{`error minimum /1/0 1:8 -> /items/items/minimum`}, ""},
		{`{minItems: 1, maxItems: 2}`, `[]`, []string{`error minItems  1:1 -> /minItems`}, ""},
		{`{minItems: 1, maxItems: 2}`, `[1, 2, 3]`, []string{`error maxItems  1:1 -> /maxItems`}, ""},
		{`{minItems: 1, maxItems: 2}`, `""`, nil, ""},
		{`{minItems: 2, maxItems: 0}`, `[1]`, []string{`error minItems  1:1 -> /minItems`, `error maxItems  1:1 -> /maxItems`}, ""},
		{`{type: array, items: {}, maxItems: 0}`, `[1]`, []string{`error maxItems  1:1 -> /maxItems`}, ""},

		// uniqueItems
		{`{uniqueItems: true}`, `[1, 1.0]`, []string{`error uniqueItems /1 1:5 -> /uniqueItems`}, ""},
		{`{uniqueItems: true}`, `[1, "1", true, null, [1], {"a": 1}]`, nil, ""},
		{`{uniqueItems: true}`, `[{"a": 1, "b": [2]}, {"b": [2.0], "a": 10e-1}]`, []string{`error uniqueItems /1 1:22 -> /uniqueItems`}, ""},
		{`{uniqueItems: true}`, `[[1, 2], [2, 1], [[1], 2]]`, nil, ""},
		{`{uniqueItems: true}`, `["a", "b", "\u0061", "a"]`, []string{
			`error uniqueItems /2 1:12 -> /uniqueItems`,
			`error uniqueItems /3 1:22 -> /uniqueItems`,
		}, ""},
		{`{uniqueItems: true}`, `[{}, [], "", 0, false, null]`, nil, ""},
		{`{uniqueItems: true}`, `[[[0]], [[-0]]]`, []string{`error uniqueItems /1 1:9 -> /uniqueItems`}, ""},
		{`{uniqueItems: true}`, `[0, false, "", 0.0]`, []string{`error uniqueItems /3 1:16 -> /uniqueItems`}, ""},
		{`{uniqueItems: false}`, `[1, 1]`, nil, ""},
		{`{items: {uniqueItems: true}}`, `[[1], [1], [2, 2]]`, []string{`error uniqueItems /2/1 1:16 -> /items/uniqueItems`}, ""},

		// properties, additionalProperties, required
		{`{properties: {a: {type: integer}}}`, `{"a": ""}`, []string{`error type /a 1:7 -> /properties/a/type`}, ""},
		{`{properties: {a: {type: integer}}}`, `{"b": ""}`, []string{`warning undocumented-field /b 1:2 -> /properties`}, ""},
		{`{properties: {a: {type: integer}}}`, `["a"]`, nil, ""},
		{`{properties: {a: {}}, additionalProperties: {type: integer}}`, `{"a": "", "b": "", "c": 1}`, []string{`error type /b 1:16 -> /additionalProperties/type`}, ""},
		{`{properties: {a: {}}, additionalProperties: false}`, `{"a": "", "b": ""}`, []string{`error additionalProperties /b 1:11 -> /additionalProperties`}, ""},
		{`{additionalProperties: {minimum: 1}}`, `{"a": 0, "b": 1}`, []string{`error minimum /a 1:7 -> /additionalProperties/minimum`}, ""},
		{`{required: [a, b]}`, `{"b": null}`, []string{`error required  1:1 -> /required`}, ""},
		{`{required: [a, b]}`, `[]`, nil, ""},
		{`{minProperties: 1, maxProperties: 2}`, `{}`, []string{`error minProperties  1:1 -> /minProperties`}, ""},
		{`{minProperties: 1, maxProperties: 2}`, `{"a": 1, "b": 2, "c": 3}`, []string{`error maxProperties  1:1 -> /maxProperties`}, ""},
		{`{minProperties: 1, maxProperties: 2}`, `[]`, nil, ""},
		{`{minProperties: 2, maxProperties: 0}`, `{"a": 1}`, []string{
			`error minProperties  1:1 -> /minProperties`,
			`error maxProperties  1:1 -> /maxProperties`,
		}, ""},
		{`{properties: {a: {}, b: {}}, minProperties: 2}`, `{"a": 1}`, []string{`error minProperties  1:1 -> /minProperties`}, ""},

		// allOf, anyOf, oneOf, not
		{`{allOf: [{type: integer}, {minimum: 3}]}`, `2`, []string{`error minimum  1:1 -> /allOf/1/minimum`}, ""},
		{`{allOf: [{type: integer}, {minimum: 3}]}`, `"a"`, []string{`error type  1:1 -> /allOf/0/type`}, ""},
		{`{anyOf: [{type: integer}, {minLength: 2}]}`, `"a"`, []string{
			`error anyOf  1:1 -> /anyOf`,
			`/anyOf/1: error minLength  1:1 -> /anyOf/1/minLength`,
			`/anyOf/0: error type  1:1 -> /anyOf/0/type`,
		}, ""},
		{`{anyOf: [{type: integer}, {minLength: 2}]}`, `"ab"`, nil, ""},
		// A key that stands twice breaks none of the schemas.
		{`{anyOf: [{properties: {a: {}}}, {type: integer}]}`, `{"a": 1, "a": 2}`, []string{`error duplicate-key /a 1:10 -> `}, ""},
		{`{oneOf: [{properties: {a: {}}}, {type: integer}]}`, `{"a": {"b": 1, "b": 2}}`, []string{`error duplicate-key /a/b 1:16 -> `}, ""},
		{`{not: {type: object}}`, `{"a": 1, "a": 2}`, []string{`error not  1:1 -> /not`, `error duplicate-key /a 1:10 -> `}, ""},
		// The schema that fits documents members.
		{`{anyOf: [{type: integer, properties: {a: {}}}, {properties: {b: {}}}]}`, `{"c": 1}`, []string{
			`warning undocumented-field /c 1:2 -> /anyOf/1/properties`,
		}, ""},
		// What follows a value is not the value's matter.
		{`{enum: [false]}`, `falsex`, []string{`error json-syntax  1:6 -> `}, ""},
		// That a value is of another type says all.
		{`{properties: {a: {}}, allOf: [{type: string}]}`, `{"b": 1}`, []string{`error type  1:1 -> /allOf/0/type`}, ""},
		{`{anyOf: [{type: integer}, {minLength: 2}]}`, `3`, nil, ""},
		{`{oneOf: [{type: integer}, {minimum: 2}]}`, `1`, nil, ""},
		{`{oneOf: [{type: integer}, {minimum: 2}]}`, `2.5`, nil, ""},
		{`{oneOf: [{type: integer}, {minimum: 2}]}`, `3`, []string{`error oneOf  1:1 -> /oneOf`}, ""},
		{`{oneOf: [{type: integer}, {minimum: 2}]}`, `1.5`, []string{
			`error oneOf  1:1 -> /oneOf`,
			`/oneOf/1: error minimum  1:1 -> /oneOf/1/minimum`,
			`/oneOf/0: error type  1:1 -> /oneOf/0/type`,
		}, ""},
		{`{not: {type: integer}}`, `1`, []string{`error not  1:1 -> /not`}, ""},
		{`{not: {type: integer}}`, `""`, nil, ""},
		{`{not: {not: {type: integer}}}`, `1`, nil, ""},
		{`{not: {not: {type: integer}}}`, `""`, []string{`error not  1:1 -> /not`}, ""},
		{`{anyOf: [{required: [a]}, {required: [b]}], oneOf: [{maxProperties: 0}, {maxProperties: 1}]}`, `{}`, []string{
			`error anyOf  1:1 -> /anyOf`,
			`/anyOf/0: error required  1:1 -> /anyOf/0/required`,
			`/anyOf/1: error required  1:1 -> /anyOf/1/required`,
			`error oneOf  1:1 -> /oneOf`,
		}, ""},
		{`{properties: {a: {anyOf: [{type: integer}, {properties: {b: {type: integer}}, required: [b]}]}}}`, `{"a": {"b": ""}}`, []string{
			`error anyOf /a 1:7 -> /properties/a/anyOf`,
			`/properties/a/anyOf/1: error type /a/b 1:13 -> /properties/a/anyOf/1/properties/b/type`,
			`/properties/a/anyOf/0: error type /a 1:7 -> /properties/a/anyOf/0/type`,
		}, ""},
		{`{anyOf: [{properties: {a: {type: integer}}}, {properties: {b: {type: integer}}}]}`, `{"a": 1.0, "b": 2.0, "c": 1}`, []string{
			`warning integer-notation /a 1:7 -> /anyOf/0/properties/a/type`,
			`warning undocumented-field /c 1:22 -> /anyOf/0/properties`,
		}, ""},
		{`{anyOf: [{properties: {a: {type: integer}}}, {properties: {b: {type: integer}}}]}`, `{"a": 1.0, "b": "", "c": 1}`, []string{
			`warning integer-notation /a 1:7 -> /anyOf/0/properties/a/type`,
			`warning undocumented-field /b 1:12 -> /anyOf/0/properties`,
			`warning undocumented-field /c 1:21 -> /anyOf/0/properties`,
		}, ""},
		{`{anyOf: [{anyOf: [{properties: {a: {type: integer}}}]}]}`, `{"a": 1.0}`, []string{`warning integer-notation /a 1:7 -> /anyOf/0/anyOf/0/properties/a/type`}, ""},
		{`{oneOf: [{oneOf: [{required: [a]}, {required: [b]}]}]}`, `{"a": 1, "b": 1}`, []string{
			`error oneOf  1:1 -> /oneOf`,
			`/oneOf/0: error oneOf  1:1 -> /oneOf/0/oneOf`,
		}, ""},
		{`{not: {anyOf: [{type: integer}, {type: string}]}}`, `""`, []string{`error not  1:1 -> /not`}, ""},

		// writeOnly
		{`{properties: {a: {writeOnly: true}, b: {writeOnly: false}}, required: [a, b]}`, `{}`, []string{`error required  1:1 -> /required`}, ""},
		{`{properties: {a: {writeOnly: true}, b: {writeOnly: false}}, required: [a, b]}`, `{"a": 1, "b": 1}`, []string{`error writeOnly /a 1:7 -> /properties/a/writeOnly`}, ""},
		{`{properties: {a: {type: integer, writeOnly: true}}}`, `{"a": ""}`, []string{
			`error type /a 1:7 -> /properties/a/type`,
			`error writeOnly /a 1:7 -> /properties/a/writeOnly`,
		}, ""},
		{`{properties: {a: {readOnly: true}}, required: [a]}`, `{"a": 1}`, nil, ""},
		{`{allOf: [{required: [a, b]}, {allOf: [{properties: {a: {writeOnly: true}, b: {}}}]}]}`, `{}`, []string{`error required  1:1 -> /allOf/0/required`}, ""},
		{`{required: [a], allOf: [{properties: {a: {writeOnly: true}}}]}`, `{}`, nil, ""},
		{`{required: [a], anyOf: [{properties: {a: {writeOnly: true}}}]}`, `{}`, []string{`error required  1:1 -> /required`}, ""},
		{`{required: [c], properties: {c: {allOf: [{required: [a]}, {properties: {a: {writeOnly: true}}}]}, d: {required: [a]}}}`, `{"c": {}, "d": {}}`, []string{`error required /d 1:16 -> /properties/d/required`}, ""},
		{`{items: {writeOnly: true}}`, `[1]`, []string{`error writeOnly /0 1:2 -> /items/writeOnly`}, ""},

		// undocumented-field over composed schemas
		{`{allOf: [{properties: {a: {}}}, {properties: {b: {}}}]}`, `{"a": 1, "b": 2, "c": 3}`, []string{`warning undocumented-field /c 1:18 -> /allOf/0/properties`}, ""},
		{`{anyOf: [{properties: {a: {}}}, {properties: {b: {}}, required: [b]}]}`, `{"a": 1, "c": 3}`, []string{`warning undocumented-field /c 1:10 -> /anyOf/0/properties`}, ""},
		{`{anyOf: [{properties: {a: {}}}, {properties: {b: {}}, required: [b]}]}`, `{"a": 1, "b": 3}`, nil, ""},
		{`{oneOf: [{properties: {a: {}}, required: [a]}, {properties: {b: {}}, required: [b]}]}`, `{"a": 1, "c": 3}`, []string{`warning undocumented-field /c 1:10 -> /oneOf/0/properties`}, ""},
		{`{properties: {a: {}}, not: {required: [c], properties: {c: {type: string}}}}`, `{"a": 1, "c": 3}`, []string{`warning undocumented-field /c 1:10 -> /properties`}, ""},
		{`{properties: {a: {}}, allOf: [{additionalProperties: true}]}`, `{"c": 3}`, nil, ""},
		{`{properties: {a: {}}, anyOf: [{required: [a]}, {additionalProperties: {}}]}`, `{"a": 1, "c": 3}`, nil, ""},
		{`{allOf: [{anyOf: [{allOf: [{properties: {a: {}}}]}]}], properties: {b: {}}}`, `{"a": 1, "b": 1, "c": 3}`, []string{`warning undocumented-field /c 1:18 -> /properties`}, ""},
		{`{anyOf: [{properties: {a: {type: string}}}]}`, `{"a": 1, "c": 3}`, []string{
			`error anyOf  1:1 -> /anyOf`,
			`/anyOf/0: error type /a 1:7 -> /anyOf/0/properties/a/type`,
		}, ""},
		{`{oneOf: [{properties: {a: {}}}, {properties: {a: {}}}]}`, `{"a": 1, "c": 3}`, []string{`error oneOf  1:1 -> /oneOf`}, ""},
	}
	for _, version := range []string{"3.0.3", "3.1.0"} {
		checkKeywords(t, version, tests)
	}
}

// TestOlderKeywords has what OpenAPI 3.0 alone says, or says otherwise.
func TestOlderKeywords(t *testing.T) {
	checkKeywords(t, "3.0.3", []keywordCase{
		// nullable
		{`{type: string}`, `null`, []string{`error nullable  1:1 -> /type`}, ""},
		{`{type: string, nullable: true}`, `null`, nil, ""},
		{`{type: string, nullable: true, enum: [a]}`, `null`, nil, ""},
		{`{type: string, nullable: true, minLength: 3}`, `null`, nil, ""},
		{`{nullable: true, enum: [a]}`, `null`, []string{`error enum  1:1 -> /enum`}, ""},
		{`{nullable: false}`, `null`, nil, ""},
		{`{type: object, nullable: true, allOf: [{type: object}]}`, `null`, []string{`error nullable  1:1 -> /allOf/0/type`}, ""},
		{`{anyOf: [{type: string, nullable: true}, {type: integer}]}`, `null`, nil, ""},
		{`{type: array, items: {type: string, nullable: true}}`, `[null, "", 1]`, []string{`error type /2 1:12 -> /items/type`}, ""},

		// exclusiveMinimum and exclusiveMaximum
		{`{minimum: 1, exclusiveMinimum: true}`, `1`, []string{`error exclusiveMinimum  1:1 -> /exclusiveMinimum`}, ""},
		{`{minimum: 1, exclusiveMinimum: true}`, `1.0000000000000000000001`, nil, ""},
		{`{exclusiveMinimum: false, minimum: 1}`, `1`, nil, ""},
		{`{exclusiveMinimum: true, minimum: 1, exclusiveMaximum: true, maximum: 2}`, `2.0`, []string{`error exclusiveMaximum  1:1 -> /exclusiveMaximum`}, ""},
		{`{type: integer, maximum: 2, exclusiveMaximum: true}`, `1`, nil, ""},
		{`{type: integer, maximum: 2, exclusiveMaximum: true}`, `2`, []string{`error exclusiveMaximum  1:1 -> /exclusiveMaximum`}, ""},
		{`{exclusiveMinimum: true}`, `0`, nil, ""},

		// $ref
		{`{$ref: '#/components/schemas/A', type: integer, minimum: 3}`, `"a"`, []string{`error minLength  1:1 -> /components/schemas/A/minLength`}, `A: {type: string, minLength: 2}`},
		{`{$ref: '#/components/schemas/A'}`, `{"a": {"a": 1}, "b": 1}`, []string{
			`error type /a/a 1:13 -> /components/schemas/A/type`,
			`warning undocumented-field /b 1:17 -> /components/schemas/A/properties`,
		}, `A: {type: object, properties: {a: {$ref: '#/components/schemas/A'}}}`},
		{`{properties: {a: {$ref: '#/components/schemas/A~1b%20%7Bc%7D'}}}`, `{"a": 1}`, []string{`error type /a 1:7 -> /components/schemas/A~1b {c}/type`}, `'A/b {c}': {type: string}`},

		// what OpenAPI 3.0 doesn't have
		{`{const: 1, prefixItems: [{type: integer}], if: {}, then: false}`, `"a"`, nil, ""},
	})
}

// TestNewerKeywords has what OpenAPI 3.1 alone says, or says otherwise.
func TestNewerKeywords(t *testing.T) {
	checkKeywords(t, "3.1.0", []keywordCase{
		// type
		{`{type: [string, 'null']}`, `null`, nil, ""},
		{`{type: [string, 'null']}`, `1`, []string{`error type  1:1 -> /type`}, ""},
		{`{type: [string, 'null'], enum: [a]}`, `null`, []string{`error enum  1:1 -> /enum`}, ""},
		{`{type: [string, 'null'], minLength: 2}`, `"a"`, []string{`error minLength  1:1 -> /minLength`}, ""},
		{`{type: 'null'}`, `null`, nil, ""},
		{`{type: 'null'}`, `0`, []string{`error type  1:1 -> /type`}, ""},
		{`{type: string}`, `null`, []string{`error nullable  1:1 -> /type`}, ""},
		{`{type: [integer, string]}`, `1.0`, []string{`warning integer-notation  1:1 -> /type`}, ""},
		{`{type: [integer, string]}`, `1.5`, []string{`error type  1:1 -> /type`}, ""},
		{`{type: [integer, number]}`, `1.5`, nil, ""},
		{`{type: [object, array]}`, `{}`, nil, ""},
		{`{type: string, nullable: true}`, `null`, []string{`error nullable  1:1 -> /type`}, ""},

		// exclusiveMinimum and exclusiveMaximum
		{`{exclusiveMinimum: 1}`, `1`, []string{`error exclusiveMinimum  1:1 -> /exclusiveMinimum`}, ""},
		{`{exclusiveMinimum: 1}`, `1.00000000000000000000000001`, nil, ""},
		{`{exclusiveMinimum: 1, minimum: 2}`, `1`, []string{
			`error exclusiveMinimum  1:1 -> /exclusiveMinimum`,
			`error minimum  1:1 -> /minimum`,
		}, ""},
		{`{exclusiveMaximum: 2, maximum: 2}`, `2`, []string{`error exclusiveMaximum  1:1 -> /exclusiveMaximum`}, ""},
		{`{type: integer, exclusiveMaximum: 2}`, `2`, []string{`error exclusiveMaximum  1:1 -> /exclusiveMaximum`}, ""},
		{`{type: integer, exclusiveMaximum: 2.5}`, `2`, nil, ""},
		{`{exclusiveMaximum: 1e-400}`, `0.1e-399`, []string{`error exclusiveMaximum  1:1 -> /exclusiveMaximum`}, ""},
		{`{exclusiveMaximum: 1e-400}`, `1e-401`, nil, ""},

		// const
		{`{const: a}`, `"\u0061"`, nil, ""},
		{`{const: a}`, `"b"`, []string{`error const  1:1 -> /const`}, ""},
		{`{const: 1}`, `1.0`, nil, ""},
		{`{const: 1}`, `true`, []string{`error const  1:1 -> /const`}, ""},
		{`{const: null}`, `null`, nil, ""},
		{`{const: null}`, `0`, []string{`error const  1:1 -> /const`}, ""},
		{`{const: false}`, `false`, nil, ""},
		{`{const: false}`, `0`, []string{`error const  1:1 -> /const`}, ""},
		{`{const: [1, {a: null}]}`, `[1, {"a": null}]`, nil, ""},
		{`{const: [1, {a: null}]}`, `[1, {"b": null}]`, []string{`error const  1:1 -> /const`}, ""},
		{`{const: {a: [1]}}`, `{"a": [1e0]}`, nil, ""},
		{`{const: {a: [1]}}`, `{"a": [1], "b": 1}`, []string{`error const  1:1 -> /const`}, ""},
		{`{type: string, const: a}`, `1`, []string{`error type  1:1 -> /type`}, ""},
		{`{type: [integer, 'null'], const: 3}`, `null`, []string{`error const  1:1 -> /const`}, ""},

		// prefixItems and items
		{`{prefixItems: [{type: integer}, {type: string}]}`, `["a", 1, 2]`, []string{
			`error type /0 1:2 -> /prefixItems/0/type`,
			`error type /1 1:7 -> /prefixItems/1/type`,
		}, ""},
		{`{prefixItems: [{type: integer}, {type: string}]}`, `[1]`, nil, ""},
		{`{prefixItems: [{type: integer}], items: {type: string}}`, `[1, "", 2]`, []string{`error type /2 1:9 -> /items/type`}, ""},
		{`{prefixItems: [{type: integer}], items: false}`, `[1, ""]`, []string{`error items /1 1:5 -> /items`}, ""},
		{`{prefixItems: [true, false]}`, `[1]`, nil, ""},
		{`{prefixItems: [true, false]}`, `[1, 2]`, []string{`error prefixItems /1 1:5 -> /prefixItems/1`}, ""},

		// false
		{`{items: false}`, `[1]`, []string{`error items /0 1:2 -> /items`}, ""},
		{`{items: false}`, `[`, []string{`error json-syntax /0 1:2 -> `}, ""},
		{`{items: false}`, `[tru`, []string{`error json-syntax /0 1:2 -> `}, ""},

		// contains, minContains, maxContains
		{`{contains: {type: integer}}`, `["", 1]`, nil, ""},
		{`{contains: {type: integer}}`, `[""]`, []string{`error contains  1:1 -> /contains`}, ""},
		{`{contains: {type: integer}}`, `[]`, []string{`error contains  1:1 -> /contains`}, ""},
		{`{contains: {type: integer}}`, `{}`, nil, ""},
		{`{contains: {type: integer}, minContains: 2, maxContains: 3}`, `[1, ""]`, []string{`error minContains  1:1 -> /minContains`}, ""},
		{`{contains: {type: integer}, minContains: 2, maxContains: 3}`, `[1, 2, 3, 4.0]`, []string{`error maxContains  1:1 -> /maxContains`}, ""},
		{`{contains: {type: integer}, minContains: 2, maxContains: 0}`, `[1]`, []string{
			`error minContains  1:1 -> /minContains`,
			`error maxContains  1:1 -> /maxContains`,
		}, ""},
		{`{contains: {type: integer}, minContains: 2, maxContains: 3}`, `[1, 2]`, nil, ""},
		{`{contains: {type: integer}, minContains: 0}`, `[]`, nil, ""},
		{`{contains: {type: integer}, minContains: 0, maxContains: 0}`, `[1]`, []string{`error maxContains  1:1 -> /maxContains`}, ""},
		{`{minContains: 2, maxContains: 3}`, `[]`, nil, ""},
		{`{contains: {type: object, properties: {a: {type: integer}}}}`, `[{"a": 1.0, "b": 1}]`, nil, ""},
		{`{contains: false}`, `[1]`, []string{`error contains  1:1 -> /contains`}, ""},

		// patternProperties
		{`{patternProperties: {^x-: {type: integer}}, properties: {a: {}}}`, `{"x-a": "", "a": 1, "b": 1}`, []string{
			`error type /x-a 1:9 -> /patternProperties/^x-/type`,
			`warning undocumented-field /b 1:21 -> /properties`,
		}, ""},
		{`{patternProperties: {^x: {type: integer}}, properties: {x: {minimum: 3}}}`, `{"x": 1.5}`, []string{
			`error minimum /x 1:7 -> /properties/x/minimum`,
			`error type /x 1:7 -> /patternProperties/^x/type`,
		}, ""},
		{`{properties: {a: {properties: {x: {}}}}, patternProperties: {^a: {properties: {y: {}}}}}`, `{"a": {"x": 1, "y": 2, "z": 3}}`, []string{
			`warning undocumented-field /a/z 1:24 -> /properties/a/properties`,
		}, ""},
		{`{patternProperties: {^x: {minimum: 3}, y$: {multipleOf: 2}}}`, `{"xy": 1, "x": 1, "y": 1}`, []string{
			`error minimum /xy 1:8 -> /patternProperties/^x/minimum`,
			`error multipleOf /xy 1:8 -> /patternProperties/y$/multipleOf`,
			`error minimum /x 1:16 -> /patternProperties/^x/minimum`,
			`error multipleOf /y 1:24 -> /patternProperties/y$/multipleOf`,
		}, ""},
		{`{patternProperties: {^x: {}}, additionalProperties: false}`, `{"x": 1, "y": 1}`, []string{`error additionalProperties /y 1:10 -> /additionalProperties`}, ""},
		{`{patternProperties: {^x: {}}, additionalProperties: {type: integer}}`, `{"x": "", "y": ""}`, []string{`error type /y 1:16 -> /additionalProperties/type`}, ""},
		{`{patternProperties: {^x: {}}}`, `{"y": 1}`, nil, ""},
		{`{patternProperties: {^x: {}}, allOf: [{properties: {a: {}}}]}`, `{"x": 1, "y": 1}`, []string{`warning undocumented-field /y 1:10 -> /allOf/0/properties`}, ""},
		{`{patternProperties: {^x: false}}`, `{"x": 1}`, []string{`error patternProperties /x 1:7 -> /patternProperties/^x`}, ""},
		{`{patternProperties: {'^\u{1F600}$': false}, additionalProperties: true}`, `{"\ud83d\ude00": 1}`, []string{`error patternProperties /😀 1:18 -> /patternProperties/^\u{1F600}$`}, ""},

		// propertyNames
		{`{propertyNames: {maxLength: 2}}`, `{"ab": 1, "abc": 1, "\u0061bc\n": 1}`, []string{
			`error propertyNames /abc 1:11 -> /propertyNames`,
			"error propertyNames /abc\n 1:21 -> /propertyNames",
		}, ""},
		{`{propertyNames: {pattern: ^a, maxLength: 2}, properties: {b: {}}}`, `{"b": 1, "a": 1}`, []string{
			`error propertyNames /b 1:2 -> /propertyNames`,
			`warning undocumented-field /a 1:10 -> /properties`,
		}, ""},
		{`{propertyNames: {enum: [a, b]}}`, `{"\u0061": 1}`, nil, ""},
		{`{propertyNames: false}`, `{}`, nil, ""},
		{`{propertyNames: false}`, `{"a": 1}`, []string{`error propertyNames /a 1:2 -> /propertyNames`}, ""},
		{`{propertyNames: {type: string}}`, `{"a": 1}`, nil, ""},

		// dependentRequired and dependentSchemas
		{`{dependentRequired: {a: [b, c], b: [a]}}`, `{"a": 1, "c": 1}`, []string{`error dependentRequired  1:1 -> /dependentRequired`}, ""},
		{`{dependentRequired: {a: [b, c], b: [a]}}`, `{"b": 1}`, []string{`error dependentRequired  1:1 -> /dependentRequired`}, ""},
		{`{dependentRequired: {a: [b, c], b: [a]}}`, `{"c": 1}`, nil, ""},
		{`{dependentRequired: {a: []}}`, `{"a": 1}`, nil, ""},
		{`{dependentSchemas: {a: {required: [b]}, b: {maxProperties: 1}}}`, `{"a": 1}`, []string{`error required  1:1 -> /dependentSchemas/a/required`}, ""},
		{`{dependentSchemas: {a: {required: [b]}, b: {maxProperties: 1}}}`, `{"\u0061": 1, "b": 1}`, []string{`error maxProperties  1:1 -> /dependentSchemas/b/maxProperties`}, ""},
		{`{dependentSchemas: {a: false}}`, `{"a": 1}`, []string{`error dependentSchemas  1:1 -> /dependentSchemas/a`}, ""},
		{`{dependentSchemas: {a: false}}`, `{"b": 1}`, nil, ""},
		{`{properties: {a: {}}, dependentSchemas: {a: {properties: {b: {type: integer}}}}}`, `{"a": 1, "b": "", "c": 1}`, []string{
			`error type /b 1:15 -> /dependentSchemas/a/properties/b/type`,
			`warning undocumented-field /c 1:19 -> /properties`,
		}, ""},

		// if, then, else
		{`{if: {type: integer}, then: {minimum: 3}, else: {minLength: 3}}`, `1`, []string{`error minimum  1:1 -> /then/minimum`}, ""},
		{`{if: {type: integer}, then: {minimum: 3}, else: {minLength: 3}}`, `"a"`, []string{`error minLength  1:1 -> /else/minLength`}, ""},
		{`{if: {type: integer}, then: {minimum: 3}, else: {minLength: 3}}`, `4`, nil, ""},
		{`{if: {type: integer}, then: {minimum: 3}}`, `"a"`, nil, ""},
		{`{then: false, else: false}`, `"a"`, nil, ""},
		{`{if: {required: [a]}, then: {properties: {b: {}}}, properties: {a: {}}}`, `{"a": 1, "b": 1, "c": 1}`, []string{`warning undocumented-field /c 1:18 -> /properties`}, ""},
		{`{if: true, then: false}`, `1`, []string{`error then  1:1 -> /then`}, ""},
		{`{if: false, else: false}`, `1`, []string{`error else  1:1 -> /else`}, ""},
		{`{if: {properties: {a: {type: integer}}}, then: {required: [b]}}`, `{"a": 1.0}`, []string{`error required  1:1 -> /then/required`}, ""},

		// a key that is written twice, where it matters whether a schema fits
		{`{anyOf: [{type: object}]}`, `{"a": 1, "a": 2}`, []string{`error duplicate-key /a 1:10 -> `}, ""},
		{`{oneOf: [{type: object}, {type: array}]}`, `{"a": 1, "a": 2}`, []string{`error duplicate-key /a 1:10 -> `}, ""},
		{`{oneOf: [{type: object}, {required: [a]}]}`, `{"a": 1, "a": 2}`, []string{`error oneOf  1:1 -> /oneOf`, `error duplicate-key /a 1:10 -> `}, ""},
		{`{not: {type: object}}`, `{"a": 1, "a": 2}`, []string{`error not  1:1 -> /not`, `error duplicate-key /a 1:10 -> `}, ""},
		{`{contains: {type: object}}`, `[{"a": 1, "a": 2}]`, []string{`error duplicate-key /0/a 1:11 -> `}, ""},
		{`{if: {type: object}, then: {required: [b]}}`, `{"a": 1, "a": 2}`, []string{`error required  1:1 -> /then/required`, `error duplicate-key /a 1:10 -> `}, ""},
		{`{allOf: [{anyOf: [{properties: {a: {type: integer}}}]}]}`, `{"a": {}, "a": {"b": 1, "b": 2}}`, []string{
			`error anyOf  1:1 -> /allOf/0/anyOf`,
			`/allOf/0/anyOf/0: error type /a 1:7 -> /allOf/0/anyOf/0/properties/a/type`,
			`/allOf/0/anyOf/0: error type /a 1:16 -> /allOf/0/anyOf/0/properties/a/type`,
			`error duplicate-key /a 1:11 -> `,
			`error duplicate-key /a/b 1:25 -> `,
		}, ""},

		// boolean schemas
		{`true`, `{"a": 1}`, nil, ""},
		{`false`, `{"a": 1}`, []string{`error schema  1:1 -> `}, ""},
		{`{properties: {a: true, b: false}}`, `{"a": 1, "b": {"c": "secret"}}`, []string{`error properties /b 1:15 -> /properties/b`}, ""},
		{`{items: false}`, `[]`, nil, ""},
		{`{items: false}`, `["secret"]`, []string{`error items /0 1:2 -> /items`}, ""},
		{`{not: true}`, `1`, []string{`error not  1:1 -> /not`}, ""},
		{`{not: false}`, `1`, nil, ""},
		{`{allOf: [true, false]}`, `1`, []string{`error allOf  1:1 -> /allOf/1`}, ""},
		{`{anyOf: [true, false]}`, `1`, nil, ""},
		{`{anyOf: [false, false]}`, `1`, []string{
			`error anyOf  1:1 -> /anyOf`,
			`/anyOf/0: error anyOf  1:1 -> /anyOf/0`,
			`/anyOf/1: error anyOf  1:1 -> /anyOf/1`,
		}, ""},
		{`{additionalProperties: False}`, `{"a": 1}`, []string{`error additionalProperties /a 1:2 -> /additionalProperties`}, ""},
		{`{$ref: '#/components/schemas/No'}`, `1`, []string{`error schema  1:1 -> /components/schemas/No`}, `No: false`},
		{`{properties: {a: {$ref: '#/components/schemas/No', description: none}}}`, `{"a": 1}`, []string{`error properties /a 1:7 -> /components/schemas/No`}, `No: false`},

		// unevaluatedProperties
		{`{properties: {a: {}}, unevaluatedProperties: false}`, `{"a": 1, "b": 1}`, []string{`error unevaluatedProperties /b 1:10 -> /unevaluatedProperties`}, ""},
		{`{allOf: [{properties: {a: {}}}], unevaluatedProperties: false}`, `{"a": 1, "b": 1}`, []string{`error unevaluatedProperties /b 1:10 -> /unevaluatedProperties`}, ""},
		{`{anyOf: [{properties: {a: {}}, required: [a]}, {properties: {b: {}}, required: [b]}], unevaluatedProperties: false}`, `{"a": 1, "c": 1}`, []string{`error unevaluatedProperties /c 1:10 -> /unevaluatedProperties`}, ""},
		{`{anyOf: [{properties: {a: {}}, required: [a]}, {properties: {b: {}}, required: [b]}], unevaluatedProperties: false}`, `{"a": 1, "b": 1}`, nil, ""},
		{`{$ref: '#/components/schemas/A', unevaluatedProperties: false}`, `{"a": 1, "b": 1}`, []string{`error unevaluatedProperties /b 1:10 -> /unevaluatedProperties`}, `A: {properties: {a: {}}}`},
		{`{if: {required: [a]}, then: {properties: {a: {}}}, else: {properties: {b: {}}}, unevaluatedProperties: false}`, `{"a": 1, "b": 1}`, []string{`error unevaluatedProperties /b 1:10 -> /unevaluatedProperties`}, ""},
		{`{if: {properties: {a: {const: 1}}}, unevaluatedProperties: false}`, `{"a": 1, "b": 1}`, []string{`error unevaluatedProperties /b 1:10 -> /unevaluatedProperties`}, ""},
		{`{if: {properties: {a: {const: 1}}}, unevaluatedProperties: false}`, `{"a": 2}`, []string{`error unevaluatedProperties /a 1:2 -> /unevaluatedProperties`}, ""},
		{`{not: {properties: {a: {const: 1}}}, unevaluatedProperties: false}`, `{"a": 2}`, []string{`error unevaluatedProperties /a 1:2 -> /unevaluatedProperties`}, ""},
		{`{properties: {a: {}}, unevaluatedProperties: {type: integer}}`, `{"a": "", "b": "", "c": 1}`, []string{`error type /b 1:16 -> /unevaluatedProperties/type`}, ""},
		{`{properties: {a: {}}, unevaluatedProperties: true}`, `{"a": 1, "b": 1}`, nil, ""},
		{`{patternProperties: {^a: {}}, unevaluatedProperties: false}`, `{"ab": 1, "b": 1}`, []string{`error unevaluatedProperties /b 1:11 -> /unevaluatedProperties`}, ""},
		{`{additionalProperties: {}, unevaluatedProperties: false}`, `{"b": 1}`, nil, ""},
		{`{allOf: [{properties: {a: {}}, unevaluatedProperties: false}], properties: {b: {}}}`, `{"a": 1, "b": 1}`, []string{`error unevaluatedProperties /b 1:10 -> /allOf/0/unevaluatedProperties`}, ""},
		{`{allOf: [{unevaluatedProperties: true}], unevaluatedProperties: false}`, `{"a": 1}`, nil, ""},
		{`{dependentSchemas: {a: {properties: {b: {}}}}, properties: {a: {}}, unevaluatedProperties: false}`, `{"a": 1, "b": 1, "c": 1}`, []string{`error unevaluatedProperties /c 1:18 -> /unevaluatedProperties`}, ""},
		{`{anyOf: [{properties: {a: {type: string}}}], unevaluatedProperties: false}`, `{"a": 1}`, []string{
			`error anyOf  1:1 -> /anyOf`,
			`/anyOf/0: error type /a 1:7 -> /anyOf/0/properties/a/type`,
		}, ""},
		{`{unevaluatedProperties: false}`, `[]`, nil, ""},
		{`{properties: {a: {unevaluatedProperties: false, properties: {b: {}}}}}`, `{"a": {"b": 1, "c": 1}}`, []string{`error unevaluatedProperties /a/c 1:16 -> /properties/a/unevaluatedProperties`}, ""},
		{`{oneOf: [{properties: {a: {}}, required: [a]}, {properties: {b: {}}, required: [b]}], unevaluatedProperties: {minimum: 3}}`, `{"a": 1, "c": 1}`, []string{`error minimum /c 1:15 -> /unevaluatedProperties/minimum`}, ""},

		// unevaluatedItems
		{`{prefixItems: [{}], unevaluatedItems: false}`, `[1, 2]`, []string{`error unevaluatedItems /1 1:5 -> /unevaluatedItems`}, ""},
		{`{prefixItems: [{}], unevaluatedItems: {type: integer}}`, `["", "", 1]`, []string{`error type /1 1:6 -> /unevaluatedItems/type`}, ""},
		{`{items: {}, unevaluatedItems: false}`, `[1]`, nil, ""},
		{`{contains: {type: integer}, unevaluatedItems: false}`, `[1, "", 2]`, []string{`error unevaluatedItems /1 1:5 -> /unevaluatedItems`}, ""},
		{`{allOf: [{prefixItems: [{}, {}]}], anyOf: [{prefixItems: [{type: integer}]}, {prefixItems: [{}, {}, {type: integer}]}], unevaluatedItems: false}`, `[1, 2, 3, 4]`, []string{`error unevaluatedItems /3 1:11 -> /unevaluatedItems`}, ""},
		{`{if: {prefixItems: [{const: 1}]}, unevaluatedItems: false}`, `[1]`, nil, ""},
		{`{if: {prefixItems: [{const: 1}]}, unevaluatedItems: false}`, `[2]`, []string{`error unevaluatedItems /0 1:2 -> /unevaluatedItems`}, ""},
		{`{$ref: '#/components/schemas/A', unevaluatedItems: false}`, `[1, 2]`, []string{`error unevaluatedItems /1 1:5 -> /unevaluatedItems`}, `A: {prefixItems: [{}]}`},
		{`{unevaluatedItems: false}`, `{}`, nil, ""},
		{`{allOf: [{unevaluatedItems: true}], unevaluatedItems: false}`, `[1]`, nil, ""},

		// $ref, $defs, $anchor, $id
		{`{$ref: '#/components/schemas/A', maximum: 3}`, `1`, []string{`error minimum  1:1 -> /components/schemas/A/minimum`}, `A: {minimum: 2}`},
		{`{$ref: '#/components/schemas/A', maximum: 3}`, `4`, []string{`error maximum  1:1 -> /maximum`}, `A: {minimum: 2}`},
		{`{$ref: '#/components/schemas/A', required: [b], properties: {b: {}}}`, `{"a": 1, "c": 1}`, []string{
			`error required  1:1 -> /required`,
			`warning undocumented-field /c 1:10 -> /properties`,
		}, `A: {properties: {a: {}}}`},
		{`{$id: 'https://example.com/root', properties: {a: {$ref: '#/$defs/A'}, b: {$ref: '#anchored'}, c: {$ref: 'other'}}, $defs: {A: {type: string}, B: {$anchor: anchored, type: string}, C: {$id: other, type: string}}}`, `{"a": 1, "b": 1, "c": 1}`, []string{
			`error type /a 1:7 -> /$defs/A/type`,
			`error type /b 1:15 -> /$defs/B/type`,
			`error type /c 1:23 -> /$defs/C/type`,
		}, ""},
		{`{$ref: '#/components/schemas/A'}`, `{"a": 1}`, []string{`error type /a 1:7 -> /components/schemas/A/$defs/B/type`}, `A: {properties: {a: {$ref: '#word'}}, $defs: {B: {$anchor: word, type: string}}}`},
		{`{$ref: '#/components/schemas/A/$defs/B~1c'}`, `1`, []string{`error type  1:1 -> /components/schemas/A/$defs/B~1c/type`}, `A: {$defs: {B/c: {type: string}}}`},
		{`{$ref: '#/components/schemas/Node'}`, `{"child": {"child": {"child": 1}}}`, []string{`error type /child/child/child 1:31 -> /components/schemas/Node/type`}, `Node: {type: object, properties: {child: {$ref: '#/components/schemas/Node'}}}`},
		{`{$ref: '#/components/schemas/Node'}`, `{"child": {"child": {"x": 1}}}`, []string{
			`error anyOf /child 1:11 -> /components/schemas/Node/properties/child/anyOf`,
			`/components/schemas/Node: error anyOf /child/child 1:21 -> /components/schemas/Node/properties/child/anyOf`,
			`/components/schemas/Node: /components/schemas/Node: error unevaluatedProperties /child/child/x 1:22 -> /components/schemas/Node/unevaluatedProperties`,
			`/components/schemas/Node: /components/schemas/Node/properties/child/anyOf/1: error type /child/child 1:21 -> /components/schemas/Node/properties/child/anyOf/1/type`,
			`/components/schemas/Node/properties/child/anyOf/1: error type /child 1:11 -> /components/schemas/Node/properties/child/anyOf/1/type`,
		}, `Node: {allOf: [{type: object}], properties: {child: {anyOf: [{$ref: '#/components/schemas/Node'}, {type: 'null'}]}}, unevaluatedProperties: false}`},
		{`{$ref: '#/components/schemas/A'}`, `{"b": {"a": {"b": 1}}}`, []string{`error type /b/a/b 1:19 -> /components/schemas/B/type`}, "A: {properties: {b: {$ref: '#/components/schemas/B'}}, type: object}\n    B: {properties: {a: {$ref: '#/components/schemas/A'}}, type: object}"},

		// annotations
		{`{contentEncoding: base64, contentMediaType: application/json, contentSchema: {type: object}, $comment: x, examples: [1], default: 1, title: a, deprecated: true}`, `"%"`, nil, ""},

		// a schema that judges one value twice
		{`{anyOf: [{$ref: '#/components/schemas/A', required: [z]}, {$ref: '#/components/schemas/A'}], unevaluatedProperties: false}`, `{"a": 1}`, nil, `A: {properties: {a: {type: integer}}}`},
		{`{anyOf: [{$ref: '#/components/schemas/A', required: [z]}, {$ref: '#/components/schemas/A'}], unevaluatedProperties: false}`, `{"a": 1, "b": 1}`, []string{`error unevaluatedProperties /b 1:10 -> /unevaluatedProperties`}, `A: {properties: {a: {type: integer}}}`},
		{`{anyOf: [{$ref: '#/components/schemas/A', required: [z]}, {$ref: '#/components/schemas/A', maxProperties: 1}]}`, `{"a": ""}`, []string{
			`error anyOf  1:1 -> /anyOf`,
			`/anyOf/1: error type /a 1:7 -> /components/schemas/A/properties/a/type`,
			`/anyOf/0: error required  1:1 -> /anyOf/0/required`,
			`/anyOf/0: error type /a 1:7 -> /components/schemas/A/properties/a/type`,
		}, `A: {properties: {a: {type: integer}}}`},
		{`{anyOf: [{$ref: '#/components/schemas/A', items: {maximum: 0}}, {$ref: '#/components/schemas/A'}], unevaluatedItems: false}`, `[1]`, nil, `A: {prefixItems: [{type: integer}]}`},
		{`{allOf: [{unevaluatedProperties: {properties: {x: {}}}}], unevaluatedProperties: false}`, `{"a": {"x": 1}, "b": {"x": 1, "y": 2}}`, []string{`warning undocumented-field /b/y 1:31 -> /allOf/0/unevaluatedProperties/properties`}, ""},
		{`{allOf: [{unevaluatedItems: {properties: {x: {}}}}], unevaluatedItems: false}`, `[1, {"x": 1, "y": 2}]`, []string{`warning undocumented-field /1/y 1:14 -> /allOf/0/unevaluatedItems/properties`}, ""},
		{`{allOf: [{not: {$ref: '#/components/schemas/A'}}, {$ref: '#/components/schemas/A'}]}`, `{"a": 1}`, []string{`error required  1:1 -> /components/schemas/A/required`}, `A: {required: [b]}`},
	})
}

func checkKeywords(t *testing.T, version string, tests []keywordCase) {
	for _, tt := range tests {
		program, _, err := keywordProgram(version, tt.schema, tt.components)
		if assert.NoError(t, err, tt.schema) {
			findings := contract.New(program).Check([]byte(tt.body))
			assert.Equal(t, append([]string{}, tt.want...), stated(findings), "%s %s %s", version, tt.schema, tt.body)
		}
	}
}

// keywordProgram compiles the component Root, which stands at 5:11, and what it refers
// to.
func keywordProgram(version, schema string, components ...string) (contract.Program, []*compile.Error, error) {
	text := "openapi: " + version + "\n" +
		"paths: {/: {get: {responses: {'200': {content: {application/json: {schema: {$ref: '#/components/schemas/Root'}}}}}}}}\n" +
		"components:\n  schemas:\n    Root: " + schema + "\n"
	for _, c := range components {
		text += "    " + c + "\n"
	}
	document, err := compile.Parse("spec.yaml", []byte(text))
	if err != nil {
		return contract.Program{}, nil, err
	}
	return documentProgram(document)
}

// documentProgram compiles the first response of the only operation.
func documentProgram(document *compile.Document) (contract.Program, []*compile.Error, error) {
	operation, err := document.Operation("")
	if err != nil {
		return contract.Program{}, nil, err
	}
	return operation.Responses[0].Program()
}

func stated(findings []contract.Finding) []string {
	lines := []string{}
	from := func(p contract.Position) string { return strings.TrimPrefix(p.Pointer, "/components/schemas/Root") }
	for _, f := range findings {
		lines = append(lines, fmt.Sprintf("%s %s %s %d:%d -> %s", f.Severity, f.Rule, f.Pointer, f.Line, f.Column, from(f.Spec)))
		for _, b := range f.Branches {
			for _, line := range stated(b.Findings) {
				lines = append(lines, from(b.Spec)+": "+line)
			}
		}
	}
	return lines
}

// TestRefusedSchemas has what can't be honoured, and the place that is blamed.
func TestRefusedSchemas(t *testing.T) {
	type refused []struct{ schema, want string }
	check := func(version string, tests refused) {
		for _, tt := range tests {
			_, _, err := keywordProgram(version, tt.schema)
			assert.EqualError(t, err, tt.want, "%s %s", version, tt.schema)
		}
	}
	both := refused{
		// patterns
		{`{pattern: '(?=a)'}`, `spec.yaml:5:21: the pattern "(?=a)" can't be used: (?=…) looks around, which is not supported`},
		{`{pattern: '(?!a)b'}`, `spec.yaml:5:21: the pattern "(?!a)b" can't be used: (?!…) looks around, which is not supported`},
		{`{pattern: '(?<=a)b'}`, `spec.yaml:5:21: the pattern "(?<=a)b" can't be used: (?<=…) looks around, which is not supported`},
		{`{pattern: '(?<!a)b'}`, `spec.yaml:5:21: the pattern "(?<!a)b" can't be used: (?<!…) looks around, which is not supported`},
		{`{pattern: '(a)\1'}`, `spec.yaml:5:21: the pattern "(a)\\1" can't be used: \1 refers back, which is not supported`},
		{`{pattern: '(?<n>a)\k<n>'}`, `spec.yaml:5:21: the pattern "(?<n>a)\\k<n>" can't be used: \k refers back, which is not supported`},
		{`{pattern: '(?i)a'}`, `spec.yaml:5:21: the pattern "(?i)a" can't be used: (? starts no group of ECMA-262`},
		{`{pattern: '[b-a]'}`, `spec.yaml:5:21: the pattern "[b-a]" can't be used: a range within brackets ends wrong`},
		{`{pattern: '[a-\d]'}`, `spec.yaml:5:21: the pattern "[a-\\d]" can't be used: a range within brackets ends wrong`},
		{`{pattern: '[a'}`, `spec.yaml:5:21: the pattern "[a" can't be used: ] is missing`},
		{`{pattern: '(a'}`, "spec.yaml:5:21: the pattern \"(a\" can't be used: error parsing regexp: missing closing ): `(a`"},
		{`{pattern: 'a)'}`, "spec.yaml:5:21: the pattern \"a)\" can't be used: error parsing regexp: unexpected ): `a)`"},
		{`{pattern: 'a**'}`, "spec.yaml:5:21: the pattern \"a**\" can't be used: error parsing regexp: invalid nested repetition operator: `**`"},
		{`{pattern: '\'}`, `spec.yaml:5:21: the pattern "\\" can't be used: it ends in \`},
		{`{pattern: '\ud83d'}`, `spec.yaml:5:21: the pattern "\\ud83d" can't be used: \u: a lone surrogate`},
		{`{pattern: '\ude00\ud83d'}`, `spec.yaml:5:21: the pattern "\\ude00\\ud83d" can't be used: \u: a lone surrogate`},
		{`{pattern: '\u12'}`, `spec.yaml:5:21: the pattern "\\u12" can't be used: \u: 4 hexadecimal digits are due`},
		{`{pattern: '\u{110000}'}`, `spec.yaml:5:21: the pattern "\\u{110000}" can't be used: \u: no code point`},
		{`{pattern: '\x4'}`, `spec.yaml:5:21: the pattern "\\x4" can't be used: \x: 2 hexadecimal digits are due`},
		{`{pattern: '\c1'}`, `spec.yaml:5:21: the pattern "\\c1" can't be used: \c is no escape of ECMA-262`},
		{`{pattern: '\01'}`, `spec.yaml:5:21: the pattern "\\01" can't be used: \0 is no escape of ECMA-262`},
		{`{pattern: '\a'}`, `spec.yaml:5:21: the pattern "\\a" can't be used: \a is no escape of ECMA-262`},
		{`{pattern: '\A'}`, `spec.yaml:5:21: the pattern "\\A" can't be used: \A is no escape of ECMA-262`},
		{`{pattern: '\Z'}`, `spec.yaml:5:21: the pattern "\\Z" can't be used: \Z is no escape of ECMA-262`},
		{`{pattern: '\p{Nope}'}`, `spec.yaml:5:21: the pattern "\\p{Nope}" can't be used: \p{Nope} is not supported`},
		{`{pattern: '\pL'}`, `spec.yaml:5:21: the pattern "\\pL" can't be used: \p is written \p{Name}`},
		{`{pattern: 'a{1001}'}`, "spec.yaml:5:21: the pattern \"a{1001}\" can't be used: error parsing regexp: invalid repeat count: `{1001}`"},
		{`{pattern: [a]}`, `spec.yaml:5:21: a pattern is a string`},

		// operands
		{`{minimum: x}`, `spec.yaml:5:21: minimum is a number`},
		{`{minimum: "1"}`, `spec.yaml:5:21: minimum is a number`},
		{`{minimum: .nan}`, `spec.yaml:5:21: .nan is not a number in JSON`},
		{`{maximum: .inf}`, `spec.yaml:5:21: .inf is not a number in JSON`},
		{`{multipleOf: 0}`, `spec.yaml:5:24: multipleOf is more than 0`},
		{`{multipleOf: -1}`, `spec.yaml:5:24: multipleOf is more than 0`},
		{`{multipleOf: 0e5}`, `spec.yaml:5:24: multipleOf is more than 0`},
		{`{minLength: -1}`, `spec.yaml:5:23: minLength is an integer from 0 on`},
		{`{minLength: 1.5}`, `spec.yaml:5:23: minLength is an integer from 0 on`},
		{`{maxItems: x}`, `spec.yaml:5:22: maxItems is a number`},
		{`{maxProperties: 0.5}`, `spec.yaml:5:27: maxProperties is an integer from 0 on`},
		{`{uniqueItems: 1}`, `spec.yaml:5:25: uniqueItems is one of true, false`},
		{`{writeOnly: maybe}`, `spec.yaml:5:23: writeOnly is one of true, false`},
		{`{enum: a}`, `spec.yaml:5:18: a list of values is due here`},
		{`{required: a}`, `spec.yaml:5:22: required is a list of names`},
		{`{required: [[a]]}`, `spec.yaml:5:23: required is a list of names`},
		{`{properties: [a]}`, `spec.yaml:5:24: an object is due here`},
		{`{properties: {a: 1}}`, `spec.yaml:5:28: an object is due here`},
		{`{properties: {a: {}, a: {}}}`, `spec.yaml:5:32: "a" stands here twice`},
		{`{items: [{}]}`, `spec.yaml:5:19: an object is due here`},
		{`{allOf: {}}`, `spec.yaml:5:19: allOf is a list of schemas`},
		{`{allOf: []}`, `spec.yaml:5:19: allOf is a list of schemas`},
		{`{anyOf: [1]}`, `spec.yaml:5:20: an object is due here`},
		{`{not: 1}`, `spec.yaml:5:17: an object is due here`},
		{`{format: [a]}`, `spec.yaml:5:20: format is a string`},
		{`{type: string, type: string}`, `spec.yaml:5:26: "type" stands here twice`},
		{`{discriminator: a}`, `spec.yaml:5:27: discriminator has a propertyName`},
		{`{discriminator: {propertyName: a, mapping: {x: Nowhere}}}`, `spec.yaml:5:58: $ref "Nowhere" leads out of this document: only places in it can be referred to, as in #/components/schemas/Name`},
		{`{discriminator: {propertyName: a, mapping: {x: '#/components/schemas/Nowhere'}}}`, `spec.yaml:5:58: $ref "#/components/schemas/Nowhere" leads nowhere`},
		{`{<<: {type: string}}`, `spec.yaml:5:12: the merge key << is not supported: write the members out`},
		{`{enum: [*nowhere]}`, `spec.yaml: yaml: unknown anchor 'nowhere' referenced`},
		{`{enum: &a [*a]}`, `spec.yaml:5:22: the alias stands within what it stands for`},
		{`{x-present-when: {property: a, in: [b]}}`, `spec.yaml:5:12: x-present-when stands in the schema of a property`},
		{`{properties: {a: {x-present-when: {property: b}}}}`, `spec.yaml:5:45: x-present-when is written {property: name, in: [value]}`},
		{`[]`, `spec.yaml:5:11: an object is due here`},
		{`1`, `spec.yaml:5:11: an object is due here`},

		// references
		{`{$ref: '#/components/schemas/Nowhere'}`, `spec.yaml:5:18: $ref "#/components/schemas/Nowhere" leads nowhere`},
		{`{$ref: '#/components/schemas/Root'}`, `spec.yaml:5:18: $ref "#/components/schemas/Root" leads back to itself`},
		{`{$ref: 'other.yaml#/A'}`, `spec.yaml:5:18: $ref "other.yaml#/A" leads out of this document: only places in it can be referred to, as in #/components/schemas/Name`},
		{`{$ref: 'https://example.com/a'}`, `spec.yaml:5:18: $ref "https://example.com/a" leads out of this document: only places in it can be referred to, as in #/components/schemas/Name`},
		{`{$ref: '#nowhere'}`, `spec.yaml:5:18: $ref "#nowhere" leads nowhere: no schema has that $anchor`},
		{`{$ref: '%'}`, `spec.yaml:5:18: $ref "%" is not a URI reference`},
		{`{$ref: [a]}`, `spec.yaml:5:18: $ref is a string`},
		{`{$ref: null}`, `spec.yaml:5:18: $ref is a string`}, // what is left of one that # makes a comment
		{`{allOf: [{$ref: '#/components/schemas/Root'}]}`, `spec.yaml:5:12: allOf leads back to its own schema without going into the value`},
		{`{properties: {a: {not: {anyOf: [{$ref: '#/components/schemas/Root/properties/a'}]}}}}`, `spec.yaml:5:35: anyOf leads back to its own schema without going into the value`},
		{"{oneOf: [{type: string}, {$ref: '#/components/schemas/A'}]}\n    A: {allOf: [{$ref: '#/components/schemas/Root'}]}", `spec.yaml:6:9: allOf leads back to its own schema without going into the value`},
		{"{$ref: '#/components/schemas/A'}\n    A: {$ref: '#/components/schemas/B'}\n    B: {$ref: '#/components/schemas/A'}", `spec.yaml:6:15: $ref "#/components/schemas/B" leads back to itself`},
	}
	check("3.0.3", both)
	check("3.1.0", both)
	check("3.0.3", refused{
		{`{type: text}`, `spec.yaml:5:18: type is one of boolean, object, array, string, integer, number`},
		{`{type: {}}`, `spec.yaml:5:18: type is one of boolean, object, array, string, integer, number`},
		{`{type: [string]}`, `spec.yaml:5:18: type is one of boolean, object, array, string, integer, number`},
		{`{type: 'null'}`, `spec.yaml:5:18: type is one of boolean, object, array, string, integer, number`},
		{`{exclusiveMinimum: 1}`, `spec.yaml:5:30: exclusiveMinimum is one of true, false`},
		{`{exclusiveMaximum: x, maximum: 1}`, `spec.yaml:5:30: exclusiveMaximum is one of true, false`},
		{`{nullable: "true"}`, `spec.yaml:5:22: nullable is one of true, false`},
		{`{properties: {a: true}}`, `spec.yaml:5:28: an object is due here`},
		{`{items: false}`, `spec.yaml:5:19: an object is due here`},
		{`true`, `spec.yaml:5:11: an object is due here`},
	})
	check("3.1.0", refused{
		{`{type: text}`, `spec.yaml:5:18: type is one of boolean, object, array, string, integer, number, null`},
		{`{type: {}}`, `spec.yaml:5:18: type is one of boolean, object, array, string, integer, number, null`},
		{`{type: [text]}`, `spec.yaml:5:19: type is one of boolean, object, array, string, integer, number, null`},
		{`{type: []}`, `spec.yaml:5:18: type has at least one name`},
		{`{type: [string, string, text]}`, `spec.yaml:5:35: type is one of boolean, object, array, string, integer, number, null`},
		{`{exclusiveMinimum: true, minimum: 1}`, `spec.yaml:5:30: exclusiveMinimum is a number`},
		{`{minContains: -1}`, `spec.yaml:5:25: minContains is an integer from 0 on`},
		{`{prefixItems: {}}`, `spec.yaml:5:25: prefixItems is a list of schemas`},
		{`{prefixItems: []}`, `spec.yaml:5:25: prefixItems is a list of schemas`},
		{`{patternProperties: {'(?=a)': {}}}`, `spec.yaml:5:32: the pattern "(?=a)" can't be used: (?=…) looks around, which is not supported`},
		{`{patternProperties: {'a': {}, '[': {}}}`, `spec.yaml:5:41: the pattern "[" can't be used: ] is missing`},
		{`{patternProperties: []}`, `spec.yaml:5:31: an object is due here`},
		{`{dependentRequired: [a]}`, `spec.yaml:5:31: an object is due here`},
		{`{dependentRequired: {a: b}}`, `spec.yaml:5:35: dependentRequired is a list of names`},
		{`{dependentSchemas: {a: 1}}`, `spec.yaml:5:34: an object is due here`},
		{`{propertyNames: 1}`, `spec.yaml:5:27: an object is due here`},
		{`{unevaluatedProperties: 1}`, `spec.yaml:5:35: an object is due here`},
		{`{if: []}`, `spec.yaml:5:16: an object is due here`},
		{`{$dynamicRef: '#a'}`, `spec.yaml:5:12: $dynamicRef is not supported: use $ref`},
		{`{$dynamicRef: '#a', $dynamicAnchor: a}`, `spec.yaml:5:12: $dynamicRef is not supported: use $ref`},
		{`{$id: 'a#b'}`, `spec.yaml:5:17: $id is a URI without a fragment`},
		{`{$id: '%'}`, `spec.yaml:5:17: $id is a URI without a fragment`},
		{`{properties: {a: {$ref: '#/$defs/a', description: x}}}`, `spec.yaml:5:35: $ref "#/$defs/a" leads nowhere`},
		{`{then: {$ref: '#/components/schemas/Root'}}`, `spec.yaml:5:12: then leads back to its own schema without going into the value`},
		{`{if: {$ref: '#/components/schemas/Root'}}`, `spec.yaml:5:12: if leads back to its own schema without going into the value`},
		{`{dependentSchemas: {a: {$ref: '#/components/schemas/Root'}}}`, `spec.yaml:5:12: dependentSchemas leads back to its own schema without going into the value`},
		{`{$ref: '#/components/schemas/Root', type: string}`, `spec.yaml:5:12: $ref leads back to its own schema without going into the value`},
	})
}

// TestDeepDocuments nests a document too deep to be read.
func TestDeepDocuments(t *testing.T) {
	_, err := compile.Parse("spec.json", []byte(`{"openapi": `+strings.Repeat("[", 1_000_000)))
	assert.EqualError(t, err, "spec.json:1:10013: not JSON: more than 10,000 levels")
	_, err = compile.Parse("spec.yaml", []byte(`openapi: `+strings.Repeat("[", 1_000_000)))
	assert.ErrorContains(t, err, "10000")
}

// TestSpecWarnings has what contradicts itself, or judges nothing.
func TestSpecWarnings(t *testing.T) {
	type warned []struct {
		schema string
		want   []string
	}
	check := func(version string, tests warned) {
		for _, tt := range tests {
			_, warnings, err := keywordProgram(version, tt.schema)
			require.NoError(t, err, tt.schema)
			said := []string{}
			for _, w := range warnings {
				assert.Equal(t, "spec.yaml", w.File)
				said = append(said, strings.TrimPrefix(w.Error(), "spec.yaml:"))
			}
			assert.Equal(t, append([]string{}, tt.want...), said, "%s %s", version, tt.schema)
		}
	}
	both := warned{
		{`{minimum: 3, maximum: 2}`, []string{`5:12: minimum 3 and maximum 2 leave no value`}},
		{`{minimum: 3, maximum: 3}`, nil},
		{`{minLength: 3, maxLength: 2}`, []string{`5:12: minLength 3 and maxLength 2 leave no value`}},
		{`{minItems: 3, maxItems: 2}`, []string{`5:12: minItems 3 and maxItems 2 leave no value`}},
		{`{minProperties: 3, maxProperties: 2}`, []string{`5:12: minProperties 3 and maxProperties 2 leave no value`}},
		{`{type: string, enum: [a, 1, null]}`, []string{
			`5:26: enum has 1, which type string never lets pass`,
			`5:26: enum has null, which type string never lets pass`,
		}},
		{`{type: integer, enum: [1.0, 1.5, 1e400, 1e-400]}`, []string{
			`5:27: enum has 1.5, which type integer never lets pass`,
			`5:27: enum has 1e-400, which type integer never lets pass`,
		}},
		{`{type: number, enum: [1.5, "1.5"]}`, []string{`5:26: enum has "1.5", which type number never lets pass`}},
		{`{type: object, enum: [{}, []]}`, []string{`5:26: enum has [], which type object never lets pass`}},
		{`{enum: [a, b, a]}`, []string{`5:25: "a" stands here twice`}},
		{`{required: [a, a]}`, []string{`5:26: "a" stands here twice`}},
		{`{enum: []}`, []string{`5:18: an empty list leaves no value`}},
		{`{x-anything: 1, title: a}`, nil},
		{`{allOf: [{minimum: 3}, {maximum: 2}]}`, nil},
	}
	check("3.0.3", both)
	check("3.1.0", both)
	check("3.0.3", warned{
		{`{unknown: 1, additionalItems: {}, dependencies: {}}`, []string{
			`5:12: "unknown" is not a keyword of OpenAPI 3.0: it judges nothing`,
			`5:24: "additionalItems" is not a keyword of OpenAPI 3.0: it judges nothing`,
			`5:45: "dependencies" is not a keyword of OpenAPI 3.0: it judges nothing`,
		}},
		{`{properties: {a: {unknown: 1}}}`, []string{`5:29: "unknown" is not a keyword of OpenAPI 3.0: it judges nothing`}},
		{`{minimum: 3, exclusiveMinimum: true, maximum: 3}`, []string{`5:24: exclusiveMinimum 3 and maximum 3 leave no value`}},
		{`{minimum: 3, maximum: 3, exclusiveMaximum: true}`, []string{`5:12: minimum 3 and exclusiveMaximum 3 leave no value`}},
		{`{exclusiveMaximum: true}`, []string{`5:12: exclusiveMaximum judges nothing without maximum`}},
		{`{exclusiveMaximum: false}`, []string{`5:12: exclusiveMaximum judges nothing without maximum`}},
		{`{const: 1, patternProperties: {}, propertyNames: {}, unevaluatedProperties: false, $dynamicRef: '#a', contains: {}}`, []string{
			`5:12: "const" is not a keyword of OpenAPI 3.0: it judges nothing`,
			`5:22: "patternProperties" is not a keyword of OpenAPI 3.0: it judges nothing`,
			`5:45: "propertyNames" is not a keyword of OpenAPI 3.0: it judges nothing`,
			`5:64: "unevaluatedProperties" is not a keyword of OpenAPI 3.0: it judges nothing`,
			`5:94: "$dynamicRef" is not a keyword of OpenAPI 3.0: it judges nothing`,
			`5:113: "contains" is not a keyword of OpenAPI 3.0: it judges nothing`,
		}},
		{`{type: string, nullable: true, enum: [a, null]}`, nil},
		{`{type: string, enum: [a, null]}`, []string{`5:26: enum has null, which type string never lets pass`}},
		{"{$ref: '#/components/schemas/A', nullable: true, description: x}\n    A: {type: string}", []string{`5:44: nullable beside $ref is ignored by OpenAPI 3.0: move it to the schema that $ref names`}},
		{"{properties: {a: {$ref: '#/components/schemas/A'}, b: {$ref: '#/components/schemas/A'}}}\n    A: {$ref: '#/components/schemas/B', type: object}\n    B: {type: string}", []string{`6:41: type beside $ref is ignored by OpenAPI 3.0: move it to the schema that $ref names`}},
	})
	check("3.1.0", warned{
		{`{unknown: 1, additionalItems: {}, dependencies: {}}`, []string{
			`5:12: "unknown" is not a keyword of OpenAPI 3.1: it judges nothing`,
			`5:24: "additionalItems" is not a keyword of OpenAPI 3.1: it judges nothing`,
			`5:45: "dependencies" is not a keyword of OpenAPI 3.1: it judges nothing`,
		}},
		{`{properties: {a: {unknown: 1}}}`, []string{`5:29: "unknown" is not a keyword of OpenAPI 3.1: it judges nothing`}},
		{`{exclusiveMinimum: 3, maximum: 3}`, []string{`5:12: exclusiveMinimum 3 and maximum 3 leave no value`}},
		{`{exclusiveMinimum: 3, exclusiveMaximum: 3}`, []string{`5:12: exclusiveMinimum 3 and exclusiveMaximum 3 leave no value`}},
		{`{exclusiveMinimum: 3, exclusiveMaximum: 3.5}`, nil},
		{`{minimum: 3, exclusiveMaximum: 3}`, []string{`5:12: minimum 3 and exclusiveMaximum 3 leave no value`}},
		{`{type: [string, string]}`, []string{`5:27: "string" stands here twice`}},
		{`{dependentRequired: {a: [b, b]}}`, []string{`5:39: "b" stands here twice`}},
		{`{type: string, const: 1}`, []string{`5:26: const has 1, which type string never lets pass`}},
		{`{type: [integer, 'null'], enum: [1, null, a]}`, []string{`5:37: enum has "a", which type integer or null never lets pass`}},
		{`{type: string, nullable: true}`, []string{`5:26: nullable means nothing in OpenAPI 3.1: add "null" to type`}},
		{`{minContains: 3, maxContains: 2, contains: {}}`, []string{`5:12: minContains 3 and maxContains 2 leave no value`}},
		{`{contains: {}, minContains: 3, maxContains: 2, $recursiveRef: '#'}`, []string{
			`5:58: "$recursiveRef" is not a keyword of OpenAPI 3.1: it judges nothing`,
			`5:26: minContains 3 and maxContains 2 leave no value`,
		}},
		{"{$ref: '#/components/schemas/A', nullable: true}\n    A: {type: string}", []string{`5:44: nullable means nothing in OpenAPI 3.1: add "null" to type`}},
	})
}

// TestDiscriminator has what it chooses first among the branches, whatever it came close
// to; the verdict stays.
func TestDiscriminator(t *testing.T) {
	const components = `{Cat: {type: object, required: [lives, name], properties: {kind: {type: string}}}, a.Dog: {type: object, required: [bark]}}`
	pets := func(keyword, mapping, branches string) *contract.Contract {
		text := "openapi: 3.1.0\npaths: {/: {get: {responses: {'200': {content: {application/json: {schema: " +
			"{discriminator: {propertyName: kind" + mapping + "}, " + keyword + ": [" + branches + "]}}}}}}}}\ncomponents: {schemas: " + components + "}\n"
		document, err := compile.Parse("spec.yaml", []byte(text))
		require.NoError(t, err)
		program, warnings, err := documentProgram(document)
		require.NoError(t, err, text)
		require.Empty(t, warnings)
		return contract.New(program)
	}
	const (
		refs    = "{$ref: '#/components/schemas/a.Dog'}, {$ref: '#/components/schemas/Cat'}"
		dog     = "/components/schemas/a.Dog"
		cat     = "/components/schemas/Cat"
		mapping = ", mapping: {c: Cat, d: a.Dog, e: '#/components/schemas/Cat'}"
	)
	tests := []struct {
		mapping, body string
		first         string
	}{
		{"", `{}`, dog}, // one member is missing there, two in the other
		{"", `{"kind": "Cat"}`, cat},
		{"", `{"kind": "a.Dog"}`, dog},
		{"", `{"\u006bind": "C\u0061t"}`, cat},
		{"", `{"kind": "Bird"}`, dog},
		{"", `{"kind": 1}`, dog},
		{"", `[]`, dog},
		{mapping, `{"kind": "c"}`, cat},
		{mapping, `{"kind": "e"}`, cat},
		{mapping, `{"kind": "d"}`, dog},
		{mapping, `{"kind": "Cat"}`, cat}, // the names stay
		{mapping, `{"kind": "f"}`, dog},
	}
	for _, keyword := range []string{"anyOf", "oneOf"} {
		for _, tt := range tests {
			findings := pets(keyword, tt.mapping, refs).Check([]byte(tt.body))
			require.Len(t, findings, 1, tt.body)
			assert.Equal(t, contract.Rule(keyword), findings[0].Rule)
			require.Len(t, findings[0].Branches, 2)
			assert.Equal(t, tt.first, findings[0].Branches[0].Spec.Pointer, "%s %s", tt.mapping, tt.body)
		}
		// What another schema lets pass passes.
		assert.Empty(t, pets(keyword, mapping, refs).Check([]byte(`{"kind": "c", "bark": 1}`)))
		assert.Empty(t, pets(keyword, "", refs).Check([]byte(`{"bark": 1}`)))
	}

	// A branch that says more beside the reference is the one that is meant.
	findings := pets("oneOf", mapping, "{$ref: '#/components/schemas/a.Dog'}, {$ref: '#/components/schemas/Cat', required: [more]}").Check([]byte(`{"kind": "c"}`))
	require.Len(t, findings, 1)
	assert.True(t, strings.HasSuffix(findings[0].Branches[0].Spec.Pointer, "/oneOf/1"), findings[0].Branches[0].Spec.Pointer)
}

// TestOnlyReachesWhatJudgesInPlace shrinks what allOf, references and dependentRequired
// require of the top level, and of nothing deeper.
func TestOnlyReachesWhatJudgesInPlace(t *testing.T) {
	const components = `A: {required: [a, b], properties: {root: {$ref: '#/components/schemas/Root'}, a: {$ref: '#/components/schemas/A'}, c: {}}}`
	tests := []struct {
		schema, body string
		fields       []string
		want         []string
	}{
		{`{required: [a, b]}`, `{}`, []string{"a", "c"}, []string{"error required  1:1 -> /required"}},
		{`{required: [a, b]}`, `{}`, nil, nil},
		{`{allOf: [{required: [a]}, {allOf: [{required: [b]}]}]}`, `{}`, []string{"b"}, []string{"error required  1:1 -> /allOf/1/allOf/0/required"}},
		{`{anyOf: [{required: [a]}]}`, `{}`, []string{"b"}, nil},
		{`{$ref: '#/components/schemas/A', required: [c]}`, `{}`, []string{"a", "c"}, []string{
			"error required  1:1 -> /required", "error required  1:1 -> /components/schemas/A/required"}},
		{`{dependentRequired: {a: [b, c], d: [e]}}`, `{"a": 1, "d": 1}`, []string{"c"}, []string{"error dependentRequired  1:1 -> /dependentRequired"}},
		{`{dependentRequired: {a: [b, c], d: [e]}}`, `{"a": 1, "d": 1}`, []string{"a", "d"}, nil},
		{`{dependentSchemas: {a: {required: [b]}}}`, `{"a": 1}`, []string{"a"}, nil},
		{`{if: {required: [a]}, then: {required: [b]}, else: {required: [c]}}`, `{}`, []string{"a", "c"}, []string{"error required  1:1 -> /else/required"}},
		{`{if: {required: [a]}, then: {required: [b]}, else: {required: [c]}}`, `{}`, []string{"c"}, nil},
		{`{if: {anyOf: [{required: [a]}]}, then: {required: [b]}}`, `{"a": 1}`, []string{"b"}, nil},
		{`{oneOf: [{required: [a]}, {required: [b]}]}`, `{"c": 1}`, []string{"c"}, nil},
		{`{oneOf: [{required: [a]}, {required: [b]}]}`, `{"a": 1}`, []string{"a"}, nil},
		{`{oneOf: [{required: [a]}, {required: [b]}]}`, `{"a": 1, "b": 1}`, []string{"a", "b"}, []string{"error oneOf  1:1 -> /oneOf"}},
		{`{oneOf: [{required: [a], properties: {c: {type: string}}}, {required: [b], properties: {c: {type: string}}}]}`, `{"c": 1}`, []string{"c"}, []string{
			"error oneOf  1:1 -> /oneOf",
			"/oneOf/0: error type /c 1:7 -> /oneOf/0/properties/c/type",
			"/oneOf/1: error type /c 1:7 -> /oneOf/1/properties/c/type"}},
		{`{minProperties: 2, maxProperties: 2}`, `{"a": 1}`, []string{"a"}, nil},
		{`{not: {required: [a]}}`, `{"a": 1}`, nil, []string{"error not  1:1 -> /not"}},
		{`{items: {required: [a]}}`, `[{}]`, nil, []string{"error required /0 1:2 -> /items/required"}},
		// The same schema deeper down keeps what it requires.
		{`{required: [a], properties: {a: {$ref: '#/components/schemas/Root'}, b: {}}}`, `{"a": {}}`, []string{"a"}, []string{"error required /a 1:7 -> /required"}},
		{`{required: [a], properties: {a: {}, b: {$ref: '#/components/schemas/Root'}}}`, `{"b": {"b": {"a": 1}}}`, []string{"b"}, []string{"error required /b 1:7 -> /required"}},
		{`{allOf: [{$ref: '#/components/schemas/A'}], required: [c]}`, `{"a": {"a": 1, "root": {"c": 1}}}`, []string{"a"}, []string{
			"error required /a 1:7 -> /components/schemas/A/required", "error required /a/root 1:24 -> /components/schemas/A/required",
			"error required /a/root 1:24 -> /components/schemas/A/required"}},
	}
	for _, tt := range tests {
		program, _, err := keywordProgram("3.1.0", tt.schema, components)
		require.NoError(t, err, tt.schema)
		whole := contract.New(program)
		assert.Equal(t, append([]string{}, tt.want...), stated(whole.Only(tt.fields...).Check([]byte(tt.body))), "%s %s", tt.schema, tt.body)
		again, _, err := keywordProgram("3.1.0", tt.schema, components)
		require.NoError(t, err)
		assert.Equal(t, again, whole.Program(), "Only changes the contract that it is made from")
	}
}

// TestDependentRequiredNamesTheMember has two members that ask for others: the finding names
// the one that is there.
func TestDependentRequiredNamesTheMember(t *testing.T) {
	program, _, err := keywordProgram("3.1.0", `{dependentRequired: {a: [b, c], b: [a]}}`)
	require.NoError(t, err)
	for body, want := range map[string]string{
		`{"a": 1, "b": 1}`: `the member "c", which "a" requires`,
		`{"b": 1}`:         `the member "a", which "b" requires`,
	} {
		findings := contract.New(program).Check([]byte(body))
		require.Len(t, findings, 1, body)
		assert.Equal(t, want, findings[0].Expected, body)
	}
}

// TestBranchesStayInside has findings of branches that fit, that don't, and of schemas
// that are only tried: none of their errors is one of the body's.
func TestBranchesStayInside(t *testing.T) {
	wrong := `{type: object, required: [x], properties: {a: {type: string, minLength: 3}}, additionalProperties: false}`
	fits := `{type: object, properties: {a: {type: integer}}, additionalProperties: true}`
	for _, schema := range []string{
		`{anyOf: [` + wrong + `, ` + fits + `]}`,
		`{anyOf: [` + fits + `, ` + wrong + `]}`,
		`{oneOf: [` + wrong + `, ` + fits + `, ` + wrong + `]}`,
		`{not: ` + wrong + `}`,
		`{if: ` + wrong + `, then: {type: string}}`,
		`{anyOf: [{allOf: [` + fits + `, ` + wrong + `]}, {anyOf: [` + wrong + `, {oneOf: [` + fits + `]}]}]}`,
		`{contains: ` + wrong + `}`,
		`{properties: {a: {anyOf: [` + wrong + `, {type: integer}]}, b: {}, c: {not: ` + wrong + `}}}`,
		`{dependentSchemas: {z: ` + wrong + `}}`,
		`{propertyNames: {anyOf: [{maxLength: 0}, {maxLength: 1}]}}`,
	} {
		program, _, err := keywordProgram("3.1.0", schema)
		require.NoError(t, err, schema)
		assert.Empty(t, contract.New(program).Check([]byte(`{"a": 1, "b": [{"a": "x"}], "c": {"x": 1, "a": ""}}`)), schema)
	}
}

// TestKeywordPlacesInJSON has the same schema as YAML and as JSON: the same contract, and each
// place where it is in its own file.
func TestKeywordPlacesInJSON(t *testing.T) {
	const asJSON = `{
	"openapi": "3.1.0",
	"paths": {"/": {"get": {"responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Root"}}}}}}}},
	"components": {"schemas": {
		"Root": {"é😀": 1, "type": "object",
			"properties" : { "c":true, "a":{"minimum":	1},
"b": {"anyOf": [{"const": "\ud83d\ude00"}, {"enum": [1.50, "x"]}]}
			}, "required": ["c"], "unevaluatedProperties": false}
	}}
}`
	document, err := compile.Parse("spec.json", []byte(asJSON))
	require.NoError(t, err)
	program, warnings, err := documentProgram(document)
	require.NoError(t, err)
	require.Len(t, warnings, 1)
	assert.EqualError(t, warnings[0], `spec.json:5:12: "é😀" is not a keyword of OpenAPI 3.1: it judges nothing`)
	c := contract.New(program)
	places := map[contract.Rule]contract.Position{}
	for _, f := range c.Check([]byte(`{"a": 0, "b": "y", "d": 1}`)) {
		places[f.Rule] = f.Spec
	}
	const root = "/components/schemas/Root"
	assert.Equal(t, map[contract.Rule]contract.Position{
		"minimum":               {File: "spec.json", Line: 6, Column: 36, Pointer: root + "/properties/a/minimum"},
		"anyOf":                 {File: "spec.json", Line: 7, Column: 7, Pointer: root + "/properties/b/anyOf"},
		"required":              {File: "spec.json", Line: 8, Column: 7, Pointer: root + "/required"},
		"unevaluatedProperties": {File: "spec.json", Line: 8, Column: 26, Pointer: root + "/unevaluatedProperties"},
	}, places)
	assert.Empty(t, c.Check([]byte(`{"b": "😀", "c": 1}`)))
	assert.Empty(t, c.Check([]byte(`{"b": 15e-1, "c": 1}`)))
}

// TestSecretsOfOtherSchemas has values that one schema makes secret and that break
// another one: no finding shows them.
func TestSecretsOfOtherSchemas(t *testing.T) {
	for _, schema := range []string{
		`{allOf: [{properties: {s: {x-secret: true}}}, {properties: {s: {const: 1}}}]}`,
		`{allOf: [{properties: {s: {const: 1}}}, {properties: {s: {x-secret: true}}}]}`,
		`{properties: {s: {x-secret: true}}, patternProperties: {'^s': {enum: [abc], pattern: '^x', format: uuid}}}`,
		`{properties: {s: {$ref: '#/components/schemas/Secret', pattern: '^x'}}}`,
		`{properties: {s: {x-secret: true}}, anyOf: [{properties: {s: {const: 1}}}, {properties: {s: {type: integer}}}]}`,
		`{properties: {s: {x-secret: true}}, not: {properties: {s: {const: hunter22}}}}`,
		`{properties: {s: {x-secret: true}}, dependentSchemas: {s: {properties: {s: {minimum: 3, type: number}}}}}`,
		`{if: {properties: {s: {x-secret: true}}}, then: {properties: {s: {const: 1}}}}`,
		`{allOf: [{properties: {o: {properties: {s: {x-secret: true}}}}}, {properties: {o: {properties: {s: {const: 1}}}}}]}`,
		`{allOf: [{properties: {o: {x-secret: true}}}, {properties: {o: {properties: {s: {const: 1}}}}}]}`,
		`{properties: {l: {items: {x-secret: true}, contains: {const: 1}, allOf: [{items: {enum: [1]}}, {uniqueItems: true}]}}}`,
		`{allOf: [{properties: {l: {items: {x-secret: true}}}}, {properties: {l: {prefixItems: [{const: 1}], unevaluatedItems: {const: 2}}}}]}`,
	} {
		program, _, err := keywordProgram("3.1.0", schema, `Secret: {x-secret: true}`)
		require.NoError(t, err, schema)
		findings := contract.New(program).Check([]byte(`{"s": "hunter22", "o": {"s": "hunter22"}, "l": ["hunter22", "hunter22"]}`))
		assert.NotEmpty(t, findings, schema)
		assert.NotContains(t, fmt.Sprint(findings), "hunter22", schema)
	}
}
