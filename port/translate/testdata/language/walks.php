<?php
$a = ['x' => ' one ', 'y' => ' two'];
array_walk($a, function (&$v) { $v = trim($v); });
print_r($a);
array_walk($a, function (&$v, $k) { $v = "$k=$v"; });
echo implode('&', $a), "\n";
array_walk($a, function ($v, $k) { echo "$k:$v;"; });
echo "\n";
function trim_value(&$value, $key, $prefix = '') { $value = $prefix . trim($value) . $key; }
$l = [' a', 'b '];
array_walk($l, 'trim_value', '#');
print_r($l);
$nums = [1, 2, 3];
array_walk($nums, function (&$n) { $n *= 2; });
echo array_sum($nums), "\n";
$d = ['a' => ['b' => 1, 'c' => [2, 3]], 'd' => 4];
$out = [];
array_walk_recursive($d, function ($v, $k) use (&$out) { $out[] = "$k$v"; });
echo implode(',', $out), "\n";
array_walk_recursive($d, function (&$v, $k) { $v = $v * 10; });
print_r($d);
class W { public $log = []; function each($v, $k) { $this->log[] = "$k-$v"; } function all($a) { array_walk($a, [$this, 'each']); return $this->log; } static function show($v, $k) { echo "[$k=>$v]"; } }
print_r((new W)->all(['p' => 1, 'q' => 2]));
array_walk($nums, ['W', 'show']);
array_walk($nums, 'W::show');
echo "\n";
echo count([1, [2, 3], [4, [5]]], COUNT_RECURSIVE), count([1,2], COUNT_NORMAL), count([1, 2], 1), sizeof([1,[2]], 1), "\n";
