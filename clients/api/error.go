package api

import (
	"fmt"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// An Error is a response that could not be used, or that broke its contract. Status, Header and Body are as the provider
// sent them, so that a caller can always see for itself: beware that the body of a 200 may hold secrets.
type Error struct {
	// Provider is the provider's slug.
	Provider string
	// Method and URL are those of the request. Neither holds the key.
	Method, URL string
	// Status is the HTTP status: 200 when it is the body that can't be used or breaks its contract.
	Status int
	// Header is the header of the response: Retry-After, for example.
	Header http.Header
	// Body is what was read of the body, at most MaxBody bytes.
	Body []byte
	// Findings is how a 200 breaks its contract: the findings of severity error, without values outside an enum.
	Findings []contract.Finding
	// Err is why the body could not be read or decoded: ErrTooLarge, an error of the connection or the context, or that of
	// encoding/json. Nil when it could.
	Err error

	said string // what a status other than 200 says in words
	key  string // what no message may hold
}

// Error says in one line what happened and where: the status and the provider's message, or the first finding and how
// many more there are. It never holds the key, nor a value of a 200 that the contract marks as secret.
func (e *Error) Error() string {
	text := fmt.Sprintf("%s: %s %s: %s", e.Provider, e.Method, e.URL, e.what())
	if e.key != "" {
		text = strings.ReplaceAll(text, e.key, "[key]")
	}
	return text
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

func (e *Error) what() string {
	if e.Status != http.StatusOK {
		what := strings.TrimSpace(fmt.Sprint(e.Status, " ", http.StatusText(e.Status)))
		if e.said != "" {
			what += ": " + line(e.said)
		}
		return what
	}
	if len(e.Findings) == 0 {
		return "the 200 response can't be used: " + line(fmt.Sprint(e.Err))
	}
	f := e.Findings[0]
	what := "the 200 response breaks its contract"
	if f.Rule == contract.ContentType {
		what += " in its Content-Type"
	} else if f.Pointer != "" {
		what += " at " + line(f.Pointer)
	}
	if f.Rule == contract.Required {
		what += ": " + line(f.Expected) + " is " + line(f.Actual)
	} else {
		what += ": expected " + line(f.Expected) + ", got " + line(f.Actual)
	}
	switch more := len(e.Findings) - 1; {
	case more == 1:
		what += ", and 1 more finding"
	case more > 1:
		what += fmt.Sprintf(", and %d more findings", more)
	}
	if e.Err != nil {
		// Not what encoding/json says: it may quote the value, and the finding tells more.
		what += "; it can't be decoded"
	}
	return what
}

// longestText is how much of a text, in code points, an error line shows.
const longestText = 200

// line puts a text that someone else wrote on one line, without characters that don't show, and cuts a long one.
func line(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, text)
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) > longestText {
		text = string([]rune(text)[:longestText]) + "…"
	}
	return text
}
