package riverqueue

import "time"

// SetOverdue sets when a scan looks after a message that has no job.
func SetOverdue(b *Boxes, d time.Duration) { b.overdue = d }
