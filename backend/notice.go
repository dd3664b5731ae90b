package backend

// Notice is a message of a server or parser that is no result and no error, for PHP's lists of
// errors and alerts and for logs.
type Notice struct {
	Kind NoticeKind
	Text string
}

// NoticeKind is the kind of a Notice.
type NoticeKind int

const (
	NoticeError NoticeKind = iota // something failed
	NoticeWarn                    // something is odd: a server's NO, a retry
	NoticeParse                   // a header field does not parse
	NoticeAlert                   // an ALERT response code, for the user
	NoticeOdd                     // PHP does not report it: a response that parses in part only, a flag that is not kept
)
