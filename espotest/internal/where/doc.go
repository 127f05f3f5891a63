// Package where finds the records that a list request asks for: it reads the
// search parameters, checks the filter as EspoCRM does, turns it into a function
// of a record, orders what is found and says which attributes a list has.
//
// A request goes through [ParseLimited], which reads its [Params], [Compile], which
// checks the filter and makes predicates of its items, by attribute, day, link and
// address, [Text], [OrderOf] and [Attributes].
//
// The package imports release, php, collation, answer, schema and store. What a user may
// filter by and see it is told in [Env]: it knows no users and no requests.
package where
