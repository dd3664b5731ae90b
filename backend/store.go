package backend

// StoreOp is the kind of change that Store makes.
type StoreOp int

const (
	StoreAdd     StoreOp = iota // +FLAGS
	StoreRemove                 // -FLAGS
	StoreReplace                // FLAGS
)
