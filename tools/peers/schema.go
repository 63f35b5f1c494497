package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// parameter is a path parameter in a path template.
var parameter = regexp.MustCompile(`\{[^}]*\}`)

// jsonSchema writes the schemas of a provider's document, which is OpenAPI 3.0, as one
// JSON Schema of Sandbox, for validators that know nothing of OpenAPI.
func jsonSchema(p source) ([]byte, error) {
	var document struct {
		Components struct{ Schemas map[string]any }
	}
	if err := yaml.Unmarshal(p.document(), &document); err != nil {
		return nil, err
	}
	definitions, err := convertAll(document.Components.Schemas)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.slug, err)
	}
	return json.Marshal(map[string]any{"$ref": "#/$defs/Sandbox", "$defs": definitions})
}

func convertAll(schemas map[string]any) (map[string]any, error) {
	converted := map[string]any{}
	for name, schema := range schemas {
		var err error
		if converted[name], err = convert(schema); err != nil {
			return nil, err
		}
	}
	return converted, nil
}

// convert fails for a keyword that it doesn't know, so that none is lost.
func convert(schema any) (any, error) {
	keywords, ok := schema.(map[string]any)
	if !ok {
		return schema, nil // true or false
	}
	converted := map[string]any{}
	for keyword, operand := range keywords {
		var err error
		switch keyword {
		case "description", "default", "nullable":
		case "$ref":
			converted[keyword] = strings.Replace(operand.(string), "#/components/schemas/", "#/$defs/", 1)
		case "type", "format", "enum", "required", "minimum", "maximum":
			converted[keyword] = operand
		case "properties":
			converted[keyword], err = convertAll(operand.(map[string]any))
		case "items", "additionalProperties":
			converted[keyword], err = convert(operand)
		default:
			if !strings.HasPrefix(keyword, "x-") {
				err = fmt.Errorf("the keyword %s is not known here", keyword)
			}
		}
		if err != nil {
			return nil, err
		}
	}
	if keywords["nullable"] == true {
		converted["type"] = []any{converted["type"], "null"}
		if enum, ok := converted["enum"].([]any); ok {
			converted["enum"] = append(enum[:len(enum):len(enum)], nil)
		}
	}
	return converted, nil
}
