package recording

import (
	"errors"
	"mime"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

// mediaTypes are those that say nothing but what they are.
var mediaTypes = map[string]bool{
	"application/json": true, "application/problem+json": true, "application/hal+json": true, "application/vnd.api+json": true,
	"application/x-ndjson": true, "application/octet-stream": true, "application/xml": true, "application/javascript": true,
	"text/json": true, "text/plain": true, "text/html": true, "text/xml": true, "text/event-stream": true,
}

var charset = regexp.MustCompile(`^(?i)(utf-?8|utf-16|us-ascii|iso-8859-[0-9]{1,2}|windows-125[0-9])$`)

// HarmlessContentType returns a Content-Type without what may be secret in it. One that
// names application/json goes on to, one that can't be parsed still can't, and any other
// stays another.
func HarmlessContentType(given string) string {
	mediaType, parameters, err := mime.ParseMediaType(given)
	switch {
	case strings.TrimSpace(given) == "":
		return given
	case err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter):
		return redacted
	case !mediaTypes[mediaType] && strings.HasSuffix(mediaType, "+json"):
		mediaType = "application/" + redacted + "+json"
	case !mediaTypes[mediaType]:
		mediaType = "application/" + redacted
	}
	plain := mediaType
	if err != nil {
		plain += "; " + redacted
	} else if c := parameters["charset"]; charset.MatchString(c) {
		plain += "; charset=" + c
		if len(parameters) == 1 && strings.EqualFold(plain, given) {
			return given
		}
	}
	if strings.EqualFold(plain, given) {
		return given
	}
	return plain
}

// mendLength gives the header a Content-Length where the original had one.
func mendLength(header, original http.Header, length int) {
	if original.Get("Content-Length") != "" {
		header.Set("Content-Length", strconv.Itoa(length))
	}
}
