<?php
class Animal {
    const KIND = 'animal';
    public static $count = 0;
    protected $name;
    private $tags = array();
    public $sound = "...";
    public function __construct($name) { $this->name = $name; self::$count++; }
    public function getName() { return $this->name; }
    public function speak() { return $this->getName() . " says " . $this->sound() . " (" . static::KIND . ")"; }
    public function sound() { return $this->sound; }
    public function tag($t) { $this->tags[] = $t; return $this; }
    public function tags() { return implode("+", $this->tags); }
    public static function create($n) { return new self($n); }
}
class Dog extends Animal {
    public $tricks = ['sit'];
    public function __construct($name, $trick = null) { parent::__construct($name); if ($trick) $this->tricks[] = $trick; }
    public function sound() { return "Woof"; }
}
$a = new Animal("Cat"); $d = new Dog("Rex", "roll");
echo $a->speak(), "; ", $d->speak(), "; ", Animal::$count, "; ", Animal::KIND, "\n";
echo $a->tag("x")->tag("y")->tags(), "\n";
echo implode(",", $d->tricks), " ", Animal::create("Z")->getName(), "\n";
$list = [$a, $d];
foreach ($list as $x) { echo $x->getName(), " ", $x->sound(), "\n"; }
class MyEx extends Exception { }
class Other extends RuntimeException { public $extra; function __construct($m, $extra) { parent::__construct($m, 7); $this->extra = $extra; } }
function risky($n) {
    if ($n == 1) throw new MyEx("one");
    if ($n == 2) throw new Other("two", "more");
    if ($n == 3) throw new InvalidArgumentException("three", 33);
    return "ok$n";
}
for ($i = 0; $i < 4; $i++) {
    try {
        $r = risky($i);
        if ($i == 0) { echo "cont "; continue; }
        echo $r;
    } catch (MyEx $e) {
        echo "MyEx:", $e->getMessage(), " ";
    } catch (Other $e) {
        echo "Other:", $e->getMessage(), $e->extra, $e->getCode(), " ";
    } catch (Exception $e) {
        echo get_class($e), ":", $e->getMessage(), $e->getCode(), " ";
    } finally {
        echo "fin$i ";
    }
}
echo "\n";
function tf() { try { return "try"; } finally { echo "cleanup "; } }
echo tf(), "\n";
function nested() { try { try { throw new MyEx("in"); } catch (InvalidArgumentException $e) { return "no"; } } catch (MyEx $e) { return "outer " . $e->getMessage(); } return "none"; }
echo nested(), "\n";
$o = new stdClass; $o->a = 1; $o->list[] = 5; $o->list[] = 6; $o->sub = new stdClass; $o->sub->x = 'y';
echo $o->a, count($o->list), $o->sub->x, isset($o->zz) ? 1 : 0, "\n";
foreach ($o as $k => $v) { echo $k, " "; }
echo "\n";
interface Shape { public function area(); }
abstract class Base implements Shape { public function describe() { return "shape " . number_format($this->area(), 2); } }
class Sq extends Base { private $s; function __construct($s) { $this->s = $s; } public function area() { return $this->s * $this->s; } }
class Ci extends Base { public function __construct(private float $r) {} public function area() { return 3.14159 * $this->r ** 2; } }
echo (new Sq(3))->area(), " ", (new Ci(2))->area(), "\n";
var_dump($a instanceof Animal, $d instanceof Animal);
$c = clone $a; $c->tag("z"); echo $a->tags(), " ", $c->tags(), "\n";
class Lazy { private $conn = null; private $n = 0; function get() { if ($this->conn === null) { $this->conn = "c" . ++$this->n; } return $this->conn; } function set($v) { $this->conn = $v; } }
$z = new Lazy; echo $z->get(), $z->get(), "\n"; $z->set(null); echo $z->get(), "\n";
echo $o?->a, $o?->none?->x ?? 'nil', "\n";
throw new Exception("at the end");
