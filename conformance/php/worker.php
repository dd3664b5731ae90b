<?php
// Calls functions of the imap extension for a Go test. One request is one line
// of JSON on standard input, one or more calls, and what they came to is one line
// on standard output:
//
//   {"id":1, "calls":[{"fn":"imap_num_msg", "args":[{"$handle":1}], "errors":true}]}
//   {"id":1, "answers":[{"result":3, "warnings":[{"level":"Warning","message":"…"}],
//    "exception":{"class":"ValueError","message":"…"}, "errors":[…], "alerts":false}]}
//
// A connection travels as {"$handle":n}, and {"fn":"$forget","args":[{"$handle":n}]}
// drops it without closing it. A string may hold any bytes: each travels as the
// code point of the same number. "errors" and "alerts" are only there when asked
// for, because asking empties the extension's stacks.

const JSON = JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_PRESERVE_ZERO_FRACTION;
const DEPTH = 100000;

$toText = $toBytes = [];
for ($byte = 128; $byte < 256; $byte++) {
    $toText[chr($byte)] = chr(0xC0 | $byte >> 6) . chr(0x80 | $byte & 0x3F);
}
$toBytes = array_flip($toText);
$handles = [];
$lastHandle = 0;
$warnings = [];

function export(mixed $value): mixed
{
    global $toText, $handles, $lastHandle;
    if (is_string($value)) {
        return strtr($value, $toText);
    }
    if ($value instanceof IMAP\Connection) {
        $number = array_search($value, $handles, true);
        if ($number === false) {
            $handles[$number = ++$lastHandle] = $value;
        }
        return (object)['$handle' => $number];
    }
    if (!is_array($value) && !is_object($value)) {
        return $value;
    }
    $copy = [];
    foreach ((array)$value as $key => $item) {
        $copy[is_string($key) ? strtr($key, $toText) : $key] = export($item);
    }
    return is_object($value) ? (object)$copy : $copy;
}

function import(mixed $value): mixed
{
    global $toBytes, $handles;
    if (is_string($value)) {
        return strtr($value, $toBytes);
    }
    if (!is_array($value)) {
        return $value;
    }
    if (isset($value['$handle'])) {
        return $handles[$value['$handle']] ?? throw new Error("no handle {$value['$handle']}");
    }
    $copy = [];
    foreach ($value as $key => $item) {
        $copy[is_string($key) ? strtr($key, $toBytes) : $key] = import($item);
    }
    return $copy;
}

function answer(array $request): array
{
    global $handles, $warnings;
    $warnings = [];
    $answer = ['result' => null];
    if ($request['fn'] === '$forget') {
        unset($handles[$request['args'][0]['$handle']]);
    } else {
        try {
            $answer['result'] = export($request['fn'](...import($request['args'])));
        } catch (Throwable $e) {
            $answer['exception'] = ['class' => get_class($e), 'message' => export($e->getMessage())];
        }
    }
    $answer['warnings'] = $warnings;
    if (!empty($request['errors'])) {
        $answer['errors'] = export(imap_errors());
        $answer['alerts'] = export(imap_alerts());
    }
    return $answer;
}

set_error_handler(function (int $level, string $message): bool {
    global $warnings;
    $names = [E_WARNING => 'Warning', E_NOTICE => 'Notice', E_DEPRECATED => 'Deprecated'];
    $warnings[] = ['level' => $names[$level] ?? "level $level", 'message' => export($message)];
    return true;
});

while (($line = fgets(STDIN)) !== false) {
    $request = json_decode($line, true, DEPTH, JSON_THROW_ON_ERROR);
    $answers = array_map(answer(...), $request['calls']);
    echo json_encode(['id' => $request['id'], 'answers' => $answers], JSON | JSON_THROW_ON_ERROR, DEPTH), "\n";
}
