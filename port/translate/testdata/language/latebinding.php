<?php
class Bag { private $data = ['x' => 1];
 function __get($n) { return $this->data[$n] ?? null; }
 function __set($n, $v) { $this->data[$n] = $v; }
 function __isset($n) { return isset($this->data[$n]); }
 function __unset($n) { unset($this->data[$n]); }
 function __call($n, $args) { return $n . '(' . implode(',', $args) . ')'; }
 static function __callStatic($n, $args) { return "static $n"; }
 function __toString() { return json_encode($this->data); }
 function __invoke($a) { return $a * 2; }
}
$b = new Bag; $b->y = 2; echo $b->x, $b->y, isset($b->z) ? 'set' : 'unset', "\n";
unset($b->x); echo $b, "\n"; echo $b->doIt(1, 2), Bag::make(), $b(4), "\n";
class A { static function create() { return new static; } function who() { return static::class . get_class($this) . static::NAME; } const NAME = 'a'; }
class B extends A { const NAME = 'b'; }
echo (new A)->who(), B::create()->who(), A::create()->who(), "\n";
class Model { protected static $table = 'models'; protected static $made = []; const KEY = 'id'; public $v;
 public static function table() { return static::$table; } public static function find($id) { $o = new static; $o->v = $id; static::note($o); return $o; }
 protected static function note($o) { self::$made[] = get_class($o) . '#' . $o->v; } public static function made() { return implode(',', self::$made); }
 public function describe() { return static::table() . '/' . static::KEY . '=' . $this->v . ' ' . $this->kind(); } protected function kind() { return 'model'; }
 public static function setTable($t) { static::$table = $t; } }
class User extends Model { protected static $table = 'users'; const KEY = 'uid'; protected function kind() { return 'user ' . parent::kind(); } public static function admin() { return parent::find(1); } }
class Admin extends User { protected static function note($o) { echo 'admin! '; parent::note($o); } }
echo Model::find(5)->describe(), ' ', User::find(6)->describe(), ' ', Admin::find(7)->describe(), ' ', Admin::admin()->describe(), "\n";
User::setTable('people'); echo Model::table(), User::table(), Admin::table(), Model::made(), "\n";
$u = new Admin; echo $u::KEY, get_class($u), $u::table(), $u instanceof Model ? 'M' : '', "\n";
