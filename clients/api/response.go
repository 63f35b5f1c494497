package api

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
)

// MaxBody is how many bytes of a body are read: 16 MiB, far more than any sandbox takes.
const MaxBody = 16 << 20

// ErrTooLarge is the Err of an Error whose body is larger than MaxBody.
var ErrTooLarge = errors.New("the body is larger than 16 MiB")

// jsonType is the media type that all providers document for their bodies.
const jsonType = "application/json"

// receive reads the body of a response, and fails unless it is the whole JSON body of a 200.
func (c *Client) receive(response *http.Response) ([]byte, *Error) {
	body, err := io.ReadAll(io.LimitReader(response.Body, MaxBody+1))
	if len(body) > MaxBody {
		body, err = body[:MaxBody], ErrTooLarge
	}
	finding, wrong := checkType(response.Header.Get("Content-Type"))
	switch {
	case response.StatusCode != http.StatusOK || err != nil:
		failure := c.fail(response, body)
		failure.Err = err
		return nil, failure
	case wrong:
		failure := c.fail(response, body)
		failure.Findings = []contract.Finding{finding}
		return nil, failure
	}
	return body, nil
}

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

// decode returns the value that a body holds. For one that holds null it is nil.
func decode[T any](body []byte) (*T, error) {
	var value *T
	if err := json.Unmarshal(body, &value); err != nil {
		return nil, err
	}
	return value, nil
}

// broken leaves the findings that make an error. A warning doesn't, and neither does a value outside an enum: the value
// itself tells, and a provider that adds one must not break its callers.
func broken(findings []contract.Finding) []contract.Finding {
	return slices.DeleteFunc(findings, func(f contract.Finding) bool {
		return f.Severity != contract.Error || f.Rule == contract.Enum
	})
}

// fail makes the error of a response. Whoever calls it adds what is wrong beyond the status.
func (c *Client) fail(response *http.Response, body []byte) *Error {
	return &Error{
		Provider: c.slug,
		Method:   response.Request.Method,
		URL:      response.Request.URL.String(),
		Status:   response.StatusCode,
		Header:   response.Header,
		Body:     body,
		said:     c.said(response, body),
		key:      c.key,
	}
}
