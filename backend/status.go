package backend

// StatusItems says what a Status is to bring.
type StatusItems struct {
	Messages, Recent, Unseen, UIDNext, UIDValidity bool
}

// Status is the answer of a Status.
type Status struct {
	Items                                          StatusItems // which of them the service gave
	Messages, Recent, Unseen, UIDNext, UIDValidity int
}
