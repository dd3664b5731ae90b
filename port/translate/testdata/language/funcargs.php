<?php
function opts($a, $b = array('x' => 1), $c = null) { return json_encode(func_get_args()) . func_num_args(); }
echo opts(1), opts(1, 2), opts(1, [], 'z'), "\n";
function sum() { $t = 0; foreach (func_get_args() as $n) $t += $n; return $t; }
echo sum(), ' ', sum(1, 2), ' ', sum(1, 2, 3), "\n";
function msg($fmt) { $args = func_get_args(); array_shift($args); return vsprintf($fmt, $args); }
echo msg('%s is %d', 'x', 5), msg('plain'), "\n";
function second() { if (func_num_args() > 1) return func_get_arg(1); return 'none'; }
echo second('a'), second('a', 'b'), "\n";
class L { function log() { $a = func_get_args(); return implode('|', $a) . '/' . func_num_args(); } static function st() { return count(func_get_args()); } }
$l = new L; echo $l->log('a', 2, 'c'), $l->log(), L::st(1, 2), "\n";
function _t($s) { $a = func_get_args(); $n = func_num_args(); if ($n > 1) { $s = call_user_func_array('sprintf', $a); } return $s; }
echo _t('hello'), _t('n=%d', 4), "\n";
function var2(...$r) { return func_num_args() . implode(',', $r); }
echo var2(1, 2, 3), "\n";
echo call_user_func('sum', 4, 5), call_user_func_array('sum', [1, 2, 3]), "\n";
