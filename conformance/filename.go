package conformance

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
)

// longestName is how many bytes a name may have: file systems take 255, and a number and the
// extensions of a recording and of its expectation come after it.
const longestName = 200

var (
	unsafeCharacters = regexp.MustCompile(`[^A-Za-z0-9._-]+`)
	// deviceName is what Windows takes for a device, whatever the extension.
	deviceName = regexp.MustCompile(`^(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)`)
)

// fileName returns the name that a file of any system can have, without its extension, for what
// a recording is called. It is the name itself where that is one of ASCII letters, digits, "_",
// "-" and "." that doesn't start with "-" or ".", isn't a device, and isn't too long.
func fileName(name string) string {
	safe := strings.TrimRight(unsafeCharacters.ReplaceAllString(name, "_"), ".")
	switch {
	case safe == "":
		return "response"
	case safe[0] == '.' || safe[0] == '-':
		safe = "_" + safe[1:]
	case deviceName.MatchString(safe):
		safe = "_" + safe
	}
	if len(safe) > longestName {
		sum := sha256.Sum256([]byte(name))
		safe = safe[:longestName-17] + "-" + hex.EncodeToString(sum[:8])
	}
	return safe
}
