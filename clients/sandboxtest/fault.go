package sandboxtest

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"net/http/httptest"
	"strconv"
	"time"
)

// Slow waits before it answers as next does. A client that goes away ends the wait.
func Slow(delay time.Duration, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(delay):
			next.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	})
}

// Drop cuts the connection without an answer.
func Drop() http.Handler {
	return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
}

// Cut answers as next does, and cuts the connection after the first bytes of the body.
func Cut(bytes int, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := send(w, r, next, nil)
		_, _ = w.Write(body[:min(bytes, len(body))])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
}

// Gzip answers as next does, compressed.
func Gzip(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := send(w, r, next, func(body []byte) []byte {
			w.Header().Set("Content-Encoding", "gzip")
			var packed bytes.Buffer
			writer := gzip.NewWriter(&packed)
			_, _ = writer.Write(body)
			_ = writer.Close()
			return packed.Bytes()
		})
		_, _ = w.Write(body)
	})
}

// send sends the head of next's answer, and returns the body, changed as change says, whose length the head gives.
func send(w http.ResponseWriter, r *http.Request, next http.Handler, change func([]byte) []byte) []byte {
	recorder := httptest.NewRecorder()
	next.ServeHTTP(recorder, r)
	body := recorder.Body.Bytes()
	for name, values := range recorder.Header() {
		w.Header()[name] = values
	}
	if change != nil {
		body = change(body)
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(recorder.Code)
	return body
}

// Huge answers with a JSON string that ends after so many bytes, or when the client has enough.
func Huge(status int, size int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		chunk := bytes.Repeat([]byte("x"), 1<<20)
		_, err := w.Write([]byte{'"'})
		for left := size - 2; left > 0 && err == nil; left -= len(chunk) {
			_, err = w.Write(chunk[:min(left, len(chunk))])
		}
		_, _ = w.Write([]byte{'"'})
	})
}

// Redirect answers with a 302 that leads to an address.
func Redirect(to string) http.Handler { return http.RedirectHandler(to, http.StatusFound) }

// Later answers with a status such as 429 or 503, and a Retry-After, in seconds or as a date.
func Later(status int, retryAfter string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", retryAfter)
		JSON(status, `{"error": {"code": "try_later", "message": "try again later"}}`).ServeHTTP(w, r)
	})
}

// Garbage answers with a 200 whose body is no JSON, whatever it says.
func Garbage() http.Handler {
	return JSON(http.StatusOK, "\x00\xff\xfe garbage }{][")
}
