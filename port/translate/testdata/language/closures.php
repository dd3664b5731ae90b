<?php
$factor = 3;
$mul = function ($x) use ($factor) { return $x * $factor; };
$factor = 100;
echo $mul(5), "\n";
$count = 0;
$inc = function () use (&$count) { $count++; };
$inc(); $inc();
echo $count, "\n";
$arrow = fn($x) => $x + $factor;
echo $arrow(1), "\n";
print_r(array_map(function ($x) { return $x * 2; }, [1, 2, 3]));
print_r(array_filter([1, 0, 2, null, '', 'x', '0']));
print_r(array_filter(['a' => 1, 'b' => 2, 'c' => 3], function ($v) { return $v % 2; }));
echo array_reduce([1, 2, 3], function ($c, $i) { return $c + $i; }, 10), "\n";
$words = ['banana', 'kiwi', 'apple', 'fig'];
usort($words, function ($a, $b) { return strlen($a) - strlen($b); });
echo implode(',', $words), "\n";
usort($words, 'strcmp');
echo implode(',', $words), "\n";
array_walk($words, function (&$w, $k) { $w = "$k:$w"; });
echo implode(',', $words), "\n";
echo implode(',', array_map('strtoupper', ['a', 'b'])), "\n";
class M {
    private $p = '<';
    public function wrap($s) { return $this->p . $s; }
    public static function st($s) { return "[$s]"; }
    public function all($l) { return array_map([$this, 'wrap'], $l); }
    public function all2($l) { return array_map(function ($x) { return $this->wrap($x); }, $l); }
}
$m = new M;
echo implode($m->all(['a', 'b'])), implode($m->all2(['c'])), implode(array_map('M::st', ['d'])), implode(array_map(['M', 'st'], ['e'])), "\n";
$fact = function ($n) use (&$fact) { return $n <= 1 ? 1 : $n * $fact($n - 1); };
echo $fact(5), "\n";
echo "\n", (function () { return 'iife'; })(), "\n";
function gen_counter() { $c = 0; return function () use (&$c) { return ++$c; }; }
$c1 = gen_counter(); $c2 = gen_counter();
echo $c1(), $c1(), $c2(), "\n";
