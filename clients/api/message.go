package api

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// longestErrorBody is how large, in bytes, a body may be for its message and its code to be looked for.
const longestErrorBody = 64 << 10

// errorMessage returns what the body of an error tells people: plain text as it is, of JSON the message, of an HTML
// page the title. The rest of a JSON body may hold secrets, and the tags of a page help nobody.
func errorMessage(body []byte) string {
	if len(body) > longestErrorBody {
		return ""
	}
	var value any
	if json.Unmarshal(body, &value) == nil {
		return textIn(value)
	}
	text := strings.TrimSpace(string(body))
	if strings.HasPrefix(text, "<") {
		return title(text)
	}
	if !utf8.ValidString(text) || strings.ContainsAny(text[:min(len(text), 1)], `{["`) {
		return ""
	}
	return text
}

// title returns what stands in the title of an HTML page.
func title(page string) string {
	lower := strings.ToLower(page) // as long as page where page is ASCII up to there
	start := strings.Index(lower, "<title>")
	if start < 0 || len(lower) != len(page) {
		return ""
	}
	end := strings.Index(lower[start:], "</title>")
	if end < 0 {
		return ""
	}
	return strings.TrimSpace(strings.ToValidUTF8(page[start+len("<title>"):start+end], ""))
}

// textIn finds the text in what the providers send: a string, or one below a member that is named for it.
func textIn(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case []any:
		for _, item := range value {
			if text := textIn(item); text != "" {
				return text
			}
		}
	case map[string]any:
		for _, name := range []string{"message", "msg", "detail", "details", "error", "errors"} {
			if text := textIn(value[name]); text != "" {
				return text
			}
		}
	}
	return ""
}

// errorCode returns the name, or else the number, that the body of an error gives the error: code in it or in its error
// object, or an error that is one word.
func errorCode(body []byte) string {
	var value struct{ Code, Error any }
	if len(body) > longestErrorBody || json.Unmarshal(body, &value) != nil {
		return ""
	}
	if inner, ok := value.Error.(map[string]any); ok {
		value.Code, value.Error = inner["code"], nil
	}
	for _, code := range []any{value.Code, value.Error} {
		if code, ok := code.(string); ok && code != "" && !strings.ContainsAny(code, " \t\r\n") {
			return code
		}
	}
	if number, ok := value.Code.(float64); ok {
		encoded, _ := json.Marshal(number)
		return string(encoded)
	}
	return ""
}
