package sandboxtest

import (
	"bufio"
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

//go:embed bodies
var bodies embed.FS

// Body returns the body that Sandbox answers with: a running sandbox that has the id, and conforms.
func Body(provider, id string) string {
	body, err := bodies.ReadFile("bodies/" + provider + ".json")
	if err != nil {
		panic("sandboxtest: no provider " + provider)
	}
	encoded, _ := json.Marshal(id)
	return strings.Replace(string(body), `"$ID"`, string(encoded), 1)
}

// Sandbox answers with a running sandbox of the provider that has the ID in the request.
func Sandbox(provider string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		JSON(http.StatusOK, Body(provider, id(r))).ServeHTTP(w, r)
	})
}

// JSON answers with a status and a JSON body, which is sent as it is.
func JSON(status int, body string) http.Handler { return Answer(status, "application/json", body) }

// Answer answers with a status, a Content-Type, or none where it is empty, and a body.
func Answer(status int, contentType, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Content-Type"] = nil // or net/http guesses one
		if contentType != "" {
			w.Header().Set("Content-Type", contentType)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}

// head is the status line of a recorded response.
var head = regexp.MustCompile(`(?m)^HTTP/[0-9.]+ ([0-9]{3}).*\n`)

// Recording answers as the response in a .http file, as sandboxspec record writes it and curl -si prints it. A file that
// holds none fails the test.
func Recording(t testing.TB, file string) http.Handler {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal("sandboxtest:", err)
	}
	status, header, body, err := parse(content)
	if err != nil {
		t.Fatalf("sandboxtest: %s: %v", file, err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Content-Type"] = nil
		for name, values := range header {
			w.Header()[name] = values
		}
		w.WriteHeader(status)
		_, _ = w.Write(body)
	})
}

func parse(recording []byte) (status int, header http.Header, body []byte, err error) {
	at := head.FindSubmatchIndex(recording)
	if at == nil {
		return 0, nil, nil, errors.New("no line such as HTTP/1.1 200 OK")
	}
	status, _ = strconv.Atoi(string(recording[at[2]:at[3]]))
	if status < 200 {
		return 0, nil, nil, fmt.Errorf("status %d is not that of a whole response", status)
	}
	reader := bufio.NewReader(bytes.NewReader(recording[at[1]:]))
	fields, err := textproto.NewReader(reader).ReadMIMEHeader()
	if err != nil && err != io.EOF {
		return 0, nil, nil, err
	}
	header = http.Header(fields)
	for _, name := range []string{"Connection", "Content-Length", "Transfer-Encoding"} {
		header.Del(name) // the server's own: the file may hold another body than was sent
	}
	body, err = io.ReadAll(reader)
	return status, header, body, err
}
