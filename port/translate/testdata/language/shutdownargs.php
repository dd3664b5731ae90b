<?php
register_shutdown_function('bye', 'x', 3);
function bye($s, $n) { echo "bye $s $n\n"; }
function plain() { echo "plain\n"; }
register_shutdown_function('plain');
register_shutdown_function(function () { echo "closure\n"; });
register_shutdown_function(function ($a, $b) { echo "closure $a $b\n"; }, 'p', 7);
class Log { private $lines = []; function add($l) { $this->lines[] = $l; } function flush() { echo implode(',', $this->lines), "\n"; } function end($why) { echo "end $why\n"; } static function done($x = 'def') { echo "done $x\n"; } }
$log = new Log;
$log->add('one');
register_shutdown_function([$log, 'flush']);
register_shutdown_function(array($log, 'end'), 'normal');
register_shutdown_function(['Log', 'done'], 'st');
register_shutdown_function('Log::done');
register_shutdown_function(fn() => print("arrow\n"));
$v = 'before';
register_shutdown_function(function () use (&$v) { echo $v, "\n"; });
register_shutdown_function('plain');
$v = 'after';
$log->add('two');
echo "work\n";
register_shutdown_function(function () { register_shutdown_function(function () { echo "nested\n"; }); });
exit(3);
