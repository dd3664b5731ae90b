<?php
class Circle { private $r = 2; public function area() { return $this->r * 3; } public function name() { return 'circle'; } }
$class = 'Circle';
$dyn = new $class();
echo $dyn->area(), "\n";
$method = 'name';
echo $dyn->$method(), call_user_func([$dyn, $method]), "\n";
$prop = 'color';
$o = new stdClass;
$o->$prop = 'red';
$o->{'a b'} = 1;
echo $o->color, $o->{'a b'}, json_encode($o), "\n";
$name = 'x';
$$name = 5;
echo $x, "\n";
