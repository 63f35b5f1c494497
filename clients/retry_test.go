package clients_test

import (
	"compress/gzip"
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sandboxspec/sandboxspec/clients/api"
	"github.com/sandboxspec/sandboxspec/clients/sandboxtest"
	"github.com/sandboxspec/sandboxspec/clients/superserve"
	"github.com/sandboxspec/sandboxspec/clients/tensorlake"
)

// A fault is what a provider answers, and what the client makes of it.
type fault struct {
	answers []http.Handler
	status  int // of the last answer
	err     error
	says    string // in the error, or there is none
}

func faults(whole http.Handler) map[string]fault {
	return map[string]fault{
		"gzip":              {answers: []http.Handler{sandboxtest.Gzip(whole)}},
		"slow":              {answers: []http.Handler{sandboxtest.Slow(10*time.Millisecond, whole)}},
		"429 then 200":      {answers: []http.Handler{sandboxtest.Later(429, "0"), whole}},
		"503 then 200":      {answers: []http.Handler{sandboxtest.Later(503, time.Now().UTC().Format(http.TimeFormat)), whole}},
		"dropped then 200":  {answers: []http.Handler{sandboxtest.Drop(), whole}},
		"cut then 200":      {answers: []http.Handler{sandboxtest.Cut(10, whole), whole}},
		"cut 200, 502, 200": {answers: []http.Handler{sandboxtest.Cut(0, whole), sandboxtest.Answer(502, "text/html", "<html>"), whole}},

		"garbage":         {[]http.Handler{sandboxtest.Garbage()}, 200, nil, "expected a JSON value"},
		"huge":            {[]http.Handler{sandboxtest.Huge(200, api.MaxBody+1)}, 200, api.ErrTooLarge, "larger than 8 MiB"},
		"huge error":      {[]http.Handler{sandboxtest.Huge(503, api.MaxBody+1)}, 503, api.ErrTooLarge, "503 Service Unavailable; the body is larger"},
		"compressed huge": {[]http.Handler{sandboxtest.Gzip(sandboxtest.Huge(200, api.MaxBody+1))}, 200, api.ErrTooLarge, "larger than 8 MiB"},
		"not gzip":        {[]http.Handler{notGzip}, 200, gzip.ErrHeader, "gzip: invalid header"},
		"redirect":        {[]http.Handler{sandboxtest.Redirect("https://elsewhere.example/?a=b")}, 302, nil, "this one leads to https://elsewhere.example"},
		"empty":           {[]http.Handler{sandboxtest.Answer(500, "", "")}, 500, nil, "500 Internal Server Error"},
		"gone":            {[]http.Handler{sandboxtest.JSON(502, `{"error": "sandbox_not_found"}`)}, 502, api.ErrNotFound, "sandbox_not_found"},
		"much later":      {[]http.Handler{sandboxtest.Later(429, "3600")}, 429, api.ErrRateLimited, "try again later"},
	}
}

// TestFaults has the clients, in turn, meet every fault over both versions of HTTP.
func TestFaults(t *testing.T) {
	for i, name := range slices.Sorted(maps.Keys(faults(nil))) {
		for j, version := range []string{"HTTP/1.1", "HTTP/2.0"} {
			p := providers[(i+j)%len(providers)]
			t.Run(version+" "+name, func(t *testing.T) {
				t.Parallel()
				server := sandboxtest.New(t)
				if version == "HTTP/2.0" {
					server = sandboxtest.NewHTTP2(t)
				}
				test := faults(sandboxtest.Sandbox(p.slug))[name]
				server.Handle(p.slug, test.answers...)
				client, err := p.new(append(server.Options(p.slug), api.WithUserAgent("tests/1"))...)
				require.NoError(t, err)
				got, err := client(t.Context(), p.id)
				requests := server.Requests(p.slug)
				assert.Len(t, requests, len(test.answers))
				assert.Equal(t, version, requests[0].Proto)
				assert.Equal(t, "tests/1", requests[0].UserAgent())
				if test.says == "" {
					require.NoError(t, err)
					assert.Equal(t, sandboxtest.Body(p.slug, p.id), string(got.Body))
					return
				}
				assert.Nil(t, got)
				failure := p.failure(t, err)
				assert.Equal(t, test.status, failure.Status)
				assert.ErrorContains(t, err, test.says)
				if test.err != nil {
					assert.ErrorIs(t, err, test.err)
				}
			})
		}
	}
}

var notGzip = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Encoding", "gzip")
	sandboxtest.JSON(http.StatusOK, `{"this": "is not compressed"}`).ServeHTTP(w, r)
})

