// Package inboxproof proves of a store of an inbox that nothing is lost: a fake
// EspoCRM delivers records to a receiver that is killed at random points and
// started again.
package inboxproof
