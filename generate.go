package espo

//go:generate go run ./internal/gen/genstock
