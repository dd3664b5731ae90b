<?php
define('A', 'x' . strlen('abc'));
const N = 4;
interface I { const Q = A . '-q'; }
class K implements I { const B = A; const C = self::B . N; const D = 7; public static $s = A; public static $list = array(A, self::C); public $p = A;
  static function counted() { static $from = N, $plain = 3; $from++; return $from . self::C . $plain++; } }
class L extends K { const B = 'L'; static $t = parent::C; function c() { return static::C . self::B . self::Q; } }
function f() { static $x = A; $x .= '!'; return $x; }
echo K::B, K::$s, (new K)->p, K::C, K::D, "\n";
echo implode(',', K::$list), L::$t, (new L)->c(), L::Q, "\n";
K::$s .= 'more'; echo K::$s, L::$s, "\n";
echo f(), f(), K::counted(), K::counted(), "\n";
