package phpbridge

import "embed"

// Files has imap.php and the folder php, for programs that run PHP scripts over [Serve].
//
//go:embed imap.php php/*.php
var Files embed.FS
