package backend

// Notice is something that a server or a parser said aside, for PHP's stacks
// of errors and alerts and for logs.
type Notice struct {
	Kind NoticeKind
	Text string
}

// NoticeKind is where a Notice belongs.
type NoticeKind int

const (
	NoticeError NoticeKind = iota // something failed
	NoticeWarn                    // something is odd: a server's NO, a retry
	NoticeParse                   // a header field does not parse
	NoticeAlert                   // an ALERT response code: to be shown to the user
	NoticeOdd                     // what PHP says nothing of: a response that does not parse in part, a flag that is not kept
)
