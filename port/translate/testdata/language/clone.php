<?php
class Point {
    public $x = 1;
    public $o;
    public function __clone() { if ($this->o) $this->o = clone $this->o; }
    public function __toString(): string { return "($this->x)"; }
}
$p = new Point;
$p->o = new Point;
$q = clone $p;
$q->x = 5;
$q->o->x = 9;
echo $p, $q, $p->o, $q->o, ' ' . $p . "\n";
echo strlen($p), str_replace('(', '[', $q), "\n";
class D { public function __destruct() { echo "bye\n"; } }
