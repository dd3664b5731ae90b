package translate

import (
	"strings"
	"sync"
)

// imapConstantNames has the constants of PHP's extension by their types in imapcompat.
var imapConstantNames = map[string]string{
	"BodyEncoding":     "ENC7BIT ENC8BIT ENCBINARY ENCBASE64 ENCQUOTEDPRINTABLE ENCOTHER",
	"BodyType":         "TYPETEXT TYPEMULTIPART TYPEMESSAGE TYPEAPPLICATION TYPEAUDIO TYPEIMAGE TYPEVIDEO TYPEMODEL TYPEOTHER",
	"CloseFlag":        "CL_EXPUNGE",
	"CopyFlag":         "CP_UID CP_MOVE",
	"FetchFlag":        "FT_UID FT_PEEK FT_NOT FT_INTERNAL FT_PREFETCHTEXT",
	"GCFlag":           "IMAP_GC_ELT IMAP_GC_ENV IMAP_GC_TEXTS",
	"MailboxAttribute": "LATT_NOINFERIORS LATT_NOSELECT LATT_MARKED LATT_UNMARKED LATT_REFERRAL LATT_HASCHILDREN LATT_HASNOCHILDREN",
	"OpenFlag":         "OP_DEBUG OP_READONLY OP_ANONYMOUS OP_SHORTCACHE OP_SILENT OP_PROTOTYPE OP_HALFOPEN OP_EXPUNGE OP_SECURE",
	"SearchFlag":       "SE_UID SE_FREE SE_NOPREFETCH",
	"SortCriteria":     "SORTDATE SORTARRIVAL SORTFROM SORTSUBJECT SORTTO SORTCC SORTSIZE",
	"StatusFlag":       "SA_MESSAGES SA_RECENT SA_UNSEEN SA_UIDNEXT SA_UIDVALIDITY SA_ALL",
	"StoreFlag":        "ST_UID ST_SILENT ST_SET",
	"TimeoutType":      "IMAP_OPENTIMEOUT IMAP_READTIMEOUT IMAP_WRITETIMEOUT IMAP_CLOSETIMEOUT",
}

var imapConstantTypes = sync.OnceValue(func() map[string]*Type {
	types := map[string]*Type{}
	for name, constants := range imapConstantNames {
		t := &Type{kind: integer, goName: "imapcompat." + name}
		for constant := range strings.FieldsSeq(constants) {
			types[constant] = t
		}
	}
	return types
})

// imapConstant returns a constant of PHP's extension.
func (e *emitter) imapConstant(name string) (value, bool) {
	if name == "NIL" {
		return intValue(0), true
	}
	t, ok := imapConstantTypes()[name]
	if !ok {
		return value{}, false
	}
	e.use(imapcompatPath)
	v := goCode("imapcompat."+name, t)
	v.pure = true
	return v, true
}
