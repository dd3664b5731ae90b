// Package mutate changes octets of a text at random, for a comparison that is to
// find what nobody would write, and neither package generate.
//
// What comes out depends on the source of random numbers, the text and the donors
// alone.
package mutate
