package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// answering starts a server and returns its address. The ID of the sandbox in a request is the index of
// the answer, which is sent as it is.
func answering(t *testing.T, answers []string) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			request, err := http.ReadRequest(bufio.NewReader(connection))
			if err != nil {
				connection.Close()
				continue
			}
			id, _ := strconv.Atoi(path.Base(request.URL.Path))
			_, _ = io.WriteString(connection, answers[id])
			if !strings.Contains(answers[id], "Upgrade") { // that one is kept open
				connection.Close()
			}
		}
	}()
	return listener.Addr().String()
}

// TestKeyStaysIn has a server say the key back to get and record, wherever either of them may show it. net/http itself
// logs what a server sends beyond its response.
func TestKeyStaysIn(t *testing.T) {
	responses := []string{
		"%s 200 OK\r\n\r\n", "HTTP/1.1 %s\r\n\r\n", "HTTP/1.1 200 OK\r\n%s\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: %s\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: %s\r\n\r\n", "HTTP/1.1 302 Found\r\nLocation: http://[%s\r\n\r\n", "HTTP/1.1 302 Found\r\nLocation: https://%s/\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n%s\r\n\r\n", "HTTP/1.1 401 %s\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 401 No\r\nConnection: close\r\n\r\nno %s", "HTTP/1.1 500 No\r\nConnection: close\r\n\r\n<title>%s</title>",
		"HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{\"metadata\":{}}%s", "HTTP/1.1 101 %s\r\nUpgrade: %s\r\nConnection: upgrade\r\n\r\n%s",
		"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"metadata\":{\"%s\":\"%s\"},\"id\":\"%s\",\"name\":\"a %s\",\"status\":\"%s\"}", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n%s",
	}
	ways := []func(string) string{func(key string) string { return key }, strconv.Quote, strings.ToUpper, func(key string) string {
		return base64.StdEncoding.EncodeToString([]byte("Bearer " + key))
	}}
	var logged bytes.Buffer
	log.SetOutput(&logged)
	defer log.SetOutput(io.Discard)

	for _, key := range []string{"HUSH-4f1k8tq2", "[key]HUSH", "Ⓗ-HUSH-ключ"} {
		t.Setenv("SUPERSERVE_API_KEY", key)
		var answers []string
		for _, response := range responses {
			for _, way := range ways {
				answers = append(answers, strings.ReplaceAll(response, "%s", way(key)))
			}
		}
		t.Setenv("SUPERSERVE_BASE_URL", "http://"+answering(t, answers))
		folder := t.TempDir()
		var group sync.WaitGroup // get waits before it tries again
		for i, answer := range answers {
			said := ways[i%len(ways)](key)
			for _, args := range [][]string{
				{"get"}, {"get", "--format", "json"}, {"record", "-o", folder},
			} {
				if args[0] == "record" {
					args = append(args, "superserve", strconv.Itoa(i))
				} else {
					args = append(args, "superserve/"+strconv.Itoa(i))
				}
				group.Go(func() {
					var stdout, stderr bytes.Buffer
					run(args, &stdout, &stderr)
					output := stdout.String() + stderr.String()
					about := fmt.Sprintf("%q %q %q", args, answer, output)
					assert.NotEmpty(t, output, about)
					assert.NotContains(t, output, key, about)
					assert.NotContains(t, output, said, about)
					assert.NotContains(t, strings.ToUpper(output), "HUSH", about)
				})
			}
		}
		group.Wait()
		files, err := filepath.Glob(filepath.Join(folder, "superserve", "*.http"))
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.NotContains(t, string(text), key, file)
		}
	}
	assert.Empty(t, logged.String())
}

// A short key, or one that is in what stands in for it, is not taken out of that again.
func TestShortKeys(t *testing.T) {
	for key, says := range map[string]string{
		"key": "401 Unauthorized: no ***, nor ***s", "ey": "401 Unauthorized: no k***, nor k***s", "y": "401 Unauthorized: no ke***, nor ke***s", "]": "401 Unauthorized: no key, nor keys",
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, "no key, nor keys")
		}))
		defer server.Close()
		t.Setenv("SUPERSERVE_API_KEY", key)
		t.Setenv("SUPERSERVE_BASE_URL", server.URL)
		var stdout, stderr bytes.Buffer
		assert.Equal(t, exitCouldNot, run([]string{"get", "superserve/1"}, &stdout, &stderr))
		assert.Equal(t, "sandboxspec: superserve/1: "+says+"\nsandboxspec: 1 of the sandboxes could not be got\n", stderr.String())
	}
}
