package recording

import "net/http"

// New returns an exchange that is from no file, with the response's request where it has one. Body is all of the response's, which has
// been read; where it is compressed, the exchange has what it was compressed from, and
// BodyErr where it is damaged. Places count from its start.
func New(response *http.Response, body []byte) Exchange {
	x := Exchange{Status: response.StatusCode, Header: response.Header, Body: body, text: body, start: start}
	if request := response.Request; request != nil {
		x.Method, x.URL, x.RequestHeader = request.Method, request.URL, request.Header
	}
	x.decompress()
	return x
}
