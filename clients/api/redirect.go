package api

import "net/http"

// An unredirected transport has net/http follow no redirect. A redirect is the answer, not a request to make: followed to
// another host it would carry the key there (net/http drops Authorization, but no header of the provider's own), and what
// that host says is not the provider's word. Nor does net/http read the Location, which fails on one that is no URL.
type unredirected struct{ http.RoundTripper }

// keptLocation is where the Location is as long as net/http must not see it. No header that is received has such a name.
const keptLocation = "location"

// RoundTrip is called by net/http.
func (t unredirected) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := t.RoundTripper.RoundTrip(request)
	if err == nil && response.Header["Location"] != nil {
		response.Header[keptLocation] = response.Header["Location"]
		delete(response.Header, "Location")
	}
	return response, err
}

// restoreLocation puts the Location of a response back.
func restoreLocation(header http.Header) {
	if location := header[keptLocation]; location != nil {
		header["Location"] = location
		delete(header, keptLocation)
	}
}

// isRedirect reports whether a status asks to send the request to the Location.
func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}
