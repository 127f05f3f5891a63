// Package patch reads JSON objects without losing the order of their members,
// lays one over another, and says how one differs from another, in the manner of
// RFC 7396: a member that is null is one that is not there.
//
// The package imports no other of this module. It knows nothing of what the
// objects are about.
package patch
