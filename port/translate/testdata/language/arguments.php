<?php
function greet($name, $greeting = 'Hello', $end = '!') { return "$greeting $name$end"; }
function sum(...$n) { $t = 0; foreach ($n as $x) $t += $x; return $t; }
function join_all($sep, ...$rest) { return implode($sep, $rest); }
echo sum(...[4, 5]), sum(1, ...[2, 3]), join_all('-', 'a', ...['b', 'c']), greet(...['Ann', 'Hi']), "\n";
$f = 'greet';
echo call_user_func_array('greet', ['x', 'y']), call_user_func('sum', 1, 2), "\n";
