package report

import (
	"bytes"
	"io"
	"os"
)

// spooled is how much of a list stays in memory, in bytes.
const spooled = 1 << 20

// spool is text that is written now and wanted later: a long one waits in a temporary
// file. What goes wrong meanwhile, reader returns.
type spool struct {
	memory bytes.Buffer
	file   *os.File
	size   int64
	err    error
}

// Write is never at fault itself.
func (s *spool) Write(text []byte) (int, error) {
	if s.err != nil {
		return len(text), nil
	}
	s.memory.Write(text)
	s.size += int64(len(text))
	if s.memory.Len() < spooled {
		return len(text), nil
	}
	if s.file == nil {
		if s.file, s.err = os.CreateTemp("", "sandboxspec-*"); s.err == nil {
			// Where a file may go while it is open, a run that is stopped leaves nothing.
			_ = os.Remove(s.file.Name())
		}
	}
	if s.err == nil {
		_, s.err = s.memory.WriteTo(s.file)
	}
	return len(text), nil
}

// reader returns what reads all of it, once.
func (s *spool) reader() (io.Reader, error) {
	if s.err != nil || s.file == nil {
		return &s.memory, s.err
	}
	_, err := s.file.Seek(0, io.SeekStart)
	return io.MultiReader(s.file, &s.memory), err
}

// WriteTo writes all of it to w and removes the file.
func (s *spool) WriteTo(w io.Writer) (int64, error) {
	defer s.remove()
	r, err := s.reader()
	if err != nil {
		return 0, err
	}
	return io.Copy(w, r)
}

func (s *spool) remove() {
	if s.file != nil {
		_ = s.file.Close()
		_ = os.Remove(s.file.Name())
		s.file = nil
	}
}
