package api

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// What an *Error may be, for errors.Is.
var (
	ErrUnauthorized = errors.New("unauthorized") // 401
	ErrForbidden    = errors.New("forbidden")    // 403
	ErrNotFound     = errors.New("not found")    // 404, 410, and the code sandbox_not_found whatever the status
	ErrRateLimited  = errors.New("rate limited") // 429
	ErrUnavailable  = errors.New("unavailable")  // 502, 503, 504
)

// An Error is a response that could not be used, or, with WithStrict, one that breaks its contract. It is the whole
// response: beware that the body of a 200 may hold secrets.
type Error struct {
	Response
	// Code is what the body of the error calls it, such as "ROUTE_NOT_FOUND"; often there is none.
	Code string
	// Message is what the body of the error says to people: of JSON its message, of HTML its title, else the text.
	Message string
	// RetryAfter is how long the header of that name asks to wait, counted from when the response was read.
	RetryAfter time.Duration
	// Err is why the body could not be read or used: ErrTooLarge, or an error of the connection or the context. Nil when it
	// could.
	Err error
}

// newError makes the error of a response. err is why its body could not be read or used, or nil.
func newError(r *Response, err error) *Error {
	e := &Error{Response: *r, RetryAfter: r.retryAfter()}
	if err != nil {
		e.Err = r.mask.error(err, longestText)
	}
	if r.Status >= http.StatusBadRequest {
		e.Code, e.Message = r.Mask(errorCode(r.Body)), r.Mask(errorMessage(r.Body))
	}
	return e
}

// Error says in one line what happened and where: the status and the provider's message, or the first finding and how
// many more there are. It never holds the key, nor a value of a 200 that the contract marks as secret.
func (e *Error) Error() string {
	return e.Mask(fmt.Sprintf("%s: %s %s: %s", e.Provider, e.Method, e.URL, e.what()))
}

// Reason returns what Error says, without the provider and the request.
func (e *Error) Reason() string { return e.Mask(e.what()) }

// LogValue gives a log what Error says.
func (e Error) LogValue() slog.Value { return slog.StringValue(e.Error()) }

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// Is tells whether the response is one of ErrUnauthorized, ErrForbidden, ErrNotFound, ErrRateLimited and ErrUnavailable.
func (e *Error) Is(target error) bool {
	switch target {
	case ErrNotFound:
		return gone(e.Status, e.Code)
	case ErrUnauthorized:
		return e.Status == http.StatusUnauthorized
	case ErrForbidden:
		return e.Status == http.StatusForbidden
	case ErrRateLimited:
		return e.Status == http.StatusTooManyRequests
	case ErrUnavailable:
		return e.Status >= http.StatusBadGateway && e.Status <= http.StatusGatewayTimeout && !gone(e.Status, e.Code)
	}
	return false
}

// gone tells of an error whether it says that there is no such sandbox. Prime Intellect says so of one that has expired
// in a 502.
func gone(status int, code string) bool {
	return status == http.StatusNotFound || status == http.StatusGone || code == "sandbox_not_found"
}

func (e *Error) what() string {
	if e.Status != http.StatusOK {
		what := strings.TrimSpace(fmt.Sprint(e.Status, " ", http.StatusText(e.Status)))
		switch {
		case e.Message != "":
			what += ": " + e.quote(e.Message)
		case isRedirect(e.Status):
			what += e.redirectTarget()
		}
		if e.Code != "" && !strings.Contains(what, e.Code) {
			what += " (" + e.quote(e.Code) + ")"
		}
		if e.Err != nil {
			what += "; " + e.quote(e.Err.Error())
		}
		return what
	}
	findings := slices.DeleteFunc(slices.Clone(e.Findings), func(f contract.Finding) bool { return !isError(f) })
	if len(findings) == 0 && len(e.LeftOut) > 0 {
		what := "the model has no room for what the 200 response has at " + e.quote(e.LeftOut[0])
		if more := len(e.LeftOut) - 1; more > 0 {
			what += fmt.Sprintf(", and at %d more pointers", more)
		}
		return what
	}
	if len(findings) == 0 {
		return "the 200 response can't be used: " + e.quote(fmt.Sprint(e.Err))
	}
	f := findings[0]
	what := "the 200 response breaks its contract"
	if f.Rule == contract.ContentType {
		what += " in its Content-Type"
	} else if f.Pointer != "" {
		what += " at " + e.quote(f.Pointer)
	}
	if f.Rule == contract.Required {
		what += ": " + e.quote(f.Expected) + " is " + e.quote(f.Actual)
	} else {
		what += ": expected " + e.quote(f.Expected) + ", got " + e.quote(f.Actual)
	}
	switch more := len(findings) - 1; {
	case more == 1:
		what += ", and 1 more finding"
	case more > 1:
		what += fmt.Sprintf(", and %d more findings", more)
	}
	return what
}

// quote returns what a server has written, or a part of it, as an error line shows it: without the key, which must be
// taken out before the text is cut.
func (e *Error) quote(text string) string { return line(e.Mask(text), longestText) }

// redirectTarget says where a redirect leads: its host alone, since the rest may hold a token.
func (e *Error) redirectTarget() string {
	what := ": redirects are not followed"
	if to, err := url.Parse(e.Header.Get("Location")); err == nil && to.Host != "" {
		what += ", this one leads to " + e.quote(to.Scheme+"://"+to.Host)
	}
	return what
}

// How much of a text that someone else wrote, in code points, an error line shows, and of an error of the connection.
const longestText, longestError = 200, 1000

// line puts a text that someone else wrote on one line, without characters that don't show, and cuts it to so many code
// points.
func line(text string, longest int) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, text)
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) > longest {
		text = string([]rune(text)[:longest]) + "…"
	}
	return text
}
