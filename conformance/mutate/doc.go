// Package mutate changes octets of a text at random, to find differences in texts that neither
// people nor package generate write.
//
// The result depends only on the source of random numbers, the text and the donors.
package mutate
