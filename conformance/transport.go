package conformance

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/sandboxspec/sandboxspec/conformance/contract"
	"github.com/sandboxspec/sandboxspec/conformance/recording"
)

// MaxLiveBody is how many bytes of a body Transport keeps: 16 MiB, far more than any
// sandbox takes. A longer one is handed on all the same, but not judged.
const MaxLiveBody = 16 << 20

var (
	errLiveTooLong = fmt.Errorf("the body is longer than %d MiB: it was handed on, but not judged", MaxLiveBody>>20)
	errClosedEarly = errors.New("the body was closed before its end: what was read of it can't be judged")
)

// Transport returns a RoundTripper that hands every request to next, http.DefaultTransport
// where that is nil, and has judge look at the responses that pass. A response is handed
// on at once, and its body byte by byte as it comes.
//
// Report is told of each response of an endpoint that judge knows, when its body has been
// read to the end or closed, before that Read or Close returns, and of one at a time.
// Result.Outcome is Unreadable, and Result.Err says why, where a body is longer than
// MaxLiveBody (or, decompressed, than recording.MaxEntry), breaks off, or is closed in the
// middle. Result.Findings hold no secrets; the exchange beside them is as it passed, with
// the key in its request. Result.File is the method and the address, without its query.
//
// The RoundTripper is safe for concurrent use if next is. Report must not read a body that
// passes through it.
func Transport(next http.RoundTripper, judge *Judge, report func(Result)) http.RoundTripper {
	if next == nil {
		next = http.DefaultTransport
	}
	return &transport{next: next, judge: judge.of(""), report: report}
}

type transport struct {
	next   http.RoundTripper
	judge  *fileJudge
	mutex  sync.Mutex // one report at a time
	report func(Result)
}

// RoundTrip is called by net/http.
func (t *transport) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := t.next.RoundTrip(request)
	if err != nil || response.StatusCode == http.StatusSwitchingProtocols {
		return response, err
	}
	seen := *response
	seen.Request, seen.Header = request, response.Header.Clone()
	x := recording.New(&seen, nil)
	if target, err := t.judge.target(&x); err == nil && target == nil {
		return response, nil // of another endpoint
	}
	if response.Body == nil {
		response.Body = http.NoBody
	}
	response.Body = &liveBody{ReadCloser: response.Body, transport: t, response: &seen}
	return response, nil
}

// done judges what was seen of a response.
func (t *transport) done(response *http.Response, body []byte, bodyErr error) {
	x := recording.New(response, body)
	address := url.URL{Scheme: x.URL.Scheme, Host: x.URL.Host, Path: x.URL.Path, RawPath: x.URL.RawPath}
	x.File = cmp.Or(x.Method, http.MethodGet) + " " + address.String()
	switch {
	case bodyErr == errClosedEarly && jsontext.Value(x.Body).IsValid(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)):
		// Who reads JSON stops at the end of the value, not at that of the body.
	case bodyErr != nil:
		x.BodyErr = bodyErr
	}
	r := t.judge.judge(&x)
	concealed := map[*contract.Branch]bool{}
	for i, f := range r.Findings {
		r.Findings[i] = r.Shown(f)
		r.conceal(f.Branches, concealed)
	}
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.report(r)
}

// conceal makes the findings in branches of a body that stands in no file ones that
// people may see, each branch once.
func (r *Result) conceal(branches []contract.Branch, concealed map[*contract.Branch]bool) {
	for i := range branches {
		b := &branches[i]
		if concealed[b] {
			continue
		}
		concealed[b] = true
		for i, f := range b.Findings {
			b.Findings[i] = r.Shown(Finding{Finding: r.named(f), Decoded: r.Decoded}).Finding
			r.conceal(f.Branches, concealed)
		}
	}
}

// liveBody is a body that is kept while somebody reads it.
type liveBody struct {
	io.ReadCloser
	transport *transport
	response  *http.Response // as it came

	mutex sync.Mutex // a body can be closed while it is read
	seen  []byte
	err   error // why seen isn't what was read
	told  bool
}

// Read is called by whoever reads the body.
func (b *liveBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.mutex.Lock()
	defer b.mutex.Unlock()
	switch {
	case b.told || b.err != nil:
	case len(b.seen)+n > MaxLiveBody:
		b.seen, b.err = nil, errLiveTooLong
	default:
		b.seen = append(b.seen, p[:n]...)
	}
	if err == io.EOF {
		b.tell(nil)
	} else if err != nil {
		b.tell(err)
	}
	return n, err
}

// Close is called by whoever reads the body.
func (b *liveBody) Close() error {
	err := b.ReadCloser.Close()
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.tell(errClosedEarly)
	return err
}

// tell tells of the response, once; err is why not all of the body was read.
func (b *liveBody) tell(err error) {
	if b.told {
		return
	}
	b.told = true
	if b.err != nil {
		err = b.err
	}
	b.transport.done(b.response, b.seen, err)
}
