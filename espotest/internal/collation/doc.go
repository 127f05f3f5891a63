// Package collation compares text as EspoCRM's database does: without regard to
// case, accents and trailing spaces (MySQL's utf8mb4_unicode_ci), closely enough
// for Latin, Greek and Cyrillic text.
//
// The tables are written by hand, since golang.org/x/text/collate follows a
// later version of the Unicode Collation Algorithm than MySQL does.
//
// The package imports no other of this module. It knows text, not records.
package collation
