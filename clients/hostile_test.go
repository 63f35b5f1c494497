package clients_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/clients/api"
	"github.com/sandboxspec/sandboxspec/clients/sandboxtest"
	"github.com/sandboxspec/sandboxspec/clients/tensorlake"
)

// serveRaw starts a server that answers each request, on a connection of its own, by writing whatever it likes. It
// returns its address, and a function that waits until all connections have ended.
func serveRaw(t testing.TB, answer func(net.Conn)) (address string, wait func()) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var group sync.WaitGroup
	t.Cleanup(func() { listener.Close(); group.Wait() })
	group.Go(func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			group.Go(func() {
				defer connection.Close()
				if _, err := http.ReadRequest(bufio.NewReader(connection)); err == nil {
					answer(connection)
				}
			})
		}
	})
	return "http://" + listener.Addr().String(), func() { listener.Close(); group.Wait() }
}

// ended returns when the other side has closed the connection.
func ended(connection net.Conn) { _, _ = io.Copy(io.Discard, connection) }

// What follows a 101 is never waited for, with no timeout at all.
func TestSwitchingProtocols(t *testing.T) {
	each(t, func(t *testing.T, p provider) {
		for _, header := range []string{"Upgrade: x\r\nConnection: upgrade\r\n", "", "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n"} {
			address, wait := serveRaw(t, func(connection net.Conn) {
				_, _ = io.WriteString(connection, "HTTP/1.1 101 Switching Protocols\r\n"+header+"\r\n")
				ended(connection)
			})
			own := &http.Client{Transport: &http.Transport{}}
			client, err := p.new(api.WithAPIKey(key), api.WithBaseURL(address), api.WithHTTPClient(own))
			require.NoError(t, err)
			got, err := client(context.Background(), p.id)
			assert.Nil(t, got)
			failure := p.failure(t, err)
			assert.Equal(t, http.StatusSwitchingProtocols, failure.Status)
			assert.Empty(t, failure.Body)
			assert.True(t, strings.HasSuffix(err.Error(), ": 101 Switching Protocols"), err)
			own.CloseIdleConnections()
			wait() // the connection is not kept
		}
	})
}

// endless are answers that go on as long as someone reads, and how many bytes of each a call reads at most.
// The bounds of the head are those of net/http.
var endless = map[string]struct {
	start, again string
	most         int64
}{
	"early hints":        {"", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 11 << 20},
	"processing":         {"", "HTTP/1.1 102 Processing\r\n\r\n", 11 << 20},
	"status line":        {"HTTP/1.1 200 ", "OK ", 11 << 20},
	"header":             {"HTTP/1.1 200 OK\r\nX: ", "x", 11 << 20},
	"headers":            {"HTTP/1.1 200 OK\r\n", "X-Again: and again\r\n", 11 << 20},
	"body":               {"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n", `{"a":[`, api.MaxBody + 1<<20},
	"body of an error":   {"HTTP/1.1 500 No\r\n\r\n", "no ", api.MaxBody + 1<<20},
	"chunks":             {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1000\r\n" + strings.Repeat("[", 0x1000) + "\r\n", api.MaxBody + 1<<20},
	"chunk extension":    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", "x", 11 << 20},
	"trailer":            {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "X-Again: and again\r\n", 11 << 20},
	"nothing of a HTTP":  {"", "\x00\xff", 11 << 20},
	"redirect elsewhere": {"HTTP/1.1 302 Found\r\nLocation: https://", "a", 11 << 20},
}

// A counted connection counts the bytes that are read from it.
type counted struct {
	net.Conn
	read *atomic.Int64
}

func (c counted) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.read.Add(int64(n))
	return n, err
}

func TestEndlessAnswers(t *testing.T) {
	for name, test := range endless {
		t.Run(name, func(t *testing.T) {
			var read atomic.Int64
			again := []byte(strings.Repeat(test.again, 1+8192/len(test.again)))
			address, _ := serveRaw(t, func(connection net.Conn) {
				_, err := io.WriteString(connection, test.start)
				for err == nil {
					_, err = connection.Write(again)
				}
			})
			dial := func(ctx context.Context, network, address string) (net.Conn, error) {
				connection, err := new(net.Dialer).DialContext(ctx, network, address)
				return counted{connection, &read}, err
			}
			own := &http.Client{Transport: &http.Transport{DialContext: dial}}
			client, err := tensorlake.New(api.WithAPIKey(key), api.WithBaseURL(address), api.WithRetries(0), api.WithHTTPClient(own))
			require.NoError(t, err)
			sandbox, err := client.GetSandbox(context.Background(), "sbx_1")
			assert.Nil(t, sandbox)
			require.Error(t, err)
			assert.Less(t, len(err.Error()), 1500)
			assert.LessOrEqual(t, read.Load(), test.most)
		})
	}
}

// A server that stops amid its answer is left when the timeout of the HTTP client, or the context, ends.
func TestStoppedAnswers(t *testing.T) {
	for name, answer := range map[string]string{
		"nothing": "", "status line": "HTTP/1.1 2", "header": "HTTP/1.1 200 OK\r\nContent-Ty", "early hints": "HTTP/1.1 103 Early Hints\r\n\r\n",
		"body": "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", "chunk": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
		"trailer": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX", "gzip": "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b",
		"error": "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 9\r\n\r\n{", "redirect": "HTTP/1.1 302 Found\r\nContent-Length: 9\r\nLocation: /\r\n\r\n{",
	} {
		t.Run(name, func(t *testing.T) {
			for _, timeout := range []time.Duration{0, time.Second / 10} {
				address, wait := serveRaw(t, func(connection net.Conn) {
					_, _ = io.WriteString(connection, answer)
					ended(connection)
				})
				own := &http.Client{Timeout: timeout}
				client, err := tensorlake.New(api.WithAPIKey(key), api.WithBaseURL(address), api.WithRetries(0), api.WithHTTPClient(own))
				require.NoError(t, err)
				ctx := context.Background()
				if timeout == 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, time.Second/10)
					defer cancel()
				}
				sandbox, err := client.GetSandbox(ctx, "sbx_1")
				assert.Nil(t, sandbox)
				assert.ErrorIs(t, err, context.DeadlineExceeded)
				wait() // the connection is not kept
			}
		})
	}
}

// Retries end with RetryTime, however many there may be and whatever the server asks for.
func TestEndlessRetries(t *testing.T) {
	for _, after := range []string{"0", "", "-1", "0.0", "1", time.Unix(0, 0).UTC().Format(http.TimeFormat)} {
		synctest.Test(t, func(t *testing.T) {
			client, times := answering(sandboxtest.Later(503, after))
			c, err := tensorlake.New(api.WithAPIKey(key), client, api.WithRetries(1<<40))
			require.NoError(t, err)
			_, err = c.GetSandbox(t.Context(), "sbx_1")
			assert.ErrorIs(t, err, api.ErrUnavailable)
			assert.LessOrEqual(t, len(*times), int(api.RetryTime/time.Second)+1, fmt.Sprintf("Retry-After: %s", after))
			assert.LessOrEqual(t, (*times)[len(*times)-1], api.RetryTime)
		})
	}
}
