<?php

/**
 * What some functions do on this side: the values, the files and the programs
 * that are PHP's.
 */

declare(strict_types=1);

namespace ImapCompat;

/**
 * The arguments of imap_mail_compose(), as texts and numbers.
 */
final class Compose
{
    private const TEXTS = [
        'remail', 'return_path', 'date', 'from', 'reply_to', 'in_reply_to', 'subject', 'to', 'cc', 'bcc', 'message_id',
        'charset', 'subtype', 'id', 'description', 'disposition.type', 'contents.data', 'md5',
    ];
    private const NUMBERS = ['type', 'encoding'];
    private const LISTS = ['custom_headers', 'type.parameters', 'disposition'];

    public static function plain(array $envelope, array $bodies): array
    {
        $plain = [self::fields($envelope), []];
        foreach ($bodies as $body) {
            if (is_array($body)) {
                $plain[1][] = self::fields($body);
            } elseif ($plain[1] === []) {
                throw Report::exception(
                    \TypeError::class,
                    'imap_mail_compose(): Argument #2 ($bodies) individual body must be of type array, '
                        . Arguments::typeName($body) . ' given',
                );
            }
        }
        return $plain;
    }

    private static function fields(array $given): array
    {
        $fields = [];
        foreach ($given as $key => $value) {
            if (in_array($key, self::TEXTS, true)) {
                $fields[$key] = self::text($value);
            } elseif (in_array($key, self::NUMBERS, true)) {
                $fields[$key] = (int) $value;
            } elseif (in_array($key, self::LISTS, true) && is_array($value)) {
                $fields[$key] = array_map(self::text(...), $value);
            }
        }
        return $fields;
    }

    private static function text(mixed $value): string
    {
        if (is_array($value)) {
            Report::raise(E_WARNING, 'Array to string conversion');
            return 'Array';
        }
        return (string) $value;
    }
}

/**
 * The date of imap_append(), which PHP looks at before all else. One that is not
 * of the form of RFC 9051 is not used.
 */
final class Append
{
    private const DATE_TIME = '/[0-3][0-9]-(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-[0-9]{4} '
        . '[0-2][0-9]:[0-5][0-9]:[0-5][0-9] [+-][0-9]{4}/';

    public static function dated(array $args): array
    {
        if (isset($args[4]) && !preg_match(self::DATE_TIME, $args[4])) {
            Report::raise(E_WARNING, 'imap_append(): Internal date not correctly formatted');
            $args[4] = null;
        }
        return $args;
    }
}

/**
 * The file of imap_savebody(), a path or a stream.
 */
final class File
{
    public static function save(array $args): bool
    {
        $file = $args[1];
        array_splice($args, 1, 1);
        if (is_resource($file)) {
            return Engine::save($args, static fn () => $file, false);
        }
        return Engine::save($args, static fn () => self::open($file), true);
    }

    /**
     * @return resource|false
     */
    private static function open(mixed $path)
    {
        if (is_array($path)) {
            Report::raise(E_WARNING, 'Array to string conversion');
            $path = 'Array';
        }
        error_clear_last();
        try {
            $stream = @fopen((string) $path, 'wb');
        } catch (\ValueError $e) {
            throw Report::exception(\ValueError::class, $e->getMessage());
        }
        if ($stream === false) {
            $text = preg_replace('/^fopen\(/', 'imap_savebody(', error_get_last()['message'] ?? '');
            Report::raise(E_WARNING, $text);
        }
        return $stream;
    }
}

/**
 * The program of imap_mail(), which is the one of mail().
 */
final class Sendmail
{
    public static function send(string|false $message): bool
    {
        $program = (string) ini_get('sendmail_path');
        if ($message === false || $program === '') {
            return false;
        }
        $pipe = popen($program, 'w');
        if ($pipe === false) {
            Report::raise(E_WARNING, 'imap_mail(): Could not execute mail delivery program');
            return false;
        }
        @fwrite($pipe, $message); // one that does not read is no failure in PHP
        return pclose($pipe) !== -1;
    }
}
