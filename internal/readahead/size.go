package readahead

import "github.com/imapcompat/imapcompat/backend"

// The overheads estimate the memory of a message beside its texts, of a part, and of an
// address or another small item, in octets.
const (
	messageOverhead = 1 << 10
	partOverhead    = 512
	smallOverhead   = 64
)

// sizeOf estimates the memory of a message, in octets. It counts every field, because the
// sender of a message decides how long each is.
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
