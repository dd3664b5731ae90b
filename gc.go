package imapcompat

// GCFlag says what [Connection.GC] drops.
type GCFlag int

const (
	IMAP_GC_ELT   GCFlag = 1 // flags and dates, of which nothing is kept here
	IMAP_GC_ENV   GCFlag = 2 // structures
	IMAP_GC_TEXTS GCFlag = 4 // texts
)

// GC drops what the connection keeps of messages, as imap_gc does. The next call asks the
// server again. The connection keeps little: the structure of one message, and the text
// that [FT_PREFETCHTEXT] fetched. Without GC the memory of a program does not grow. Another
// flag is an error that matches [ErrInvalidArgument].
func (c *Connection) GC(flags ...GCFlag) error {
	f := combine(flags)
	return c.do("imap_gc", func(c *call) error {
		if f&^(IMAP_GC_TEXTS|IMAP_GC_ELT|IMAP_GC_ENV) != 0 {
			return argumentError(c.fn, 2, "flags", "must be a bitmask of IMAP_GC_TEXTS, IMAP_GC_ELT, and IMAP_GC_ENV")
		}
		if f&IMAP_GC_ENV != 0 {
			c.structure = cachedStructure{}
		}
		if f&IMAP_GC_TEXTS != 0 {
			c.prefetched = nil
		}
		return nil
	})
}
