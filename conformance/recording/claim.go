package recording

import "errors"

// Claim asks for memory, in bytes, before an entry is expanded into it. It may wait until
// there is some, and returns an error where the entry isn't wanted any more. Nil grants
// whatever is asked for.
type Claim func(bytes int) error

// of asks for memory.
func (c Claim) of(bytes int) error {
	if c == nil || bytes == 0 {
		return nil
	}
	return c(bytes)
}

// claim asks for memory for what x expands to.
func (x *Exchange) claim(bytes int) error {
	if err := x.memory.of(bytes); err != nil {
		return limitError{err}
	}
	x.expanded += bytes
	return nil
}

// Expanded returns how much memory x has claimed beyond its chunk's, in bytes: for the
// body, unescaped, out of its base64 and decompressed, and for its headers.
func (x *Exchange) Expanded() int { return x.expanded }

// maxFields is how long the header fields of a message may be together, in bytes, each
// counted as HPACK does: with 32 more than its name and value.
const maxFields = 10 << 20

var errFields = limitError{errors.New("its header has more than 10 MiB")}

// limitError is the error of an entry that takes more than it may. It goes before whatever
// else may be wrong with the entry.
type limitError struct{ error }

func (e limitError) Unwrap() error { return e.error }

// isLimit reports whether err is a limitError.
func isLimit(err error) bool {
	var limit limitError
	return errors.As(err, &limit)
}

// countField counts a header field.
func (x *Exchange) countField(name, value string) error {
	if x.fieldBytes += len(name) + len(value) + 32; x.fieldBytes > maxFields {
		return errFields
	}
	return nil
}
