package mutate

import (
	"strings"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// deepest is how deep fill goes into schemas that hold themselves.
const deepest = 10

// mostFilled is how many values fill makes at most.
const mostFilled = 1000

// fill writes a value that a schema takes, as far as that is plain: what it asks for
// together with others may be something else.
func (o *Oracle) fill(schema int) string {
	left := mostFilled
	return o.filled(schema, 0, &left)
}

func (o *Oracle) filled(schema, depth int, left *int) string {
	*left--
	s := &o.program.Schemas[schema]
	for _, name := range []contract.Rule{contract.Const, contract.Enum} {
		if values := operands(s, name); len(values) > 0 {
			return values[0]
		}
	}
	for _, kw := range s.Keywords {
		switch kw.Name {
		case contract.Ref, contract.AllOf, contract.AnyOf, contract.OneOf:
			if depth < deepest {
				return o.filled(kw.Schemas[0], depth+1, left)
			}
		}
	}
	kind := ""
	if types := operands(s, contract.Type); len(types) > 0 {
		kind = types[0]
	}
	switch kind {
	case "string":
		switch operand := operands(s, contract.Format); {
		case operand == nil:
		case operand[0] == "date-time":
			return `"2026-11-20T10:00:00Z"`
		case operand[0] == "uuid":
			return `"3c90c3cc-0d44-4b50-8888-8dd25736052a"`
		}
		return `"x"`
	case "integer", "number":
		for _, name := range []contract.Rule{contract.Minimum, contract.Maximum} {
			if values := operands(s, name); values != nil {
				return values[0]
			}
		}
		return "17"
	case "boolean":
		return "true"
	case "array":
		return "[]"
	case "object":
		var members []string
		for _, name := range operands(s, contract.Required) {
			if *left < -mostFilled {
				break
			}
			*left--
			value := "null"
			if at := o.members(s, name); len(at) > 0 && depth < deepest && *left > 0 {
				value = o.filled(at[0], depth+1, left)
			}
			members = append(members, quote(name)+":"+value)
		}
		return "{" + strings.Join(members, ",") + "}"
	}
	return "null"
}
