package main

import (
	"context"
	"errors"
	"os"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/go-espo/espo"
)

// source is where the metadata comes from: a file, or a server.
type source struct {
	metadata, openAPI string // files
	url               string

	client *espo.Client // of the server
}

// connect makes the client, if the metadata comes from a server.
func (s *source) connect(getenv func(string) string) error {
	if s.metadata != "" {
		return nil
	}
	if s.url == "" {
		return errors.New("say by -url or ESPO_URL which server to ask, or by -metadata which file to read")
	}
	auth, err := credentials(getenv)
	if err != nil {
		return err
	}
	s.client, err = espo.NewClient(s.url, auth)
	return err
}

func (s *source) close() {
	if s.client != nil {
		s.client.CloseIdleConnections()
	}
}

// read returns the metadata.
func (s *source) read(ctx context.Context) ([]byte, error) {
	if s.client == nil {
		return os.ReadFile(s.metadata)
	}
	var data jsontext.Value
	err := s.client.Do(ctx, espo.Request{Path: []string{"Metadata"}}, &data)
	return data, err
}

// readOpenAPI returns the OpenAPI document. There is none where no file is
// named, and on servers that do not have it.
func (s *source) readOpenAPI(ctx context.Context) ([]byte, error) {
	if s.client == nil {
		if s.openAPI == "" {
			return nil, nil
		}
		return os.ReadFile(s.openAPI)
	}
	document, err := s.client.Metadata.OpenAPI(ctx)
	if errors.Is(err, espo.ErrNotSupported) {
		return nil, nil
	}
	return document, err
}

// credentials returns those that the environment holds.
func credentials(getenv func(string) string) (espo.Authenticator, error) {
	switch {
	case getenv("ESPO_API_KEY") != "":
		return espo.APIKey(getenv("ESPO_API_KEY")), nil
	case getenv("ESPO_HMAC_KEY") != "":
		return espo.HMAC(getenv("ESPO_HMAC_KEY"), getenv("ESPO_HMAC_SECRET")), nil
	case getenv("ESPO_USERNAME") != "":
		return espo.Basic(getenv("ESPO_USERNAME"), getenv("ESPO_PASSWORD")), nil
	}
	return nil, errors.New("no credentials: set ESPO_API_KEY, or ESPO_HMAC_KEY and ESPO_HMAC_SECRET, or ESPO_USERNAME and ESPO_PASSWORD")
}
