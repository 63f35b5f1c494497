package main

import (
	"errors"
	"io"
	"os"

	"github.com/google/renameio/v2"
)

// files are being written: each is there when all of it is.
type files []*renameio.PendingFile

// create opens a file. What is there already and isn't a file, such as /dev/null or a pipe, is
// written to and stays what it is.
func (f *files) create(file string) (io.Writer, error) {
	if file == "" {
		return nil, errors.New("the name of a file is missing behind the =")
	}
	if info, err := os.Stat(file); err == nil && !info.Mode().IsRegular() {
		return os.OpenFile(file, os.O_WRONLY, 0)
	}
	pending, err := renameio.NewPendingFile(file, renameio.WithPermissions(0o644))
	if err == nil {
		*f = append(*f, pending)
	}
	return pending, err
}

// cleanup removes those that are not complete.
func (f files) cleanup() {
	for _, pending := range f {
		_ = pending.Cleanup()
	}
}

// close puts them where they belong.
func (f files) close() error {
	for _, pending := range f {
		if err := pending.CloseAtomicallyReplace(); err != nil {
			return err
		}
	}
	return nil
}
