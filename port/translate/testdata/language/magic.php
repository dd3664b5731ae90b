<?php
class Bag {
    private $data = ['a' => 1];
    public $real = 'r';
    public function __get($n) { echo "get $n;"; return isset($this->data[$n]) ? $this->data[$n] : null; }
    public function __set($n, $v) { echo "set $n;"; $this->data[$n] = $v; }
    public function __isset($n) { return isset($this->data[$n]); }
    public function __unset($n) { unset($this->data[$n]); }
    public function __call($n, $args) { return $n . '(' . implode(',', $args) . ')'; }
    public static function __callStatic($n, $args) { return "static $n" . count($args); }
    public function __invoke($x) { return "invoked $x"; }
}
$b = new Bag;
echo $b->a, "\n";
$b->color = 'red';
echo $b->color, $b->real, "\n";
var_dump(isset($b->color), isset($b->none), empty($b->a));
unset($b->color);
var_dump(isset($b->color));
echo $b->doIt(1, 'two'), Bag::make(5), $b(3), "\n";
class Fluent { private $parts = []; public function __call($m, $a) { $this->parts[] = $m; return $this; } public function out() { return implode('>', $this->parts); } }
$f = new Fluent;
echo $f->select()->from()->where()->out(), "\n";
