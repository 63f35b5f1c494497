package deviation

import (
	"slices"
	"strings"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// covers says whether the pointer is one that the pattern stands for.
func covers(pattern, pointer string) bool {
	for pattern != "" && pointer != "" {
		var due, given string
		due, pattern = cut(pattern)
		given, pointer = cut(pointer)
		if due != "*" && due != given {
			return false
		}
	}
	return pattern == pointer
}

// cut returns the first segment of a pointer, and the pointer below it.
func cut(pointer string) (segment, below string) {
	if i := strings.IndexByte(pointer[1:], '/'); i >= 0 {
		return pointer[1 : i+1], pointer[i+1:]
	}
	return pointer[1:], ""
}

// General returns the pointer with * for each item of an array, and for each key of an
// object whose members the program gives no names.
func General(p contract.Program, pointer string) string {
	var general strings.Builder
	at := []int{0}
	for _, segment := range strings.Split(pointer, "/")[1:] {
		named, others, isNamed := below(p, at, contract.UnescapeToken(segment))
		if at = named; !isNamed {
			segment, at = "*", others
		}
		general.WriteString("/" + segment)
	}
	return general.String()
}

// below returns the schemas of the member with that name, and those of items and of
// members without a name of their own. IsNamed says that the name is a documented one, or
// that nothing but documented ones is due there.
func below(p contract.Program, at []int, name string) (named, others []int, isNamed bool) {
	names, open := false, false
	for i := 0; i < len(at); i++ {
		for _, kw := range p.Schemas[at[i]].Keywords {
			if kw.InPlace() {
				for _, same := range kw.Schemas {
					if !slices.Contains(at, same) {
						at = append(at, same)
					}
				}
			}
			switch kw.Name {
			case contract.Properties:
				names = true
				if n := slices.Index(kw.Values, name); n >= 0 {
					named = append(named, kw.Schemas[n])
				}
			case contract.AdditionalProperties, contract.PatternProperties, contract.UnevaluatedProperties, contract.Items, contract.PrefixItems, contract.UnevaluatedItems:
				open = open || !slices.Contains(kw.Values, "false")
				others = append(others, kw.Schemas...)
			}
		}
	}
	return named, others, named != nil || names && !open
}
