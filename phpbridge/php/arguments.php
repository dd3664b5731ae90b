<?php

/**
 * Checks arguments as PHP's internal functions do. A typed parameter of a function written in
 * PHP has other error texts, so the functions here have no types and check their arguments
 * themselves.
 */

declare(strict_types=1);

namespace ImapCompat;

/**
 * The default of required parameters. A script passes no such argument.
 */
const MISSING = "\0imapcompat: not given\0";

final class Arguments
{
    /**
     * The parameters of each function: the number of required ones, and their names and
     * types. A path is a string without NUL.
     */
    private const PARAMETERS = [
        'extension_loaded' => [1, ['extension' => 'string']],
        'imap_8bit' => [1, ['string' => 'string']],
        'imap_alerts' => [0, []],
        'imap_append' => [3, ['imap' => 'connection', 'folder' => 'string', 'message' => 'string', 'options' => '?string', 'internal_date' => '?string']],
        'imap_base64' => [1, ['string' => 'string']],
        'imap_binary' => [1, ['string' => 'string']],
        'imap_body' => [2, ['imap' => 'connection', 'message_num' => 'int', 'flags' => 'int']],
        'imap_bodystruct' => [3, ['imap' => 'connection', 'message_num' => 'int', 'section' => 'string']],
        'imap_check' => [1, ['imap' => 'connection']],
        'imap_clearflag_full' => [3, ['imap' => 'connection', 'sequence' => 'string', 'flag' => 'string', 'options' => 'int']],
        'imap_close' => [1, ['imap' => 'connection', 'flags' => 'int']],
        'imap_create' => [2, ['imap' => 'connection', 'mailbox' => 'string']],
        'imap_createmailbox' => [2, ['imap' => 'connection', 'mailbox' => 'string']],
        'imap_delete' => [2, ['imap' => 'connection', 'message_nums' => 'string', 'flags' => 'int']],
        'imap_deletemailbox' => [2, ['imap' => 'connection', 'mailbox' => 'string']],
        'imap_errors' => [0, []],
        'imap_expunge' => [1, ['imap' => 'connection']],
        'imap_fetch_overview' => [2, ['imap' => 'connection', 'sequence' => 'string', 'flags' => 'int']],
        'imap_fetchbody' => [3, ['imap' => 'connection', 'message_num' => 'int', 'section' => 'string', 'flags' => 'int']],
        'imap_fetchheader' => [2, ['imap' => 'connection', 'message_num' => 'int', 'flags' => 'int']],
        'imap_fetchmime' => [3, ['imap' => 'connection', 'message_num' => 'int', 'section' => 'string', 'flags' => 'int']],
        'imap_fetchstructure' => [2, ['imap' => 'connection', 'message_num' => 'int', 'flags' => 'int']],
        'imap_fetchtext' => [2, ['imap' => 'connection', 'message_num' => 'int', 'flags' => 'int']],
        'imap_gc' => [2, ['imap' => 'connection', 'flags' => 'int']],
        'imap_get_quota' => [2, ['imap' => 'connection', 'quota_root' => 'string']],
        'imap_get_quotaroot' => [2, ['imap' => 'connection', 'mailbox' => 'string']],
        'imap_getacl' => [2, ['imap' => 'connection', 'mailbox' => 'string']],
        'imap_getmailboxes' => [3, ['imap' => 'connection', 'reference' => 'string', 'pattern' => 'string']],
        'imap_getsubscribed' => [3, ['imap' => 'connection', 'reference' => 'string', 'pattern' => 'string']],
        'imap_headerinfo' => [2, ['imap' => 'connection', 'message_num' => 'int', 'from_length' => 'int', 'subject_length' => 'int']],
        'imap_headers' => [1, ['imap' => 'connection']],
        'imap_is_open' => [1, ['imap' => 'connection']],
        'imap_last_error' => [0, []],
        'imap_list' => [3, ['imap' => 'connection', 'reference' => 'string', 'pattern' => 'string']],
        'imap_listmailbox' => [3, ['imap' => 'connection', 'reference' => 'string', 'pattern' => 'string']],
        'imap_listscan' => [4, ['imap' => 'connection', 'reference' => 'string', 'pattern' => 'string', 'content' => 'string']],
        'imap_listsubscribed' => [3, ['imap' => 'connection', 'reference' => 'string', 'pattern' => 'string']],
        'imap_lsub' => [3, ['imap' => 'connection', 'reference' => 'string', 'pattern' => 'string']],
        'imap_mail' => [3, ['to' => 'path', 'subject' => 'path', 'message' => 'path', 'additional_headers' => '?path', 'cc' => '?path', 'bcc' => '?path', 'return_path' => '?path']],
        'imap_mail_compose' => [2, ['envelope' => 'array', 'bodies' => 'array']],
        'imap_mail_copy' => [3, ['imap' => 'connection', 'message_nums' => 'string', 'mailbox' => 'string', 'flags' => 'int']],
        'imap_mail_move' => [3, ['imap' => 'connection', 'message_nums' => 'string', 'mailbox' => 'string', 'flags' => 'int']],
        'imap_mailboxmsginfo' => [1, ['imap' => 'connection']],
        'imap_mime_header_decode' => [1, ['string' => 'string']],
        'imap_msgno' => [2, ['imap' => 'connection', 'message_uid' => 'int']],
        'imap_mutf7_to_utf8' => [1, ['string' => 'string']],
        'imap_num_msg' => [1, ['imap' => 'connection']],
        'imap_num_recent' => [1, ['imap' => 'connection']],
        'imap_open' => [3, ['mailbox' => 'path', 'user' => 'string', 'password' => 'string', 'flags' => 'int', 'retries' => 'int', 'options' => 'array']],
        'imap_ping' => [1, ['imap' => 'connection']],
        'imap_qprint' => [1, ['string' => 'string']],
        'imap_rename' => [3, ['imap' => 'connection', 'from' => 'string', 'to' => 'string']],
        'imap_renamemailbox' => [3, ['imap' => 'connection', 'from' => 'string', 'to' => 'string']],
        'imap_reopen' => [2, ['imap' => 'connection', 'mailbox' => 'string', 'flags' => 'int', 'retries' => 'int']],
        'imap_rfc822_parse_adrlist' => [2, ['string' => 'string', 'default_hostname' => 'string']],
        'imap_rfc822_parse_headers' => [1, ['headers' => 'string', 'default_hostname' => 'string']],
        'imap_rfc822_write_address' => [3, ['mailbox' => 'string', 'hostname' => 'string', 'personal' => 'string']],
        'imap_savebody' => [3, ['imap' => 'connection', 'file' => 'mixed', 'message_num' => 'int', 'section' => 'string', 'flags' => 'int']],
        'imap_scan' => [4, ['imap' => 'connection', 'reference' => 'string', 'pattern' => 'string', 'content' => 'string']],
        'imap_scanmailbox' => [4, ['imap' => 'connection', 'reference' => 'string', 'pattern' => 'string', 'content' => 'string']],
        'imap_search' => [2, ['imap' => 'connection', 'criteria' => 'string', 'flags' => 'int', 'charset' => 'string']],
        'imap_set_quota' => [3, ['imap' => 'connection', 'quota_root' => 'string', 'mailbox_size' => 'int']],
        'imap_setacl' => [4, ['imap' => 'connection', 'mailbox' => 'string', 'user_id' => 'string', 'rights' => 'string']],
        'imap_setflag_full' => [3, ['imap' => 'connection', 'sequence' => 'string', 'flag' => 'string', 'options' => 'int']],
        'imap_sort' => [3, ['imap' => 'connection', 'criteria' => 'int', 'reverse' => 'bool', 'flags' => 'int', 'search_criteria' => '?string', 'charset' => '?string']],
        'imap_status' => [3, ['imap' => 'connection', 'mailbox' => 'string', 'flags' => 'int']],
        'imap_subscribe' => [2, ['imap' => 'connection', 'mailbox' => 'string']],
        'imap_thread' => [1, ['imap' => 'connection', 'flags' => 'int']],
        'imap_timeout' => [1, ['timeout_type' => 'int', 'timeout' => 'int']],
        'imap_uid' => [2, ['imap' => 'connection', 'message_num' => 'int']],
        'imap_undelete' => [2, ['imap' => 'connection', 'message_nums' => 'string', 'flags' => 'int']],
        'imap_unsubscribe' => [2, ['imap' => 'connection', 'mailbox' => 'string']],
        'imap_utf7_decode' => [1, ['string' => 'string']],
        'imap_utf7_encode' => [1, ['string' => 'string']],
        'imap_utf8' => [1, ['mime_encoded_text' => 'string']],
        'imap_utf8_to_mutf7' => [1, ['string' => 'string']],
    ];

