// Package differ holds a test alone: one long program, done to the fake and to
// a real server, whose results are compared step by step. CONTRIBUTING.md says
// how to run it.
package differ