// A wire is a network without wires, for tests in a bubble of time.
type wire func(*http.Request) (*http.Response, error)

func (w wire) RoundTrip(r *http.Request) (*http.Response, error) { return w(r) }

// respond has a handler answer a request.
func respond(handler http.Handler, r *http.Request) *http.Response {
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	response := w.Result()
	response.Request = r
	return response
}

// answering returns a wire that has each request answered by the next of the handlers, the last one again and again, and
// the times of the requests.
func answering(handlers ...http.Handler) (api.Option, *[]time.Duration) {
	var mu sync.Mutex
	var times []time.Duration
	start := time.Now()
	return api.WithHTTPClient(&http.Client{Transport: wire(func(r *http.Request) (*http.Response, error) {
		mu.Lock()
		n := len(times)
		times = append(times, time.Since(start))
		mu.Unlock()
		handler := handlers[min(n, len(handlers)-1)]
		if handler == nil {
			return nil, io.ErrUnexpectedEOF
		}
		if err := r.Context().Err(); err != nil {
			return nil, err
		}
		return respond(handler, r), nil
	})}), &times
}

func TestRetries(t *testing.T) {
	whole := sandboxtest.Sandbox("tensorlake")
	unavailable := sandboxtest.JSON(503, "{}")
	for name, test := range map[string]struct {
		handlers []http.Handler
		options  []api.Option
		// least and most are when each request is sent, at the earliest and at the latest.
		least, most []time.Duration
		fails       bool
	}{
		"backoff": {
			handlers: []http.Handler{unavailable}, fails: true,
			least: []time.Duration{0, 375e6, 1125e6, 2625e6}, most: []time.Duration{0, 625e6, 1875e6, 4375e6},
		},
		"connection": {
			handlers: []http.Handler{nil, nil, whole}, least: []time.Duration{0, 375e6, 1125e6}, most: []time.Duration{0, 625e6, 1875e6},
		},
		"none":            {handlers: []http.Handler{unavailable}, options: []api.Option{api.WithRetries(0)}, least: []time.Duration{0}, most: []time.Duration{0}, fails: true},
		"fewer than none": {handlers: []http.Handler{nil}, options: []api.Option{api.WithRetries(-1)}, least: []time.Duration{0}, most: []time.Duration{0}, fails: true},
		"seconds":         {handlers: []http.Handler{sandboxtest.Later(429, "20"), whole}, least: []time.Duration{0, 20e9}, most: []time.Duration{0, 34e9}},
		"total":           {handlers: []http.Handler{sandboxtest.Later(429, "25")}, least: []time.Duration{0, 25e9}, most: []time.Duration{0, 42e9}, fails: true},
		"400":             {handlers: []http.Handler{sandboxtest.JSON(400, "")}, least: []time.Duration{0}, most: []time.Duration{0}, fails: true},
		"500":             {handlers: []http.Handler{sandboxtest.JSON(500, "")}, least: []time.Duration{0}, most: []time.Duration{0}, fails: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, times := answering(test.handlers...)
				c, err := tensorlake.New(append(test.options, api.WithAPIKey(key), client)...)
				require.NoError(t, err)
				_, err = c.GetSandbox(t.Context(), "sbx_1")
				assert.Equal(t, test.fails, err != nil, err)
				switch name {
				case "total": // chance decides whether there is time for a third
					require.Contains(t, []int{2, 3}, len(*times))
				default:
					require.Len(t, *times, len(test.least))
				}
				for i := 1; name == "total" && i < len(*times); i++ {
					assert.GreaterOrEqual(t, (*times)[i]-(*times)[i-1], 25*time.Second)
				}
				for i := range test.least {
					assert.GreaterOrEqual(t, (*times)[i], test.least[i], i)
					assert.LessOrEqual(t, (*times)[i], test.most[i], i)
				}
				assert.LessOrEqual(t, (*times)[len(*times)-1], api.RetryTime)
			})
		})
	}
}

// The context ends every wait: for a retry, and for a turn.
func TestContextEndsWaits(t *testing.T) {
	for name, option := range map[string]api.Option{
		"retry": api.WithRetries(5),
		"turn":  api.WithRateLimit(1, time.Hour),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, times := answering(sandboxtest.Later(503, "10"))
				c, err := tensorlake.New(api.WithAPIKey(key), client, option)
				require.NoError(t, err)
				ctx, cancel := context.WithCancel(t.Context())
				go func() { time.Sleep(3 * time.Second); cancel() }()
				start := time.Now()
				_, err = c.GetSandbox(ctx, "sbx_1")
				if name == "turn" {
					_, err = c.GetSandbox(ctx, "sbx_1")
				}
				assert.ErrorIs(t, err, context.Canceled)
				if name == "retry" {
					assert.ErrorIs(t, err, api.ErrUnavailable)
					assert.ErrorContains(t, err, "503 Service Unavailable: try again later (try_later); context canceled")
				}
				assert.Equal(t, 3*time.Second, time.Since(start))
				assert.Len(t, *times, 1)
			})
		})
	}
}

