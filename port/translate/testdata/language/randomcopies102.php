<?php
// Random statements over arrays: what is assigned is a copy.
class Box { public $p = ['k' => ['z' => 0]]; private $q = []; function set($v) { $this->q = $v; return $this; } function get() { return $this->q; } function add($k, $v) { $this->q[$k] = $v; } function deep($k, $j, $v) { $this->q[$k][$j] = $v; } function both() { return ['p' => $this->p, 'q' => $this->q]; } }
function same($a) { return $a; }
function plus($a) { $a['plus'] = 1; return $a; }
function deepPlus($a) { $a['k']['plus'] = 2; return $a; }
function byRef(&$a) { $a['ref'] = 3; }
function wrap($a) { return ['k' => $a]; }
function first($a) { foreach ($a as $x) { if (is_array($x)) return $x; } return []; }
function t0() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['m' => ['n' => ['k' => 6, 'm' => 'text', 'n' => 1]]];
  $b = [];
  $c = ['n' => 3];
  $d = ['n' => 7];
  $a = $s->list;
  if (!isset($b['n']) || is_array($b['n'])) { $b['n']['n'] = $s->list; }
  if (!isset($a['z']) || is_array($a['z'])) { $a['z']['m'] = 85; }
  $d = $d;
  $b = count($d) > 1 ? $b : deepPlus($b);
  $o->add('m', plus($d));
  $d = array_filter($b);
  $d['m'] = same($b);
  $d = $b;
  $s->list['z'] = 6;
  byRef($d);
  $c = $b;
  $d = first($b);
  unset($a['k']);
  echo 't0 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t1() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['k' => 2, 'n' => 0, 'z' => 2];
  $b = ['n' => 6];
  $c = ['k' => 'text', 'z' => 3, 'n' => 0];
  $d = ['m' => ['z' => 3, 'k' => 0, 'm' => ['z' => 'text', 'n' => 2, 'm' => 8]], 'n' => 1];
  foreach ($b as $k => $i) { if (is_array($i)) { $i['it'] = $k; $b = $i; }  }
  unset($d['z']);
  $s->list['n'] = 6;
  $c['n'] = $d;
  unset($c['m']);
  echo 't1 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t2() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['k' => 7, 'm' => 0, 'n' => 0];
  $b = [];
  $c = ['k' => 6, 'n' => ['n' => 3]];
  $d = ['m' => 3, 'k' => 3];
  $s->list['k'] = array_merge($c, $c);
  $a['z'] = deepPlus($c);
  $b = $o->both();
  $d[] = first($b);
  $s->list = first($d);
  $o->set(plus($a));
  $c[] = plus($b);
  if (!isset($a['n']) || is_array($a['n'])) { $a['n']['k'] = 63; }
  echo 't2 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t3() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['m' => 0];
  $b = [];
  $c = ['k' => 7, 'z' => 0];
  $d = ['z' => ['n' => ['k' => 'text']]];
  $a['n'] = ['k' => ['m' => 1, 'z' => 3], 'n' => ['z' => 2], 'z' => 'text'];
  $d['n'] = 30;
  foreach ($d as $k => $i) { if (is_array($i)) { $i['it'] = $k; $b = $i; }  }
  $b = deepPlus($c);
  $o->set(array_merge($b, $b));
  $b = $d;
  $b = array_map(function ($x) { if (is_array($x)) { $x['mapped'] = 1; } return $x; }, $b);
  unset($b['n']);
  if (!isset($a['m']) || is_array($a['m'])) { $a['m']['n'] = $a; }
  $c = wrap($d);
  $c['z'] = $c;
  $c[] = wrap($b);
  echo 't3 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t4() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['k' => 'text', 'z' => ['m' => 3, 'n' => 6]];
  $b = [];
  $c = ['k' => 7, 'n' => 0, 'z' => ['z' => 9]];
  $d = ['n' => 2];
  foreach ($d as $k => $i) { if (is_array($i)) { $i['it'] = $k; $d = $i; }  }
  foreach ($a as $k => $i) { if (is_array($i)) { $i['it'] = $k; $c = $i; } $d['n'] = $c; }
  $b = $d;
  $d = array_reverse($a);
  $d = $b;
  $d['k'] = first($d);
  $d['k'] = $s->list;
  $o->p['z'] = wrap($c);
  $o->add('n', deepPlus($c));
  echo 't4 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t5() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['m' => 3, 'k' => ['z' => 6, 'm' => 2, 'k' => ['z' => 'text']], 'n' => 3];
  $b = [];
  $c = ['k' => ['k' => 3], 'm' => 'text'];
  $d = ['z' => 1];
  $c['m'] = 89;
  if (!isset($c['z']) || is_array($c['z'])) { $c['z']['m'] = ['m' => 0, 'n' => 7, 'z' => 3]; }
  $a['n'] = first($c);
  $d[] = $b;
  echo 't5 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t6() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['z' => ['m' => ['z' => 4], 'k' => 5], 'n' => 4, 'k' => 9];
  $b = ['m' => 'text', 'n' => 6];
  $c = [];
  $d = ['k' => ['z' => [], 'm' => 6, 'n' => 8], 'm' => 6];
  $o->p['k'] = 4;
  foreach ($a as $k => $i) { if (is_array($i)) { $i['it'] = $k; $b = $i; } $c = $c; }
  $d[] = ($b['k'] ?? []);
  $b = $d;
  foreach ($a as $k => $i) { if (is_array($i)) { $i['it'] = $k; $c = $i; }  }
  if (!isset($a['k']) || is_array($a['k'])) { $a['k']['m'] = 72; }
  $t = $o->get(); if (!isset($t['k']) || is_array($t['k'])) { $o->deep('k', 'm', 5); }
  $c = $c;
  $b['n'] = $b;
  if (!isset($a['z']) || is_array($a['z'])) { $a['z']['m'] = 20; }
  $a = array_merge($b, $d);
  echo 't6 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t7() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['k' => 8, 'n' => 'text', 'm' => ['k' => [], 'z' => 4, 'm' => ['z' => 9]]];
  $b = ['z' => ['k' => 9, 'z' => 4]];
  $c = ['k' => 'text', 'n' => [], 'z' => 9];
  $d = ['k' => 9, 'z' => ['k' => ['k' => 'text'], 'n' => 0], 'n' => ['k' => 7, 'n' => 0]];
  $d = array_map(function ($x) { if (is_array($x)) { $x['mapped'] = 1; } return $x; }, $d);
  $d = array_map(function ($x) { if (is_array($x)) { $x['mapped'] = 1; } return $x; }, $d);
  $c = $o->both();
  $d = array_reverse($a);
  echo 't7 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t8() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = [];
  $b = ['z' => []];
  $c = ['k' => 'text', 'z' => 'text', 'n' => ['n' => 1, 'm' => 6]];
  $d = ['k' => ['m' => 3, 'z' => 1, 'n' => 'text'], 'n' => [], 'z' => 3];
  byRef($b);
  $c = $d;
  $o->add('z', ['n' => ['n' => 4, 'm' => ['n' => 'text'], 'z' => 'text'], 'z' => ['m' => 2, 'z' => 8, 'k' => 5]]);
  $d['k'] = 90;
  echo 't8 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t9() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['m' => 'text', 'z' => 7];
  $b = ['n' => ['m' => [], 'k' => ['k' => 0, 'm' => 3], 'n' => []], 'k' => 1, 'z' => 'text'];
  $c = ['k' => []];
  $d = ['z' => 2, 'k' => 0, 'm' => 2];
  $t = $o->get(); if (!isset($t['z']) || is_array($t['z'])) { $o->deep('z', 'z', 5); }
  ksort($b);
  unset($c['k']);
  if (count($b) > 1) { $s->list = deepPlus($a); } else { $d[] = $b; }
  $d = $s->list;
  ksort($d);
  $o->set(same($c));
  $d['k'] = $b;
  $o->p['k'] = $s->list;
  $c = deepPlus($d);
  $c = array_map(function ($x) { if (is_array($x)) { $x['mapped'] = 1; } return $x; }, $b);
  echo 't9 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t10() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['n' => 1];
  $b = ['m' => ['k' => 'text', 'n' => 4], 'k' => 2];
  $c = ['m' => 7];
  $d = ['m' => ['k' => 1]];
  $b[] = plus($b);
  byRef($c);
  byRef($c);
  $f = function ($x) use ($d) { $x['c'] = count($d); return $x; }; $a = $f($a);
  if (!isset($d['n']) || is_array($d['n'])) { $d['n']['k'] = same($c); }
  unset($a['z']);
  $d['n'] = ($c['k'] ?? []);
  $d = count($b) > 1 ? $a : deepPlus($a);
  ksort($d);
  $d = first($b);
  $a = $d;
  $f = function ($x) use ($a) { $x['c'] = count($a); return $x; }; $a = $f($c);
  $d = $b;
  echo 't10 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t11() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['z' => ['m' => ['n' => 'text'], 'n' => 1, 'z' => 'text'], 'k' => ['z' => 4, 'n' => 8, 'm' => []]];
  $b = [];
  $c = [];
  $d = ['m' => 'text', 'k' => ['k' => ['m' => 8]]];
  foreach ($a as $k => $i) { if (is_array($i)) { $i['it'] = $k; $b = $i; } $d['n'] = deepPlus($a); }
  $c = ['n' => ['m' => ['m' => 'text'], 'n' => 7], 'k' => 4];
  $o->set(first($a));
  if (!isset($a['n']) || is_array($a['n'])) { $a['n']['m'] = 71; }
  $a['n'] = same($d);
  $d = $s->list;
  $d[] = [];
  ksort($d);
  echo 't11 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t12() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = [];
  $b = ['n' => 2];
  $c = [];
  $d = [];
  if (count($d) > 2) { $b['z'] = deepPlus($d); } else { $t = $o->get(); if (!isset($t['k']) || is_array($t['k'])) { $o->deep('k', 'z', 5); } }
  $o->set($s->list);
  $b = $b;
  $a[] = $b;
  [$b, $b] = [deepPlus($b), $a];
  if (!isset($c['z']) || is_array($c['z'])) { $c['z']['n'] = 88; }
  $b['n'] = first($c);
  $d = $s->list;
  $o->add('k', wrap($a));
  unset($b['k']);
  $o->p['m'] = 4;
  byRef($d);
  $c['m'] = 42;
  if (!isset($a['m']) || is_array($a['m'])) { $a['m']['k'] = 65; }
  echo 't12 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t13() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['n' => 2, 'z' => 'text'];
  $b = ['k' => 'text', 'n' => ['n' => 3, 'm' => 'text']];
  $c = ['k' => 6, 'm' => ['k' => 2, 'z' => 4, 'm' => []]];
  $d = ['z' => 8, 'k' => 6];
  $d = first($b);
  $o->set($a);
  $c = count($c) > 1 ? ($d['k'] ?? []) : $b;
  foreach ($c as $k => $i) { if (is_array($i)) { $i['it'] = $k; $b = $i; }  }
  $b = count($c) > 1 ? deepPlus($b) : same($c);
  $c = $s->list;
  $b = count($a) > 1 ? $b : $o->get();
  $a[] = $c;
  echo 't13 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t14() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['k' => 9];
  $b = ['n' => 0, 'k' => ['z' => 5, 'k' => ['n' => 'text'], 'n' => ['z' => 9]]];
  $c = ['m' => [], 'n' => 3, 'z' => 1];
  $d = ['n' => ['m' => 5, 'z' => 'text'], 'm' => 9];
  $b = array_map(function ($x) { if (is_array($x)) { $x['mapped'] = 1; } return $x; }, $c);
  $b = $c;
  $o->set($o->p);
  if (!isset($d['m']) || is_array($d['m'])) { $d['m']['n'] = $b; }
  $c[] = deepPlus($d);
  if (!isset($c['k']) || is_array($c['k'])) { $c['k']['z'] = 92; }
  if (!isset($d['z']) || is_array($d['z'])) { $d['z']['k'] = array_merge($c, $d); }
  $c = $c;
  $d = $c;
  ksort($d);
  $o->add('z', $o->p);
  foreach ($c as $k => $i) { if (is_array($i)) { $i['it'] = $k; $c = $i; }  }
  $o->set(array_merge($c, $a));
  echo 't14 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t15() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['m' => 5, 'z' => 4];
  $b = ['z' => ['z' => [], 'n' => 5], 'n' => 1, 'm' => 6];
  $c = ['k' => 3];
  $d = ['k' => ['m' => ['k' => 'text'], 'n' => 2, 'z' => 'text'], 'm' => 'text', 'z' => 'text'];
  $a = wrap($d);
  $a[] = array_reverse($a);
  $c = $c;
  $c = same($c);
  $b[] = $b;
  foreach ($b as $k => $i) { if (is_array($i)) { $i['it'] = $k; $b = $i; }  }
  $c['z'] = 25;
  $f = function ($x) use ($c) { $x['c'] = count($c); return $x; }; $a = $f($a);
  if (!isset($b['k']) || is_array($b['k'])) { $b['k']['z'] = $c; }
  echo 't15 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t16() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['n' => 4, 'z' => 4, 'm' => 3];
  $b = ['n' => 8, 'z' => 0, 'k' => 8];
  $c = [];
  $d = ['k' => 5, 'm' => 7, 'n' => 8];
  $f = function ($x) use ($a) { $x['c'] = count($a); return $x; }; $b = $f($c);
  $o->set(same($a));
  $a = count($a) > 1 ? [] : first($d);
  if (!isset($b['k']) || is_array($b['k'])) { $b['k']['z'] = $a; }
  $c = plus($d);
  byRef($b);
  $d['z'] = 41;
  $t = $o->get(); if (!isset($t['k']) || is_array($t['k'])) { $o->deep('k', 'n', $d); }
  $o->set($b);
  if (!isset($a['z']) || is_array($a['z'])) { $a['z']['k'] = 94; }
  $a = array_map(function ($x) { if (is_array($x)) { $x['mapped'] = 1; } return $x; }, $c);
  ksort($b);
  $o->add('z', ['z' => 9]);
  $a = same($b);
  echo 't16 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t17() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = [];
  $b = ['k' => 'text', 'n' => 0];
  $c = ['z' => 8, 'n' => 2, 'm' => 0];
  $d = [];
  $d['m'] = 47;
  $d = array_map(function ($x) { if (is_array($x)) { $x['mapped'] = 1; } return $x; }, $a);
  $d = same($d);
  $a = $o->p;
  if (!isset($b['z']) || is_array($b['z'])) { $b['z']['z'] = 65; }
  $d = plus($a);
  $d = $o->get();
  $b = $a;
  $a = $o->p;
  $a = $o->both();
  $b = $c;
  $t = $o->get(); if (!isset($t['n']) || is_array($t['n'])) { $o->deep('n', 'm', deepPlus($c)); }
  $b = count($a) > 1 ? $a : $o->p;
  echo 't17 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t18() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['z' => 5];
  $b = ['m' => ['z' => 3]];
  $c = ['n' => 3];
  $d = [];
  $c['m'] = $o->p;
  if (count($c) > 2) { $b = $b; } else { $b = $c; }
  if (!isset($a['n']) || is_array($a['n'])) { $a['n']['m'] = 63; }
  $c = deepPlus($b);
  $d['n'] = $o->p;
  echo 't18 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t19() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['m' => ['z' => ['z' => 7, 'm' => 'text']], 'k' => ['z' => 6, 'k' => 5]];
  $b = ['n' => 2, 'z' => ['n' => 'text', 'm' => 4]];
  $c = ['m' => 9];
  $d = [];
  $d['z'] = $d;
  $s->list = $b;
  $s->list = $c;
  $c = plus($a);
  if (count($b) > 1) { $s->list = array_filter($b); } else { $a[] = array_reverse($a); }
  $c['z'] = 99;
  $s->list = array_reverse($d);
  $b['z'] = ($c['k'] ?? []);
  if (!isset($d['n']) || is_array($d['n'])) { $d['n']['m'] = 94; }
  $o->add('m', plus($b));
  $d = $a;
  if (!isset($c['m']) || is_array($c['m'])) { $c['m']['k'] = 99; }
  echo 't19 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t20() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['n' => 8];
  $b = ['n' => 'text', 'z' => ['k' => ['m' => 'text'], 'n' => 6]];
  $c = ['n' => ['n' => ['z' => 9, 'n' => 2], 'm' => 9, 'k' => 'text'], 'k' => ['m' => 6], 'm' => 8];
  $d = [];
  $o->add('m', same($d));
  $b = wrap($c);
  foreach ($b as $k => $i) { if (is_array($i)) { $i['it'] = $k; $b = $i; }  }
  if (!isset($c['n']) || is_array($c['n'])) { $c['n']['m'] = same($a); }
  $d = array_map(function ($x) { if (is_array($x)) { $x['mapped'] = 1; } return $x; }, $a);
  $c = array_merge($a, $b);
  echo 't20 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t21() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['m' => 5, 'n' => ['n' => 0, 'k' => ['z' => 8, 'm' => 0, 'n' => 5]]];
  $b = ['k' => 'text'];
  $c = [];
  $d = ['z' => 2];
  $a = count($d) > 1 ? same($b) : plus($d);
  $a[] = same($c);
  $s->list['m'] = 6;
  $a['n'] = array_reverse($c);
  $d['n'] = $b;
  if (!isset($c['n']) || is_array($c['n'])) { $c['n']['m'] = array_filter($d); }
  $s->list['n'] = $c;
  echo 't21 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t22() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['k' => [], 'n' => []];
  $b = ['k' => ['m' => ['k' => 0, 'm' => 'text']]];
  $c = [];
  $d = ['k' => 2];
  $c = wrap($d);
  $d = $c;
  $d = deepPlus($a);
  $a = first($c);
  if (!isset($a['n']) || is_array($a['n'])) { $a['n']['m'] = 57; }
  $c = $c;
  $c = $a;
  $c = $b;
  $c = $c;
  unset($a['k']);
  if (!isset($a['n']) || is_array($a['n'])) { $a['n']['m'] = same($d); }
  echo 't22 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t23() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['z' => ['z' => ['m' => 'text']]];
  $b = ['n' => 0, 'm' => 9];
  $c = [];
  $d = ['m' => 9];
  $d = count($a) > 1 ? deepPlus($b) : first($a);
  if (!isset($c['m']) || is_array($c['m'])) { $c['m']['m'] = 94; }
  $c['z'] = ['z' => [], 'k' => 5, 'm' => 1];
  [$a, $c] = [same($b), $c];
  $b['n'] = $b;
  $a = same($c);
  $s->list['z'] = 6;
  echo 't23 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t24() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['k' => 4, 'z' => 7, 'm' => 1];
  $b = ['z' => ['m' => ['z' => 'text']]];
  $c = ['n' => 'text', 'm' => 2];
  $d = ['k' => ['m' => 2, 'n' => 4], 'z' => 5, 'm' => ['k' => ['z' => 'text', 'k' => 'text'], 'm' => 6, 'z' => 6]];
  $d['k'] = 39;
  $d['z'] = array_reverse($c);
  $c = array_map(function ($x) { if (is_array($x)) { $x['mapped'] = 1; } return $x; }, $b);
  unset($d['z']);
  $a = $a;
  $o->p['n'] = 4;
  if (count($b) > 2) { $s->list = $b; } else { $c = array_reverse($c); }
  $o->set($c);
  $o->set(['k' => 0, 'n' => 2, 'm' => 'text']);
  echo 't24 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t25() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = [];
  $b = [];
  $c = ['z' => 8, 'n' => 4];
  $d = ['k' => 0, 'z' => ['m' => 'text', 'n' => ['m' => 4, 'n' => 'text', 'z' => 'text'], 'k' => ['m' => 2]], 'n' => 0];
  $a = array_map(function ($x) { if (is_array($x)) { $x['mapped'] = 1; } return $x; }, $b);
  if (!isset($b['z']) || is_array($b['z'])) { $b['z']['n'] = array_merge($b, $b); }
  ksort($c);
  $s->list['m'] = 6;
  if (count($c) > 2) { $d[] = first($c); } else { $a['z'] = []; }
  foreach ($c as $k => $i) { if (is_array($i)) { $i['it'] = $k; $a = $i; } $d = count($b) > 1 ? $s->list : wrap($a); }
  $a = array_merge($d, $b);
  if (!isset($c['k']) || is_array($c['k'])) { $c['k']['m'] = 80; }
  $o->add('k', $o->p);
  foreach ($d as $k => $i) { if (is_array($i)) { $i['it'] = $k; $c = $i; }  }
  echo 't25 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t26() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = [];
  $b = ['n' => ['n' => 0, 'm' => 8]];
  $c = ['k' => 6, 'm' => 'text', 'n' => ['k' => ['k' => 'text', 'm' => 9], 'n' => 'text']];
  $d = ['z' => ['k' => ['k' => 6], 'n' => ['n' => 4, 'k' => 6, 'm' => 'text'], 'm' => ['m' => 9]], 'm' => 4];
  if (count($c) > 0) { if (!isset($d['n']) || is_array($d['n'])) { $d['n']['k'] = $b; } } else { $d = $o->p; }
  if (!isset($d['m']) || is_array($d['m'])) { $d['m']['k'] = 15; }
  if (count($b) > 2) { $d = $a; } else { unset($c['k']); }
  $a['m'] = wrap($b);
  if (!isset($c['z']) || is_array($c['z'])) { $c['z']['n'] = 63; }
  $a = count($b) > 1 ? $d : $d;
  foreach ($d as $k => $i) { if (is_array($i)) { $i['it'] = $k; $d = $i; } $b = []; }
  $c = count($b) > 1 ? first($b) : deepPlus($d);
  if (!isset($d['k']) || is_array($d['k'])) { $d['k']['k'] = 35; }
  $b = $d;
  $d = same($b);
  $a[] = $b;
  $c = $c;
  $a['m'] = 20;
  echo 't26 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t27() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['z' => ['z' => ['k' => 6], 'm' => 4], 'm' => 5];
  $b = ['z' => [], 'm' => 3];
  $c = ['k' => 3];
  $d = ['k' => 6, 'z' => [], 'n' => 'text'];
  ksort($c);
  $a[] = array_merge($c, $a);
  $b = deepPlus($a);
  $a[] = same($d);
  $o->set(wrap($c));
  if (!isset($d['z']) || is_array($d['z'])) { $d['z']['k'] = 74; }
  $c = array_reverse($c);
  foreach ($c as $k => $i) { if (is_array($i)) { $i['it'] = $k; $d = $i; } $d['n'] = $o->get(); }
  echo 't27 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t28() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = [];
  $b = ['n' => 8, 'k' => ['m' => 7, 'k' => 'text', 'z' => 5]];
  $c = ['z' => 7];
  $d = ['n' => 3, 'z' => 'text'];
  $c['z'] = 17;
  if (!isset($c['n']) || is_array($c['n'])) { $c['n']['m'] = same($b); }
  if (!isset($b['k']) || is_array($b['k'])) { $b['k']['m'] = 18; }
  $s->list['n'] = 6;
  if (!isset($d['z']) || is_array($d['z'])) { $d['z']['k'] = first($a); }
  $a = $d;
  if (!isset($c['z']) || is_array($c['z'])) { $c['z']['k'] = $o->get(); }
  $a['n'] = $b;
  $b['z'] = same($b);
  $b = ($d['k'] ?? []);
  foreach ($b as $k => $i) { if (is_array($i)) { $i['it'] = $k; $c = $i; }  }
  echo 't28 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t29() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['m' => ['m' => ['k' => 9, 'z' => 7], 'z' => 6, 'n' => 2]];
  $b = ['z' => 'text'];
  $c = ['m' => 2, 'n' => [], 'k' => ['n' => 8]];
  $d = ['m' => ['n' => 2, 'k' => ['m' => 6, 'k' => 'text']]];
  if (!isset($c['m']) || is_array($c['m'])) { $c['m']['n'] = wrap($d); }
  if (!isset($c['z']) || is_array($c['z'])) { $c['z']['n'] = $d; }
  $o->add('n', first($c));
  $d[] = $o->p;
  $s->list = $b;
  if (!isset($b['m']) || is_array($b['m'])) { $b['m']['m'] = 33; }
  $c = $d;
  $d = $d;
  byRef($b);
  echo 't29 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t30() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['z' => 3, 'k' => ['m' => ['k' => 7], 'z' => 0, 'n' => 8], 'n' => ['z' => 'text', 'n' => 'text']];
  $b = ['k' => 'text', 'n' => 'text', 'm' => 8];
  $c = ['m' => 'text'];
  $d = ['k' => 2, 'm' => 8, 'z' => 3];
  $o->p['n'] = $c;
  $c = array_merge($b, $a);
  $d = $a;
  if (!isset($b['m']) || is_array($b['m'])) { $b['m']['m'] = $o->get(); }
  $b = $o->get();
  if (count($a) > 0) { $s->list['n'] = deepPlus($c); } else { $f = function ($x) use ($c) { $x['c'] = count($c); return $x; }; $b = $f($b); }
  $d['n'] = 82;
  echo 't30 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t31() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['k' => 9, 'z' => 1, 'm' => ['z' => [], 'm' => ['m' => 6, 'n' => 9, 'z' => 6], 'n' => 8]];
  $b = [];
  $c = ['m' => 2, 'n' => ['m' => ['n' => 1, 'z' => 'text'], 'n' => 7, 'k' => 4], 'k' => ['n' => ['k' => 8], 'm' => 3, 'z' => ['n' => 7, 'k' => 2]]];
  $d = [];
  $o->add('k', wrap($c));
  $d = array_map(function ($x) { if (is_array($x)) { $x['mapped'] = 1; } return $x; }, $d);
  foreach ($d as $k => $i) { if (is_array($i)) { $i['it'] = $k; $c = $i; }  }
  $o->set($c);
  $a = array_reverse($c);
  [$b, $d] = [$s->list, ($c['k'] ?? [])];
  echo 't31 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t32() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['z' => 5];
  $b = [];
  $c = ['n' => 'text', 'm' => ['n' => 6, 'k' => 'text', 'z' => []]];
  $d = ['k' => 3, 'n' => 8, 'z' => 'text'];
  $b = $s->list;
  $b = array_merge($d, $a);
  if (!isset($b['k']) || is_array($b['k'])) { $b['k']['n'] = 95; }
  $c = first($b);
  $o->set(array_reverse($c));
  $c = $a;
  $o->add('n', array_merge($d, $c));
  $a['n'] = $d;
  $c['n'] = $s->list;
  byRef($a);
  [$b, $c] = [array_reverse($b), same($b)];
  echo 't32 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t33() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['k' => [], 'z' => ['z' => 5, 'n' => ['k' => 6, 'n' => 9, 'm' => 'text']]];
  $b = [];
  $c = ['m' => 8, 'n' => 7];
  $d = [];
  $d = $a;
  $c = count($b) > 1 ? $c : first($d);
  [$b, $a] = [same($a), $b];
  $s->list['k'] = 6;
  if (!isset($b['k']) || is_array($b['k'])) { $b['k']['k'] = $o->p; }
  $d = count($b) > 1 ? first($b) : $c;
  echo 't33 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t34() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['z' => 'text', 'n' => 'text'];
  $b = [];
  $c = ['n' => 5, 'm' => 2];
  $d = ['k' => 1, 'n' => ['k' => 7, 'z' => []], 'z' => []];
  foreach ($a as $k => $i) { if (is_array($i)) { $i['it'] = $k; $d = $i; }  }
  byRef($d);
  if (!isset($b['n']) || is_array($b['n'])) { $b['n']['k'] = $a; }
  $a = $b;
  $c = $c;
  $b['m'] = deepPlus($b);
  foreach ($b as $k => $i) { if (is_array($i)) { $i['it'] = $k; $c = $i; } $d = count($a) > 1 ? $o->get() : $a; }
  $d = array_map(function ($x) { if (is_array($x)) { $x['mapped'] = 1; } return $x; }, $b);
  echo 't34 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t35() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = [];
  $b = ['m' => 0];
  $c = ['m' => 1, 'z' => 1];
  $d = ['k' => ['z' => ['k' => 0, 'n' => 'text', 'm' => 9], 'n' => 2], 'm' => 8, 'n' => 6];
  foreach ($a as $k => $i) { if (is_array($i)) { $i['it'] = $k; $d = $i; }  }
  $c = $c;
  $o->add('n', $a);
  $o->add('n', array_merge($d, $a));
  foreach ($a as $k => $i) { if (is_array($i)) { $i['it'] = $k; $d = $i; }  }
  ksort($a);
  $s->list['k'] = ['k' => ['m' => ['n' => 'text', 'm' => 'text', 'k' => 5]]];
  if (!isset($a['k']) || is_array($a['k'])) { $a['k']['z'] = 98; }
  echo 't35 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t36() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = [];
  $b = ['n' => 2, 'z' => ['z' => ['z' => 'text']]];
  $c = ['m' => 'text', 'n' => 'text'];
  $d = [];
  $c = count($c) > 1 ? $o->get() : ['z' => 6, 'n' => 'text'];
  $c[] = $d;
  $a['m'] = 56;
  $d = ['k' => 8, 'n' => ['n' => 8]];
  $d = $c;
  $a['k'] = $s->list;
  if (!isset($c['n']) || is_array($c['n'])) { $c['n']['n'] = $o->get(); }
  $b = array_map(function ($x) { if (is_array($x)) { $x['mapped'] = 1; } return $x; }, $d);
  $b = $o->get();
  if (!isset($a['m']) || is_array($a['m'])) { $a['m']['n'] = 5; }
  echo 't36 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t37() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['n' => ['z' => []], 'm' => 5, 'k' => []];
  $b = [];
  $c = ['n' => 9, 'm' => 'text', 'z' => ['n' => 1]];
  $d = ['n' => ['z' => 4, 'm' => []], 'm' => 7];
  ksort($c);
  $f = function ($x) use ($d) { $x['c'] = count($d); return $x; }; $a = $f($c);
  $b['n'] = $c;
  foreach ($c as $k => $i) { if (is_array($i)) { $i['it'] = $k; $a = $i; }  }
  $b = count($a) > 1 ? $d : same($c);
  $b = $s->list;
  $s->list = ['n' => 7, 'z' => 'text'];
  $c = $s->list;
  $b[] = $c;
  $c = $o->get();
  echo 't37 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t38() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['k' => 5];
  $b = ['z' => 6, 'k' => 0];
  $c = ['n' => ['k' => 'text']];
  $d = ['m' => ['z' => 1, 'n' => 9], 'z' => ['n' => ['z' => 'text'], 'm' => 8], 'n' => ['m' => ['z' => 'text', 'm' => 8], 'k' => 'text', 'z' => []]];
  if (!isset($b['n']) || is_array($b['n'])) { $b['n']['m'] = array_merge($c, $c); }
  $d = ['k' => ['n' => ['k' => 'text'], 'z' => 3]];
  foreach ($a as $k => $i) { if (is_array($i)) { $i['it'] = $k; $a = $i; } $s->list = $s->list; }
  $c['k'] = 28;
  if (!isset($b['n']) || is_array($b['n'])) { $b['n']['m'] = same($c); }
  $a['m'] = $a;
  $o->set(array_merge($a, $b));
  ksort($c);
  unset($b['m']);
  $a['m'] = $a;
  $c = array_map(function ($x) { if (is_array($x)) { $x['mapped'] = 1; } return $x; }, $d);
  echo 't38 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t39() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = [];
  $b = ['k' => 'text'];
  $c = ['m' => 8, 'n' => ['n' => 0], 'k' => ['m' => 4, 'k' => 5]];
  $d = ['k' => 5, 'z' => 6, 'm' => 4];
  $c['z'] = 78;
  $d = array_map(function ($x) { if (is_array($x)) { $x['mapped'] = 1; } return $x; }, $a);
  $t = $o->get(); if (!isset($t['m']) || is_array($t['m'])) { $o->deep('m', 'k', plus($a)); }
  $o->set($o->p);
  $b['m'] = array_reverse($a);
  if (!isset($b['k']) || is_array($b['k'])) { $b['k']['m'] = 18; }
  if (!isset($a['n']) || is_array($a['n'])) { $a['n']['n'] = 10; }
  unset($d['n']);
  unset($c['m']);
  $a['n'] = 31;
  if (count($a) > 2) { $d = $b; } else { $d[] = array_merge($c, $b); }
  $c = $b;
  echo 't39 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
try { t0(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t1(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t2(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t3(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t4(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t5(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t6(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t7(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t8(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t9(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t10(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t11(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t12(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t13(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t14(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t15(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t16(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t17(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t18(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t19(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t20(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t21(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t22(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t23(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t24(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t25(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t26(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t27(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t28(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t29(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t30(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t31(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t32(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t33(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t34(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t35(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t36(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t37(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t38(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
try { t39(); } catch (Throwable $e) { echo get_class($e), $e->getMessage(), "\n"; }
