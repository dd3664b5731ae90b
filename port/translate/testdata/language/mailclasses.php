<?php
namespace App\Imap;
class Attachment implements \JsonSerializable {
    public string $name; public int $size; private string $data; protected ?IncomingMail $mail = null;
    public function __construct(string $name, string $data) { $this->name = $name; $this->data = $data; $this->size = strlen($data); }
    public function setMail(IncomingMail $m): self { $this->mail = $m; return $this; }
    public function jsonSerialize(): array { return ['n' => $this->name, 's' => $this->size]; }
    public function owner() { return $this->mail->subject; }
    public function __toString(): string { return $this->name . ' (' . $this->size . ')'; }
}
class IncomingMailHeader { public $id; public $subject; public $date; public $to = []; }
class IncomingMail extends IncomingMailHeader {
    public $textPlain = ''; protected $attachments = [];
    public function setHeader(IncomingMailHeader $header) { foreach (get_object_vars($header) as $property => $value) { $this->$property = $value; } }
    public function addAttachment(Attachment $a) { $this->attachments[$a->name] = $a->setMail($this); return $this; }
    /** @return Attachment[] */
    public function getAttachments() { return $this->attachments; }
    public function first(): ?Attachment { return reset($this->attachments) ?: null; }
}
class Collection implements \Countable, \IteratorAggregate {
    protected array $items = [];
    public function __construct(array $items = []) { $this->items = $items; }
    public static function make(array $items = []) { return new static($items); }
    public function push($x) { $this->items[] = $x; return $this; }
    public function map(callable $f) { return new static(array_map($f, $this->items)); }
    public function filter(callable $f) { return new static(array_values(array_filter($this->items, $f))); }
    public function first() { return $this->items[0] ?? null; }
    public function count(): int { return count($this->items); }
    public function getIterator(): \Iterator { return new \ArrayIterator($this->items); }
    public function all() { return $this->items; }
    public function isEmpty() { return empty($this->items); }
}
class MessageCollection extends Collection { public function subjects() { $s = []; foreach ($this->items as $m) $s[] = $m->subject; return $s; } }
class Mailbox {
    private $path; private static $count = 0; const DEF = 'INBOX';
    private ?Collection $cache = null; protected $options = ['a' => 1];
    public function __construct($path = self::DEF) { $this->path = $path; self::$count++; }
    public static function count() { return self::$count; }
    public function messages() { if ($this->cache === null) { $this->cache = $this->load(); } return $this->cache; }
    private function load() { $c = MessageCollection::make(); for ($i = 1; $i < 4; $i++) { $h = new IncomingMailHeader; $h->id = $i; $h->subject = "Subj $i"; $m = new IncomingMail; $m->setHeader($h); $m->addAttachment(new Attachment("f$i.txt", str_repeat('x', $i))); $c->push($m); } return $c; }
    public function find($id) { foreach ($this->messages() as $m) if ($m->id == $id) return $m; return null; }
}
$box = new Mailbox;
$ms = $box->messages();
echo count($ms), ' ', implode(',', $ms->subjects()), ' ', get_class($ms), ' ', Mailbox::count(), "\n";
foreach ($ms as $i => $m) { echo $i, $m->id, $m->subject; foreach ($m->getAttachments() as $n => $a) echo " $n=$a ", $a->owner(); echo "\n"; }
$m = $box->find(2); echo $m->subject, json_encode($m), json_encode($m->first()), "\n";
$x = $box->find(99); echo $x === null ? 'none' : $x->subject, $x?->subject ?? 'nil', "\n";
try { $box->find(77)->first(); } catch (\Error $e) { echo get_class($e), $e->getMessage(), "\n"; }
echo $ms->filter(function ($m) { return $m->id > 1; })->map(fn($m) => $m->subject)->first(), "\n";
print_r($ms->first());
echo Attachment::class, "\n";
var_dump($ms instanceof Collection, $ms instanceof \Countable, $ms->isEmpty());
