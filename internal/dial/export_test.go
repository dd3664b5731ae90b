package dial

// OpenWith is Open with another resolver.
var OpenWith = openWith
