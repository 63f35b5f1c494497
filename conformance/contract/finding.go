package contract

// Rule names what a body breaks: an OpenAPI keyword by its own name, or one of
// the rules that no keyword states.
type Rule string

// The rules that are keywords of OpenAPI 3.0 and of JSON Schema 2020-12.
const (
	Type                  Rule = "type"
	Nullable              Rule = "nullable" // null where null isn't allowed
	Enum                  Rule = "enum"
	Const                 Rule = "const"
	Minimum               Rule = "minimum"
	Maximum               Rule = "maximum"
	ExclusiveMinimum      Rule = "exclusiveMinimum"
	ExclusiveMaximum      Rule = "exclusiveMaximum"
	MultipleOf            Rule = "multipleOf"
	Format                Rule = "format"
	MinLength             Rule = "minLength"
	MaxLength             Rule = "maxLength"
	Pattern               Rule = "pattern"
	Items                 Rule = "items"
	PrefixItems           Rule = "prefixItems"
	Contains              Rule = "contains"
	MinContains           Rule = "minContains"
	MaxContains           Rule = "maxContains"
	MinItems              Rule = "minItems"
	MaxItems              Rule = "maxItems"
	UniqueItems           Rule = "uniqueItems"
	UnevaluatedItems      Rule = "unevaluatedItems"
	Required              Rule = "required"
	Properties            Rule = "properties"
	PatternProperties     Rule = "patternProperties"
	AdditionalProperties  Rule = "additionalProperties"
	PropertyNames         Rule = "propertyNames"
	MinProperties         Rule = "minProperties"
	MaxProperties         Rule = "maxProperties"
	DependentRequired     Rule = "dependentRequired"
	DependentSchemas      Rule = "dependentSchemas"
	UnevaluatedProperties Rule = "unevaluatedProperties"
	Ref                   Rule = "$ref"
	AllOf                 Rule = "allOf"
	AnyOf                 Rule = "anyOf"
	OneOf                 Rule = "oneOf"
	Not                   Rule = "not"
	If                    Rule = "if"
	Then                  Rule = "then"
	Else                  Rule = "else"
	Discriminator         Rule = "discriminator"
	WriteOnly             Rule = "writeOnly" // a member that only requests may have
	RootSchema            Rule = "schema"    // the schema of the response itself, where it is false
)

// The rules that no keyword states.
const (
	JSONSyntax         Rule = "json-syntax"         // not JSON in UTF-8, or something after the value
	DuplicateKey       Rule = "duplicate-key"       // a key that stands twice in one object, after unescaping
	UndocumentedField  Rule = "undocumented-field"  // a member that the schema doesn't name
	UndocumentedStatus Rule = "undocumented-status" // an HTTP status that the operation doesn't name
	ContentType        Rule = "content-type"        // a media type that the response doesn't name
	IntegerNotation    Rule = "integer-notation"    // an integer written 1.0 or 1e2, which many decoders refuse
	Condition          Rule = "condition"           // x-present-when, x-present-only-when or x-alias-of is broken
	Plausibility       Rule = "plausibility"        // x-unix-time: the number is too small or too large for its unit
)

// Rules are all rules.
var Rules = []Rule{
	Type, Nullable, Enum, Const, Minimum, Maximum, ExclusiveMinimum, ExclusiveMaximum, MultipleOf, Format, MinLength, MaxLength, Pattern,
	Items, PrefixItems, Contains, MinContains, MaxContains, MinItems, MaxItems, UniqueItems, UnevaluatedItems,
	Required, Properties, PatternProperties, AdditionalProperties, PropertyNames, MinProperties, MaxProperties,
	DependentRequired, DependentSchemas, UnevaluatedProperties,
	Ref, AllOf, AnyOf, OneOf, Not, If, Then, Else, Discriminator, WriteOnly, RootSchema,
	JSONSyntax, DuplicateKey, UndocumentedField, UndocumentedStatus, ContentType, IntegerNotation, Condition, Plausibility,
}

// The extensions of package specs' documents that judge a value.
const (
	xPresentWhen     Rule = "x-present-when"
	xPresentOnlyWhen Rule = "x-present-only-when"
	xAliasOf         Rule = "x-alias-of"
	xUnixTime        Rule = "x-unix-time"
	xSecret          Rule = "x-secret"
)

// isCondition reports whether the rule is an extension that compares a property with one beside it.
func (r Rule) isCondition() bool { return r == xPresentWhen || r == xPresentOnlyWhen || r == xAliasOf }

// The times in milliseconds since 1970 that x-unix-time accepts: from MinUnixMilli, on 3 March 1973, up to and not
// including LimitUnixMilli, in the year 5138. What is less is most likely in seconds, what is more in microseconds.
const (
	MinUnixMilli   int64 = 100_000_000_000
	LimitUnixMilli int64 = 100_000_000_000_000
)

// Severity says how bad a finding is.
type Severity string

// The severities.
const (
	Error   Severity = "error"   // the promise is broken
	Warning Severity = "warning" // it looks wrong, or nothing documents it
)

// Severity returns Warning for undocumented-field, undocumented-status,
// integer-notation, condition and plausibility, and Error for every other rule.
func (r Rule) Severity() Severity {
	switch r {
	case UndocumentedField, UndocumentedStatus, IntegerNotation, Condition, Plausibility:
		return Warning
	}
	return Error
}

// Finding is one place where a body breaks its contract.
type Finding struct {
	Rule     Rule
	Severity Severity
	// Pointer is the RFC 6901 pointer into the body of the value that breaks the
	// rule; for "required" and an absent member of "condition", of the object that
	// lacks it; for "duplicate-key" and "undocumented-field", of the member.
	Pointer string
	// Property is the missing, repeated or undocumented member, else empty.
	Property string
	// Offset counts bytes from 0; Line and Column count from 1, Column in code
	// points. They are the place of the value, or of the member's key for
	// "duplicate-key" and "undocumented-field".
	Offset, Line, Column int
	// Expected and Actual say in a few words what was due and what stands there.
	// Actual never holds a value that the contract marks as secret, nor the value
	// of a member that it doesn't know.
	Expected, Actual string
	// Spec is the place of the keyword that was broken; where it is absent, of
	// "type", else of the schema.
	Spec Position
	// Branches say, for "anyOf" and for a "oneOf" of which no schema fits, why each
	// schema doesn't, the closest one first; nil for any other rule.
	Branches []Branch
}

// Branch is one schema of an "anyOf" or a "oneOf", and how the value breaks it.
type Branch struct {
	// Spec is the place of the schema.
	Spec Position
	// Findings are as Check returns them.
	Findings []Finding
}

// Absent is what Actual says where the member is missing.
const Absent = "absent"

// Span is a range of bytes of a body: from Start up to, and not including, End.
type Span struct{ Start, End int }
