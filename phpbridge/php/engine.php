<?php

/**
 * The process behind the functions, "imapcompat phpserve". The first call of a script starts
 * it, and it ends with the script.
 */

declare(strict_types=1);

namespace ImapCompat;

final class Engine
{
    /** The kinds of answers, as package phpbridge documents them. */
    private const RESULT = 'v';
    private const OUTCOME = 'e';
    private const OPEN = 'o';
    private const DATA = 'd';
    private const TEXT = 't';

    /** A request is written in pieces of this many octets, which are copies. */
    private const PIECE = 1 << 16;

    /** The directory in which the script began, for a relative IMAPCOMPAT_BIN. */
    private static string $folder = '';

    /** @var ?resource */
    private static $process = null;
    /** @var ?resource */
    private static $requests = null;
    /** @var ?resource */
    private static $answers = null;

    /** The process that started the engine. A forked process has no engine. */
    private static int $owner = 0;

    /** @var array<int, true> The open connections of the engine. */
    private static array $connections = [];

    private static bool $opening = false;

    private static bool $saving = false;

    /** Whether an answer is expected. */
    private static bool $waiting = false;

    /** @var ?\WeakMap<\IMAP\Connection, Watch> Objects that are destroyed with a connection. */
    private static ?\WeakMap $watches = null;

    private static ?LastObject $last = null;

    public static function beginIn(string $folder): void
    {
        self::$folder = $folder;
    }

