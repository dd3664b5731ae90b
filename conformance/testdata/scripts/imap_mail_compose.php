<?php
// imap_mail_compose with values of all types, and imap_mail with a program.
// ini sendmail_path="cat > mail"

require __DIR__ . '/lib/mail.php';
require __DIR__ . '/lib/misuse.php';

class Text
{
    public function __toString(): string
    {
        return 'a text';
    }
}

$envelope = ['from' => 'a@example.org', 'to' => 'b@example.org', 'subject' => 'hello'];
$text = ['type' => TYPETEXT, 'subtype' => 'plain', 'contents.data' => "body\n"];

show(fn () => imap_mail_compose($envelope, [$text]));
show(fn () => imap_mail_compose($envelope, ['key' => $text]));
show(fn () => imap_mail_compose([], [$text]));
show(fn () => imap_mail_compose(['subject' => ''], [['contents.data' => '']]));
foreach ([null, true, false, 5, 1.5, new Text(), ['x']] as $value) {
    show(fn () => imap_mail_compose(['subject' => $value, 'message_id' => $value], [$text + ['charset' => $value]]));
    show(fn () => imap_mail_compose([], [['type' => $value, 'encoding' => $value, 'contents.data' => $value]]));
}
show(fn () => imap_mail_compose(['subject' => new stdClass()], [$text]));
foreach (['1', '3x', 'x', 99, -1, 4.7, null] as $type) {
    show(fn () => imap_mail_compose($envelope, [['type' => $type, 'encoding' => $type] + $text]));
}
show(fn () => imap_mail_compose($envelope + ['custom_headers' => ['X-A: 1', 'X-B: 2', 3]], [$text]));
show(fn () => imap_mail_compose($envelope + ['custom_headers' => 'X-A: 1'], [$text]));
show(fn () => imap_mail_compose($envelope, [$text + ['type.parameters' => ['CHARSET' => 'utf-8', 'format' => 'flowed']]]));
show(fn () => imap_mail_compose($envelope, [$text + ['type.parameters' => ['CHARSET', 'format']]]));
show(fn () => imap_mail_compose($envelope, [$text + ['disposition.type' => 'attachment', 'disposition' => ['filename' => 'a b']]]));
$parts = [['type' => TYPEMULTIPART, 'subtype' => 'mixed', 'type.parameters' => ['BOUNDARY' => 'edge']], $text, 'not a body', $text];
show(fn () => imap_mail_compose($envelope, $parts));
show(fn () => imap_mail_compose($envelope, [$parts[0]]));
show(fn () => imap_mail_compose($envelope, [5]));
show(fn () => imap_mail_compose($envelope, [null]));
show(fn () => imap_mail_compose(['subject' => "a\nb"], [$text]));
show(fn () => imap_mail_compose(['from' => "a@b\nx: y"], [$text]));
show(fn () => imap_mail_compose($envelope, [$text + ['type.parameters' => ['a' => "b\nc"]]]));
show(fn () => imap_mail_compose(['to' => '<', 'cc' => '"'], [$text]));
foreach ([ENC7BIT, ENC8BIT, ENCBINARY, ENCBASE64, ENCQUOTEDPRINTABLE, ENCOTHER] as $encoding) {
    foreach (['', "\0", "a\0b\xff\n", str_repeat('=', 100)] as $data) {
        show(fn () => imap_mail_compose([], [['encoding' => $encoding, 'contents.data' => $data]]));
    }
}
$reference = 'a reference';
$withReference = ['subject' => &$reference, 'date' => &$reference];
show(fn () => imap_mail_compose($withReference, [$text]));
showNotices();

echo "== imap_mail\n";
function sent(...$args)
{
    show(fn () => imap_mail(...$args));
    echo is_file('mail') ? file_get_contents('mail') : "nothing\n";
    @unlink('mail');
}
sent('a@example.org', 'a subject', "a text\nof two lines");
sent('a@example.org', 'a subject', 'text', "X-A: 1\r\nX-B: 2", 'cc@example.org', 'bcc@example.org', 'from@example.org');
sent('a@example.org', 'a subject', '');
sent('a@example.org', 'a subject', 'text', null, null, null, null);
sent('a@example.org', 'a subject', 'text', '', '', '', '');
sent(message: 'text', subject: 'by name', to: 'a@example.org', cc: 'c@example.org');
sent('', '', '');
showMisuse('imap_mail_compose', 2, ['envelope' => $envelope, 'bodies' => [$text]]);
showMisuse('imap_mail', 3, ['to' => 'a@example.org', 'subject' => 'x', 'message' => 'y', 'additional_headers' => 'X-A: b', 'cc' => 'c@example.org', 'bcc' => 'd@example.org', 'return_path' => 'e@example.org']);
