<?php

/**
 * The parts of some functions that run in PHP: its values, files and programs.
 */

declare(strict_types=1);

namespace ImapCompat;

/**
 * Converts the arguments of imap_mail_compose() to texts and numbers.
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
                $fields[$key] = self::number($value);
            } elseif (in_array($key, self::LISTS, true) && is_array($value)) {
                $fields[$key] = array_map(self::text(...), $value);
            }
        }
        return $fields;
    }

    public static function text(mixed $value): string
    {
        if (is_array($value)) {
            Report::raise(E_WARNING, 'Array to string conversion');
            return 'Array';
        }
        if (is_object($value) && !$value instanceof \Stringable) {
            $class = Arguments::typeName($value);
            throw Report::exception(\Error::class, "Object of class $class could not be converted to string");
        }
        return (string) $value;
    }

    private static function number(mixed $value): int
    {
        if (is_object($value)) {
            $class = Arguments::typeName($value);
            Report::raise(E_WARNING, "Object of class $class could not be converted to int");
            return 1;
        }
        return (int) $value;
    }
}

/**
 * Checks the date of imap_append(), as PHP does before all else. A date without the form of
 * RFC 9051 is not used.
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
    /** PHP writes this many octets at a time. */
    private const PIECE = 8196;

    /** @var resource|false|null */
    private $stream = null;

    private bool $failed = false;

    private function __construct(private readonly mixed $given)
    {
    }

    public static function save(array $args): bool
    {
        $file = new self($args[1]);
        array_splice($args, 1, 1);
        try {
            return Engine::save($args, $file);
        } finally {
            if (self::isPath($file->given) && is_resource($file->stream)) {
                fclose($file->stream);
            }
        }
    }

    /**
     * Opens the file after the message was found.
     */
    public function open(): bool
    {
        $this->stream = self::isPath($this->given) ? self::create($this->given) : self::checked($this->given);
        return $this->stream !== false;
    }

    public function write(string $data): void
    {
        foreach ($this->failed ? [] : str_split($data, self::PIECE) as $piece) {
            error_clear_last();
            if (@fwrite($this->stream, $piece) === strlen($piece)) {
                continue;
            }
            $this->failed = true;
            self::repeatError('fwrite(): ', 'imap_savebody(): ');
            Report::raise(E_WARNING, 'imap_savebody(): Failed to write to stream');
            return;
        }
    }

    private static function isPath(mixed $file): bool
    {
        return !is_int($file) && !str_starts_with(gettype($file), 'resource');
    }

    /**
     * @return resource
     */
    private static function checked(mixed $file)
    {
        if (is_resource($file) && in_array(get_resource_type($file), ['stream', 'persistent stream'], true)) {
            return $file;
        }
        $what = is_int($file) ? 'argument' : 'resource';
        throw Report::exception(\TypeError::class, "imap_savebody(): supplied $what is not a valid stream resource");
    }

    /**
     * @return resource|false
     */
    private static function create(mixed $path)
    {
        $path = Compose::text($path);
        error_clear_last();
        try {
            $stream = @fopen(strstr("$path\0", "\0", true), 'wb');
        } catch (\ValueError $e) {
            throw Report::exception(\ValueError::class, $e->getMessage());
        }
        if ($stream === false) {
            self::repeatError('fopen(', 'imap_savebody(');
        }
        return $stream;
    }

    /**
     * Reports what PHP's own function has reported, under this function's name.
     */
    private static function repeatError(string $prefix, string $ours): void
    {
        $error = error_get_last();
        if ($error !== null && str_starts_with($error['message'], $prefix)) {
            Report::raise($error['type'], $ours . substr($error['message'], strlen($prefix)));
        }
    }
}

/**
 * The program of imap_mail(), which is that of mail().
 */
final class Sendmail
{
    public static function send(string|false $message): bool
    {
        $program = (string) ini_get('sendmail_path');
        if ($message === false || $program === '') {
            return false;
        }
        if (!function_exists('popen') || !function_exists('pclose')) {
            throw Report::exception(\Error::class, 'imapcompat: imap_mail() needs popen() and pclose(), one of which is disabled');
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
