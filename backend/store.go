package backend

// StoreOp is how Store changes flags.
type StoreOp int

const (
	StoreAdd     StoreOp = iota // +FLAGS
	StoreRemove                 // -FLAGS
	StoreReplace                // FLAGS
)
