package api

import (
	"errors"
	"log/slog"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// MaxBody is how many bytes of a body are read: 8 MiB, far more than any sandbox takes.
const MaxBody = 8 << 20

// ErrTooLarge is the Err of an Error whose body is larger than MaxBody.
var ErrTooLarge = errors.New("the body is larger than 8 MiB")

// errNoObject is the Err of an Error whose body holds no sandbox at all.
var errNoObject = errors.New("the body is no JSON object")

// A Response is what the provider sent, and what its contract has against it. Beware that Header and Body are as they
// came: they may hold secrets.
type Response struct {
	// Provider is the provider's slug.
	Provider string
	// Method and URL are those of the request. Neither holds the key.
	Method, URL string
	// Status is the HTTP status.
	Status int
	// Header is the header of the response.
	Header http.Header
	// Body is what was read of the body, at most MaxBody bytes.
	Body []byte
	// Findings is how the body of a 200 breaks its contract, and what in it looks wrong: errors and warnings, in the
	// order of the bytes. None where it conforms.
	Findings []contract.Finding
	// LeftOut are the RFC 6901 pointers of the documented values that the body of a 200 has and the model doesn't, sorted:
	// those that break the contract, and those that the model has no room for, such as an integer that no int64 holds. The
	// model has the zero value there, and Value what was sent. At most 10,000 are listed.
	LeftOut []string

	mask mask // takes the key out of what people read
}

// LogValue gives a log the provider, the address, the status, the findings, each by its rule and its pointer, and what is
// left out of the model: no value that the provider sent, and so no secret.
func (r Response) LogValue() slog.Value {
	attributes := []slog.Attr{
		slog.String("provider", r.Provider), slog.String("url", r.Mask(r.URL)), slog.Int("status", r.Status),
	}
	if len(r.Findings) > 0 {
		var findings []string
		for _, f := range r.Findings {
			findings = append(findings, strings.TrimSpace(string(f.Rule)+" "+r.Mask(line(r.Mask(f.Pointer), longestText))))
		}
		attributes = append(attributes, slog.Any("findings", findings))
	}
	if len(r.LeftOut) > 0 {
		var leftOut []string
		for _, pointer := range r.LeftOut {
			leftOut = append(leftOut, r.Mask(line(r.Mask(pointer), longestText)))
		}
		attributes = append(attributes, slog.Any("left_out", leftOut))
	}
	return slog.GroupValue(attributes...)
}

// LogValue returns what a log shows of a response, which is nothing where it is nil.
func LogValue(r *Response) slog.Value {
	if r == nil {
		return slog.Value{}
	}
	return r.LogValue()
}

// Mask returns a text without the key that the request was sent with, which a server may say back, in whatever the text
// quotes of the response. Short keys are taken out of words that have them by chance, too.
func (r *Response) Mask(text string) string { return r.mask.text(text) }

// A Presence tells whether a member is there. In the generated model a member that is absent, and one that is null, often
// have the same Go value.
type Presence int

// What a member can be.
const (
	Absent  Presence = iota // not there
	Null                    // there, and null
	Present                 // there, with a value
)

// String returns "absent", "null" or "present".
func (p Presence) String() string { return [...]string{"absent", "null", "present"}[p] }

// Presence tells what the body has at an RFC 6901 pointer, such as "/pool_id" or "/spec/runtime/ports/0/name".
func (r *Response) Presence(pointer string) Presence {
	value, found := r.Value(pointer)
	switch {
	case !found:
		return Absent
	case value == nil:
		return Null
	}
	return Present
}

// Value returns what the body has at an RFC 6901 pointer, documented or not, and whether there is anything: a
// map[string]any, []any, string, bool, nil, or a json.Number, which is the number as the body writes it. Each call reads
// the whole body: for many values, call Value("") once and Lookup for each.
func (r *Response) Value(pointer string) (any, bool) {
	if r == nil {
		return nil, false
	}
	value, found := parse(r.Body)
	if !found {
		return nil, false
	}
	return Lookup(value, pointer)
}

// Lookup returns what a value that Response.Value returned has at an RFC 6901 pointer, and whether there is anything.
func Lookup(value any, pointer string) (any, bool) {
	if pointer == "" {
		return value, true
	}
	names, ok := strings.CutPrefix(pointer, "/")
	if !ok {
		return nil, false
	}
	for name := range strings.SplitSeq(names, "/") {
		var found bool
		if value, found = child(value, contract.UnescapeToken(name)); !found {
			return nil, false
		}
	}
	return value, true
}

// child returns the member or the item of a value that a part of a pointer names, and whether there is one.
func child(value any, name string) (any, bool) {
	switch value := value.(type) {
	case map[string]any:
		member, found := value[name]
		return member, found
	case []any:
		if i, err := strconv.Atoi(name); err == nil && strconv.Itoa(i) == name && i >= 0 && i < len(value) {
			return value[i], true
		}
	}
	return nil, false
}

// jsonType is the media type that all providers document for their bodies.
const jsonType = "application/json"

// checkType judges a Content-Type, and says whether it is wrong. Parameters don't count, and neither does an absent one.
func checkType(header string) (contract.Finding, bool) {
	mediaType, _, err := mime.ParseMediaType(header)
	if header == "" || mediaType == jsonType && (err == nil || errors.Is(err, mime.ErrInvalidMediaParameter)) {
		return contract.Finding{}, false
	}
	return contract.Finding{
		Rule: contract.ContentType, Severity: contract.ContentType.Severity(),
		Expected: jsonType, Actual: strconv.Quote(header),
	}, true
}
