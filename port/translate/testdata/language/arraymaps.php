<?php
print_r(array_map(fn($a, $b) => $a . $b, ['a', 'b'], ['c', 'd']));
print_r(array_map(null, [1, 2], ['a', 'b']));
print_r(array_filter(['a' => 1, 'b' => 2], fn($k) => $k == 'b', ARRAY_FILTER_USE_KEY));
print_r(array_filter(['a' => 1, 'b' => 2], fn($v, $k) => $v > 1 || $k == 'a', ARRAY_FILTER_USE_BOTH));
$d = [1, [2, 3]];
$sum = 0;
array_walk_recursive($d, function ($v) use (&$sum) { $sum += $v; });
echo $sum, count([1, [2, 3]], COUNT_RECURSIVE), "\n";
$words = ['x', 'y'];
array_walk($words, function (&$w, $k, $prefix) { $w = "$prefix$k:$w"; }, '#');
echo implode(',', $words), "\n";
str_replace('a', 'b', 'banana', $count);
echo $count, "\n";
$data = [3, 1, 2]; $data2 = ['c', 'a', 'b'];
array_multisort($data, SORT_DESC, $data2);
echo implode($data), implode($data2), "\n";
function upperNames() { return array_map(function ($u) { return strtoupper($u); }, explode(',', getenv('USERS') ?: 'user')); }
echo implode("|", upperNames()), "\n";
