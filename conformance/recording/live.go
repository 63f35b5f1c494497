package recording

import "net/http"

// New returns an exchange that is from no file. Body is all of the response's, which has
// been read; where it is compressed, the exchange has what it was compressed from, and
// BodyErr where it is damaged. Places count from its start.
func New(response *http.Response, body []byte) Exchange {
	request := response.Request
	x := Exchange{
		Method: request.Method, URL: request.URL, RequestHeader: request.Header,
		Status: response.StatusCode, Header: response.Header, Body: body,
		text: body, start: start,
	}
	x.decompress()
	return x
}
