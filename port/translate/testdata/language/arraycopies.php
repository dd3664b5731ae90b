<?php
$o = new stdClass; $o->list = [1]; $l = $o->list; $l[] = 2; echo count($o->list), count($l), "\n";
$a = ['x' => [1], 'y' => 'z']; $b = $a['x']; $b[] = 2; echo count($a['x']), count($b), "\n";
class K { public $list = [1]; private $p = [1]; function get() { return $this->p; } function n() { return count($this->p); } function all() { return get_object_vars($this); } }
$k = new K; $g = $k->get(); $g[] = 3; echo $k->n(), count($g), "\n";
$name = 'list'; $d = $k->$name; $d[] = 5; echo count($k->list), count($d), "\n";
$mix = rand(0,0) ? 'text' : $k; $m = $mix->list; $m[] = 9; echo count($k->list), count($m), "\n";
foreach ([$k, 'q'] as $x) { if ($x instanceof K) { $y = $x->list; $y['k'] = 1; echo count($k->list), count($y), "\n"; $o->kept = $x->list; $o->kept[] = 3; echo count($k->list), count($o->kept), "\n"; } }
$v = $k->all(); $v['list'][] = 4; echo count($k->list), count($v['list']), "\n";
$arr = (array)$o; $arr['list'][] = 7; echo count($o->list), count($arr['list']), "\n";
$nested = ['a' => ['b' => [1, 'c']]]; $in = $nested['a']['b']; $in[] = 1; echo count($nested['a']['b']), count($in), "\n";
$s = json_decode('{"a":{"b":[1,2]},"c":[1]}', true); $t = $s['a']; $t['b'][] = 3; echo count($s['a']['b']), count($t['b']), "\n";
$q = json_decode('{"b":[1,2]}'); $r = $q->b; $r[] = 3; echo count($q->b), count($r), "\n";
function add($list) { $list[] = 1; return $list; } echo count(add($q->b)), count($q->b), count(add($mix->list)), count($mix->list), "\n";
$st = []; $st['one'] = $mix->list; $st['one'][] = 1; echo count($mix->list), count($st['one']), "\n";
list($p1, $p2) = [$mix->list, $a['x']]; $p1[] = 1; $p2[] = 1; echo count($mix->list), count($a['x']), "\n";
