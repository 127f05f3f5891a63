// Package answer has what EspoCRM answers a request with: a [Reply] with an
// [Object] of JSON, or an [Error] with its status and its reason.
//
// The package imports no other of this module. It knows nothing of requests,
// records and users: who refuses something says why.
package answer
