package contract

import "strings"

var (
	escapes   = strings.NewReplacer("~", "~0", "/", "~1")
	unescapes = strings.NewReplacer("~1", "/", "~0", "~")
)

// EscapeToken returns the name of a member as it stands between the slashes of an RFC 6901
// pointer.
func EscapeToken(name string) string { return escapes.Replace(name) }

// UnescapeToken returns the name of the member that a token of an RFC 6901 pointer means.
func UnescapeToken(token string) string { return unescapes.Replace(token) }
