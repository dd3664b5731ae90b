<?php
class MyEx extends Exception {
  const TEXT = 'from const';
  protected $message = self::TEXT; protected $code = 7; public $extra = 1;
  public function previous() { return 5; } public function path() { return 'p'; }
}
class Child extends MyEx { protected $code = 9; }
class Own extends RuntimeException {
  public function __construct($message, $code = 0, $previous = null) {
     parent::__construct($message, $code, $previous);
     $this->message .= '!';
     $this->message = "[" . $this->message . "]";
     $this->code++;
  }
  public function __toString() { return __CLASS__ . ": [{$this->code}]: {$this->message}\n"; }
}
class Plain extends Exception {
  protected $message = 'plain';
  public function __construct() { parent::__construct(); $this->code = 44; }
}
class NoCall extends Exception {
  protected $message = 'nocall';
  private $who;
  public function __construct($who) { $this->who = $who; $this->message .= " $who"; }
  public function who() { return $this->who; }
}
class Line extends Exception { function where() { return basename($this->file) . ':' . $this->line; } }
foreach (array(0,1,2,3,4,5,6,7) as $i) {
  try {
    switch ($i) {
      case 0: throw new MyEx();
      case 1: throw new MyEx('given', 3);
      case 2: throw new MyEx('only message');
      case 3: throw new Child;
      case 4: throw new Child('x');
      case 5: throw new Own('why', 2);
      case 6: throw new Plain();
      case 7: throw new NoCall('me');
    }
  } catch (Own $e) { echo $e, get_class($e), "\n";
  } catch (NoCall $e) { echo $e->getMessage(), $e->who(), "\n";
  } catch (Exception $e) { echo get_class($e), ' ', $e->getMessage(), ' ', $e->getCode(), "\n"; }
}
try { throw new Line('z'); } catch (Line $e) { echo $e->where(), "\n"; }
abstract class A { protected $a = 1; public $list = array(1); abstract function f(); }
abstract class B extends A { protected $b = 2; }
class C extends B { protected $c = 3; function f() { return $this->a . $this->b . $this->c . count($this->list); } }
class D extends C { protected $a = 10; }
echo (new C)->f(), (new D)->f(), "\n";
abstract class Base extends Exception { protected $kind = 'base'; protected $message = 'abstract'; function kind() { return $this->kind; } }
class Leaf extends Base { public $n = 3; }
class Leaf2 extends Leaf { public $m = 4; protected $kind = 'leaf2'; public function __construct($m) { $this->m = $m; } }
foreach (array(1,2,3) as $i) {
try { if ($i == 1) throw new Leaf; if ($i == 2) throw new Leaf2(9); throw new Leaf('given', 5); }
catch (Leaf2 $e) { echo $e->kind(), $e->n, $e->m, $e->getMessage(), "\n"; }
catch (Leaf $e) { echo get_class($e), $e->getMessage(), "\n"; }
}
$l = new Leaf2(1); echo $l->kind(), $l->n, $l->getMessage(), "\n";
$l = new Leaf('q'); echo $l->kind(), $l->n, $l->getMessage(), "\n";
