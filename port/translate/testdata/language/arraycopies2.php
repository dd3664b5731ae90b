<?php
$list = [1]; $map = ['q' => 1]; $a = []; $a['k'] = $list; $a['k'][] = 2; $a['m'] = $map; $a['m']['z'] = 3; echo count($list), count($map), count($a['k']), count($a['m']), "\n";
$b = []; $b[] = $map; $b[0]['z'] = 3; echo count($map), count($b[0]), "\n";
$maps = [['x' => 1], ['x' => 2]]; foreach ($maps as $m) { $m['k'] = 1; } echo count($maps[0]), count($m), "\n";
foreach ($maps as $i => $m) { $m['k'] = $i; $kept[] = $m; } echo count($maps[1]), count($kept[1]), "\n";
$mixed = ['a' => ['x' => 1], 'b' => 'text']; foreach ($mixed as $k => $m) { if (is_array($m)) { $m['k'] = 1; echo count($mixed[$k]), count($m), "\n"; } }
function change($m) { $m['added'] = 1; return $m; } $got = change($maps[0]); echo count($maps[0]), count($got), "\n";
function changeMixed($m) { $m['added'] = 1; return count($m); } echo changeMixed($mixed['a']), count($mixed['a']), "\n";
class C { public $m = ['a' => 1]; public $l = [1]; public $any; function with($m) { $this->m = $m; $this->m['own'] = 1; return $this; } function both() { $x = $this->m; $x['y'] = 1; return count($this->m) . count($x); } function out() { return $this->m; } }
$c = new C; $c->with($map); echo count($map), count($c->m), $c->both(), "\n";
$o = $c->out(); $o['n'] = 1; echo count($c->m), count($o), "\n";
$c->any = ['k' => [1]]; $an = $c->any; $an['k'][] = 2; echo count($c->any['k']), count($an['k']), "\n";
$d = clone $c; $d->m['d'] = 1; $d->any['k'][] = 5; echo count($c->m), count($d->m), count($c->any['k']), count($d->any['k']), "\n";
$s = new stdClass; $s->m = ['a' => 1]; $t = $s->m; $s->m['b'] = 2; echo count($t), count($s->m), "\n";
$copy = $maps; $copy[0]['new'] = 1; echo count($maps[0]), count($copy[0]), "\n";
$f = function () use ($map) { $map['in'] = 1; return count($map); }; echo $f(), count($map), "\n";
$g = fn($m) => count(array_merge($m, ['e' => 1])); echo $g($map), count($map), "\n";
$x = $y = ['p' => 1]; $x['q'] = 1; echo count($x), count($y), "\n";
$pair = [$map, $map]; $pair[0]['u'] = 1; echo count($pair[0]), count($pair[1]), count($map), "\n";
[$one, $two] = $pair; $one['w'] = 1; echo count($one), count($pair[0]), "\n";
$st = ['l' => $maps]; $st['l'][0]['deep'] = 1; echo count($maps[0]), count($st['l'][0]), "\n";
$tern = count($maps) > 1 ? $map : []; $tern['t'] = 1; echo count($map), count($tern), "\n";
$null = $undefined ?? $map; $null['t'] = 1; echo count($map), count($null), "\n";
static $sm = ['s' => 1]; $ss = $sm; $ss['t'] = 1; echo count($sm), count($ss), "\n";
$arr = ['z' => $c->m]; $arr['z']['more'] = 1; echo count($c->m), count($arr['z']), "\n";
$popped = array_pop($maps); $popped['n'] = 1; $vals = array_values($kept); $vals[0]['v'] = 1; echo count($kept[0]), count($vals[0]), "\n";
$merged = array_merge($kept, []); $merged[0]['v'] = 1; echo count($kept[0]), count($merged[0]), "\n";
$fil = array_filter($kept); $fil[0]['v'] = 1; echo count($kept[0]), count($fil[0]), "\n";
$sl = array_slice($kept, 0); $sl[0]['v'] = 1; echo count($kept[0]), count($sl[0]), "\n";
$rev = array_reverse($kept); $rev[0]['v'] = 1; echo count($kept[1]), count($rev[0]), "\n";
$cur = current($kept); $cur['v'] = 1; echo count($kept[0]), count($cur), "\n";
$GLOBALS['gg'] = $map; $GLOBALS['gg']['x'] = 1; echo count($map), "\n";
$mp = array_map(fn($m) => $m, $kept); $mp[0]['v'] = 1; echo count($kept[0]), count($mp[0]), "\n";
usort($mp, fn($p, $q) => count($p) - count($q)); $mp[0]['vv'] = 1; echo count($kept[0]), "\n";
