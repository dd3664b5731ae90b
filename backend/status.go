package backend

// StatusItems selects what a Status returns.
type StatusItems struct {
	Messages, Recent, Unseen, UIDNext, UIDValidity bool
}

// Status is the result of Session.Status.
type Status struct {
	Items                                          StatusItems // the items that the service returned
	Messages, Recent, Unseen, UIDNext, UIDValidity int
}
