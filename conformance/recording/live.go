package recording

import "net/http"

// New returns an exchange that is from no file. Body is all of the response's, which has
// been read. Places in it count from its start.
func New(response *http.Response, body []byte) Exchange {
	request := response.Request
	return Exchange{
		Method: request.Method, URL: request.URL, RequestHeader: request.Header,
		Status: response.StatusCode, Header: response.Header, Body: body,
		text: body, start: Place{Line: 1, Column: 1},
	}
}
