<?php
// Every message of a mailbox, by every function that reads, as scripts walk
// through one: over IMAP and POP3.
// mailbox INBOX all

require __DIR__ . '/lib/mail.php';

/** Shows a result in a line, or what is long in it as a digest. */
function brief(string $what, mixed $result): void
{
    $json = json_encode($result, JSON_INVALID_UTF8_SUBSTITUTE | JSON_PARTIAL_OUTPUT_ON_ERROR | JSON_UNESCAPED_SLASHES);
    $digest = md5(serialize($result));
    echo "$what ", strlen($json) > 300 ? substr($json, 0, 300) . '…' : $json, " $digest\n";
}

/** Reads all parts of a message and decodes their texts. */
function walkParts(IMAP\Connection $mbox, int $number, stdClass $part, string $section): void
{
    foreach ($part->parts ?? [] as $i => $child) {
        walkParts($mbox, $number, $child, ($section === '' ? '' : "$section.") . ($i + 1));
    }
    if (isset($part->parts)) {
        return;
    }
    $section = $section === '' ? '1' : $section;
    $text = imap_fetchbody($mbox, $number, $section, FT_PEEK);
    brief("  $section", $text);
    brief("  $section decoded", match ($part->encoding) {
        ENCBASE64 => imap_base64($text),
        ENCQUOTEDPRINTABLE => imap_qprint($text),
        default => $text,
    });
    brief("  $section header", imap_fetchmime($mbox, $number, $section, FT_PEEK));
    brief("  $section structure", imap_bodystruct($mbox, $number, $section));
    foreach ($part->dparameters ?? [] as $parameter) {
        brief("  $section $parameter->attribute", imap_utf8((string) $parameter->value));
    }
}

foreach ([IMAP, POP3] as $server) {
    $mbox = imap_open($server . 'INBOX', USER, PASSWORD) or die(imap_last_error());
    $count = imap_num_msg($mbox);
    echo "== $server $count\n";
    for ($i = 1; $i <= $count; $i++) {
        echo "-- $i\n";
        $header = imap_headerinfo($mbox, $i);
        brief('header', $header);
        brief('subject', imap_utf8($header->subject ?? ''));
        brief('words', imap_mime_header_decode($header->subject ?? ''));
        foreach ($header->from ?? [] as $address) {
            brief('from', imap_rfc822_write_address($address->mailbox ?? '', $address->host ?? '', $address->personal ?? ''));
        }
        if ($server === POP3 && ($header->subject ?? '') === 'crcrlf') {
            continue; // its header ends elsewhere in Dovecot's TOP than in its RETR
        }
        brief('uid', $uid = imap_uid($mbox, $i));
        brief('number', imap_msgno($mbox, $uid));
        brief('fields', $fields = imap_fetchheader($mbox, $i));
        brief('parsed', imap_rfc822_parse_headers($fields, 'default.example'));
        brief('body', imap_body($mbox, $i, FT_PEEK));
        brief('same', imap_body($mbox, $uid, FT_PEEK | FT_UID));
        brief('structure', $structure = imap_fetchstructure($mbox, $i));
        walkParts($mbox, $i, $structure, '');
        brief('whole', imap_fetchbody($mbox, $i, '', FT_PEEK));
        imap_savebody($mbox, 'message', $i, '', FT_PEEK);
        brief('saved', file_get_contents('message'));
        imap_gc($mbox, IMAP_GC_TEXTS);
    }
    imap_errors(); // what does not parse is reported once by PHP, and each time here
    brief('marks', array_map(fn ($o) => "$o->seen$o->recent", imap_fetch_overview($mbox, '1:*')));
    imap_close($mbox);
}
