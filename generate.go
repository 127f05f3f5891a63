package espo

//go:generate go run ./internal/gen/genstock
//go:generate go run ./internal/api