// most returns how many times at most lie in any window of that length.
func most(times []time.Duration, window time.Duration) (most int) {
	slices.Sort(times)
	for i := range times {
		n := 0
		for _, other := range times[i:] {
			if other-times[i] < window {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

func TestRateLimit(t *testing.T) {
	const sandboxes = 2
	for _, test := range []struct {
		slug           string
		options        []api.Option
		requests, most int
		window         time.Duration
		atLeast        int // what must get through in the window, or the limit is kept too well
	}{
		{"primeintellect", nil, 900, sandboxes * 300, time.Minute, sandboxes * 290},
		{"superserve", nil, 100, 20, time.Second, 18},
		{"superserve", []api.Option{api.WithRateLimit(3, time.Second)}, 20, 3, time.Second, 3},
		{"primeintellect", []api.Option{api.WithRateLimit(1, time.Second)}, 10, sandboxes, time.Second, sandboxes},
		{"superserve", []api.Option{api.WithRateLimit(0, time.Second)}, 100, 100, time.Second, 100},
		{"tensorlake", nil, 100, 100, time.Second, 100},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := providers[slices.IndexFunc(providers, func(p provider) bool { return p.slug == test.slug })]
			client, times := answering(sandboxtest.Sandbox(p.slug))
			get, err := p.new(append(test.options, api.WithAPIKey(key), client)...)
			require.NoError(t, err)
			var group sync.WaitGroup
			for i := range test.requests {
				id := p.id
				if i%sandboxes == 1 {
					id = strings.Replace(id, "0", "1", 1) + map[bool]string{true: "", false: "b"}[p.slug == "superserve"]
				}
				group.Go(func() {
					_, err := get(t.Context(), id)
					assert.NoError(t, err)
				})
			}
			group.Wait()
			assert.Len(t, *times, test.requests)
			got := most(*times, test.window)
			assert.LessOrEqual(t, got, test.most, test.slug)
			assert.GreaterOrEqual(t, got, min(test.atLeast, test.requests), test.slug)
		})
	}
}

// A limiter that counts by sandbox doesn't grow with every sandbox there ever was, and forgets none that is still owed
// a wait.
func TestManySandboxes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, _ := answering(sandboxtest.Sandbox("primeintellect"))
		p := providers[4]
		get, err := p.new(api.WithAPIKey(key), client, api.WithRateLimit(1, time.Hour))
		require.NoError(t, err)
		_, err = get(t.Context(), "first")
		require.NoError(t, err)
		for i := range 3000 {
			_, err = get(t.Context(), strconv.Itoa(i))
			require.NoError(t, err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err = get(ctx, "first")
		assert.ErrorContains(t, err, "no request may be sent in time")
	})
}

func TestPlainHTTP(t *testing.T) {
	for _, address := range []string{"http://localhost", "http://127.0.0.1:8080/v1", "http://[::1]", "http://127.8.0.1"} {
		_, err := superserve.New(api.WithAPIKey(key), api.WithBaseURL(address))
		assert.NoError(t, err, address)
	}
	for _, address := range []string{"http://api.example.com", "http://localhost.example.com", "http://10.0.0.1", "http://[fe80::1]"} {
		_, err := superserve.New(api.WithAPIKey(key), api.WithBaseURL(address))
		assert.ErrorContains(t, err, "everyone could read the key", address)
		_, err = superserve.New(api.WithAPIKey(key), api.WithBaseURL(address), api.WithPlainHTTP())
		assert.NoError(t, err, address)
	}
}

// Requests one after the other use one connection, errors included.
func TestConnectionReuse(t *testing.T) {
	server := sandboxtest.New(t)
	server.Handle("tensorlake", sandboxtest.JSON(404, "{}"), sandboxtest.Sandbox("tensorlake"))
	client, err := tensorlake.New(server.Options("tensorlake")...)
	require.NoError(t, err)
	for range 3 {
		_, _ = client.GetSandbox(t.Context(), "sbx_1")
	}
	requests := server.Requests("tensorlake")
	require.Len(t, requests, 3)
	assert.Equal(t, requests[0].RemoteAddr, requests[2].RemoteAddr)
}
