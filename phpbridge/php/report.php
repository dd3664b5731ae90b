<?php

/**
 * Makes warnings and exceptions like those of PHP's internal functions: with the place of the
 * call in the script, not with a place in these files.
 */

declare(strict_types=1);

namespace ImapCompat;

final class Report
{
    private const LABELS = [
        E_WARNING => 'Warning',
        E_NOTICE => 'Notice',
        E_DEPRECATED => 'Deprecated',
    ];

    /**
     * The level that trigger_error() can report instead, for error_get_last().
     */
    private const USER_LEVELS = [
        E_WARNING => E_USER_WARNING,
        E_NOTICE => E_USER_NOTICE,
        E_DEPRECATED => E_USER_DEPRECATED,
    ];

    /**
     * Reports a warning, a notice or a deprecation of the running call to the handler of
     * set_error_handler(), or as PHP itself does.
     */
    public static function raise(int $level, string $message): void
    {
        ['file' => $file, 'line' => $line] = self::place(debug_backtrace(DEBUG_BACKTRACE_IGNORE_ARGS));
        self::raiseAt($level, $message, $file, $line);
    }

    /**
     * Reports what is left at the end of the script. It has no place.
     */
    public static function raiseAtShutdown(int $level, string $message): void
    {
        self::raiseAt($level, "PHP Request Shutdown: $message", 'Unknown', 0);
    }

    private static function raiseAt(int $level, string $message, string $file, int $line): void
    {
        // As in PHP no handler is set while the handler runs.
        $handler = set_error_handler(null);
        try {
            if ($handler !== null) {
                if (ini_get('html_errors')) {
                    $message = self::html($message);
                }
                if ($handler($level, $message, $file, $line) !== false) {
                    return;
                }
            }
            // error_get_last() then has the message, with a place in these files.
            @trigger_error($message, self::USER_LEVELS[$level]);
        } finally {
            restore_error_handler();
        }
        if (error_reporting() & $level) {
            self::log($level, $message, $file, $line);
            self::display($level, $message, $file, $line);
        }
    }

    private static function log(int $level, string $message, string $file, int $line): void
    {
        if (ini_get('log_errors')) {
            error_log(sprintf('PHP %s:  %s in %s on line %d', self::LABELS[$level], $message, $file, $line));
        }
    }

    private static function display(int $level, string $message, string $file, int $line): void
    {
        $mode = self::displayMode();
        if ($mode === 0) {
            return;
        }
        $text = [self::LABELS[$level], $message, $file, $line];
        if (ini_get('html_errors')) {
            $text[1] = self::html($message);
            self::write("<br />\n<b>%s</b>:  %s in <b>%s</b> on line <b>%d</b><br />\n", $text);
        } elseif ($mode === 2 && in_array(PHP_SAPI, ['cli', 'cgi', 'phpdbg'], true)) {
            file_put_contents('php://stderr', vsprintf("%s: %s in %s on line %d\n", $text));
        } else {
            self::write("\n%s: %s in %s on line %d\n", $text);
        }
    }

    private static function write(string $format, array $text): void
    {
        echo ini_get('error_prepend_string'), vsprintf($format, $text), ini_get('error_append_string');
    }

    /**
     * The setting display_errors: 0 is off, 1 standard output, 2 standard error.
     */
    private static function displayMode(): int
    {
        $setting = strtolower((string) ini_get('display_errors'));
        return match ($setting) {
            'on', 'yes', 'true', 'stdout' => 1,
            'stderr' => 2,
            default => (int) $setting === 2 ? 2 : min(abs((int) $setting), 1),
        };
    }

    private static function html(string $message): string
    {
        return htmlspecialchars($message, ENT_COMPAT | ENT_SUBSTITUTE);
    }

    /**
     * Makes an exception of the running call.
     *
     * @param class-string<\Throwable> $class
     */
    public static function exception(string $class, string $message): \Throwable
    {
        $exception = new $class($message);
        return self::moved($exception, self::framesOfScript($exception->getTrace()));
    }

    /**
     * Makes an exception of a method that the extension does not have. Its call is not in the
     * trace.
     *
     * @param class-string<\Throwable> $class
     */
    public static function exceptionOfCaller(string $class, string $message): \Throwable
    {
        $exception = new $class($message);
        $frames = self::framesOfScript($exception->getTrace());
        ['file' => $file, 'line' => $line] = self::place($frames);
        return self::moved($exception, array_slice($frames, 1), $file, $line);
    }

    private static function moved(
        \Throwable $exception,
        array $frames,
        ?string $file = null,
        ?int $line = null,
    ): \Throwable {
        $place = self::place($frames);
        $base = $exception instanceof \Error ? \Error::class : \Exception::class;
        $set = [
            'file' => $file ?? $place['file'],
            'line' => $line ?? $place['line'],
            'trace' => $frames,
        ];
        foreach ($set as $property => $value) {
            (new \ReflectionProperty($base, $property))->setValue($exception, $value);
        }
        return $exception;
    }

    /**
     * Removes the frames of these files. As in PHP's own traces, an argument that was not
     * given is null. The options of imap_open() are shown without a token.
     */
    private static function framesOfScript(array $frames): array
    {
        while ($frames && self::isOurs($frames[0])) {
            array_shift($frames);
        }
        foreach ($frames[0]['args'] ?? [] as $i => $arg) {
            $frames[0]['args'][$i] = $arg === MISSING ? null : $arg;
        }
        if ($frames && $frames[0]['function'] === 'imap_open' && isset($frames[0]['args'][5])) {
            $frames[0]['args'][5] = self::optionsWithoutToken($frames[0]['args'][5]);
        }
        return $frames;
    }

    /**
     * Returns the options of imap_open() for a trace.
     *
     * @param \SensitiveParameterValue|mixed $options the first since PHP 8.2
     */
    private static function optionsWithoutToken(#[\SensitiveParameter] mixed $options): mixed
    {
        if (!$options instanceof \SensitiveParameterValue) {
            return $options;
        }
        $options = $options->getValue();
        if (is_array($options) && isset($options['IMAPCOMPAT_TOKEN'])) {
            $options['IMAPCOMPAT_TOKEN'] = new \SensitiveParameterValue($options['IMAPCOMPAT_TOKEN']);
        }
        return $options;
    }

    /**
     * Returns the innermost place in the script. A call by PHP itself, such as a callback,
     * has no place.
     *
     * @return array{file: string, line: int}
     */
    private static function place(array $frames): array
    {
        foreach ($frames as $frame) {
            if (isset($frame['file']) && !self::isOurs($frame)) {
                return $frame;
            }
        }
        return ['file' => 'Unknown', 'line' => 0];
    }

    private static function isOurs(array $frame): bool
    {
        return isset($frame['file']) && str_starts_with($frame['file'], __DIR__ . DIRECTORY_SEPARATOR);
    }

    /**
     * Returns the file that called the running function, or null if PHP itself did.
     */
    public static function callingFile(): ?string
    {
        foreach (debug_backtrace(DEBUG_BACKTRACE_IGNORE_ARGS) as $frame) {
            if (!self::isOurs($frame)) {
                return $frame['file'] ?? null;
            }
        }
        return null;
    }
}
