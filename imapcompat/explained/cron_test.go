package mail_test

import (
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/readable"
)

// TestCron has what the functions return for "cron.eml" over IMAP.
func TestCron(t *testing.T) {
	const message = `From: root (Cron Daemon)
To: root
Cc: =?iso-8859-1?Q?J=F6rg?= <joerg@example.org>, friends: ann@example.org, bob@example.org;
Date: Mon, 3 Mar 2025 08:12:44 +0100
Subject: =?utf-8?B?R3LDvMOfZQ==?= <root@host>
Auto-Submitted: auto-generated
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

caf=E9 "quoted" \n

--b
Content-Type: application/pdf; name*=utf-8''r%C3%A9sum%C3%A9.pdf
Content-Disposition: attachment
Content-Transfer-Encoding: base64

JVBERi0=
--b--
`
	srv := imaptest.Config{Messages: []imaptest.Message{
		{Text: message, Date: time.Date(2025, 3, 3, 7, 12, 44, 0, time.UTC)},
	}}.NewServer(t)
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		t.Fatal(err)
	}
	defer mbox.Close()

	header, err := mbox.HeaderInfo(1)
	if err != nil {
		t.Fatal(err)
	}
	imaptest.CheckJSON(t, header, `{
  "date": "Mon, 3 Mar 2025 08:12:44 +0100",
  "Date": "Mon, 3 Mar 2025 08:12:44 +0100",
  "subject": "=?utf-8?B?R3LDvMOfZQ==?= <root@host>",
  "Subject": "=?utf-8?B?R3LDvMOfZQ==?= <root@host>",
  "toaddress": "root@MISSING_DOMAIN",
  "to": [
    {
      "mailbox": "root",
      "host": "MISSING_DOMAIN"
    }
  ],
  "fromaddress": "Cron Daemon <root@MISSING_DOMAIN>",
  "from": [
    {
      "personal": "Cron Daemon",
      "mailbox": "root",
      "host": "MISSING_DOMAIN"
    }
  ],
  "ccaddress": "=?iso-8859-1?Q?J=F6rg?= <joerg@example.org>, friends: ann@example.org, bob@example.org;",
  "cc": [
    {
      "personal": "=?iso-8859-1?Q?J=F6rg?=",
      "mailbox": "joerg",
      "host": "example.org"
    },
    {
      "mailbox": "friends"
    },
    {
      "mailbox": "ann",
      "host": "example.org"
    },
    {
      "mailbox": "bob",
      "host": "example.org"
    },
    {}
  ],
  "reply_toaddress": "Cron Daemon <root@MISSING_DOMAIN>",
  "reply_to": [
    {
      "personal": "Cron Daemon",
      "mailbox": "root",
      "host": "MISSING_DOMAIN"
    }
  ],
  "senderaddress": "Cron Daemon <root@MISSING_DOMAIN>",
  "sender": [
    {
      "personal": "Cron Daemon",
      "mailbox": "root",
      "host": "MISSING_DOMAIN"
    }
  ],
  "Recent": "N",
  "Unseen": " ",
  "Flagged": " ",
  "Answered": " ",
  "Deleted": " ",
  "Draft": " ",
  "Msgno": "   1",
  "MailDate": " 3-Mar-2025 07:12:44 +0000",
  "Size": "590",
  "udate": 1740985964
}
`)

	overview, err := mbox.FetchOverview("1")
	if err != nil {
		t.Fatal(err)
	}
	imaptest.CheckJSON(t, overview, `[
  {
    "subject": "=?utf-8?B?R3LDvMOfZQ==?= <root@host>",
    "from": "Cron Daemon <root@MISSING_DOMAIN>",
    "to": "root@MISSING_DOMAIN",
    "date": "Mon, 3 Mar 2025 08:12:44 +0100",
    "size": 590,
    "uid": 1,
    "msgno": 1,
    "recent": 1,
    "flagged": 0,
    "answered": 0,
    "deleted": 0,
    "seen": 0,
    "draft": 0,
    "udate": 1740985964
  }
]
`)

	structure, err := mbox.FetchStructure(1)
	if err != nil {
		t.Fatal(err)
	}
	imaptest.CheckJSON(t, structure, `{
  "type": 1,
  "encoding": 0,
  "ifsubtype": 1,
  "subtype": "MIXED",
  "ifdescription": 0,
  "ifid": 0,
  "ifdisposition": 0,
  "ifdparameters": 0,
  "ifparameters": 1,
  "parameters": [
    {
      "attribute": "boundary",
      "value": "b"
    }
  ],
  "parts": [
    {
      "type": 0,
      "encoding": 4,
      "ifsubtype": 1,
      "subtype": "PLAIN",
      "ifdescription": 0,
      "ifid": 0,
      "lines": 1,
      "bytes": 20,
      "ifdisposition": 0,
      "ifdparameters": 0,
      "ifparameters": 1,
      "parameters": [
        {
          "attribute": "charset",
          "value": "iso-8859-1"
        }
      ]
    },
    {
      "type": 3,
      "encoding": 3,
      "ifsubtype": 1,
      "subtype": "PDF",
      "ifdescription": 0,
      "ifid": 0,
      "bytes": 8,
      "ifdisposition": 1,
      "disposition": "attachment",
      "ifdparameters": 0,
      "ifparameters": 1,
      "parameters": [
        {
          "attribute": "name*",
          "value": "utf-8''r%C3%A9sum%C3%A9.pdf"
        }
      ]
    }
  ]
}
`)

	if got, _ := readable.Header(header.Subject); got != "Grüße <root@host>" {
		t.Errorf("subject %q", got)
	}
	msg, err := readable.Open(mbox, 1)
	if err != nil {
		t.Fatal(err)
	}
	if got, _, err := msg.Text(); err != nil || got != "café \"quoted\" \\n" {
		t.Errorf("text %q, %v", got, err)
	}
}