    /**
     * Returns the arguments of a call, each of the type of its parameter.
     */
    public static function of(string $function, #[\SensitiveParameter] array $args): array
    {
        [$required, $parameters] = self::PARAMETERS[$function];
        $given = count($args);
        if ($given < $required || $given > count($parameters) || $args && in_array(MISSING, $args, true)) {
            throw self::countError($function, $args);
        }
        $i = 0;
        foreach ($parameters as $name => $type) {
            if ($i === $given) {
                break;
            }
            $arg = $args[$i];
            $right = match ($type) {
                'connection' => $arg instanceof \IMAP\Connection,
                'int' => is_int($arg),
                'string' => is_string($arg),
                '?string' => is_string($arg) || $arg === null,
                'path' => is_string($arg) && !str_contains($arg, "\0"),
                '?path' => $arg === null || is_string($arg) && !str_contains($arg, "\0"),
                'bool' => is_bool($arg),
                'array' => is_array($arg),
                'mixed' => true,
            };
            $i++;
            if (!$right) {
                $args[$i - 1] = self::convert($arg, $type, $function, "#$i (\$$name)");
            }
        }
        return $args;
    }

    /**
     * A call lacks arguments if fewer than the required ones are given, or if named arguments
     * leave one out.
     */
    private static function countError(string $function, #[\SensitiveParameter] array $args): \Throwable
    {
        [$required, $parameters] = self::PARAMETERS[$function];
        $missing = array_search(MISSING, $args, true);
        if ($missing !== false) {
            $name = array_keys($parameters)[$missing];
            $number = $missing + 1;
            return Report::exception(\ArgumentCountError::class, "$function(): Argument #$number (\$$name) not passed");
        }
        $given = count($args);
        $most = count($parameters);
        $bound = $given < $required ? $required : $most;
        $text = sprintf(
            '%s() expects %s %d argument%s, %d given',
            $function,
            $required === $most ? 'exactly' : ($given < $required ? 'at least' : 'at most'),
            $bound,
            $bound === 1 ? '' : 's',
            $given,
        );
        return Report::exception(\ArgumentCountError::class, $text);
    }

    /**
     * Converts an argument as PHP does if the calling file has no strict_types, or throws a
     * TypeError.
     */
    private static function convert(
        #[\SensitiveParameter] mixed $arg,
        string $type,
        string $function,
        string $which,
    ): mixed {
        $nullable = $type[0] === '?';
        $base = ltrim($type, '?');
        $isPath = $base === 'path';
        if (is_string($arg) && $isPath) {
            throw Report::exception(
                \ValueError::class,
                "$function(): Argument $which must not contain any null bytes",
            );
        }
        $converted = match (self::isStrict() ? '' : $base) {
            'int' => self::toInt($arg),
            'string', 'path' => self::toString($arg),
            'bool' => is_scalar($arg) || $arg === null ? (bool) $arg : null,
            default => null,
        };
        if ($converted === null) {
            $expected = match ($base) {
                'connection' => 'of type IMAP\Connection',
                'path' => 'of type ' . ($nullable ? '?' : '') . 'string',
                default => "of type $type",
            };
            throw Report::exception(
                \TypeError::class,
                sprintf('%s(): Argument %s must be %s, %s given', $function, $which, $expected, self::typeName($arg)),
            );
        }
        if ($arg === null) {
            $name = $isPath ? 'string' : $base;
            Report::raise(
                E_DEPRECATED,
                "$function(): Passing null to parameter $which of type $name is deprecated",
            );
        }
        return $converted;
    }

    private static function toString(#[\SensitiveParameter] mixed $arg): ?string
    {
        return is_scalar($arg) || $arg === null || $arg instanceof \Stringable ? (string) $arg : null;
    }

    private static function toInt(mixed $arg): ?int
    {
        if (is_bool($arg) || $arg === null) {
            return (int) $arg;
        }
        $number = is_string($arg) && is_numeric($arg) ? $arg + 0 : $arg;
        if (is_int($number)) {
            return $number;
        }
        // The bounds have 64 bits. The upper bound is not a float.
        if (!is_float($number) || !($number >= PHP_INT_MIN && $number < -(float) PHP_INT_MIN)) {
            return null;
        }
        if ($number !== floor($number)) {
            $shown = is_string($arg) ? "float-string \"$arg\"" : 'float ' . var_export($arg, true);
            Report::raise(E_DEPRECATED, "Implicit conversion from $shown to int loses precision");
        }
        return (int) $number;
    }

    public static function typeName(mixed $arg): string
    {
        return match (true) {
            is_bool($arg) && PHP_VERSION_ID >= 80300 => $arg ? 'true' : 'false',
            is_object($arg) => strstr($arg::class . "\0", "\0", true),
            default => preg_replace('/ .*/', '', get_debug_type($arg)),
        };
    }

    /** @var array<string, bool> */
    private static array $strict = [];

    /**
     * Returns whether the calling file declares strict_types. PHP does not tell. The
     * declaration can only be the first statement of a file.
     */
    private static function isStrict(): bool
    {
        $file = Report::callingFile();
        return $file !== null && self::$strict[$file] ??= self::declaresStrict($file);
    }

    private static function declaresStrict(string $file): bool
    {
        if (!is_file($file)) {
            return false; // code of eval()
        }
        $code = (string) file_get_contents($file, false, null, 0, 1 << 20);
        $blank = '(?:\s+|\#[^\n]*\n|//[^\n]*\n|/\*.*?\*/)*+';
        $start = "(?:\#![^\n]*\n)?<\?php\b$blank";
        $directive = "$blank\w+$blank=$blank\w+$blank,";
        $strict = "{$blank}strict_types$blank=$blank(\d+)$blank";
        $pattern = "~\A{$start}declare$blank\((?:$directive)*$strict~is";
        return preg_match($pattern, $code, $match) === 1 && (int) $match[1] === 1;
    }
}
