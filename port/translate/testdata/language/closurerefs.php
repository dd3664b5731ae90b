<?php
$l = ['a ', 'b '];
foreach ($l as &$x) { $x = trim($x); }
unset($x);
foreach ($l as $k => &$y) { $y .= $k; }
echo implode($l), "\n";
$add = function (array &$list, $v) { $list[] = $v; };
$list = [1]; $add($list, 5); $add($list, 6); echo count($list), "\n";
$inc = function (&$n) { $n++; }; $c = 1; $inc($c); $inc($c); echo $c, "\n";
echo implode(',', array_map(function (&$s) { $s .= 'x'; return $s; }, ['p', 'q'])), "\n";
$r = array_map(function ($s) { return $s === 'a' ? null : $s; }, ['a', 'b']); var_dump($r);
$r = array_map(function ($s) { if ($s === 'a') return 1; return $s; }, ['a', 'b']); var_dump($r);
$r = array_map(function ($s) { echo $s; }, ['a', 'b']); var_dump($r);
$m = array_map(function ($o) { return ['id' => $o, 'n' => strlen($o)]; }, ['a', 'bb']); echo $m[1]['n'], "\n";
usort($m, function ($a, $b) { return $b['n'] - $a['n']; }); echo json_encode($m), "\n";
function ids(array $x) { return array_map(fn($r) => $r['id'], $x); } echo implode(',', ids($m)), "\n";
$nested = array_map(fn($r) => array_map('strtoupper', $r), [['a'], ['b', 'c']]); echo json_encode($nested), "\n";
