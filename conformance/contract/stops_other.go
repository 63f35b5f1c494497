//go:build !amd64

package contract

// markers are the ways to mark stops that this machine has, the fastest one first.
func markers() []marker { return []marker{markPlain} }
