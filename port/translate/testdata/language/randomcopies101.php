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
  $a = ['m' => 'text'];
  $b = ['z' => 7];
  $c = ['m' => 1];
  $d = ['z' => ['z' => 3, 'n' => 6], 'k' => 'text'];
  $c[] = $c;
  byRef($c);
  if (!isset($d['z']) || is_array($d['z'])) { $d['z']['n'] = 0; }
  $a['m'] = 47;
  $t = $o->get(); if (!isset($t['z']) || is_array($t['z'])) { $o->deep('z', 'k', same($c)); }
  echo 't0 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t1() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['n' => 5];
  $b = ['z' => 2, 'n' => 0, 'm' => 1];
  $c = [];
  $d = ['n' => 9, 'k' => 7];
  $b = array_reverse($b);
  $o->p['n'] = $o->both();
  $b = array_merge($c, $d);
  $c = same($b);
  $c['k'] = $b;
  $o->add('m', $c);
  byRef($b);
  $d = $s->list;
  $a[] = $o->p;
  $c['n'] = 42;
  if (!isset($c['n']) || is_array($c['n'])) { $c['n']['n'] = wrap($b); }
  $a['z'] = ['k' => 3, 'z' => 5];
  $c[] = ['m' => 3, 'k' => 'text'];
  $a['z'] = 94;
  echo 't1 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t2() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['k' => 7];
  $b = [];
  $c = [];
  $d = ['n' => 2, 'm' => 'text', 'z' => 0];
  unset($c['k']);
  unset($d['m']);
  $o->add('k', $d);
  $a = $b;
  echo 't2 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t3() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = [];
  $b = ['z' => 2];
  $c = ['n' => ['z' => []]];
  $d = ['z' => 2, 'm' => []];
  $s->list = first($a);
  [$d, $b] = [first($a), $a];
  [$c, $c] = [$d, wrap($d)];
  $c = first($b);
  $b['n'] = 19;
  $o->set($c);
  foreach ($b as $k => $i) { if (is_array($i)) { $i['it'] = $k; $c = $i; }  }
  $c['k'] = 48;
  $s->list = $o->both();
  if (count($a) > 1) { byRef($a); } else { $a = []; }
  if (count($d) > 0) { if (!isset($b['k']) || is_array($b['k'])) { $b['k']['n'] = $d; } } else { $d[] = $b; }
  echo 't3 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t4() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['n' => 8, 'k' => 4];
  $b = ['n' => 8];
  $c = [];
  $d = [];
  $a = $o->get();
  $o->set(same($c));
  $s->list['z'] = ['z' => 6, 'k' => ['k' => 7, 'm' => ['n' => 8, 'k' => 8], 'n' => 6], 'n' => 2];
  if (!isset($a['k']) || is_array($a['k'])) { $a['k']['z'] = $b; }
  $t = $o->get(); if (!isset($t['m']) || is_array($t['m'])) { $o->deep('m', 'z', plus($a)); }
  $b = $s->list;
  $b = same($c);
  $b = $d;
  $o->set($c);
  $a = $c;
  $a = $c;
  $c = $b;
  echo 't4 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t5() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['z' => ['m' => 'text', 'n' => ['m' => 6, 'z' => 2]], 'm' => 2, 'k' => 0];
  $b = ['k' => 2, 'm' => ['n' => [], 'm' => 'text', 'k' => 6], 'z' => 0];
  $c = ['z' => ['k' => 2, 'm' => ['k' => 6, 'n' => 'text'], 'z' => 3], 'm' => 8];
  $d = ['z' => ['n' => ['m' => 5, 'k' => 0, 'z' => 5], 'm' => 'text', 'k' => 5], 'k' => ['k' => ['n' => 'text', 'z' => 'text', 'k' => 3], 'n' => 2], 'n' => 4];
  foreach ($a as $k => $i) { if (is_array($i)) { $i['it'] = $k; $b = $i; } $s->list = array_filter($d); }
  byRef($c);
  if (!isset($c['z']) || is_array($c['z'])) { $c['z']['n'] = wrap($b); }
  $c = $o->both();
  $c = $o->p;
  $c = $c;
  $a = $o->get();
  $a['k'] = 10;
  echo 't5 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t6() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['n' => 1, 'm' => 4, 'z' => ['k' => ['n' => 'text'], 'z' => ['m' => 'text'], 'n' => 'text']];
  $b = ['k' => ['k' => 9], 'n' => 4, 'z' => ['m' => 0]];
  $c = ['k' => 'text', 'm' => 0, 'n' => 3];
  $d = ['z' => 'text'];
  $b = ['k' => 6, 'n' => ['z' => 8, 'm' => 'text', 'n' => []]];
  byRef($b);
  $b = array_map(function ($x) { if (is_array($x)) { $x['mapped'] = 1; } return $x; }, $a);
  $o->add('k', $b);
  if (!isset($d['k']) || is_array($d['k'])) { $d['k']['k'] = $b; }
  $o->set(plus($a));
  $c = array_map(function ($x) { if (is_array($x)) { $x['mapped'] = 1; } return $x; }, $a);
  $c['z'] = $d;
  if (count($a) > 2) { $b = $o->both(); } else { $o->p['n'] = array_reverse($c); }
  $s->list['k'] = 6;
  echo 't6 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t7() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['m' => ['m' => 9], 'k' => 3, 'z' => ['z' => 6]];
  $b = ['k' => 3, 'm' => []];
  $c = ['n' => 'text'];
  $d = ['k' => 5, 'z' => ['z' => ['k' => 'text', 'm' => 'text'], 'n' => 'text', 'm' => 9]];
  $o->set($o->both());
  ksort($c);
  $a['k'] = 27;
  [$b, $d] = [$c, $d];
  $c = $a;
  $o->add('m', first($a));
  $d = $a;
  if (!isset($c['n']) || is_array($c['n'])) { $c['n']['k'] = 80; }
  $c = plus($d);
  $s->list['m'] = 6;
  ksort($a);
  $c['n'] = 3;
  echo 't7 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t8() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['n' => ['z' => 9, 'm' => 4], 'm' => ['n' => 1, 'z' => 7, 'm' => ['m' => 3, 'n' => 7]]];
  $b = ['m' => 'text', 'z' => 7];
  $c = [];
  $d = ['n' => 6, 'm' => ['n' => 'text']];
  $o->set($o->get());
  $s->list = $o->get();
  if (!isset($a['k']) || is_array($a['k'])) { $a['k']['k'] = array_reverse($b); }
  if (!isset($b['k']) || is_array($b['k'])) { $b['k']['k'] = $o->get(); }
  $c['n'] = $c;
  $a = same($a);
  if (count($d) > 1) { unset($b['k']); } else { foreach ($b as $k => $i) { if (is_array($i)) { $i['it'] = $k; $a = $i; }  } }
  $o->add('m', plus($b));
  if (count($c) > 1) { $s->list['z'] = 6; } else { $b = array_map(function ($x) { if (is_array($x)) { $x['mapped'] = 1; } return $x; }, $d); }
  $c[] = ['z' => 4, 'm' => ['m' => 8, 'n' => 'text', 'k' => 'text']];
  if (!isset($a['n']) || is_array($a['n'])) { $a['n']['k'] = 96; }
  echo 't8 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t9() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['n' => 0, 'k' => []];
  $b = ['z' => 7, 'k' => 9];
  $c = ['k' => 8];
  $d = ['n' => 3, 'm' => 2];
  $c = $o->both();
  $o->set([]);
  $c = wrap($b);
  $b['n'] = 61;
  foreach ($d as $k => $i) { if (is_array($i)) { $i['it'] = $k; $d = $i; } if (count($d) > 2) { $a = $b; } else { $c[] = array_reverse($b); } }
  $s->list = $d;
  echo 't9 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t10() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['k' => 0, 'm' => 1];
  $b = ['n' => 6];
  $c = [];
  $d = ['k' => 1];
  $d = $a;
  $c = $o->get();
  $b = $o->get();
  $a = plus($b);
  foreach ($a as $k => $i) { if (is_array($i)) { $i['it'] = $k; $b = $i; } if (!isset($a['z']) || is_array($a['z'])) { $a['z']['k'] = 1; } }
  $b['z'] = plus($a);
  byRef($b);
  $s->list['k'] = 6;
  $d['m'] = 48;
  echo 't10 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t11() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['k' => 8, 'z' => 'text'];
  $b = ['m' => ['m' => 2, 'z' => ['n' => 'text', 'z' => 'text', 'm' => 'text']]];
  $c = [];
  $d = [];
  $c = $a;
  $a = wrap($d);
  $t = $o->get(); if (!isset($t['n']) || is_array($t['n'])) { $o->deep('n', 'z', $o->get()); }
  $b['k'] = first($d);
  echo 't11 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t12() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = [];
  $b = [];
  $c = ['m' => 8];
  $d = ['n' => 2, 'k' => 5];
  $o->set(plus($d));
  $o->set($c);
  $a = $o->p;
  $c['n'] = ['m' => 3, 'z' => 3];
  foreach ($d as $k => $i) { if (is_array($i)) { $i['it'] = $k; $a = $i; } $b['m'] = 47; }
  $c = first($d);
  unset($a['m']);
  $b = same($a);
  $d = first($a);
  if (!isset($c['n']) || is_array($c['n'])) { $c['n']['n'] = 10; }
  $o->add('n', $c);
  $o->p['z'] = first($d);
  $d = first($b);
  $o->add('k', $d);
  echo 't12 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t13() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['k' => 6, 'n' => ['k' => 'text', 'z' => ['z' => 8], 'n' => 6]];
  $b = ['m' => 8, 'z' => []];
  $c = ['k' => 4, 'z' => ['n' => 9, 'm' => []]];
  $d = ['n' => 4, 'm' => 1, 'z' => []];
  $a = plus($d);
  ksort($a);
  foreach ($d as $k => $i) { if (is_array($i)) { $i['it'] = $k; $a = $i; }  }
  $b['z'] = $a;
  $b['z'] = $o->p;
  $c = count($b) > 1 ? $b : array_filter($c);
  $f = function ($x) use ($a) { $x['c'] = count($a); return $x; }; $b = $f($a);
  if (!isset($d['n']) || is_array($d['n'])) { $d['n']['m'] = $b; }
  foreach ($c as $k => $i) { if (is_array($i)) { $i['it'] = $k; $d = $i; } $c['n'] = 50; }
  echo 't13 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t14() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = [];
  $b = ['z' => 1, 'm' => 5, 'n' => 7];
  $c = ['z' => 'text', 'n' => []];
  $d = [];
  $a['n'] = $o->get();
  unset($b['m']);
  unset($a['n']);
  $b['n'] = 29;
  $c['k'] = 88;
  foreach ($a as $k => $i) { if (is_array($i)) { $i['it'] = $k; $b = $i; }  }
  if (count($a) > 1) { $o->add('m', $a); } else { $b[] = same($a); }
  $d['z'] = $c;
  if (!isset($d['k']) || is_array($d['k'])) { $d['k']['n'] = 24; }
  [$c, $c] = [$c, $d];
  echo 't14 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t15() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['k' => 'text'];
  $b = ['m' => []];
  $c = ['k' => 8, 'z' => ['z' => 6]];
  $d = [];
  if (!isset($d['n']) || is_array($d['n'])) { $d['n']['z'] = 63; }
  $d['n'] = $c;
  $b[] = $b;
  unset($a['k']);
  $c = same($d);
  $a = $d;
  echo 't15 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t16() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['z' => ['z' => ['z' => 'text', 'n' => 'text', 'm' => 7], 'n' => 8], 'n' => 5];
  $b = [];
  $c = ['z' => [], 'm' => ['k' => [], 'z' => 5]];
  $d = ['n' => ['z' => ['n' => 'text'], 'm' => 4], 'k' => ['z' => ['k' => 'text', 'z' => 'text', 'm' => 'text'], 'n' => ['z' => 'text'], 'm' => 4]];
  $d[] = array_merge($a, $d);
  $o->set(first($c));
  if (!isset($d['z']) || is_array($d['z'])) { $d['z']['k'] = $a; }
  $o->add('n', same($b));
  echo 't16 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t17() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['n' => ['n' => 7], 'k' => ['n' => ['n' => 7]]];
  $b = ['m' => 0, 'n' => 2, 'z' => 8];
  $c = ['z' => [], 'n' => 0, 'm' => 'text'];
  $d = ['m' => 2, 'n' => 6, 'k' => 8];
  $o->p['n'] = 4;
  $b = same($d);
  unset($c['m']);
  if (!isset($b['n']) || is_array($b['n'])) { $b['n']['n'] = 55; }
  $d = $d;
  byRef($b);
  if (!isset($b['k']) || is_array($b['k'])) { $b['k']['m'] = deepPlus($c); }
  $c = $c;
  $o->add('m', $a);
  byRef($c);
  echo 't17 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t18() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = [];
  $b = ['n' => [], 'k' => 4, 'm' => 9];
  $c = [];
  $d = ['z' => []];
  byRef($b);
  ksort($b);
  byRef($d);
  $b = array_merge($d, $b);
  echo 't18 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t19() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['z' => 'text', 'k' => ['k' => ['k' => 'text'], 'z' => 5, 'n' => ['z' => 0, 'n' => 'text']], 'n' => 3];
  $b = [];
  $c = ['n' => 6];
  $d = ['z' => [], 'k' => [], 'm' => 5];
  foreach ($c as $k => $i) { if (is_array($i)) { $i['it'] = $k; $d = $i; }  }
  foreach ($a as $k => $i) { if (is_array($i)) { $i['it'] = $k; $d = $i; } $d[] = $o->get(); }
  $a = same($d);
  if (!isset($d['m']) || is_array($d['m'])) { $d['m']['k'] = 55; }
  if (!isset($a['m']) || is_array($a['m'])) { $a['m']['z'] = $b; }
  if (!isset($c['k']) || is_array($c['k'])) { $c['k']['m'] = $o->p; }
  [$d, $c] = [wrap($c), same($a)];
  $a = $o->both();
  $d = plus($d);
  $c = array_map(function ($x) { if (is_array($x)) { $x['mapped'] = 1; } return $x; }, $a);
  $d['n'] = 77;
  foreach ($b as $k => $i) { if (is_array($i)) { $i['it'] = $k; $d = $i; } $o->p['m'] = 4; }
  [$b, $d] = [same($a), same($a)];
  $f = function ($x) use ($b) { $x['c'] = count($b); return $x; }; $b = $f($c);
  echo 't19 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t20() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['k' => [], 'n' => 0];
  $b = ['z' => 6];
  $c = ['m' => 4, 'n' => 9, 'z' => 'text'];
  $d = ['k' => ['m' => ['z' => 'text'], 'k' => 'text', 'n' => 6], 'n' => 'text', 'z' => 9];
  unset($b['m']);
  $c = ['z' => 'text', 'm' => ['n' => 'text', 'm' => [], 'z' => []]];
  $d = $a;
  unset($d['z']);
  if (!isset($d['n']) || is_array($d['n'])) { $d['n']['z'] = $c; }
  $a = first($d);
  echo 't20 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t21() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['n' => [], 'k' => ['k' => 5, 'z' => 6, 'm' => 6], 'z' => ['k' => 7, 'z' => 6, 'm' => ['z' => 'text', 'm' => 2]]];
  $b = ['z' => []];
  $c = ['z' => 4, 'k' => 2];
  $d = ['n' => 3, 'k' => ['k' => ['k' => 'text', 'z' => 'text', 'n' => 5]]];
  $c = count($c) > 1 ? $o->p : wrap($c);
  if (!isset($d['m']) || is_array($d['m'])) { $d['m']['z'] = $o->get(); }
  $t = $o->get(); if (!isset($t['k']) || is_array($t['k'])) { $o->deep('k', 'z', 5); }
  if (count($d) > 2) { $t = $o->get(); if (!isset($t['z']) || is_array($t['z'])) { $o->deep('z', 'z', plus($b)); } } else { $a = deepPlus($c); }
  echo 't21 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t22() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = [];
  $b = [];
  $c = [];
  $d = [];
  if (!isset($a['m']) || is_array($a['m'])) { $a['m']['n'] = 30; }
  if (!isset($c['m']) || is_array($c['m'])) { $c['m']['k'] = 90; }
  $d[] = same($c);
  $c = $a;
  $a['n'] = $a;
  $o->set(deepPlus($a));
  $c = $o->get();
  $a = array_filter($b);
  $o->p['m'] = 4;
  $s->list['k'] = $d;
  $b = $a;
  $a = count($b) > 1 ? $o->get() : deepPlus($c);
  $o->p['m'] = 4;
  echo 't22 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t23() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['n' => ['n' => ['n' => 5, 'k' => 5], 'k' => ['z' => 'text']]];
  $b = [];
  $c = ['z' => ['k' => 9]];
  $d = [];
  $c = $a;
  $a = array_filter($a);
  unset($a['m']);
  $a = wrap($b);
  if (!isset($a['k']) || is_array($a['k'])) { $a['k']['m'] = $d; }
  $d['n'] = array_reverse($d);
  $o->set(array_filter($b));
  $c = same($c);
  $b = $o->both();
  unset($a['k']);
  $d = count($c) > 1 ? deepPlus($b) : $o->get();
  echo 't23 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t24() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['k' => [], 'z' => ['n' => 'text', 'k' => ['m' => 5]]];
  $b = [];
  $c = ['z' => ['n' => ['k' => 'text', 'n' => 4, 'm' => 6], 'k' => 1, 'm' => 3]];
  $d = ['m' => 2, 'k' => 9];
  $c = ['n' => 7];
  if (!isset($c['m']) || is_array($c['m'])) { $c['m']['n'] = same($a); }
  if (!isset($b['z']) || is_array($b['z'])) { $b['z']['n'] = 94; }
  $o->add('n', plus($b));
  $b = first($c);
  $a = same($d);
  $a[] = ['n' => 6];
  $d = $a;
  $c = $o->get();
  foreach ($b as $k => $i) { if (is_array($i)) { $i['it'] = $k; $b = $i; }  }
  $d = ['k' => 4, 'n' => 0];
  $d['m'] = same($d);
  $c['z'] = 78;
  echo 't24 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t25() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['z' => ['m' => 0, 'n' => ['n' => 'text', 'z' => 'text'], 'k' => ['n' => 2, 'z' => 9, 'k' => 'text']], 'm' => 'text'];
  $b = [];
  $c = ['m' => 1];
  $d = ['z' => 8, 'k' => ['n' => 1, 'k' => 9], 'n' => 2];
  foreach ($d as $k => $i) { if (is_array($i)) { $i['it'] = $k; $d = $i; } if (count($a) > 2) { $d['m'] = $c; } else { $c[] = first($d); } }
  if (!isset($b['n']) || is_array($b['n'])) { $b['n']['n'] = 32; }
  byRef($b);
  $o->add('z', first($b));
  $c = $c;
  $a = $a;
  unset($b['m']);
  $o->p['z'] = plus($d);
  echo 't25 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t26() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['k' => ['n' => ['z' => 9, 'm' => 'text'], 'k' => 6, 'z' => 3]];
  $b = ['m' => ['k' => 'text', 'm' => 'text'], 'z' => 8, 'k' => ['n' => 6]];
  $c = ['z' => 2, 'k' => ['n' => ['z' => 7]]];
  $d = [];
  $s->list = ['n' => [], 'z' => 7];
  $o->set(same($b));
  $o->set(plus($b));
  $o->add('n', deepPlus($a));
  echo 't26 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t27() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['m' => ['z' => ['n' => 1, 'z' => 7], 'k' => 2], 'n' => 'text'];
  $b = ['n' => 'text', 'k' => 'text', 'z' => ['m' => 8]];
  $c = ['n' => 9, 'm' => 0];
  $d = ['k' => 5, 'z' => ['z' => 1, 'k' => ['z' => 2, 'm' => 8, 'k' => 'text']], 'm' => []];
  $b = array_map(function ($x) { if (is_array($x)) { $x['mapped'] = 1; } return $x; }, $a);
  $d = count($b) > 1 ? same($b) : same($b);
  $b = count($b) > 1 ? array_filter($d) : ['n' => 2, 'm' => 'text'];
  $s->list['z'] = 6;
  $o->add('k', ['z' => 9]);
  if (!isset($d['n']) || is_array($d['n'])) { $d['n']['n'] = $c; }
  $d = $a;
  if (!isset($b['z']) || is_array($b['z'])) { $b['z']['m'] = 21; }
  echo 't27 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t28() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = [];
  $b = ['z' => 'text'];
  $c = ['z' => 8];
  $d = ['n' => ['m' => 1, 'n' => 0], 'k' => ['k' => 7]];
  if (!isset($b['m']) || is_array($b['m'])) { $b['m']['m'] = plus($c); }
  foreach ($b as $k => $i) { if (is_array($i)) { $i['it'] = $k; $b = $i; } $b = wrap($c); }
  if (!isset($b['z']) || is_array($b['z'])) { $b['z']['n'] = 89; }
  $b[] = $s->list;
  $c['m'] = 9;
  $o->set($o->get());
  if (!isset($d['n']) || is_array($d['n'])) { $d['n']['z'] = plus($a); }
  $o->p['m'] = $s->list;
  if (!isset($d['n']) || is_array($d['n'])) { $d['n']['k'] = 28; }
  $c = [];
  $b['m'] = $a;
  $d = ($c['k'] ?? []);
  echo 't28 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t29() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['z' => 3, 'm' => 7, 'k' => 7];
  $b = ['z' => 2, 'm' => ['n' => 4]];
  $c = ['z' => 9, 'n' => 8];
  $d = ['z' => 6, 'k' => 2, 'm' => ['k' => 'text', 'z' => ['n' => 'text', 'z' => 'text', 'k' => 'text'], 'm' => 2]];
  $d = count($c) > 1 ? same($a) : $d;
  $a[] = same($c);
  foreach ($c as $k => $i) { if (is_array($i)) { $i['it'] = $k; $a = $i; } $o->add('n', $s->list); }
  foreach ($a as $k => $i) { if (is_array($i)) { $i['it'] = $k; $d = $i; }  }
  foreach ($a as $k => $i) { if (is_array($i)) { $i['it'] = $k; $d = $i; } $o->p['z'] = 4; }
  unset($d['z']);
  $a['z'] = same($d);
  $f = function ($x) use ($b) { $x['c'] = count($b); return $x; }; $a = $f($c);
  if (!isset($d['m']) || is_array($d['m'])) { $d['m']['k'] = []; }
  $c = $d;
  $b = $a;
  $f = function ($x) use ($a) { $x['c'] = count($a); return $x; }; $b = $f($d);
  $f = function ($x) use ($d) { $x['c'] = count($d); return $x; }; $d = $f($a);
  if (!isset($d['k']) || is_array($d['k'])) { $d['k']['k'] = $d; }
  echo 't29 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t30() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['n' => 9];
  $b = ['n' => [], 'z' => [], 'k' => 2];
  $c = ['k' => 'text', 'n' => 6, 'z' => 4];
  $d = ['k' => 7];
  $a = array_map(function ($x) { if (is_array($x)) { $x['mapped'] = 1; } return $x; }, $a);
  $o->set($b);
  $a = $b;
  $b[] = array_reverse($d);
  $b[] = $o->get();
  echo 't30 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t31() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['k' => 'text', 'z' => 6, 'm' => ['z' => ['m' => 'text'], 'n' => 9]];
  $b = ['k' => 6];
  $c = ['n' => ['m' => 6, 'k' => 0], 'k' => ['z' => 'text', 'm' => ['m' => 'text', 'n' => 'text']]];
  $d = ['m' => 6];
  $c = count($a) > 1 ? array_merge($a, $d) : $o->get();
  $a['z'] = plus($d);
  $a = count($b) > 1 ? $o->p : wrap($b);
  $a = $s->list;
  foreach ($d as $k => $i) { if (is_array($i)) { $i['it'] = $k; $d = $i; } if (!isset($b['z']) || is_array($b['z'])) { $b['z']['m'] = $b; } }
  $a = first($c);
  if (!isset($c['z']) || is_array($c['z'])) { $c['z']['z'] = 96; }
  $c[] = $a;
  $b[] = array_merge($b, $b);
  echo 't31 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t32() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['m' => ['k' => ['z' => 'text']], 'z' => 'text', 'n' => 7];
  $b = ['z' => ['k' => ['z' => 2, 'k' => 'text', 'm' => 'text'], 'n' => 1], 'm' => 1];
  $c = [];
  $d = ['k' => 4];
  $o->set($o->both());
  $s->list = first($a);
  foreach ($a as $k => $i) { if (is_array($i)) { $i['it'] = $k; $d = $i; } $f = function ($x) use ($a) { $x['c'] = count($a); return $x; }; $b = $f($a); }
  $b = $o->both();
  if (!isset($d['m']) || is_array($d['m'])) { $d['m']['n'] = $o->p; }
  ksort($b);
  if (!isset($d['k']) || is_array($d['k'])) { $d['k']['n'] = same($c); }
  if (!isset($d['n']) || is_array($d['n'])) { $d['n']['k'] = first($d); }
  if (!isset($b['n']) || is_array($b['n'])) { $b['n']['z'] = 49; }
  if (!isset($a['m']) || is_array($a['m'])) { $a['m']['m'] = 19; }
  $a[] = wrap($d);
  foreach ($c as $k => $i) { if (is_array($i)) { $i['it'] = $k; $b = $i; }  }
  echo 't32 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t33() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['z' => 7, 'm' => 'text'];
  $b = [];
  $c = [];
  $d = ['m' => 'text'];
  $a['m'] = 68;
  $s->list = $d;
  if (count($d) > 2) { unset($c['z']); } else { $b = $a; }
  $b['k'] = same($d);
  ksort($c);
  byRef($a);
  $c['n'] = array_filter($b);
  $f = function ($x) use ($d) { $x['c'] = count($d); return $x; }; $b = $f($d);
  $b['n'] = ($b['k'] ?? []);
  $b['n'] = same($c);
  foreach ($a as $k => $i) { if (is_array($i)) { $i['it'] = $k; $a = $i; } $c = $a; }
  $c = $b;
  echo 't33 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t34() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['m' => 3, 'k' => 9, 'z' => ['z' => ['m' => 9, 'k' => 1, 'n' => 8], 'n' => 2, 'm' => 'text']];
  $b = ['k' => 5];
  $c = ['n' => ['m' => 9, 'z' => 'text', 'n' => ['z' => 6, 'm' => 2, 'n' => 'text']]];
  $d = [];
  $c = first($a);
  $b = same($d);
  $d['m'] = $a;
  $o->set(deepPlus($b));
  $c = count($a) > 1 ? plus($a) : $c;
  $a = $o->p;
  $b = $c;
  $d = [];
  if (!isset($c['m']) || is_array($c['m'])) { $c['m']['k'] = 36; }
  $a[] = array_filter($c);
  $o->p['n'] = $c;
  echo 't34 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t35() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['n' => 3, 'k' => ['k' => ['n' => 7], 'z' => ['n' => 2, 'm' => 'text'], 'n' => 6]];
  $b = ['k' => 5, 'z' => 5, 'm' => ['k' => 3]];
  $c = ['m' => 'text', 'n' => 4];
  $d = ['m' => ['m' => ['z' => 0, 'm' => 'text', 'n' => 'text']], 'k' => ['n' => ['n' => 'text', 'z' => 9, 'm' => 8]], 'z' => ['n' => ['k' => 4, 'm' => 9, 'n' => 'text']]];
  if (count($d) > 2) { $c = array_map(function ($x) { if (is_array($x)) { $x['mapped'] = 1; } return $x; }, $b); } else { byRef($c); }
  $o->add('m', ['m' => 'text', 'z' => 3]);
  $o->add('k', first($d));
  $c = array_map(function ($x) { if (is_array($x)) { $x['mapped'] = 1; } return $x; }, $d);
  $b = deepPlus($a);
  $b[] = $c;
  ksort($c);
  $c = plus($a);
  $o->set($o->get());
  foreach ($d as $k => $i) { if (is_array($i)) { $i['it'] = $k; $c = $i; }  }
  $t = $o->get(); if (!isset($t['m']) || is_array($t['m'])) { $o->deep('m', 'm', 5); }
  echo 't35 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t36() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = [];
  $b = ['m' => 8, 'n' => []];
  $c = ['n' => ['k' => ['n' => 9, 'k' => 0]], 'z' => 5];
  $d = [];
  $b['z'] = 38;
  $d = $o->get();
  $o->set($d);
  $o->p['k'] = 4;
  $a = $d;
  [$a, $a] = [$s->list, $c];
  $t = $o->get(); if (!isset($t['m']) || is_array($t['m'])) { $o->deep('m', 'n', array_reverse($b)); }
  $d['n'] = same($d);
  $o->set(array_filter($a));
  $o->add('n', $o->p);
  unset($d['n']);
  if (!isset($d['m']) || is_array($d['m'])) { $d['m']['m'] = 45; }
  if (!isset($d['z']) || is_array($d['z'])) { $d['z']['z'] = 29; }
  if (!isset($a['m']) || is_array($a['m'])) { $a['m']['z'] = $c; }
  echo 't36 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t37() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['k' => [], 'z' => ['k' => 'text', 'm' => [], 'z' => []]];
  $b = ['m' => ['n' => [], 'm' => []]];
  $c = [];
  $d = ['m' => []];
  [$b, $d] = [deepPlus($a), $s->list];
  $d = $d;
  $t = $o->get(); if (!isset($t['m']) || is_array($t['m'])) { $o->deep('m', 'k', $d); }
  if (!isset($d['m']) || is_array($d['m'])) { $d['m']['n'] = array_merge($c, $a); }
  $o->set(wrap($b));
  $b['m'] = 27;
  unset($a['m']);
  $b = $d;
  $b = wrap($d);
  foreach ($c as $k => $i) { if (is_array($i)) { $i['it'] = $k; $d = $i; }  }
  if (!isset($b['k']) || is_array($b['k'])) { $b['k']['m'] = 7; }
  $o->add('n', $a);
  $c['z'] = ['m' => 9, 'z' => 3, 'k' => 1];
  echo 't37 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t38() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = ['n' => 'text', 'z' => 'text'];
  $b = ['n' => [], 'k' => 3, 'z' => 0];
  $c = ['n' => ['n' => 3], 'm' => 9];
  $d = ['m' => 4, 'k' => [], 'z' => 7];
  $c['k'] = wrap($d);
  $a = count($c) > 1 ? $c : $o->get();
  if (!isset($a['m']) || is_array($a['m'])) { $a['m']['n'] = 24; }
  $o->set(first($b));
  $a['k'] = $d;
  echo 't38 ', json_encode([$a, $b, $c, $d, $o->both(), $s]), "\n";
}
function t39() {
  $o = new Box; $s = new stdClass; $s->list = [];
  $a = [];
  $b = ['k' => ['n' => [], 'm' => 8]];
  $c = ['k' => ['n' => 1]];
  $d = ['k' => 3, 'z' => 'text'];
  $a = $c;
  if (!isset($c['k']) || is_array($c['k'])) { $c['k']['n'] = same($b); }
  $a = $o->get();
  if (count($d) > 0) { $t = $o->get(); if (!isset($t['z']) || is_array($t['z'])) { $o->deep('z', 'n', ($a['k'] ?? [])); } } else { $d['k'] = ($a['k'] ?? []); }
  if (!isset($b['m']) || is_array($b['m'])) { $b['m']['n'] = first($d); }
  $a[] = same($c);
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
