package readahead

import "github.com/imapcompat/imapcompat/backend"

// The overheads are estimates of memory beside the texts, in octets.
const (
	messageOverhead = 1 << 10 // of a message
	partOverhead    = 512     // of a part in a structure
	smallOverhead   = 64      // of an address, a parameter or a text in a list
)

// memoryOf estimates the memory of a message, in octets. It counts every field, because the
// sender of a message decides how long each is.
func memoryOf(msg *backend.Message) int {
	n := messageOverhead + len(msg.UniqueID) + len(msg.EmailID) + envelopeMemory(msg.Envelope) + structureMemory(msg.Structure)
	for _, text := range msg.Sections {
		n += len(text)
	}
	return n + textsMemory(msg.Flags.Keywords) + textsMemory(msg.Notices)
}

func envelopeMemory(env *backend.Envelope) int {
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

func structureMemory(b *backend.BodyStructure) int {
	if b == nil {
		return 0
	}
	n := partOverhead + textsMemory(b.Language) + envelopeMemory(b.Envelope) + structureMemory(b.Body)
	for _, text := range []backend.NString{b.Subtype, b.ID, b.Description, b.MD5, b.Disposition, b.Location} {
		n += len(text.Value)
	}
	for _, list := range [][]backend.Param{b.Params, b.DispositionParams} {
		for _, p := range list {
			n += smallOverhead + len(p.Name.Value) + len(p.Value.Value)
		}
	}
	for _, part := range b.Parts {
		n += structureMemory(part)
	}
	return n
}

func textsMemory(list []string) int {
	n := 0
	for _, text := range list {
		n += smallOverhead + len(text)
	}
	return n
}
