<?php
// Arguments that are too few, too many, of other types, by name and spread.

require __DIR__ . '/lib/mail.php';

class Text
{
    public function __toString(): string
    {
        return 'aGVsbG8=';
    }
}

echo "== how many\n";
show(fn () => imap_num_msg());
show(fn () => imap_open('a', 'b'));
show(fn () => imap_timeout());
show(fn () => imap_timeout(1, 2, 3));
show(fn () => imap_alerts(1));
show(fn () => imap_base64('aGVsbG8=', 2));
show(fn () => imap_rfc822_parse_headers('a', 'b', 'c'));
show(fn () => call_user_func('imap_base64'));

echo "== by name\n";
show(fn () => imap_base64(string: 'aGVsbG8='));
show(fn () => imap_base64(foo: 1));
show(fn () => imap_base64('aGVsbG8=', foo: 1));
show(fn () => imap_open(mailbox: 'x', password: 'y'));
show(fn () => imap_base64(...['string' => 'aGVsbG8=']));
show(fn () => imap_base64(...['aGVsbG8=']));
show(fn () => imap_base64(...['aGVsbG8=', 'string' => 'aGVsbG8=']));
show(fn () => imap_timeout(timeout: 7, timeout_type: IMAP_READTIMEOUT));

echo "== texts\n";
foreach ([null, true, false, 12, 1.5, -0.0, 1e100, INF, [], [1], new stdClass(), new Text(), STDIN, fn () => 1] as $value) {
    show(fn () => imap_base64($value));
    show(fn () => imap_8bit(string: $value));
}

echo "== numbers\n";
$values = [
    null, true, false, '1', '1 ', ' 1', '1x', 'x', '', '1.0', '1.5', '1e0', '1e30', 1.0, 1.5, -1.5, 1e30, -1e30, NAN, INF,
    9223372036854775807, 9.3e18, -9.3e18, '9223372036854775808', '0x1', '-1', [], new stdClass(), new Text(), STDIN, 0.1 + 0.2,
];
foreach ($values as $value) {
    show(fn () => imap_timeout($value));
    show(fn () => imap_timeout(9, $value));
}

echo "== connections\n";
foreach ([null, true, false, 1, 'x', 1.5, [], new stdClass(), STDIN, new class {}] as $value) {
    show(fn () => imap_num_msg($value));
    show(fn () => imap_headerinfo($value, 'x'));
}

echo "== others\n";
show(fn () => imap_mail_compose('a', []));
show(fn () => imap_mail_compose(new ArrayObject(), []));
show(fn () => imap_mail_compose([], null));
show(fn () => imap_mail_compose([], []));
show(fn () => imap_mail_compose([], ['x']));
show(fn () => imap_mail_compose([], [1 => true]));
show(fn () => imap_mail_compose([], [[]]));
show(fn () => imap_open('x', 'y', 'z', 0, 0, 'x'));
show(fn () => imap_open("a\0", 'b', 'c'));
show(fn () => imap_open([], 'b', 'c'));
show(fn () => imap_open(null, null, null));
show(fn () => imap_mail("a\0b", 'x', 'y'));
show(fn () => imap_mail('a', 'x', 'y', "\0"));
show(fn () => imap_mail('', 'x', 'y'));
show(fn () => imap_mail('a', '', 'y'));
show(fn () => imap_mail('a', 'x', []));
show(fn () => imap_mail('a', 'x', 'y', []));
show(fn () => imap_mail('a', 'x', 'y', null, null, null, new stdClass()));
show(fn () => imap_open('{x', 'y', 'z', -1));
show(fn () => imap_open('{x', 'y', 'z', 0, -1));
show(fn () => imap_open('{x', 'y', 'z', 0, 0, ['DISABLE_AUTHENTICATOR' => 5]));
show(fn () => imap_open('{x', 'y', 'z', 0, 0, ['DISABLE_AUTHENTICATOR' => ['PLAIN', 5]]));
show(fn () => imap_open('{x', 'y', 'z', 0, 0, ['DISABLE_AUTHENTICATOR' => ['PLAIN'], 'OTHER' => new stdClass()]));
show(fn () => array_map('imap_base64', ['aGVsbG8=', null, 5]));
showNotices();
