package clients_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/sandboxspec/sandboxspec/clients/api"
	"github.com/sandboxspec/sandboxspec/clients/sandboxtest"
)

func TestOtherStatus(t *testing.T) {
	secret := `"access_token": "` + token + `"`
	tests := []struct {
		status          int
		mediaType, body string
		says            string // what stands after the status
	}{
		{404, "text/plain", "Sandbox not found\n", ": Sandbox not found"},
		{404, "application/json", `{"message": "no such\nsandbox"}`, ": no such sandbox"},
		{404, "application/json", `{"error": {"code": "not_found", "message": "no such sandbox"}, ` + secret + `}`, ": no such sandbox (not_found)"},
		{422, "application/json", `{"errors": [{"param": "id", "details": "too short"}]}`, ": too short"},
		{422, "application/json", `{"detail": [{"loc": ["path"], "msg": "too long"}]}`, ": too long"},
		{502, "application/json", `{"error": "sandbox_not_found"}`, ": sandbox_not_found"},
		{401, "application/json", `{"detail": "the key ` + key + ` is not valid"}`, ": the key [key] is not valid"},
		{401, "text/plain", strings.Repeat("x", 195) + key, ": " + strings.Repeat("x", 195) + "[key]"},
		{400, "text/plain", strings.Repeat("é", 300), ": " + strings.Repeat("é", 200) + "…"},
		{429, "application/json", ``, ""},
		{500, "application/json", `{"id": "a", ` + secret + `}`, ""},
		{500, "application/json", `{"id": "a", ` + secret, ""},
		{500, "text/plain", "\xff\xfe" + token, ""},
		{500, "text/plain", token + strings.Repeat(" ", 1<<17), ""},
		{504, "text/html", "<html><body>" + token, ""},
		{504, "text/html", "<!DOCTYPE html><HTML><head><Title> 504 Gateway Time-out\n</title></head><body>" + token, ": 504 Gateway Time-out"},
		{404, "application/json", `{"error": "not found", "code": 404, "message": "no route"}`, ": no route"},
		{404, "application/json", `{"error": {"code": "ROUTE_NOT_FOUND", "status": 404}}`, " (ROUTE_NOT_FOUND)"},
		{201, "application/json", `{"message": "a body", ` + secret + `}`, ""},
		{204, "", ``, ""},
		{304, "", ``, ""},
		{599, "text/plain", `odd`, ": odd"},
	}
	each(t, func(t *testing.T, p provider) {
		for _, test := range tests {
			client := p.against(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", test.mediaType)
				w.Header().Set("Retry-After", "7")
				w.WriteHeader(test.status)
				_, _ = io.WriteString(w, test.body)
			})
			got, err := client(t.Context(), p.id)
			assert.Nil(t, got)
			failure := p.failure(t, err)
			assert.Equal(t, test.status, failure.Status)
			assert.Equal(t, test.body, string(failure.Body))
			assert.Equal(t, "7", failure.Header.Get("Retry-After"))
			assert.Empty(t, failure.Findings)
			assert.NoError(t, failure.Err)
			status := strings.TrimSpace(fmt.Sprint(test.status, " ", http.StatusText(test.status)))
			assert.True(t, strings.HasSuffix(err.Error(), p.id+": "+status+test.says), err)
		}
	})
}

// Only a redirect speaks of one.
func TestLocationWithoutRedirect(t *testing.T) {
	p := providers[0]
	for status, says := range map[int]string{
		201: "201 Created", 202: "202 Accepted", 300: "300 Multiple Choices", 304: "304 Not Modified", 401: "401 Unauthorized",
		302: "302 Found: redirects are not followed, this one leads to https://elsewhere.example",
	} {
		_, err := p.against(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "https://elsewhere.example/a")
			w.WriteHeader(status)
		})(t.Context(), p.id)
		assert.True(t, strings.HasSuffix(p.failure(t, err).Error(), p.id+": "+says), err)
		assert.Equal(t, says, p.failure(t, err).Reason())
		assert.Equal(t, "https://elsewhere.example/a", p.failure(t, err).Header.Get("Location"))
	}
	_, err := p.against(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "http://[no URL")
		w.WriteHeader(http.StatusFound)
	})(t.Context(), p.id)
	assert.Equal(t, "302 Found: redirects are not followed", p.failure(t, err).Reason())
	assert.Equal(t, "http://[no URL", p.failure(t, err).Header.Get("Location"))
}

