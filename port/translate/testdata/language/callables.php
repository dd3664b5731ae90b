<?php
class M { private $p = '<'; public function wrap($s) { return $this->p . $s; } public static function st($s) { return "[$s]"; } }
$m = new M;
function apply(callable $f, ...$args) { return $f(...$args); }
echo apply('max', 1, 5, 3), apply(fn() => 'none'), "\n";
echo call_user_func([$m, 'wrap'], 'z'), call_user_func_array('M::st', ['y']), call_user_func('strrev', 'abc'), "\n";
