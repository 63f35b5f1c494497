package clients_test

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/clients/api"
	"github.com/sandboxspec/sandboxspec/clients/superserve"
	"github.com/sandboxspec/sandboxspec/clients/tensorlake"
)

// keys are what a key may look like, those that are part of what stands in for a key among them.
var keys = []string{
	"HUSH12345678", "ns_live_4f1k8tq2", `HU"SH\1 2'3`, "HU+SH/12=&?#%41", "HUSH<&>x1", "HÜSH-ключ-🔑", "HUSH\t12345", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.s1g",
	strings.Repeat("HUSH4f1k8", 40), "key", "[key]", "k", "ey", "]a", "***", "+++*", "…", "•", "12345678901234567890",
}

// echoes are the ways in which a server writes a key.
var echoes = map[string]func(string) string{
	"plain":         func(key string) string { return key },
	"upper case":    strings.ToUpper,
	"lower case":    strings.ToLower,
	"twice":         func(key string) string { return key + key },
	"amid":          func(key string) string { return strings.Repeat("x", 55) + key + strings.Repeat("y", 300) },
	"at the end":    func(key string) string { return strings.Repeat("x", 197) + key },
	"quoted":        func(key string) string { return strconv.Quote(key) },
	"ASCII":         func(key string) string { return strconv.QuoteToASCII(key) },
	"JSON":          func(key string) string { encoded, _ := json.Marshal(key); return string(encoded) },
	"in a path":     url.PathEscape,
	"in a query":    url.QueryEscape,
	"HTML":          html.EscapeString,
	"hexadecimal":   func(key string) string { return hex.EncodeToString([]byte(key)) },
	"base64":        func(key string) string { return base64.StdEncoding.EncodeToString([]byte(key)) },
	"base64 + 1":    func(key string) string { return base64.StdEncoding.EncodeToString([]byte(":" + key + "!")) },
	"base64 + 2":    func(key string) string { return base64.StdEncoding.EncodeToString([]byte("u:" + key + ":p")) },
	"base64 + 7":    func(key string) string { return base64.StdEncoding.EncodeToString([]byte("Bearer " + key)) },
	"base64 of URL": func(key string) string { return base64.RawURLEncoding.EncodeToString([]byte("Bearer " + key)) },
}

// responses are the places of a response that an error may quote, with %s where the key is said back.
var responses = map[string]string{
	"protocol":          "%s 200 OK\r\n\r\n",
	"version":           "HTTP/%s 200 OK\r\n\r\n",
	"status":            "HTTP/1.1 %s OK\r\n\r\n",
	"status code":       "HTTP/1.1 2%s\r\n\r\n",
	"reason":            "HTTP/1.1 404 %s\r\nContent-Length: 0\r\n\r\n",
	"header line":       "HTTP/1.1 200 OK\r\nno colon in %s\r\n\r\n",
	"header name":       "HTTP/1.1 200 OK\r\n%s\x00: x\r\n\r\n",
	"header value":      "HTTP/1.1 200 OK\r\nX: \x00%s\r\n\r\n",
	"continued line":    "HTTP/1.1 200 OK\r\n %s: x\r\n\r\n",
	"Content-Length":    "HTTP/1.1 200 OK\r\nContent-Length: %s\r\n\r\n",
	"Content-Lengths":   "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: %s\r\n\r\n",
	"Transfer-Encoding": "HTTP/1.1 200 OK\r\nTransfer-Encoding: %s\r\n\r\n",
	"Trailer":           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: Content-Length, %s\r\n\r\n0\r\n\r\n",
	"chunk":             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%s\r\n\r\n",
	"trailer":           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n%s\r\n\r\n",
	"Location":          "HTTP/1.1 302 Found\r\nLocation: https://%s.example/\r\nContent-Length: 0\r\n\r\n",
	"no Location":       "HTTP/1.1 307 Moved\r\nLocation: http://[%s\r\nContent-Length: 0\r\n\r\n",
	"Content-Type":      "HTTP/1.1 200 OK\r\nContent-Type: text/%s\r\nConnection: close\r\n\r\n{}",
	"message":           "HTTP/1.1 401 No\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n%s is not valid",
	"title":             "HTTP/1.1 500 No\r\nConnection: close\r\n\r\n<html><title>%s</title>",
	"code":              "HTTP/1.1 502 No\r\nConnection: close\r\n\r\n{\"code\": \"%j\", \"message\": \"no %j\"}",
	"detail":            "HTTP/1.1 422 No\r\nConnection: close\r\n\r\n{\"detail\": [{\"msg\": \"%j\"}], \"code\": \"%j\"}",
	"value":             "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"metadata\": {}, \"status\": \"%j\", \"created_at\": \"%j\"}",
	"only value":        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"metadata\": {}, \"created_at\": \"%j\"}",
	"name":              "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"metadata\": {\"%j\": 1}}",
	"not JSON":          "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n%s",
}

// respondWith returns a response that has the echo of a key in it.
func respondWith(response, echo string) string {
	inJSON, _ := json.Marshal(echo)
	return strings.NewReplacer("%s", echo, "%j", strings.Trim(string(inJSON), `"`)).Replace(response)
}

