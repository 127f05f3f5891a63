package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
)

// state is how far a migration has come. It is written after each batch: what
// was done and is not in it is done again, which changes nothing.
type state struct {
	file string

	Source string            // the server that is copied
	Last   map[string]string // by step, the id up to which it is done
	Done   map[string]bool   // the steps that have ended
}

func readState(file string) (*state, error) {
	s := &state{file: file, Last: map[string]string{}, Done: map[string]bool{}}
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal(text, s)
	}
	return s, err
}

// write replaces the file, so that there is a whole one at each moment.
func (s *state) write() error {
	text, err := json.Marshal(s)
	if err == nil {
		err = os.WriteFile(s.file+".new", text, 0o600)
	}
	if err == nil {
		err = os.Rename(s.file+".new", s.file)
	}
	return err
}
