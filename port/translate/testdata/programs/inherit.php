<?php
namespace App\Mail;
use InvalidArgumentException as IAE;
abstract class Message {
    protected $headers = ['Date' => 'now'];
    protected ?string $subject = null;
    private static ?Message $last = null;
    abstract protected function kind(): string;
    public function __toString() { return $this->kind() . ":" . ($this->subject ?? 'none'); }
    public function subject(string $s): static { $this->subject = $s; self::$last = $this; return $this; }
    public static function last(): ?Message { return self::$last; }
    public function header(string $name, $default = null) { return $this->headers[$name] ?? $default; }
    public function set($name, $value) { $this->headers[$name] = $value; }
    public function all() { $out = []; foreach ($this->headers as $k => $v) { $out[] = "$k=$v"; } return join(";", $out); }
}
class Text extends Message { protected function kind(): string { return "text"; } }
class Html extends Message {
    protected function kind(): string { return "html" . count($this->headers); }
    public function all() { return "<" . parent::all() . ">"; }
}
$t = (new Text)->subject("Hi");
$h = new Html;
$h->set("X", 5);
echo $t, " ", $h, " ", $h->header("X"), $h->header("Y", "def"), var_export($h->header("Z"), true), "\n";
echo $h->all(), $t->all(), "\n";
echo Message::last()->header("Date"), "\n";
function build(array $parts, callable $f) { $r = []; foreach ($parts as $p) { $r[] = $f($p); } return $r; }
echo implode(",", build(["a", "b"], 'strtoupper')), implode(",", build(["a"], fn($x) => $x . "!")), "\n";
function check($v) { if (!is_int($v)) { throw new IAE("not int: " . gettype($v)); } return $v; }
try { check(5); check("x"); } catch (IAE $e) { echo $e->getMessage(), "\n"; }
trait Logs { private $log = []; function log($m) { $this->log[] = $m; return count($this->log); } function dump() { return implode("|", $this->log); } }
class Svc { use Logs; public $opts; function __construct(array $opts = []) { $this->opts = array_merge(['a' => 1, 'b' => 2], $opts); } }
$s = new Svc(['b' => 3]); $s->log("x"); $s->log("y"); echo $s->dump(), $s->opts['a'], $s->opts['b'], "\n";
class Node { public $next = null; public $v; function __construct($v) { $this->v = $v; } }
$n = new Node(1); $n->next = new Node(2); $n->next->next = new Node(3);
for ($p = $n; $p; $p = $p->next) echo $p->v; echo "\n";
class Tree { public $kids = []; public $name; function __construct($n) { $this->name = $n; } function add(Tree $t) { $this->kids[] = $t; return $this; }
 function show($d = 0) { $o = str_repeat(" ", $d) . $this->name . "\n"; foreach ($this->kids as $k) $o .= $k->show($d + 1); return $o; } }
echo (new Tree("a"))->add((new Tree("b"))->add(new Tree("c")))->add(new Tree("d"))->show();
$conf = ['db' => ['host' => 'h', 'port' => 3]]; echo $conf['db']['host'] . $conf['db']['port'] . ($conf['x']['y'] ?? '-'), "\n";
$q = new \stdClass; $q->items = []; $q->items['k'] = ['v' => 1]; $q->items['k']['v']++; echo $q->items['k']['v'], "\n";
const LIMIT = 10; define('NAME', 'const'); echo LIMIT, NAME, "\n";
$i = 10; $r = ''; while ($i --> 7) { $r .= $i; } echo $r, "\n";
$a1 = ['x' => ['y' => 1]]; $a2 = $a1; $a2['x']['y'] = 2; echo $a1['x']['y'], $a2['x']['y'], "\n";
$val = "10"; $val += 5; echo $val, "\n"; $val .= "x"; echo $val, "\n";
$z = null; $z[] = 1; $z['k'] = 2; echo count($z), "\n";
$big = PHP_INT_MAX; echo $big, "\n";
$und = @$undefined['x']; var_dump($und);
echo $t instanceof Message ? 'y' : 'n', $t instanceof Html ? 'y' : 'n', "\n";
