package api

import (
	"encoding/json"
	"net/http"
	"strings"
	"unicode/utf8"
)

// longestError is how large, in bytes, a body may be for said to look into it.
const longestError = 64 << 10

// said returns what a response other than a 200 says in words: where a redirect leads, or the message in the body of an
// error. The key is taken out, should the provider repeat it.
func (c *Client) said(response *http.Response, body []byte) string {
	switch status := response.StatusCode; {
	case status >= http.StatusBadRequest && len(body) <= longestError:
		return strings.ReplaceAll(message(body), c.key, "[key]") // before it is cut
	case status >= http.StatusMultipleChoices && status < http.StatusBadRequest:
		if to, err := response.Location(); err == nil {
			return "redirects are not followed, this one leads to " + to.Scheme + "://" + to.Host
		}
	}
	return ""
}

// message returns what the body of an error tells people: plain text as it is, and of JSON the message alone. The rest
// of a JSON body may hold secrets, and the tags of an HTML page help nobody.
func message(body []byte) string {
	var value any
	if json.Unmarshal(body, &value) == nil {
		return textIn(value)
	}
	text := strings.TrimSpace(string(body))
	if !utf8.ValidString(text) || strings.HasPrefix(text, "<") || strings.ContainsAny(text[:min(len(text), 1)], `{["`) {
		return ""
	}
	return text
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