    /**
     * Calls a function, reports its warnings, and returns its result.
     *
     * @throws \Throwable what the extension throws
     */
    public static function call(string $function, #[\SensitiveParameter] array $args): mixed
    {
        self::start();
        foreach ($args as $i => $arg) {
            if ($arg instanceof \IMAP\Connection) {
                $args[$i] = self::number($arg);
            }
        }
        self::request([$function, ...$args]);
        return self::receive();
    }

    /**
     * Calls imap_savebody. The arguments do not include the file.
     */
    public static function save(array $args, File $file): mixed
    {
        self::start();
        $args[0] = self::number($args[0]);
        self::request(['imap_savebody', ...$args]);
        $failure = null;
        self::$saving = true;
        try {
            $result = self::receive(
                static function () use ($file, &$failure): bool {
                    return self::attempt($file->open(...), $failure) === true;
                },
                static function (string $data) use ($file, &$failure): void {
                    self::attempt(static fn () => $file->write($data), $failure);
                },
            );
        } finally {
            self::$saving = false;
        }
        if ($failure !== null) {
            throw $failure;
        }
        return $result;
    }

    /**
     * Runs code that may be the script's, a stream wrapper or an error handler. What it
     * throws must wait until the answer was read.
     */
    private static function attempt(callable $code, ?\Throwable &$failure): mixed
    {
        try {
            return $failure === null ? $code() : null;
        } catch (\Throwable $e) {
            $failure = $e;
            return null;
        }
    }

    public static function open(#[\SensitiveParameter] array $args): \IMAP\Connection|false
    {
        self::$opening = true;
        $connection = new \IMAP\Connection();
        self::$opening = false;
        $number = spl_object_id($connection);
        if (isset($args[5])) {
            $args[5] = self::options($args[5]);
        }
        if (self::call('imap_open', [$number, ...$args]) !== true) {
            return false;
        }
        self::$connections[$number] = true;
        self::watch($connection);
        return $connection;
    }

    /**
     * Returns the elements of $options of imap_open() that have an effect, as plain values:
     * false if neither a string nor an array of strings.
     */
    private static function options(#[\SensitiveParameter] array $options): array
    {
        $plain = [];
        foreach (['DISABLE_AUTHENTICATOR', 'IMAPCOMPAT_TOKEN'] as $name) {
            if (array_key_exists($name, $options)) {
                $value = $options[$name];
                $plain[$name] = is_array($value) ? array_map(self::stringOrFalse(...), $value) : self::stringOrFalse($value);
            }
        }
        return $plain;
    }

    private static function stringOrFalse(#[\SensitiveParameter] mixed $value): string|false
    {
        return is_string($value) ? $value : false;
    }

    /**
     * Whether open() makes a connection, and not the script.
     */
    public static function isOpening(): bool
    {
        return self::$opening;
    }

    /**
     * A destructor of the connection itself would not do: when PHP collects cycles, and at
     * the end of the script, it calls the destructor while the destructors of other objects
     * may still use the connection.
     */
    private static function watch(\IMAP\Connection $connection): void
    {
        self::$watches ??= new \WeakMap();
        self::$watches[$connection] = new Watch(spl_object_id($connection));
    }

    /**
     * Closes a connection if its object is destroyed. If it is not, for the reason above,
     * another watch replaces this one.
     */
    public static function release(Watch $watch): void
    {
        foreach (self::$watches as $connection => $other) {
            if ($other === $watch) {
                if (self::$last === null) {
                    self::watch($connection);
                }
                return;
            }
        }
        self::destroy($watch->number);
    }

    private static function destroy(int $number): void
    {
        if (!isset(self::$connections[$number]) || self::$owner !== getmypid()) {
            return;
        }
        unset(self::$connections[$number]);
        if (self::$waiting) {
            self::kill();
        } elseif (self::$process !== null) {
            self::request(['destroy', $number]);
            self::receive();
        }
    }

    private static function number(\IMAP\Connection $connection): int
    {
        $number = spl_object_id($connection);
        if (!isset(self::$connections[$number])) {
            throw Report::exception(\Error::class, 'imapcompat: the engine that has this IMAP\Connection is gone, or belongs to another process');
        }
        return $number;
    }

    private static function start(): void
    {
        if (self::$saving) {
            throw Report::exception(\Error::class, 'imapcompat: the stream that imap_savebody() writes to makes a call');
        }
        if (self::$process !== null && self::$owner === getmypid()) {
            return;
        }
        // In a forked process the connections are the parent's.
        self::forget();
        $pipes = [];
        $process = proc_open([self::program(), 'phpserve'], [['pipe', 'r'], ['pipe', 'w']], $pipes);
        if ($process === false) {
            throw Report::exception(\Error::class, 'imapcompat: cannot start ' . self::program());
        }
        self::$process = $process;
        [self::$requests, self::$answers] = $pipes;
        stream_set_chunk_size(self::$answers, 1 << 18);
        if (self::$owner === 0) {
            register_shutdown_function([self::class, 'shutdown']);
        }
        self::$owner = getmypid();
        self::setTimeouts();
    }

    /**
     * The extension's timeouts are PHP's default_socket_timeout at the start of PHP.
     */
    private static function setTimeouts(): void
    {
        $seconds = (int) (ini_get_all('standard')['default_socket_timeout']['global_value'] ?? 60);
        if ($seconds !== 60 && $seconds >= 0) {
            foreach ([IMAP_OPENTIMEOUT, IMAP_READTIMEOUT, IMAP_WRITETIMEOUT] as $type) {
                self::call('imap_timeout', [$type, $seconds]);
            }
        }
    }

    /**
     * Returns the absolute path of the program, because the script may change its directory.
     */
    private static function program(): string
    {
        static $program = null;
        return $program ??= self::findProgram();
    }

    private static function findProgram(): string
    {
        $named = (string) getenv('IMAPCOMPAT_BIN');
        if ($named !== '') {
            foreach ([$named, self::$folder . DIRECTORY_SEPARATOR . $named] as $file) {
                if (self::isProgram($file)) {
                    return realpath($file);
                }
            }
            throw Report::exception(\Error::class, "imapcompat: IMAPCOMPAT_BIN is $named, which is no program");
        }
        $name = PHP_OS_FAMILY === 'Windows' ? 'imapcompat.exe' : 'imapcompat';
        foreach (explode(PATH_SEPARATOR, (string) getenv('PATH')) as $folder) {
            $file = $folder . DIRECTORY_SEPARATOR . $name;
            if ($folder !== '' && self::isProgram($file)) {
                return realpath($file);
            }
        }
        throw Report::exception(
            \Error::class,
            'imapcompat: the program imapcompat is not on the PATH, and IMAPCOMPAT_BIN does not name it',
        );
    }

    /**
     * A folder of PATH may be outside of open_basedir. That is a warning, which a handler of
     * the script's would see.
     */
    private static function isProgram(string $file): bool
    {
        set_error_handler(null);
        try {
            return @is_file($file) && @is_executable($file);
        } finally {
            restore_error_handler();
        }
    }

    private static function request(#[\SensitiveParameter] array $request): void
    {
        if (self::$waiting) {
            self::kill();
            throw Report::exception(\Error::class, 'imapcompat: a signal handler has broken into a call');
        }
        self::$waiting = true;
        self::send($request);
    }

    /**
     * Ends an engine whose answer was not read, because a signal handler of the script threw
     * an exception or made a call itself.
     */
    private static function kill(): void
    {
        if (self::$process !== null) {
            proc_terminate(self::$process, 9);
        }
        self::forget();
    }

    private static function forget(): void
    {
        self::$process = self::$requests = self::$answers = null;
        self::$connections = [];
        self::$waiting = false;
    }

    private static function send(#[\SensitiveParameter] mixed $request): void
    {
        if (self::isShort($request)) {
            $text = serialize($request);
            self::sendPiece(pack('N', strlen($text)) . $text);
            return;
        }
        $size = 0;
        foreach (self::serialized($request) as $part) {
            $size += strlen($part);
        }
        $buffer = pack('N', $size);
        foreach (self::serialized($request) as $part) {
            for ($sent = 0; $sent < strlen($part); $sent += self::PIECE) {
                $buffer .= substr($part, $sent, self::PIECE);
                if (strlen($buffer) >= self::PIECE) {
                    self::sendPiece($buffer);
                    $buffer = '';
                }
            }
        }
        self::sendPiece($buffer);
    }

    /**
     * Whether a request has neither long strings nor arrays. Nearly all requests are short.
     */
    private static function isShort(#[\SensitiveParameter] mixed $request): bool
    {
        foreach ((array) $request as $part) {
            if (is_array($part) || is_string($part) && strlen($part) >= self::PIECE) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns the result of serialize() in parts. A long string is a part: otherwise a
     * message for imap_append() would be in memory twice.
     *
     * @return iterable<string>
     */
    private static function serialized(#[\SensitiveParameter] mixed $value): iterable
    {
        if (is_string($value) && strlen($value) >= self::PIECE) {
            yield 's:' . strlen($value) . ':"';
            yield $value;
            yield '";';
        } elseif (is_array($value)) {
            yield 'a:' . count($value) . ':{';
            foreach ($value as $key => $element) {
                yield serialize($key);
                yield from self::serialized($element);
            }
            yield '}';
        } else {
            yield serialize($value);
        }
    }

    private static function sendPiece(#[\SensitiveParameter] string $piece): void
    {
        while ($piece !== '') {
            $written = self::write($piece);
            if ($written === false || $written === 0) {
                self::lost();
            }
            $piece = substr($piece, $written);
        }
    }

    /**
     * Writes as much as possible. A handler of the script's would see the data, with the
     * password, in a backtrace.
     */
    private static function write(#[\SensitiveParameter] string $frame): int|false
    {
        set_error_handler(null);
        try {
            return @fwrite(self::$requests, $frame);
        } finally {
            restore_error_handler();
        }
    }

    private static function receive(?callable $open = null, ?callable $write = null): mixed
    {
        while (true) {
            ['size' => $size, 'kind' => $kind] = unpack('Nsize/akind', self::read(5));
            $body = self::read($size - 1);
            switch ($kind) {
                case self::TEXT:
                    self::$waiting = false;
                    return $body;
                case self::RESULT:
                    self::$waiting = false;
                    return self::unserialize($body);
                case self::OUTCOME:
                    self::$waiting = false;
                    return self::report(self::unserialize($body));
                case self::OPEN:
                    self::send($open());
                    break;
                case self::DATA:
                    $write($body);
                    break;
                default:
                    self::lost();
            }
        }
    }

    private static function unserialize(string $text): mixed
    {
        return unserialize($text, ['allowed_classes' => [\stdClass::class]]);
    }

    /**
     * Reports the warnings of a call, and throws its exception or returns its result.
     */
    private static function report(array $outcome): mixed
    {
        [$result, $warnings, $exception] = $outcome;
        foreach ($warnings as $warning) {
            Report::raise(E_WARNING, $warning);
        }
        if ($exception !== null) {
            throw Report::exception($exception[0], $exception[1]);
        }
        return $result;
    }

    /**
     * stream_get_contents() lets one string grow in place. With the operator .= PHP would
     * hold a long text twice.
     */
    private static function read(int $size): string
    {
        $text = $size > 0 ? (string) stream_get_contents(self::$answers, $size) : '';
        while (($missing = $size - strlen($text)) > 0) {
            $piece = fread(self::$answers, $missing);
            if (($piece === false || $piece === '') && feof(self::$answers)) {
                self::lost();
            }
            $text .= $piece;
        }
        return $text;
    }

    /**
     * Ends the script's calls if the engine is lost.
     */
    private static function lost(): never
    {
        $status = proc_get_status(self::$process);
        for ($waited = 0; $status['running'] && $waited < 100; $waited++) {
            usleep(10_000); // it has closed its end, and is about to end
            $status = proc_get_status(self::$process);
        }
        $how = match (true) {
            $status['signaled'] => "was killed by signal $status[termsig]",
            !$status['running'] => "ended with exit code $status[exitcode]",
            default => 'does not answer',
        };
        $program = self::program();
        self::forget();
        throw Report::exception(\Error::class, "imapcompat: the engine $program $how");
    }

    /**
     * Runs when the script ends. It must follow all other shutdown functions, so it registers
     * itself again behind them.
     */
    public static function shutdown(): void
    {
        register_shutdown_function([self::class, 'afterShutdownFunctions']);
    }

    /**
     * PHP runs destructors next, unless an error prevents that.
     */
    public static function afterShutdownFunctions(): void
    {
        $error = error_get_last();
        $fatal = E_ERROR | E_CORE_ERROR | E_COMPILE_ERROR | E_USER_ERROR | E_RECOVERABLE_ERROR;
        $uncaught = str_starts_with($error['message'] ?? '', 'Uncaught ');
        if ($error !== null && $error['type'] & $fatal && !$uncaught) {
            self::finish();
        } else {
            self::$last = new LastObject();
        }
    }

    /**
     * Reports what the script did not ask for, as the extension does at the end of a request,
     * and ends the engine.
     */
    public static function finish(): void
    {
        if (self::$process === null || self::$owner !== getmypid()) {
            return;
        }
        if (self::$waiting) {
            self::kill();
            return;
        }
        self::request(['shutdown']);
        $notices = self::receive();
        if ($notices !== [] && error_reporting() & E_NOTICE) {
            while (ob_get_level() > 0 && @ob_end_flush()) {
                // The script's output comes first.
            }
            foreach ($notices as $notice) {
                Report::raiseAtShutdown(E_NOTICE, $notice);
            }
        }
        self::stop();
    }

    /**
     * Whether the last object was destroyed. A new object then has the next number, because
     * PHP reuses none at the end of a script.
     */
    public static function end(LastObject $object): void
    {
        if (spl_object_id(new \stdClass()) === spl_object_id($object) + 1) {
            self::finish();
        } else {
            self::$last = new LastObject();
        }
    }

    /**
     * Sends the empty frame, after which the engine closes what is open, and waits for its
     * end.
     */
    private static function stop(): void
    {
        if (self::$process === null) {
            return;
        }
        @fwrite(self::$requests, pack('N', 0));
        fclose(self::$requests);
        fclose(self::$answers);
        proc_close(self::$process);
        self::forget();
    }
}

/**
 * An object that is destroyed with its connection.
 */
final class Watch
{
    public function __construct(public readonly int $number)
    {
    }

    public function __destruct()
    {
        Engine::release($this);
    }
}

/**
 * An object that is destroyed after the script's objects. It exists only at the end of the
 * script.
 */
final class LastObject
{
    public function __destruct()
    {
        Engine::end($this);
    }
}
