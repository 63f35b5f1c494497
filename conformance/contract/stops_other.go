//go:build !amd64

package contract

var markStops = markPlain
