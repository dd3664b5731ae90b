package dial

// OpenWith is Open with a resolver of the test's own.
var OpenWith = openWith
