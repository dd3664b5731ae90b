<?php
class Mail { public $subject; public ?Mail $next = null; public $tags = []; function sub() { return strtoupper((string)$this->subject); } }
$m = new Mail; $m->subject = "hi";
echo $m->next?->subject ?? 'none', "\n";
$n = null;
echo @$n->subject, "|\n";
var_dump(isset($n->subject), isset($m->next->subject), empty($m->next->tags));
function find($k, $list) { foreach ($list as $l) if ($l->subject == $k) return $l; return null; }
$f = find('zz', [$m]);
echo "x", @$f->subject, "y\n";
try { echo $f->sub(); } catch (Error $e) { echo $e->getMessage(), "\n"; }
$x = $f ? $f->sub() : 'no';
echo $x, "\n";
$o = new stdClass;
$o->a = new stdClass; $o->a->b = 5; $o->list = [1,2]; $o->m = $m;
var_dump(isset($o->a->b), isset($o->a->c), isset($o->x->y), isset($o->list[1]), isset($o->list[5]), isset($o->m->subject), isset($o->m->next));
echo $o->m->subject, $o->a->b, "\n";
class Conn { private ?Mail $mail = null; private $log; public function __construct() { $this->log = new Mail; }
 function open() { if (!$this->mail) { $this->mail = new Mail; $this->mail->subject = 'opened'; } return $this->mail->subject . strlen((string)$this->log->subject); }
 function close() { $this->mail = null; } function raw() { return $this->mail->sub(); } function set() { $this->mail->subject = 'x'; } }
$c = new Conn;
foreach (['raw', 'set', 'open', 'raw', 'close', 'raw'] as $step) {
  try { switch ($step) { case 'raw': echo $c->raw(); break; case 'set': $c->set(); break; case 'open': echo $c->open(); break; default: $c->close(); } } catch (Error $e) { echo '[', $e->getMessage(), ']'; }
}
echo "\n";
for ($n = $m; $n; $n = $n->next) echo $n->subject;
while ($f !== null && $f->subject) { $f = $f->next; }
$m->next = new Mail; $m->next->subject = 'second';
$at = $m; while ($at->next !== null) $at = $at->next;
echo $at->subject, $at->next?->sub() ?? 'end', "\n";
find('none', [$m])->sub();
