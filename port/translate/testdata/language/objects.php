<?php
class Base { protected $id = 7; private $secret = 's'; public $open = [1, 'a' => null]; }
class Mail extends Base implements JsonSerializable { public string $subject = "S"; public ?Mail $prev = null; private $secret = 't'; static $count = 0; const X = 1; public int $late;
 function jsonSerialize(): mixed { return ['subject' => $this->subject]; } }
class Plain { public $a = 1; public $b = 2.5; protected $c = true; private $d = null; public $e; function __construct() { $this->e = new Empty1; } }
class Empty1 {}
$m = new Mail; $p = new Plain;
print_r($m); echo "\n"; print_r([1, $p]); 
var_dump($m);
echo json_encode($m), json_encode($p), json_encode([new Empty1, 'x' => $p]), "\n";
var_export($p); echo "\n";
echo print_r($p, true);
var_dump((array)$p === [], count((array)new Empty1));
foreach ($p as $k => $v) { echo $k, '=', is_object($v) ? get_class($v) : $v, "\n"; }
print_r(get_object_vars($p));
var_dump($p == new Plain, $p === $p, $p instanceof Plain);
$q = clone $p; $q->a = 9; echo $p->a, $q->a, "\n";
class Node2 { public $kids = []; public ?Node2 $up = null; public $name; function __construct($n) { $this->name = $n; } function add(Node2 $k) { $k->up = $this; $this->kids[] = $k; return $this; } }
$t = (new Node2('root'))->add(new Node2('kid'));
print_r($t);
echo json_encode(['late' => new Mail, 'list' => [$p]], JSON_PRETTY_PRINT), "\n";
class Extra extends Base { protected $id = 8; }
$x = new Extra; $x->dynamic = 'd'; print_r($x); print_r((array)$x === [] ? 'empty' : array_keys(get_object_vars($x)));
var_dump($x == new Extra, $x != clone $x, new Empty1 == new Empty1, $x == $p, [new Empty1] == [new Empty1]);
foreach ([new Base, new Extra] as $o) { print_r($o); }
