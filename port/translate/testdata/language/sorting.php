<?php
$a = ['banana' => 3, 'apple' => 1, 'cherry' => 2];
ksort($a); echo json_encode($a);
krsort($a); echo json_encode($a);
asort($a); echo json_encode($a);
arsort($a); echo json_encode($a), "\n";
$m = [10, '9', 'abc', 1.5, true, null, 'ABC', '10'];
$n = ['10', '9', '2', '1'];
sort($n); echo json_encode($n);
sort($n, SORT_STRING); echo json_encode($n);
rsort($n); echo json_encode($n), "\n";
$s = ['b', 'a', 'C', 'B'];
sort($s); echo implode($s);
sort($s, SORT_FLAG_CASE | SORT_STRING); echo implode($s);
natcasesort($s); echo implode($s), "\n";
$people = [['n' => 'Bob', 'a' => 30], ['n' => 'Al', 'a' => 25], ['n' => 'Cy', 'a' => 30], ['n' => 'Di', 'a' => 25]];
usort($people, function ($x, $y) { return $x['a'] <=> $y['a']; });
foreach ($people as $p) echo $p['n'], ' ';
usort($people, fn($x, $y) => [$y['a'], $y['n']] <=> [$x['a'], $x['n']]);
echo implode(',', array_column($people, 'n')), ' ', json_encode(array_column($people, 'a', 'n')), "\n";
uasort($a, fn($x, $y) => $y - $x); echo json_encode($a);
uksort($a, 'strcmp'); echo json_encode($a), "\n";
function cmp($x, $y) { if ($x == $y) return 0; return ($x < $y) ? -1 : 1; }
$q = [3, 1, 2]; usort($q, 'cmp'); echo implode($q);
usort($q, fn($x, $y) => $x < $y ? 1 : -1); echo implode($q), "\n";
class S { public $v; function __construct($v) { $this->v = $v; } static function by($a, $b) { return $a->v - $b->v; } function sortAll($l) { usort($l, [$this, 'mine']); return $l; } function mine($a, $b) { return $b->v - $a->v; } }
$o = [new S(3), new S(1), new S(2)];
usort($o, ['S', 'by']); foreach ($o as $x) echo $x->v;
usort($o, 'S::by');
foreach ($o[0]->sortAll($o) as $x) echo $x->v;
echo "\n";
$mixed = ['x10', 'x9', 'X1']; sort($mixed, SORT_NATURAL | SORT_FLAG_CASE); echo implode(',', $mixed), "\n";
