<?php
// Random statements over values of all kinds: absent ones, comparisons, conversions.
function orFalse($x) { if ($x > 3) return false; return $x; }
function orNull($x) { return $x ? $x . '' : null; }
function either($x, $y = 7) { return $x ? $y : $x; }
function counter() { static $n = 0; $n += 2; return $n; }
class P { public $v; public $n = 1; public ?string $s = null; function __construct($v = 0) { $this->v = $v; } function up($by = 1) { $this->n += $by; return $this; } function v() { return $this->v; } function maybe() { return $this->n > 2 ? $this : null; } }
function t0() {
  $p = new P(2);
  $a = '12';
  $b = '12abc';
  $c = 0;
  $d = '0';
  switch (orNull(($d . $d))) { case 7: $d = match (true) { !$a => ' 5', is_int($b) => $b, default => $b }; break; case 0: $b = ($p->maybe()?->n ?: orFalse((int)(orNull($p->v)))); case 2: switch (orNull((isset($c) ? $c : $d))) { case 0.0: $d = orNull((2 - (int)(orNull(0)))); break; case '': [$c, $a] = [orNull(((int)(($d ?: $c)) * 1)), (1 + (int)(orNull((($d !== $c) ? $d : $b))))]; case 1: $a = $c; break; default: $c = ($a . $p->up(2)->n); } break; default: [$c, $b] = [1, ($p->maybe()?->n . strpos('abcabc' . strval(((int)($b) * 2)), 'c'))]; }
  try { if (($p->v == ($d ?? $c))) throw new Exception(strval((2 + (float)strlen(strval($a))))); $c = ((((empty($d) && $b) ? $p->maybe()?->n : $a) !== ((int)($b) * 1)) ? (isset($b) ? 0 : ($a ? ($c ?? $d) : $b)) : (bool)(orNull($a) ?: counter())); } catch (Exception $x) { $d = $x->getMessage(); }
  $c .= (counter() ?: (int)orNull($b));
  $a = ($a . (($b && $b) ? $c : $d));
  $b = $p->v;
  $d = either(-2.25);
  $c = (!$c ? (3 - (int)((counter() ?: ($b ?? $d)))) : ($c . trim(strval($c))));
  for ($i0 = 0; $i0 < 2; $i0++) { if ((orFalse((int)($b)) >= '1e2')) { break; } foreach ([$a, ((float)strlen(strval($b)) + (int)(($b ?? $d))), -2.25] as $i1 => $e1) { $a = $e1; $d = $p->v; } }
  echo 't0 '; var_dump($a, $b, $c, $d, $p->v, $p->n, $p->s);
}
function t1() {
  $p = new P(1.5);
  $a = 10;
  $b = 'abc';
  $c = '1e2';
  $d = '0';
  $a = (int)$p->s;
  $c = ($a ?? $b);
  $d = ((int)(strpos('abcabc' . strval($d), 'c')) + 2);
  [$c, $c] = [((int)(((int)((($a == $b) ? $b : $a)) * 1)) * (int)($d)), 7];
  $b = orFalse((int)(((($b || $b) ? counter() : 'x y') ?: str_replace('a', '22', strval(($b ?? $b))))));
  $a = $b;
  $c = match (true) { !$d => -2.25, is_int($d) => $c, default => $b };
  $b = (isset($d) ? ((int)((string)strlen(strval($c))) + 1) : (bool)orFalse(1.5));
  $b = (1 + 1);
  echo 't1 '; var_dump($a, $b, $c, $d, $p->v, $p->n, $p->s);
}
function t2() {
  $p = new P('0');
  $a = null;
  $b = false;
  $c = false;
  $d = 1;
  foreach ([$d, isset($b), 7] as $i0 => $e0) { $b = $e0; $a = ((int)(((int)((3 - 1)) - (int)(((int)(strlen(strval($b))) * 3)))) - (int)(trim(strval(counter())))); }
  if ((strlen(strval(((int)((1.5 * 1.5)) * (int)((($a != $a) ? $a : $c))))) !== $d)) { $a = (($b ?: ($d ?? orNull($d))) . (1 + 3)); $d = (string)(('x y' > (int)$a) ? $a : $b); } elseif (!$a) { $c = ''; } else { if ((($a ?? orNull(-2.25)) == ($d ?? $p->v))) { [$b, $a] = [((float)strlen(strval($b)) - 1), ((int)(orFalse((int)(orFalse((int)($a))))) + 1.5)]; $a = orNull(counter()); } elseif (((($p->v === ($d < $c)) && $c) || $d)) { $a = $a; } else { $b = ((int)(orNull(strlen(strval($p->up(2)->n)))) + 1); } }
  $c = ((int)(' 5') - 1);
  $b .= trim(strval(orNull(counter())));
  $c = orNull(((int)(orFalse((int)(($c ?? $c)))) - (int)($c)));
  $b = $a;
  foreach ([($c ?? $c), $d, -2.25] as $i0 => $e0) { $a = $e0; if (($a = '12abc') !== 1) { $p->n++; } }
  $a .= $a;
  if (($p->v <= ($a ?: true))) { if (($b = str_replace('1', '22', strval(((int)($d) - (int)($p->v))))) > 10) { $p->n++; } $d = ((-2.25 ? 'x y' : $p->up(2)->n) . 'x y'); } elseif (empty($d)) { $a = match (true) { !$b => '12abc', is_int($c) => $b, default => $d }; } else { switch ($b) { case 1: $d = $a; break; case 'x y': $c = $d; case null: [$d, $d] = [strlen(strval(((float)strlen(strval($c)) * (int)(!$a)))), (3 - (int)($p->v))]; break; default: [$a, $d] = [1.5, $d]; } }
  $c .= $d;
  echo 't2 '; var_dump($a, $b, $c, $d, $p->v, $p->n, $p->s);
}
function t3() {
  $p = new P(null);
  $a = 1;
  $b = null;
  $c = 0.0;
  $d = '12';
  $c = $c;
  if ((((2 * (int)(((float)strlen(strval($a)) + 3))) > -2.25) || $a)) { if (($a = $a) > -3) { $p->n++; } if (is_numeric($c)) { $c += 2; } } elseif (((empty($b) ? strpos('abcabc' . strval('1e2'), '1') : $a) == ($a && $d))) { if (is_numeric($c)) { $c += (int)((bool)$d); } } else { $n = 0; while ($n++ < 1) { if (is_numeric($b)) { $b += (int)(orNull(((int)((bool)$d) - 1.5))); } } }
  $b = (either($c) ?: -3);
  $d = ((int)($p->v) + (int)(($a ?? ($c ?? ($a ?: $b)))));
  $a = str_replace('1', '', strval($d));
  if (((($a === $b) ? (($d != $d) ? $b : $d) : ($a ? $d : $d)) && $c)) { if (is_numeric($d)) { $d += (int)($d); } for ($i1 = 0; $i1 < 3; $i1++) { if ((str_replace('1', 'b', strval($d)) == 1.5)) { continue; } $d = (3 - (float)strlen(strval($d))); } } elseif ((($b ?? (1 + 2)) < (isset($c) ? ($p->up(2)->n . counter()) : ((($d === $a) && $b) ? '' : $d)))) { try { if ($b) throw new Exception(strval(($d ?? $p->v))); $n = 0; while ($n++ < 2) {  } } catch (Exception $x) { $d = $x->getMessage(); } } else { $a = match (true) { !$a => ' 5', is_int($c) => $c, default => $b }; }
  $d = $d;
  $a = orNull((int)'12abc');
  $d = '1e2';
  echo 't3 '; var_dump($a, $b, $c, $d, $p->v, $p->n, $p->s);
}
function t4() {
  $p = new P('12abc');
  $a = '1e2';
  $b = 'x y';
  $c = true;
  $d = false;
  $d = either((int)orFalse((int)($d)));
  $a .= ((int)(-3) + (int)(((empty($b) ? $a : $b) . 1.5)));
  for ($i0 = 0; $i0 < 1; $i0++) { if ((isset($d) && $b)) { continue; } $d = (is_bool($d) ? ((orFalse((int)($c)) == -3) ? ($c ?? ($d . $d)) : ((int)(orFalse((int)($d))) - 2)) : ($b ?? ($d ?? $c))); }
  $a = '0';
  $d .= -3;
  if (is_int($c)) { $c--; }
  if (is_int($b)) { $b++; }
  $b = either((($b ? $p->s : $b) . $p->v));
  echo 't4 '; var_dump($a, $b, $c, $d, $p->v, $p->n, $p->s);
}
function t5() {
  $p = new P(0.0);
  $a = 'abc';
  $b = ' 5';
  $c = 10;
  $d = -3;
  if (is_numeric($c)) { $c += 3; }
  $b = $d;
  if (is_numeric($a)) { $a += (int)(((int)(-2.25) - 1)); }
  $p->s = orNull(orFalse((int)((($a !== $a) ? $c : $a))));
  echo 't5 '; var_dump($a, $b, $c, $d, $p->v, $p->n, $p->s);
}
function t6() {
  $p = new P(2);
  $a = '12';
  $b = 'abc';
  $c = 'abc';
  $d = 2;
  $d = orNull($a);
  if (($c = ($b ?? ('1e2' . ($d === $a)))) !== 0) { $p->n++; }
  $d = $a;
  $c = (string)(orNull((empty($a) ? $c : $a)) . ((int)$b . $p->s));
  $b = trim(strval((($b > $a) && $b)));
  if (is_numeric($a)) { $a += (int)(((int)($b) * (int)($c))); }
  $b = counter();
  $b = ((int)((((int)((int)$c) + 1.5) ?: (string)orFalse((int)($b)))) * (int)($d));
  $a = null;
  echo 't6 '; var_dump($a, $b, $c, $d, $p->v, $p->n, $p->s);
}
function t7() {
  $p = new P(1);
  $a = '1e2';
  $b = 10;
  $c = '12';
  $d = 1;
  $b = $p->maybe()?->n;
  $a = $p->maybe()?->n;
  $a = '12abc';
  $b .= ((($a ?: $b) > ($c >= $a)) ? substr(strval(counter()), -2, -2) : 2);
  $a = '12abc';
  if (empty($a)) { $c = $p->up(0)->n; $p->s = orNull(1.5); } elseif (((string)strlen(strval(($a . $b))) != '0')) { $c = $c; } else { $d = $d; }
  $c = (string)true;
  $c = orNull(str_replace('a', '22', strval('1e2')));
  if (is_numeric($c)) { $c += 1.5; }
  echo 't7 '; var_dump($a, $b, $c, $d, $p->v, $p->n, $p->s);
}
function t8() {
  $p = new P('12abc');
  $a = 0.0;
  $b = -3;
  $c = 7;
  $d = 1.5;
  if (isset($b)) { if (is_numeric($b)) { $b += (int)(((int)(($a ?? (int)$b)) + (int)(orFalse((int)((($c > $a) ? $c : $d)))))); } if (is_int($c)) { $c++; } } elseif ((($a ?: 2) == $b)) { if (is_int($d)) { $d++; } } else { if (is_int($d)) { $d--; } }
  if (isset($d)) { $d = match (true) { !$a => null, is_int($d) => $d, default => $d }; $d = $c; } elseif ((($c ?? ((int)($p->up(2)->n) - (int)(null))) === $c)) { $a = $a; } else { $a = orFalse(2); }
  [$a, $c] = [(0 ?: $a), strpos('abcabc' . strval(str_replace('a', '', strval(0.0))), 'c')];
  if (is_int($a)) { $a--; }
  $c .= (string)(($d == $b) ? strlen(strval($a)) : (1.5 - (int)($d)));
  echo 't8 '; var_dump($a, $b, $c, $d, $p->v, $p->n, $p->s);
}
function t9() {
  $p = new P(1.5);
  $a = true;
  $b = 7;
  $c = '12abc';
  $d = false;
  switch ($p->maybe()?->n) { case -3: switch ((($d < $a) ? either($c) : ($d ?? $d))) { case false: $b = strlen(strval(($b ?? $c))); break; case 'x y': $b = $a; case 10: $a = match (true) { !$a => '12', is_int($c) => $a, default => $d }; break; default: $d .= ' 5'; } break; case -2.25: if ((((int)(((int)($d) * (int)($p->up(2)->n))) * (int)(($b ?: -3))) <= (strpos('abcabc' . strval($b), 'x') === ($b ?: $c)))) { $a = ($c ?? ((int)($d) * (int)($d))); [$b, $b] = [(strpos('abcabc' . strval(($d ?: $d)), 'x') . ((int)(orFalse((int)($b))) - 1.5)), ($a . $p->maybe()?->n)]; } elseif ((str_replace('a', '22', strval(10)) == $d)) { $a = ((int)($c) - 1); } else { $b = orNull($a); } case ' 5': $b = ((($d >= $c) > (counter() ?: $b)) ? strpos('abcabc' . strval((($d === $a) ? ($c ?? $d) : ($b . $d))), 'c') : $d); break; default: $c = either(' 5'); }
  if ((!$d || $c)) { $a = 7; $p->v = $a; } elseif (empty($c)) { $b = isset($c); } else { if (is_numeric($d)) { $d += (int)(strpos('abcabc' . strval(($d || $d)), 'c')); } }
  $c = true;
  $n = 0; while ($n++ < 1) { $c = match (true) { !$b => 0, is_int($c) => $d, default => $d }; }
  $c = ($a ?? orFalse((int)((int)strpos('abcabc' . strval($a), 'x'))));
  if ((empty($c) && $b)) { if (((-3 !== $c) ? (bool)(is_string($d) ? $b : $c) : ($d ?? ($a ?? $b)))) { $a .= '12abc'; $n = 0; while ($n++ < 1) {  } } elseif ((($a >= -3) >= ((!$d && $a) ? '12abc' : strlen(strval(($b ?: $a)))))) { $a = $a; } else { [$b, $c] = [($a ?: $a), $c]; } switch (empty($c)) { case ' 5': $a = (is_int($d) ? $b : strlen(strval($c))); break; case ' 5': try { if (!$c) throw new Exception(strval((int)substr(strval($d), 2, 2)));  } catch (Exception $x) { $d = $x->getMessage(); } case '3.5': [$d, $a] = [strlen(strval((($c <= $c) ? $d : either($b)))), orNull(null)]; break; default: $c = 1; } } elseif ((!$b && $c)) { $b = 'x y'; } else { $c = ($b ?? (1 * 2)); }
  if (is_int($d)) { $d--; }
  $d = orFalse((int)(($a ?: (($c ?? $d) ?: '3.5'))));
  echo 't9 '; var_dump($a, $b, $c, $d, $p->v, $p->n, $p->s);
}
function t10() {
  $p = new P(7);
  $a = 1.5;
  $b = false;
  $c = 2;
  $d = 'x y';
  $b = either((orNull($p->v) ?: ''));
  $a = '12';
  switch ($d) { case false: $b = ((!$b || $a) ? $d : ((($b === $c) && $b) ? strpos('abcabc' . strval($a), '1') : orNull((($b || $d) ? $a : $c)))); break; case '': $p->v = 10; case '3.5': $c = 7; break; default: $d = ((((($c == $b) ? $b : $b) . ((int)($c) + 2)) === (($a <= $a) ? (int)$c : orFalse((int)($d)))) ? (string)counter() : (3 * (int)(orNull(orFalse(1.5))))); }
  if (($c = $a) > false) { $p->n++; }
  $d .= $b;
  switch ($d) { case '12': $c = $c; break; case 2: try { if (1.5) throw new Exception(strval($p->v)); if (is_numeric($c)) { $c += (int)('3.5'); } } catch (Exception $x) { $b = $x->getMessage(); } case -2.25: $d = (!$c ? (string)$p->v : strpos('abcabc' . strval($p->maybe()?->n), '1')); break; default: $a = ((($a ?? $a) == ((int)(((float)strlen(strval($d)) - 1.5)) - 1.5)) ? orNull(substr(strval((bool)$d), -1, 1)) : counter()); }
  $a = ($a . ($a . orNull($d)));
  $b = ((((empty($a) ? $b : $a) . (($b !== $a) ? $a : $d)) > either((($d == $a) ? $a : $b))) ? counter() : $p->v);
  $b = (orFalse(3) ?: $d);
  echo 't10 '; var_dump($a, $b, $c, $d, $p->v, $p->n, $p->s);
}
function t11() {
  $p = new P(1.5);
  $a = -2.25;
  $b = ' 5';
  $c = -3;
  $d = 1;
  if ((!$c && $c)) { $p->v = 10; try { if ((strlen(strval($c)) == str_replace('1', '22', strval($a)))) throw new Exception(strval($a)); [$d, $c] = ['12abc', str_replace('1', '', strval(($p->maybe()?->n . isset($d))))]; } catch (Exception $x) { $a = $x->getMessage(); } } elseif ((!$d && $c)) { $d = 'x y'; } else { $b = ((int)($c) - 2); }
  foreach ([orNull(1), $b, '12'] as $i0 => $e0) { $c = $e0; if (!$c) { if (($a = ($c ?? 7)) !== '3.5') { $p->n++; } $b = $c; } elseif (!$b) { [$c, $a] = [(((($d === $b) && $d) && $b) ? ($c <= $d) : orFalse((int)(-3))), (($a >= $c) ? (orFalse((float)strlen(strval($d))) . (($d == $a) ? $d : $d)) : $a)]; } else { $p->v = either($p->up(0)->n); } }
  $c = ((int)((isset($d) && $d)) - 3);
  echo 't11 '; var_dump($a, $b, $c, $d, $p->v, $p->n, $p->s);
}
function t12() {
  $p = new P(1);
  $a = 'abc';
  $b = 7;
  $c = '0';
  $d = '1e2';
  $a = $a;
  $d = ('12abc' . (string)either(orNull($c)));
  $d .= $p->v;
  $a = ((int)($b) - (float)strlen(strval($a)));
  $p->v = ((int)(((int)($c) * 3)) - 3);
  $a = $a;
  foreach ([($d ?? ((int)($c) + (float)strlen(strval($b)))), counter(), 'x y'] as $i0 => $e0) { $a = $e0; $c = (1 * (int)(counter())); }
  [$a, $a] = ['abc', $b];
  echo 't12 '; var_dump($a, $b, $c, $d, $p->v, $p->n, $p->s);
}
function t13() {
  $p = new P(7);
  $a = ' 5';
  $b = 'abc';
  $c = 0.0;
  $d = 10;
  $b = ($b ? (isset($a) ? $p->up(1)->n : $d) : orFalse((int)(((int)($p->v) - (int)(strpos('abcabc' . strval($a), 'x'))))));
  if ((($a ? ($a ?? -3) : ($c ?? $a)) !== $d)) { for ($i1 = 0; $i1 < 4; $i1++) { if (($d === $c)) { continue; } [$a, $b] = ['0', $p->up(1)->n]; } for ($i1 = 0; $i1 < 4; $i1++) { if (isset($b)) { continue; } $d = $p->maybe()?->n; } } elseif ((is_bool($d) || $d)) { $a = match (true) { !$c => 0.0, is_int($d) => $b, default => $c }; } else { $b = (string)strlen(strval($a)); }
  $b = strpos('abcabc' . strval(counter()), 'x');
  $c = (3 - 1);
  for ($i0 = 0; $i0 < 1; $i0++) { if (!$d) { continue; } $p->s = orNull(substr(strval(($a . $c)), 2, 1)); }
  $b = substr(strval(((int)(str_replace('1', 'b', strval(substr(strval($b), -1, 3)))) - (int)(7))), -1, -1);
  for ($i0 = 0; $i0 < 2; $i0++) { if (($a != $c)) { break; } $p->s = orNull($d); }
  if (is_numeric($b)) { $b += (int)(strlen(strval((string)$c))); }
  $c = ($b ?? !$d);
  if (is_numeric($c)) { $c += (int)($a); }
  echo 't13 '; var_dump($a, $b, $c, $d, $p->v, $p->n, $p->s);
}
function t14() {
  $p = new P('abc');
  $a = '0';
  $b = 2;
  $c = null;
  $d = 2;
  if ((((is_string($b) && $b) && $a) && $d)) { $c = ($c ?? ((1.5 + 2) ? strpos('abcabc' . strval(either($a)), '1') : $a)); if (is_int($c)) { $c--; } } elseif ((!$a && $c)) { $d = orFalse((int)($b)); } else { $a .= $d; }
  $b = ((int)($c) - (float)strlen(strval($d)));
  switch ((2 + (int)(($b ?? $c)))) { case 0: $d = (bool)((int)(false) - (int)(((int)(($c !== $b)) - (float)strlen(strval($a))))); break; case 'x y': [$a, $b] = [$a, $p->v]; case ' 5': $a = 2; break; default: $d = $b; }
  for ($i0 = 0; $i0 < 1; $i0++) { if ((($d != $d) || $c)) { break; } $d = '3.5'; }
  $c = '';
  switch (strlen(strval($d))) { case '1e2': $d = $c; break; case 'abc': [$c, $c] = [$a, $b]; case 1.5: $d = ($c ?? '12'); break; default: if ((((float)strlen(strval($a)) - (int)(1.5)) == (3 - (float)strlen(strval($d))))) { [$a, $b] = [($b ?: (($b < $a) ? $d : ((int)($a) - 3))), orNull(orNull(7))]; if (($d = $p->maybe()?->n) == false) { $p->n++; } } elseif (is_int($a)) { $d = $a; } else { if (is_numeric($d)) { $d += (int)((((int)((2 - (int)($a))) + 2) . 'x y')); } } }
  for ($i0 = 0; $i0 < 1; $i0++) { if (orNull($c)) { break; } $c .= trim(strval($p->maybe()?->n)); }
  echo 't14 '; var_dump($a, $b, $c, $d, $p->v, $p->n, $p->s);
}
function t15() {
  $p = new P('abc');
  $a = '3.5';
  $b = true;
  $c = 1;
  $d = true;
  $b = $p->v;
  $c = match (true) { !$b => 0.0, is_int($a) => $a, default => $c };
  $d .= substr(strval((int)$a), -2, -1);
  echo 't15 '; var_dump($a, $b, $c, $d, $p->v, $p->n, $p->s);
}
function t16() {
  $p = new P('x y');
  $a = 'x y';
  $b = 1.5;
  $c = 0;
  $d = '';
  $c = '';
  if (($b = strlen(strval($b))) !== 10) { $p->n++; }
  if ((is_int($c) && $d)) { if (empty($b)) { $p->s = orNull((string)($a ?: $d)); [$d, $d] = [((1.5 !== ($d ?: $d)) ? $d : either((bool)$a)), ((($b . $d) === substr(strval($c), -1, 1)) ? (($b ?? $a) . ($a . $d)) : $c)]; } elseif (empty($a)) { if (is_int($d)) { $d--; } } else { $b = 0.0; } $b = ($c ?? $p->maybe()?->n); } elseif ($a) { $n = 0; while ($n++ < 3) { [$c, $c] = [($d ?? $p->up(0)->n), $p->s]; } } else { $a = $d; }
  $d = (2 - (int)($p->maybe()?->n));
  try { if ((!$b && $c)) throw new Exception(strval(orFalse((int)(($a . $c))))); $b = (orNull('abc') ?: ($a ?? $a)); } catch (Exception $x) { $b = $x->getMessage(); }
  echo 't16 '; var_dump($a, $b, $c, $d, $p->v, $p->n, $p->s);
}
function t17() {
  $p = new P(0);
  $a = 1.5;
  $b = 10;
  $c = -2.25;
  $d = '12';
  for ($i0 = 0; $i0 < 1; $i0++) { if ((($b != $c) ? $a : $a)) { continue; } for ($i1 = 0; $i1 < 1; $i1++) { if (($d < ($d . $b))) { break; } [$b, $b] = [either((empty($a) ? ($c <= $b) : (string)$b)), $p->s]; } }
  $d .= 10;
  if (empty($d)) { $b = $b; $c = (2 * (int)((orFalse(3) ?: (isset($d) ? 7 : 2)))); } elseif ((($b !== orFalse((int)(($b . $c)))) && $a)) { $d = $c; } else { $p->s = orNull(($d ?? (3 + (float)strlen(strval($b))))); }
  $d = 'x y';
  if (($a = 'x y') !== 'x y') { $p->n++; }
  echo 't17 '; var_dump($a, $b, $c, $d, $p->v, $p->n, $p->s);
}
function t18() {
  $p = new P(10);
  $a = -3;
  $b = 'abc';
  $c = 'abc';
  $d = '12';
  switch ($c) { case 'abc': $d .= (bool)false; break; case 0.0: if (($b = (($a . orNull($d)) ?: (bool)$a)) === 7) { $p->n++; } case -3: $a = (strlen(strval($d)) . (string)(bool)(($a === $d) ? $c : $c)); break; default: if (is_int($d)) { $d++; } }
  $c = orNull('');
  try { if (is_string($c)) throw new Exception(strval((!$c ? orFalse((int)($b)) : $d))); $c = (!$d ? (('12abc' == $d) ? ($b ?? $b) : 'abc') : $p->up(2)->n); } catch (Exception $x) { $a = $x->getMessage(); }
  $a = ($a ?? null);
  echo 't18 '; var_dump($a, $b, $c, $d, $p->v, $p->n, $p->s);
}
function t19() {
  $p = new P(null);
  $a = '12abc';
  $b = false;
  $c = -2.25;
  $d = 2;
  if (is_numeric($b)) { $b += 1.5; }
  if (is_numeric($b)) { $b += 3; }
  $b = ((int)((bool)'12abc') + (int)((2 - 1.5)));
  $c = '1e2';
  for ($i0 = 0; $i0 < 2; $i0++) { if ((($d == $d) && $b)) { continue; } if (is_int($d)) { $d--; } }
  $c = $d;
  $c .= -3;
  $p->v = 1;
  $b = match (true) { !$a => -2.25, is_int($a) => $a, default => $c };
  $d = strlen(strval((($c ?: ($c ?: $b)) ?: (($c === $c) ? $a : ($b ?: $a)))));
  echo 't19 '; var_dump($a, $b, $c, $d, $p->v, $p->n, $p->s);
}
function t20() {
  $p = new P(1);
  $a = '12abc';
  $b = '3.5';
  $c = 7;
  $d = 7;
  [$d, $b] = [either((bool)((int)($b) - (int)($c))), orNull($p->up(1)->n)];
  $d = $c;
  if (is_numeric($d)) { $d += (float)strlen(strval($c)); }
  $b = (((counter() < (($c >= $b) ? $c : $a)) ? (isset($c) ? $d : (string)$c) : either(($a ?? $c))) ?: ((int)(orNull($p->v)) - (int)(orFalse((int)((int)$b)))));
  $p->v = counter();
  echo 't20 '; var_dump($a, $b, $c, $d, $p->v, $p->n, $p->s);
}
function t21() {
  $p = new P(-3);
  $a = '12abc';
  $b = 2;
  $c = 7;
  $d = 1;
  if (is_numeric($a)) { $a += 1; }
  $c = $d;
  $a = $a;
  $d = 0;
  $b = match (true) { !$b => 1, is_int($c) => $b, default => $a };
  $b = str_replace('a', 'b', strval(((int)(7) + 3)));
  $p->v = orFalse((int)((strpos('abcabc' . strval($c), 'c') . ((int)($b) - (float)strlen(strval($a))))));
  echo 't21 '; var_dump($a, $b, $c, $d, $p->v, $p->n, $p->s);
}
function t22() {
  $p = new P('');
  $a = 10;
  $b = 1;
  $c = false;
  $d = 10;
  [$d, $b] = [((is_bool($c) && $c) ? (string)7 : $d), $a];
  $d = (1 * (int)('abc'));
  $a = $p->maybe()?->n;
  $a = ((false == $p->maybe()?->n) ? (3 + (int)(((int)((!$a ? $b : $a)) * 2))) : $c);
  echo 't22 '; var_dump($a, $b, $c, $d, $p->v, $p->n, $p->s);
}
function t23() {
  $p = new P('3.5');
  $a = 7;
  $b = '12abc';
  $c = 1;
  $d = ' 5';
  $p->s = orNull((strlen(strval($b)) . $d));
  $b = (orFalse((int)((1 - (int)(substr(strval($a), 1, 3))))) ?: (strlen(strval(orFalse((int)($b)))) . orFalse(1)));
  for ($i0 = 0; $i0 < 3; $i0++) { if (!$d) { break; } for ($i1 = 0; $i1 < 2; $i1++) { if ((false !== ((int)($b) - (int)($b)))) { break; } $a = ((int)orNull(((int)($b) - (int)($d))) . $c); } }
  if (is_numeric($c)) { $c += (int)(counter()); }
  if (is_int($d)) { $d--; }
  $c = either($c);
  for ($i0 = 0; $i0 < 2; $i0++) { if (is_float($c)) { break; } $b = true; }
  if (is_numeric($a)) { [$b, $a] = [(($d . (!$c ? $b : $d)) ?: (int)$a), $c]; $d = orFalse((int)(1)); } elseif ((!$a || $a)) { $a = (int)orFalse((int)(orNull($a))); } else { $c = (is_null($d) ? (bool)((($a || $a) ? $c : $c) ?: ((int)($a) * 2)) : (!$d ? either(((int)($a) - (int)($c))) : $d)); }
  $a = $c;
  echo 't23 '; var_dump($a, $b, $c, $d, $p->v, $p->n, $p->s);
}
function t24() {
  $p = new P('12');
  $a = '12abc';
  $b = true;
  $c = true;
  $d = 1.5;
  $a = ((int)((orNull(((int)($d) + (int)($a))) . either((string)$a))) + 1.5);
  $c = (1 * (int)(orNull($a)));
  $d = match (true) { !$b => 0.0, is_int($c) => $c, default => $a };
  foreach ([(either($c) ?: is_null($c)), $p->up(2)->n, 1] as $i0 => $e0) { $a = $e0; $b .= orFalse((int)((1.5 - (float)strlen(strval($c))))); }
  echo 't24 '; var_dump($a, $b, $c, $d, $p->v, $p->n, $p->s);
}
try { t0(); } catch (Throwable $e) { echo 't0 ', get_class($e), $e->getMessage(), "\n"; }
try { t1(); } catch (Throwable $e) { echo 't1 ', get_class($e), $e->getMessage(), "\n"; }
try { t2(); } catch (Throwable $e) { echo 't2 ', get_class($e), $e->getMessage(), "\n"; }
try { t3(); } catch (Throwable $e) { echo 't3 ', get_class($e), $e->getMessage(), "\n"; }
try { t4(); } catch (Throwable $e) { echo 't4 ', get_class($e), $e->getMessage(), "\n"; }
try { t5(); } catch (Throwable $e) { echo 't5 ', get_class($e), $e->getMessage(), "\n"; }
try { t6(); } catch (Throwable $e) { echo 't6 ', get_class($e), $e->getMessage(), "\n"; }
try { t7(); } catch (Throwable $e) { echo 't7 ', get_class($e), $e->getMessage(), "\n"; }
try { t8(); } catch (Throwable $e) { echo 't8 ', get_class($e), $e->getMessage(), "\n"; }
try { t9(); } catch (Throwable $e) { echo 't9 ', get_class($e), $e->getMessage(), "\n"; }
try { t10(); } catch (Throwable $e) { echo 't10 ', get_class($e), $e->getMessage(), "\n"; }
try { t11(); } catch (Throwable $e) { echo 't11 ', get_class($e), $e->getMessage(), "\n"; }
try { t12(); } catch (Throwable $e) { echo 't12 ', get_class($e), $e->getMessage(), "\n"; }
try { t13(); } catch (Throwable $e) { echo 't13 ', get_class($e), $e->getMessage(), "\n"; }
try { t14(); } catch (Throwable $e) { echo 't14 ', get_class($e), $e->getMessage(), "\n"; }
try { t15(); } catch (Throwable $e) { echo 't15 ', get_class($e), $e->getMessage(), "\n"; }
try { t16(); } catch (Throwable $e) { echo 't16 ', get_class($e), $e->getMessage(), "\n"; }
try { t17(); } catch (Throwable $e) { echo 't17 ', get_class($e), $e->getMessage(), "\n"; }
try { t18(); } catch (Throwable $e) { echo 't18 ', get_class($e), $e->getMessage(), "\n"; }
try { t19(); } catch (Throwable $e) { echo 't19 ', get_class($e), $e->getMessage(), "\n"; }
try { t20(); } catch (Throwable $e) { echo 't20 ', get_class($e), $e->getMessage(), "\n"; }
try { t21(); } catch (Throwable $e) { echo 't21 ', get_class($e), $e->getMessage(), "\n"; }
try { t22(); } catch (Throwable $e) { echo 't22 ', get_class($e), $e->getMessage(), "\n"; }
try { t23(); } catch (Throwable $e) { echo 't23 ', get_class($e), $e->getMessage(), "\n"; }
try { t24(); } catch (Throwable $e) { echo 't24 ', get_class($e), $e->getMessage(), "\n"; }
