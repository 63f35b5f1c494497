package api

import (
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/retrypolicy"
)

// How a request is sent again, after a status 429, 502, 503 or 504 and where the connection fails.
const (
	// Retries is how often at most, unless WithRetries says otherwise.
	Retries = 3
	// RetryTime is when at the latest, counted from the first time. Where Retry-After asks for more, the response is
	// returned at once.
	RetryTime = time.Minute

	firstDelay, lastDelay = 500 * time.Millisecond, 8 * time.Second
	jitter                = 0.25 // the part of a delay that chance adds or takes away
)

// send sends the request for an id, again where that may help, and returns the last response. An error beside a response
// says why its body is not whole, or that the context ended before it could be sent again.
func (c *Client) send(
	ctx context.Context, id string, build func(address, id string) (*http.Request, error),
) (*Response, error) {
	request, err := c.request(id, build)
	if err != nil {
		return nil, err
	}
	start := time.Now()
	policy := retrypolicy.NewBuilder[*Response]().
		HandleIf(func(r *Response, err error) bool { return ctx.Err() == nil && mayPass(r, err) }).
		AbortIf(func(r *Response, _ error) bool { return time.Since(start)+r.retryAfter() >= RetryTime }).
		WithMaxRetries(c.retries).
		WithMaxDuration(RetryTime). // a longer delay is cut to what is left, which is enough for Retry-After
		WithBackoff(firstDelay, lastDelay).
		WithJitterFactor(jitter).
		WithDelayFunc(func(e failsafe.ExecutionAttempt[*Response]) time.Duration {
			if after := e.LastResult().retryAfter(); after > 0 {
				return time.Duration(float64(after) / (1 - jitter)) // never sooner, whatever chance takes away
			}
			return -1
		}).
		ReturnLastFailure().
		Build()
	var last *Response
	response, err := failsafe.With(policy).WithContext(ctx).Get(func() (*Response, error) {
		if err := c.limiter.wait(ctx, id); err != nil {
			return nil, noTurn{err}
		}
		response, err := c.once(request.Clone(ctx))
		if response != nil {
			last = response
		}
		return response, err
	})
	if ctx.Err() != nil {
		response = last // why there was something to wait for
	}
	return response, err
}

// noTurn is the error of a request that the limiter didn't let through.
type noTurn struct{ error }

func (e noTurn) Error() string { return "no request may be sent in time: " + e.error.Error() }
func (e noTurn) Unwrap() error { return e.error }

// once sends a request and reads the response.
func (c *Client) once(request *http.Request) (*Response, error) {
	answer, err := c.http.Do(request)
	var failure *url.Error
	if errors.As(err, &failure) {
		return nil, &url.Error{Op: failure.Op, URL: c.mask.text(failure.URL), Err: c.mask.error(failure.Err, longestError)}
	}
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	restoreLocation(answer.Header)
	var body []byte
	// What follows a 101 is another protocol, on a connection that neither a timeout nor the context ends.
	if answer.StatusCode != http.StatusSwitchingProtocols {
		body, err = io.ReadAll(io.LimitReader(answer.Body, MaxBody+1))
	}
	if len(body) > MaxBody {
		body, err = body[:MaxBody], ErrTooLarge
	}
	return &Response{
		Provider: c.service.Slug, Method: request.Method, URL: request.URL.String(),
		Status: answer.StatusCode, Header: answer.Header, Body: body, mask: c.mask,
	}, err
}

// mayPass tells whether what went wrong may pass.
func mayPass(r *Response, err error) bool {
	if err != nil {
		var (
			turn        noTurn
			certificate *tls.CertificateVerificationError
			noTLS       tls.RecordHeaderError
			lookup      *net.DNSError
		)
		switch {
		case errors.Is(err, ErrTooLarge), errors.As(err, &turn), errors.As(err, &certificate), errors.As(err, &noTLS),
			errors.As(err, &lookup) && lookup.IsNotFound, errors.Is(err, http.ErrSchemeMismatch),
			errors.Is(err, gzip.ErrHeader):
			return false
		}
		return true
	}
	switch r.Status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return !gone(r.Status, errorCode(r.Body))
	}
	return false
}

// retryAfter returns how long Retry-After asks to wait, in seconds or until a date; 0 where it asks for nothing.
func (r *Response) retryAfter() time.Duration {
	if r == nil {
		return 0
	}
	value := strings.TrimSpace(r.Header.Get("Retry-After"))
	if seconds, err := strconv.ParseUint(value, 10, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(min(seconds, uint64(longestWait/time.Second))) * time.Second
	}
	if date, err := http.ParseTime(value); err == nil {
		return min(max(time.Until(date), 0), longestWait)
	}
	return 0
}

// longestWait stands for all that Retry-After may ask for beyond it: a year, with room to compute.
const longestWait = 365 * 24 * time.Hour
