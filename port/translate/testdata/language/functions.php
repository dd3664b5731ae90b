<?php
function greet($name, $greeting = 'Hello', $end = '!') { return "$greeting $name$end"; }
echo greet('Ann'), greet('Bob', 'Hi'), greet('C', end: '?'), greet(greeting: 'Yo', name: 'D'), "\n";
function sum(...$n) { $t = 0; foreach ($n as $x) $t += $x; return $t; }
echo sum(), sum(1), sum(1, 2, 3), "\n";
function typed(int $n, ?string $s = null, int|string $u = 5): string { return $n . ($s ?? 'null') . $u; }
echo typed(5), typed("7", 'x'), typed(1, null, 'u'), "\n";
function noReturn() { }
var_dump(noReturn());
function early($x) { if ($x > 5) { return 'big'; } elseif ($x > 2) return 'mid'; }
var_dump(early(9), early(3), early(0));
function fib($n) { return $n < 2 ? $n : fib($n - 1) + fib($n - 2); }
echo fib(15), "\n";
function multi() { return [1, 'two', [3]]; }
list($a, $b, list($c)) = multi();
echo $a, $b, $c, multi()[1], "\n";
if (!function_exists('later')) {
    function later() { return 'defined'; }
}
echo later(), function_exists('nope') ? 'y' : 'n', function_exists('GREET') ? 'y' : 'n', "\n";
echo STRTOUPPER('case'), Greet('x'), "\n";
function outer() { function inner() { return 'inner'; } return 'outer'; }
echo outer(), inner(), "\n";
function mixedReturn($k) { switch ($k) { case 1: return 1; case 2: return 'two'; case 3: return null; case 4: return false; default: return [$k]; } }
foreach ([1, 2, 3, 4, 5] as $k) var_dump(mixedReturn($k));
function nullable(?array $x) { return $x === null ? 'null' : count($x); }
echo nullable(null), nullable([1]), "\n";
try { typed("abc"); } catch (TypeError $e) { echo 'TypeError', "\n"; }
function even($n) { return $n == 0 ? true : odd($n - 1); }
function odd($n) { return $n == 0 ? false : even($n - 1); }
var_dump(even(10), odd(7));
function defaults($a = 1 + 2, $b = 'x' . 'y', $c = [1, [2]], $d = M_PI > 3) { return "$a$b{$c[1][0]}" . ($d ? 't' : 'f'); }
echo defaults(), "\n";
