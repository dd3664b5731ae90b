<?php
interface Handler { const V = 2; public function handle($m); }
interface Named { public function name(); }
trait Logs {
    protected $lines = [];
    public static $made = 0;
    public function log($m) { $this->lines[] = $this->prefix() . $m; self::$made++; return $this; }
    abstract function prefix();
    public function lines() { return $this->lines; }
}
trait Hello { public function hello() { return 'Hello from ' . __CLASS__ . ' ' . static::class . ' ' . self::class; } }
abstract class Base implements Handler, Named {
    use Logs, Hello;
    public function handle($m) { $this->log($this->name() . ' got ' . $m); return $this->process($m); }
    protected function process($m) { return strtoupper($m); }
    public function prefix() { return '[' . static::LEVEL . '] '; }
    const LEVEL = 'base';
}
class A extends Base {
    const LEVEL = 'A';
    public function name() { return 'a'; }
}
class B extends A {
    const LEVEL = 'B';
    public function name() { return parent::name() . 'b'; }
    protected function process($m) { return parent::process($m) . '!'; }
}
function run(Handler $h) { return $h->handle('msg'); }
foreach ([new A, new B] as $h) {
    echo run($h), ' ', implode(';', $h->lines()), ' ', $h->hello(), "\n";
}
echo Base::LEVEL, B::LEVEL, Handler::V, "\n";
class Counter {
    private static $instance = null;
    private $n = 0;
    private function __construct() {}
    public static function get() { if (self::$instance === null) self::$instance = new self(); return self::$instance; }
    public function inc() { return ++$this->n; }
}
Counter::get()->inc();
echo Counter::get()->inc(), "\n";
class P { public static function who() { return 'P'; } public static function test() { return static::who() . self::who(); } }
class C extends P { public static function who() { return 'C'; } }
echo P::test(), C::test(), "\n";
class Node { public $next = null; public $v; function __construct($v, ?Node $next = null) { $this->v = $v; $this->next = $next; } }
$list = null;
foreach ([1, 2, 3] as $v) $list = new Node($v, $list);
for ($n = $list; $n; $n = $n->next) echo $n->v;
echo "\n";
class Tree { public $kids = []; public $name; function __construct($n) { $this->name = $n; } function add(Tree $t) { $this->kids[] = $t; return $t; } function show($d = 0) { echo str_repeat('  ', $d), $this->name, "\n"; foreach ($this->kids as $k) $k->show($d + 1); } }
$t = new Tree('INBOX');
$t->add(new Tree('Sent'))->add(new Tree('2024'));
$t->add(new Tree('Trash'));
$t->show();
class Config { private static $v = ['a' => ['b' => 1]]; static function get($k, $d = null) { return self::$v[$k] ?? $d; } static function set($k, $x) { static::$v[$k] = $x; } const MAP = ['x' => 1, 'y' => [2, 3]]; }
Config::set('n', 5);
echo json_encode(Config::get('a')), Config::get('n'), Config::get('zz', 'dd'), Config::MAP['y'][1], "\n";
$anon = new class(5) { public $n; function __construct($n) { $this->n = $n; } function twice() { return $this->n * 2; } };
echo $anon->twice(), "\n";
