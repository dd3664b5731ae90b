<?php
class Opt { private $a = 1; public $b = 'x'; protected $c = [1];
  function __construct(array $o = []) { foreach ($o as $k => $v) { if (property_exists($this, $k)) $this->$k = $v; } }
  function get($n) { return isset($this->$n) ? $this->$n : "no $n"; }
  function a() { return 'A' . $this->a; } function sum($x, $y = 2) { return $x + $y; }
  private function hid() { return 'hidden'; }
  function run($m) { return $this->$m(); }
}
$o = new Opt(['a' => 5, 'b' => 'bb', 'zz' => 3]);
echo $o->get('a'), $o->get('b'), $o->get('q'), "\n";
foreach (['a', 'hid'] as $m) echo $o->run($m), ' ';
$m = 'sum'; echo $o->$m(3), $o->$m(3, 4), call_user_func([$o, $m], 1), "\n";
try { $m = 'nope'; $o->$m(); } catch (Error $e) { echo $e->getMessage(), "\n"; }
class Imap { function name() { return 'imap'; } } class Pop { function name() { return 'pop'; } }
foreach (['Imap', 'pop', 'Nntp'] as $c) { try { $d = new $c; echo $d->name(), get_class($d), ' '; } catch (Error $e) { echo $e->getMessage(), "\n"; } }
class Lazy { private $conn; public int $n; private ?Opt $opt = null; function conn() { if (!isset($this->conn)) { $this->conn = new Opt; } return $this->conn; } function n() { return isset($this->n) ? $this->n : 'unset'; } function opt() { if ($this->opt === null) $this->opt = new Opt(['b' => 'lazy']); return $this->opt->b . $this->opt->a(); } }
$l = new Lazy; echo $l->n(), $l->conn()->b; $l->n = 0; echo $l->n(), $l->opt(), $l->opt(), "\n";
print_r($l);
class Person { protected array $d = []; function __get($k) { $m = 'get' . ucfirst($k); if (method_exists($this, $m)) return $this->$m(); return $this->d[$k] ?? null; } function __set($k, $v) { $this->d[$k] = $v; } function __isset($k) { return isset($this->d[$k]); } function __unset($k) { unset($this->d[$k]); } function getFull() { return 'full'; } }
$p = new Person; $p->age = 5; $p->age++; $p->tag = 'a'; $p->tag .= 'b'; echo $p->age, $p->tag, $p->full, isset($p->age) ? 1 : 0, $p->none ?? 'dd', empty($p->age) ? 'e' : 'n'; unset($p->age); echo $p->age === null ? 'null' : 'x', "\n";
class Base { private function init() { return 'base'; } function go() { return $this->init(); } protected $t = 'bt'; function t() { return $this->t; } }
class Sub extends Base { private function init() { return 'sub'; } protected $t = 'st'; function go2() { return $this->init(); } }
$s = new Sub; echo $s->go(), $s->go2(), $s->t(), (new Base)->t(), "\n";
abstract class A { function f() { return $this->g() . static::class; } abstract function g(); function callg() { return $this->g(); } }
class B extends A { function g() { return 'B' . $this->h(); } function h() { return 'h'; } }
class C extends B { function g() { return 'C' . parent::g(); } function h() { return 'ch'; } }
foreach ([new B, new C] as $x) echo $x->f(), $x->callg(), ' ';
echo "\n";
$n = null; echo $n?->foo->bar ?? 'short', "\n";
$fn = function () { return 1; }; echo $fn(), "\n";
