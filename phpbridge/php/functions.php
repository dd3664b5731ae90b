<?php

/**
 * The functions of the extension, in its order. Arguments::of() checks the arguments as PHP
 * does, and Engine::call() makes the call. An argument that the script did not give is not
 * passed.
 */

declare(strict_types=1);

use ImapCompat\Append;
use ImapCompat\Arguments;
use ImapCompat\Compose;
use ImapCompat\Engine;
use ImapCompat\File;
use ImapCompat\Sendmail;

use const ImapCompat\MISSING;

function imap_open(
    $mailbox = MISSING,
    $user = MISSING,
    #[\SensitiveParameter] $password = MISSING,
    $flags = 0,
    $retries = 0,
    #[\SensitiveParameter] $options = [], // IMAPCOMPAT_TOKEN may be among them
): \IMAP\Connection|false {
    return Engine::open(Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_reopen($imap = MISSING, $mailbox = MISSING, $flags = 0, $retries = 0): bool
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_close($imap = MISSING, $flags = 0): bool
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_is_open($imap = MISSING): bool
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_num_msg($imap = MISSING): int|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_num_recent($imap = MISSING): int
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_headers($imap = MISSING): array|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_headerinfo($imap = MISSING, $message_num = MISSING, $from_length = 0, $subject_length = 0): stdClass|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_rfc822_parse_headers($headers = MISSING, $default_hostname = 'UNKNOWN'): stdClass
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_rfc822_write_address($mailbox = MISSING, $hostname = MISSING, $personal = MISSING): string|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_rfc822_parse_adrlist($string = MISSING, $default_hostname = MISSING): array
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_body($imap = MISSING, $message_num = MISSING, $flags = 0): string|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_fetchtext($imap = MISSING, $message_num = MISSING, $flags = 0): string|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_bodystruct($imap = MISSING, $message_num = MISSING, $section = MISSING): stdClass|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_fetchbody($imap = MISSING, $message_num = MISSING, $section = MISSING, $flags = 0): string|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_fetchmime($imap = MISSING, $message_num = MISSING, $section = MISSING, $flags = 0): string|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_savebody($imap = MISSING, $file = MISSING, $message_num = MISSING, $section = '', $flags = 0): bool
{
    return File::save(Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_fetchheader($imap = MISSING, $message_num = MISSING, $flags = 0): string|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_fetchstructure($imap = MISSING, $message_num = MISSING, $flags = 0): stdClass|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_gc($imap = MISSING, $flags = MISSING): bool
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_expunge($imap = MISSING): bool
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_delete($imap = MISSING, $message_nums = MISSING, $flags = 0): bool
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_undelete($imap = MISSING, $message_nums = MISSING, $flags = 0): bool
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_check($imap = MISSING): stdClass|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_listscan($imap = MISSING, $reference = MISSING, $pattern = MISSING, $content = MISSING): array|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_scan($imap = MISSING, $reference = MISSING, $pattern = MISSING, $content = MISSING): array|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_scanmailbox($imap = MISSING, $reference = MISSING, $pattern = MISSING, $content = MISSING): array|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_mail_copy($imap = MISSING, $message_nums = MISSING, $mailbox = MISSING, $flags = 0): bool
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_mail_move($imap = MISSING, $message_nums = MISSING, $mailbox = MISSING, $flags = 0): bool
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_mail_compose($envelope = MISSING, $bodies = MISSING): string|false
{
    return Engine::call(__FUNCTION__, Compose::plain(...Arguments::of(__FUNCTION__, func_get_args())));
}

function imap_createmailbox($imap = MISSING, $mailbox = MISSING): bool
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_create($imap = MISSING, $mailbox = MISSING): bool
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_renamemailbox($imap = MISSING, $from = MISSING, $to = MISSING): bool
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_rename($imap = MISSING, $from = MISSING, $to = MISSING): bool
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_deletemailbox($imap = MISSING, $mailbox = MISSING): bool
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_subscribe($imap = MISSING, $mailbox = MISSING): bool
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_unsubscribe($imap = MISSING, $mailbox = MISSING): bool
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_append(
    $imap = MISSING,
    $folder = MISSING,
    $message = MISSING,
    $options = null,
    $internal_date = null,
): bool {
    return Engine::call(__FUNCTION__, Append::dated(Arguments::of(__FUNCTION__, func_get_args())));
}

function imap_ping($imap = MISSING): bool
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_base64($string = MISSING): string|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_qprint($string = MISSING): string|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_8bit($string = MISSING): string|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_binary($string = MISSING): string|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_utf8($mime_encoded_text = MISSING): string
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_status($imap = MISSING, $mailbox = MISSING, $flags = MISSING): stdClass|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_mailboxmsginfo($imap = MISSING): stdClass
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_setflag_full($imap = MISSING, $sequence = MISSING, $flag = MISSING, $options = 0): bool
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_clearflag_full($imap = MISSING, $sequence = MISSING, $flag = MISSING, $options = 0): bool
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_sort(
    $imap = MISSING,
    $criteria = MISSING,
    $reverse = MISSING,
    $flags = 0,
    $search_criteria = null,
    $charset = null,
): array|false {
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_uid($imap = MISSING, $message_num = MISSING): int|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_msgno($imap = MISSING, $message_uid = MISSING): int
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_list($imap = MISSING, $reference = MISSING, $pattern = MISSING): array|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_listmailbox($imap = MISSING, $reference = MISSING, $pattern = MISSING): array|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_lsub($imap = MISSING, $reference = MISSING, $pattern = MISSING): array|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_listsubscribed($imap = MISSING, $reference = MISSING, $pattern = MISSING): array|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_getsubscribed($imap = MISSING, $reference = MISSING, $pattern = MISSING): array|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_getmailboxes($imap = MISSING, $reference = MISSING, $pattern = MISSING): array|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_fetch_overview($imap = MISSING, $sequence = MISSING, $flags = 0): array|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_alerts(): array|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_errors(): array|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_last_error(): string|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_search($imap = MISSING, $criteria = MISSING, $flags = SE_FREE, $charset = ''): array|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_utf7_decode($string = MISSING): string|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_utf7_encode($string = MISSING): string
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_utf8_to_mutf7($string = MISSING): string|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_mutf7_to_utf8($string = MISSING): string|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_mime_header_decode($string = MISSING): array|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_thread($imap = MISSING, $flags = SE_FREE): array|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_timeout($timeout_type = MISSING, $timeout = -1): int|bool
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_get_quota($imap = MISSING, $quota_root = MISSING): array|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_get_quotaroot($imap = MISSING, $mailbox = MISSING): array|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_set_quota($imap = MISSING, $quota_root = MISSING, $mailbox_size = MISSING): bool
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_setacl($imap = MISSING, $mailbox = MISSING, $user_id = MISSING, $rights = MISSING): bool
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_getacl($imap = MISSING, $mailbox = MISSING): array|false
{
    return Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args()));
}

function imap_mail(
    $to = MISSING,
    $subject = MISSING,
    $message = MISSING,
    $additional_headers = null,
    $cc = null,
    $bcc = null,
    $return_path = null,
): bool {
    return Sendmail::send(Engine::call(__FUNCTION__, Arguments::of(__FUNCTION__, func_get_args())));
}
