<?php
// Limits and rights: imap_get_quota, imap_get_quotaroot, imap_set_quota,
// imap_getacl, imap_setacl. PHP dies of them on POP3.
// mailbox INBOX five
// mailbox Archive

require __DIR__ . '/lib/mail.php';
require __DIR__ . '/lib/misuse.php';

$mbox = imap_open(IMAP . 'INBOX', USER, PASSWORD);
foreach (['User quota', 'nothing', ''] as $root) {
    show(fn () => imap_get_quota($mbox, $root));
    show(fn () => imap_set_quota($mbox, $root, 5000));
    showNotices();
}
foreach (['INBOX', 'Archive', 'Nowhere', ''] as $name) {
    show(fn () => imap_get_quotaroot($mbox, $name));
    show(fn () => imap_getacl($mbox, $name));
    show(fn () => imap_setacl($mbox, $name, 'someone', 'lrs'));
    show(fn () => imap_setacl($mbox, $name, 'other', '+i'));
    show(fn () => imap_setacl($mbox, $name, 'someone', 'nonsense rights'));
    show(fn () => imap_getacl($mbox, $name));
    show(fn () => imap_setacl($mbox, $name, 'someone', ''));
    show(fn () => imap_getacl($mbox, $name));
    showNotices();
}
showMisuse('imap_get_quota', 2, ['imap' => $mbox, 'quota_root' => 'User quota']);
showMisuse('imap_get_quotaroot', 2, ['imap' => $mbox, 'mailbox' => 'INBOX']);
showMisuse('imap_set_quota', 3, ['imap' => $mbox, 'quota_root' => 'User quota', 'mailbox_size' => 5]);
showMisuse('imap_getacl', 2, ['imap' => $mbox, 'mailbox' => 'INBOX']);
showMisuse('imap_setacl', 4, ['imap' => $mbox, 'mailbox' => 'INBOX', 'user_id' => 'someone', 'rights' => 'l']);