// TestErrorsNeverHoldTheKey has a server say every key back in every way and every place.
func TestErrorsNeverHoldTheKey(t *testing.T) {
	var answer string
	address, _ := serveRaw(t, func(connection net.Conn) { _, _ = io.WriteString(connection, answer) })
	for _, secret := range keys {
		client, err := superserve.New(api.WithStrict(), api.WithAPIKey(secret), api.WithBaseURL(address), api.WithRetries(0),
			api.WithRateLimit(0, 0), api.WithHTTPClient(&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}))
		require.NoError(t, err)
		for place, response := range responses {
			for way, echo := range echoes {
				about := fmt.Sprintf("%q %s %s", secret, place, way)
				answer = respondWith(response, echo(secret))
				_, err := client.GetSandbox(context.Background(), uuid)
				if err == nil {
					assert.Contains(t, []string{"Content-Type", "Content-Length"}, place, about)
					continue
				}
				texts := []string{err.Error(), fmt.Sprintf("%+v", err), fmt.Sprintf("%q", errors.Unwrap(err))}
				var (
					failure *api.Error
					sending *url.Error
				)
				if errors.As(err, &failure) {
					texts = append(texts, failure.Reason(), failure.Message, failure.Code, failure.LogValue().String(), fmt.Sprint(failure.Err), failure.Response.LogValue().String())
					for _, f := range failure.Findings {
						texts = append(texts, f.Actual)
					}
				} else if assert.ErrorAs(t, err, &sending) {
					texts = append(texts, sending.Error(), sending.Err.Error(), strings.TrimPrefix(fmt.Sprintf("%#v", sending.Err), "api.masked"))
				}
				for _, text := range texts {
					noKey(t, text, secret, echo(secret), about)
				}
			}
		}
	}
}

// noKey requires of a text that it holds neither a key nor what a server has written for it, in full or cut off.
func noKey(t *testing.T, text, secret, echo, about string) {
	t.Helper()
	assert.NotContains(t, text, secret, about)
	if len(secret) >= 8 { // a shorter one, encoded, is found anywhere
		assert.NotContains(t, text, echo, about)
	}
	if strings.HasPrefix(secret, "HUSH") {
		assert.NotContains(t, text, "HUSH", about)
	}
	assert.NotContains(t, text, "[key]ey", about)
}

// What a client waits for may be the key, too. The second answer, a second later, ends the wait.
func TestWaitUntilNeverHoldsTheKey(t *testing.T) {
	errs := make([]error, len(keys))
	var waiting sync.WaitGroup
	for i, secret := range keys {
		inJSON, _ := json.Marshal(secret)
		var answers atomic.Int32
		address, _ := serveRaw(t, func(connection net.Conn) {
			if answers.Add(1) == 1 {
				_, _ = fmt.Fprintf(connection, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"status\": %s}", inJSON)
			} else {
				_, _ = fmt.Fprintf(connection, "HTTP/1.1 404 No\r\nConnection: close\r\n\r\n{\"message\": %s}", inJSON)
			}
		})
		client, err := tensorlake.New(api.WithAPIKey(secret), api.WithBaseURL(address), api.WithRetries(0))
		require.NoError(t, err)
		waiting.Go(func() { _, errs[i] = client.WaitUntil(t.Context(), "1", "running") })
	}
	waiting.Wait()
	for i, secret := range keys {
		require.ErrorIs(t, errs[i], api.ErrNotFound)
		_, quoted, found := strings.Cut(errs[i].Error(), "was ")
		require.True(t, found, "the status is named")
		noKey(t, strings.TrimSuffix(quoted, " then)"), secret, secret, secret)
	}
}

// Whatever prints a client, or what it points to, prints no key.
func TestClientsNeverHoldTheKey(t *testing.T) {
	const secret = "HUSH12345678"
	shared, err := api.New(api.Service{Slug: "blaxel", BaseURL: "https://api.example.com"}, api.WithAPIKey(secret))
	require.NoError(t, err)
	client, err := tensorlake.New(api.WithAPIKey(secret))
	require.NoError(t, err)
	var logged strings.Builder
	for _, handler := range []slog.Handler{slog.NewTextHandler(&logged, nil), slog.NewJSONHandler(&logged, nil)} {
		slog.New(handler).Info("clients", "shared", shared, "shared value", *shared, "client", client, "client value", *client)
	}
	for _, verb := range []string{"%s", "%v", "%+v", "%#v", "%q", "%x", "%d", "%T"} {
		for _, value := range []any{shared, *shared, client, *client, []any{*shared}, map[string]any{"a": *client}, &struct{ C api.Client }{*shared}} {
			logged.WriteString(fmt.Sprintf(verb, value))
		}
	}
	assert.NotContains(t, logged.String(), secret)
	assert.NotContains(t, logged.String(), hex.EncodeToString([]byte(secret)))
	assert.NotContains(t, logged.String(), "72 85 83 72", "nor its bytes")
}

// Without a response there is nothing to log, and no panic.
func TestLogWithoutResponse(t *testing.T) {
	var logged strings.Builder
	slog.New(slog.NewTextHandler(&logged, nil)).Info("own", "sandbox", tensorlake.Sandbox{}, "pointer", &tensorlake.Sandbox{})
	assert.NotContains(t, logged.String(), "panic")
}
