package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/imapcompat/imapcompat"
)

/*
The PHP script. Its middle is the example of imap_delete in the PHP manual
(© PHP Documentation Group, CC BY 3.0); an overview, a header and a second
opening are around it.

	<?php
	$mbox = imap_open($mailbox, $user, $password)
	    or die("Can't connect: " . imap_last_error());

	foreach (imap_fetch_overview($mbox, "1:*") as $mail) {
	    $subject = iconv_mime_decode($mail->subject, 0, "UTF-8");
	    printf("%3d  %s  %5d  %s\n", $mail->msgno, gmdate("Y-m-d H:i", $mail->udate), $mail->size, $subject);
	}

	$header = imap_headerinfo($mbox, 2);
	$from = $header->from[0];
	printf("\nFrom:       %s <%s@%s>\n", iconv_mime_decode($from->personal, 0, "UTF-8"), $from->mailbox, $from->host);
	printf("Subject:    %s\n", iconv_mime_decode($header->subject, 0, "UTF-8"));
	printf("Date:       %s\n", $header->date);
	printf("Message-ID: %s\n\n", $header->message_id);

	$check = imap_mailboxmsginfo($mbox);
	printf("Messages before delete:  %d\n", $check->Nmsgs);

	imap_delete($mbox, "1");

	$check = imap_mailboxmsginfo($mbox);
	printf("Messages after  delete:  %d\n", $check->Nmsgs);

	imap_expunge($mbox);

	$check = imap_mailboxmsginfo($mbox);
	printf("Messages after  expunge: %d\n", $check->Nmsgs);

	imap_reopen($mbox, $mailbox);

	$check = imap_check($mbox);
	printf("Messages after  reopen:  %d\n", $check->Nmsgs);

	imap_close($mbox);
*/

// counts has the counts of the script, which the demo checks.
type counts struct{ before, deleted, expunged, reopened int }

// script is the PHP script above, line by line. It does not depend on the protocol in the
// mailbox name.
func script(ctx context.Context, w io.Writer, mailbox, user, password string) (n counts, err error) {
	mbox, err := imapcompat.OpenContext(ctx, mailbox, user, password)
	if err != nil {
		return n, fmt.Errorf("can't connect: %w", err)
	}
	mbox = mbox.WithContext(ctx)
	defer mbox.Close()

	overview, err := mbox.FetchOverview("1:*")
	if err != nil {
		return n, err
	}
	for _, mail := range overview {
		subject := decodeWords(mail.Subject)
		fmt.Fprintf(w, "%3d  %s  %5d  %s\n", mail.Msgno, time.Unix(mail.Udate, 0).UTC().Format("2006-01-02 15:04"), mail.Size, subject)
	}

	header, err := mbox.HeaderInfo(2)
	if err != nil {
		return n, err
	}
	from := header.From.First()
	fmt.Fprintf(w, "\nFrom:       %s <%s@%s>\n", decodeWords(from.Personal), from.Mailbox, from.Host)
	fmt.Fprintf(w, "Subject:    %s\n", decodeWords(header.Subject))
	fmt.Fprintf(w, "Date:       %s\n", header.Date)
	fmt.Fprintf(w, "Message-ID: %s\n\n", header.MessageID)

	info, err := mbox.MailboxMsgInfo()
	if err != nil {
		return n, err
	}
	n.before = info.Nmsgs
	fmt.Fprintf(w, "Messages before delete:  %d\n", info.Nmsgs)

	if err := mbox.Delete("1"); err != nil {
		return n, err
	}

	if info, err = mbox.MailboxMsgInfo(); err != nil {
		return n, err
	}
	n.deleted = info.Nmsgs
	fmt.Fprintf(w, "Messages after  delete:  %d\n", info.Nmsgs)

	if err := mbox.Expunge(); err != nil {
		return n, err
	}

	if info, err = mbox.MailboxMsgInfo(); err != nil {
		return n, err
	}
	n.expunged = info.Nmsgs
	fmt.Fprintf(w, "Messages after  expunge: %d\n", info.Nmsgs)

	if err := mbox.Reopen(mailbox); err != nil {
		return n, err
	}

	check, err := mbox.Check()
	if err != nil {
		return n, err
	}
	n.reopened = check.Nmsgs
	fmt.Fprintf(w, "Messages after  reopen:  %d\n", check.Nmsgs)

	return n, mbox.Close()
}
