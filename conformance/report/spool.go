package report

import (
	"bytes"
	"errors"
	"io"
	"os"
)

// spooled is how much of a list stays in memory, in bytes.
const spooled = 1 << 20

// spool is text that is written now and wanted later: a long one waits in a temporary
// file.
type spool struct {
	memory bytes.Buffer
	file   *os.File
	err    error
}

func (s *spool) write(text []byte) {
	if s.err != nil {
		return
	}
	s.memory.Write(text)
	if s.memory.Len() < spooled {
		return
	}
	if s.file == nil {
		if s.file, s.err = os.CreateTemp("", "sandboxspec-*.json"); s.err == nil {
			// Where a file may go while it is open, a run that is stopped leaves nothing.
			_ = os.Remove(s.file.Name())
		}
	}
	if s.err == nil {
		_, s.err = s.memory.WriteTo(s.file)
	}
}

// copyTo writes all of it to w and removes the file.
func (s *spool) copyTo(w io.Writer) error {
	defer s.remove()
	if s.err != nil {
		return s.err
	}
	if s.file != nil {
		_, seek := s.file.Seek(0, io.SeekStart)
		_, err := io.Copy(w, s.file)
		if err = errors.Join(seek, err); err != nil {
			return err
		}
	}
	_, err := s.memory.WriteTo(w)
	return err
}

func (s *spool) remove() {
	if s.file != nil {
		_ = s.file.Close()
		_ = os.Remove(s.file.Name())
		s.file = nil
	}
}
