// Package validate checks what a record will hold by the rules of its fields, and
// brings single values into the form of their attributes before that.
//
// The package imports release, php, answer, schema and store: a rule may look at the
// settings and at the entity types, and at no other record. It knows neither users
// nor rights.
package validate
