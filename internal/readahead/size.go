package readahead

import "github.com/imapcompat/imapcompat/backend"

// The overheads are the approximate memory of a message without its texts, and of a part, an
// address or another small thing, in octets.
const (
	messageOverhead = 1 << 10
	partOverhead    = 512
	smallOverhead   = 64
)

// sizeOf returns the approximate memory of a message, in octets. It counts every item, however
// small it usually is, because the sender of the message decides the size.
func sizeOf(msg *backend.Message) int {
	n := messageOverhead + envelopeSize(msg.Envelope) + structureSize(msg.Structure)
	for _, text := range msg.Sections {
		n += len(text)
	}
	return n + textsSize(msg.Flags.Keywords) + textsSize(msg.Notices)
}

func envelopeSize(env *backend.Envelope) int {
	if env == nil {
		return 0
	}
	n := 0
	for _, text := range []backend.NString{env.Date, env.Subject, env.InReplyTo, env.MessageID,
		env.Remail, env.Newsgroups, env.FollowupTo, env.References} {
		n += len(text.Value)
	}
	for _, list := range [][]backend.Address{env.From, env.Sender, env.ReplyTo, env.To, env.Cc, env.Bcc, env.ReturnPath} {
		for _, a := range list {
			n += smallOverhead + len(a.Personal.Value) + len(a.ADL.Value) + len(a.Mailbox.Value) + len(a.Host.Value)
		}
	}
	return n
}

func structureSize(b *backend.BodyStructure) int {
	if b == nil {
		return 0
	}
	n := partOverhead + textsSize(b.Language) + envelopeSize(b.Envelope) + structureSize(b.Body)
	for _, text := range []backend.NString{b.Subtype, b.ID, b.Description, b.MD5, b.Disposition, b.Location} {
		n += len(text.Value)
	}
	for _, list := range [][]backend.Param{b.Params, b.DispositionParams} {
		for _, p := range list {
			n += smallOverhead + len(p.Name.Value) + len(p.Value.Value)
		}
	}
	for _, part := range b.Parts {
		n += structureSize(part)
	}
	return n
}

func textsSize(list []string) int {
	n := 0
	for _, text := range list {
		n += smallOverhead + len(text)
	}
	return n
}
