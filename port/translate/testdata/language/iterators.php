<?php
class Messages implements Iterator, Countable, ArrayAccess {
    private $items = []; private $pos = 0;
    function __construct(array $items) { $this->items = $items; }
    function current(): mixed { return $this->items[$this->pos]; }
    function key(): mixed { return $this->pos; }
    function next(): void { $this->pos++; }
    function rewind(): void { $this->pos = 0; }
    function valid(): bool { return isset($this->items[$this->pos]); }
    function count(): int { return count($this->items); }
    function offsetExists($o): bool { return isset($this->items[$o]); }
    function offsetGet($o): mixed { return $this->items[$o] ?? null; }
    function offsetSet($o, $v): void { if ($o === null) $this->items[] = $v; else $this->items[$o] = $v; }
    function offsetUnset($o): void { unset($this->items[$o]); }
}
class Folder implements IteratorAggregate { private array $m = ['a' => 1, 'b' => 2]; function getIterator(): Iterator { return new ArrayIterator($this->m); } }
class Box implements IteratorAggregate { private $m; function __construct() { $this->m = new Messages(['x', 'y']); } function getIterator(): Traversable { return $this->m; } }
$m = new Messages(['one', 'two', 'three']);
foreach ($m as $i => $s) { if ($s == 'two') continue; echo "$i=$s "; }
echo count($m), $m[1], isset($m[2]) ? 'set' : 'no', isset($m[9]) ? 'set' : 'no', $m[9] ?? 'dflt', "\n";
$m[] = 'four'; $m[0] = 'ONE'; unset($m[1]);
echo count($m), $m[0], $m[3], empty($m[0]) ? 'e' : 'f', "\n";
foreach (new Folder as $k => $v) echo "$k=$v,";
foreach (new Box as $k => $v) echo "$k=$v,";
echo "\n";
function show($x) { foreach ($x as $k => $v) echo "$k:$v "; echo $x instanceof Countable ? count($x) : 'uncountable', $x instanceof Traversable ? 'T' : '', "\n"; }
show(new Messages(['q'])); show(new Folder); show(['p' => 1]);
interface Named { function name(); }
class A1 implements Named { function name() { return 'A1'; } }
class B1 implements Named { function name() { return 'B1'; } function extra($x) { return "extra$x"; } }
class C1 { public $v = 3; }
function nm($o) { return $o instanceof Named ? $o->name() : 'none'; }
echo nm(new A1), nm(new B1), nm(new C1), nm(5), "\n";
foreach ([new A1, new B1] as $o) { echo $o->name(); if ($o instanceof B1) echo $o->extra(1); }
echo "\n";
function f(Named $n) { return $n->name() . get_class($n); }
echo f(new A1), f(new B1), "\n";
$list = [new A1, new C1, null, 'str'];
foreach ($list as $o) { try { echo $o->name(); } catch (Error $e) { echo $e->getMessage(); } echo ' '; }
var_dump($m == new Messages([]), new A1 == new A1, new A1 == new B1, new C1 != new C1);
$c = clone $list[1]; $c->v = 9; echo $list[1]->v, $c->v, "\n";
