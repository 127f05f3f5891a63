// Package release names the versions of EspoCRM that the server can be, and what
// differs between them: each [Feature] with the version that brought it.
//
// The package imports no other of this module. It knows neither what a feature
// does nor who asks for it: a handler asks [Release.Has], and no number of a
// version stands anywhere else.
package release