func TestErrorKinds(t *testing.T) {
	kinds := []error{api.ErrUnauthorized, api.ErrForbidden, api.ErrNotFound, api.ErrRateLimited, api.ErrUnavailable}
	for _, test := range []struct {
		status int
		body   string
		kind   error
		code   string
	}{
		{400, `{"code": "bad"}`, nil, "bad"},
		{401, `{"error": "Unauthorized"}`, api.ErrUnauthorized, "Unauthorized"},
		{403, `{"error": "no access", "code": 403}`, api.ErrForbidden, "403"},
		{404, ``, api.ErrNotFound, ""},
		{410, `{"error": {"code": "GONE"}}`, api.ErrNotFound, "GONE"},
		{429, `{"error": {"code": "rate_limited", "message": "slow down"}}`, api.ErrRateLimited, "rate_limited"},
		{500, `sandbox_not_found`, nil, ""},
		{502, `{"error": "sandbox_not_found"}`, api.ErrNotFound, "sandbox_not_found"},
		{502, `{"error": {"code": ["a"]}}`, api.ErrUnavailable, ""},
		{503, `<html>`, api.ErrUnavailable, ""},
		{504, `[]`, api.ErrUnavailable, ""},
		{505, `null`, nil, ""},
	} {
		p := providers[test.status%len(providers)]
		_, err := p.answering(t, test.status, "text/plain", test.body)(t.Context(), p.id)
		assert.Equal(t, test.code, p.failure(t, err).Code, test)
		for _, kind := range kinds {
			assert.Equal(t, kind == test.kind, errors.Is(err, kind), "%d %s", test.status, kind)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	p := providers[2]
	for header, want := range map[string]time.Duration{
		"7": 7 * time.Second, " 90 ": 90 * time.Second, "": 0, "-1": 0, "soon": 0, "2147483648": 365 * 24 * time.Hour, "99999999999999999999": 365 * 24 * time.Hour,
		"Fri, 31 Dec 9999 23:59:59 GMT":                          365 * 24 * time.Hour,
		time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat): 0,
	} {
		_, err := p.against(t, sandboxtest.Later(429, header).ServeHTTP)(t.Context(), p.id)
		assert.Equal(t, want, p.failure(t, err).RetryAfter, header)
	}
	date := time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)
	_, err := p.against(t, sandboxtest.Later(429, date).ServeHTTP)(t.Context(), p.id)
	assert.InDelta(t, time.Hour, p.failure(t, err).RetryAfter, float64(time.Minute))
}

func TestManyFindings(t *testing.T) {
	p := providers[0]
	for _, test := range []struct {
		changes map[string]any
		says    string
	}{
		{map[string]any{"id": nil, "image": nil}, "got null, and 1 more finding"},
		{map[string]any{"id": nil, "image": nil, "namespace": nil}, "got null, and 2 more findings"},
		{map[string]any{"resources": nil, "new": 1}, "at /resources: expected an object, got null"},
	} {
		body := p.conforming(t, test.changes)
		_, err := p.answering(t, http.StatusOK, "application/json", body, api.WithStrict())(t.Context(), p.id)
		assert.True(t, strings.HasSuffix(err.Error(), test.says), err)
	}
}

func TestErrorStaysOnOneLine(t *testing.T) {
	p := providers[2]
	body := p.conforming(t, map[string]any{"metadata": map[string]any{"a\n\u202e" + strings.Repeat("b", 1000): nil}})
	_, err := p.answering(t, http.StatusOK, "application/json", body, api.WithStrict())(t.Context(), p.id)
	p.failure(t, err)
	assert.NotContains(t, err.Error(), "\u202e")
	assert.Contains(t, err.Error(), "at /metadata/a bbb")
	assert.Less(t, len(err.Error()), 500)
}

func TestSecretsStayOutOfErrors(t *testing.T) {
	each(t, func(t *testing.T, p provider) {
		for _, body := range []string{
			fmt.Sprintf(p.secret, token),
			strings.TrimSuffix(fmt.Sprintf(p.secret, token), "}"),
			token,
		} {
			for _, mediaType := range []string{"application/json", "text/plain"} {
				_, err := p.answering(t, http.StatusOK, mediaType, body, api.WithStrict())(t.Context(), p.id)
				assert.Contains(t, string(p.failure(t, err).Body), token)
			}
		}
	})
}

func TestOversizeBody(t *testing.T) {
	each(t, func(t *testing.T, p provider) {
		for _, status := range []int{http.StatusOK, http.StatusInternalServerError} {
			got, err := p.against(t, sandboxtest.Huge(status, api.MaxBody+1).ServeHTTP)(t.Context(), p.id)
			assert.Nil(t, got)
			assert.ErrorIs(t, err, api.ErrTooLarge)
			failure := p.failure(t, err)
			assert.Equal(t, status, failure.Status)
			assert.Len(t, failure.Body, api.MaxBody)
			if status == http.StatusOK {
				assert.ErrorContains(t, err, "the body is larger than 8 MiB")
			}
		}
	})
}

// The largest body that is read is used, too.
func TestLargestBody(t *testing.T) {
	p := providers[0]
	body := p.conforming(t, nil)
	body += strings.Repeat(" ", api.MaxBody-len(body))
	_, err := p.answering(t, http.StatusOK, "application/json", body)(t.Context(), p.id)
	assert.NoError(t, err)
}

func TestBodyThatEndsEarly(t *testing.T) {
	each(t, func(t *testing.T, p provider) {
		got, err := p.against(t, sandboxtest.Cut(2, sandboxtest.Answer(200, "text/html", `{}  `)).ServeHTTP)(t.Context(), p.id)
		assert.Nil(t, got)
		assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
		failure := p.failure(t, err)
		assert.Equal(t, "{}", string(failure.Body))
		assert.Empty(t, failure.Findings)
	})
}
