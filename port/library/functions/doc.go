// Package functions has PHP's functions in Go. package library copies them into ports.
//
// A function is named after PHP's: str_pad is strPad. A second result of type bool or error
// stands for PHP's false, or for null where the comment says so. An error has the text of PHP's
// warning. A function that is not exact for some arguments says in its comment for which.
//
// The values of PHP whose type is not known before the program runs are of type any: nil, bool,
// int, float64, string, *Array[any], functions, and pointers to structs for objects.
package functions
