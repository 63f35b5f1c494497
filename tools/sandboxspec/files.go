package main

import (
	"errors"
	"io"
	"os"
	"sync"

	"github.com/google/renameio/v2"
)

// files are being written: each is there when all of it is. Their lock is held while another file
// is put where it belongs, so that a run that is stopped leaves no part of one.
type files struct {
	sync.Mutex
	pending []*renameio.PendingFile
}

// create opens a file. What is there already and isn't a file, such as /dev/null or a pipe, is
// written to and stays what it is.
func (f *files) create(file string) (io.Writer, error) {
	if file == "" {
		return nil, errors.New("the name of a file is missing behind the =")
	}
	if info, err := os.Stat(file); err == nil && !info.Mode().IsRegular() {
		return os.OpenFile(file, os.O_WRONLY, 0)
	}
	f.Lock()
	defer f.Unlock()
	pending, err := renameio.NewPendingFile(file, renameio.WithPermissions(0o644))
	if err == nil {
		f.pending = append(f.pending, pending)
	}
	return pending, err
}

// close puts them where they belong.
func (f *files) close() error {
	f.Lock()
	defer f.Unlock()
	for _, pending := range f.pending {
		if err := pending.CloseAtomicallyReplace(); err != nil {
			return err
		}
	}
	return nil
}

// cleanup removes those that are not complete. It keeps the lock: no file is written any more.
func (f *files) cleanup() {
	f.Lock()
	for _, pending := range f.pending {
		_ = pending.Cleanup()
	}
}
