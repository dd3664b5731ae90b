<?php
class Codes {
    public $list = [];
    function __construct() { require __DIR__ . '/codes.inc'; $this->list = $codes; $this->names = $names; }
    public $names;
    function text($c) { include_once __DIR__ . '/texts.inc'; return isset($texts[$c]) ? $texts[$c] : 'none'; }
    function __destruct() { return true; }
}
$codes = 'mine';
$c = new Codes;
$d = new Codes;
print_r($c->list);
print_r($d->names);
echo $c->text(4), "\n", $c->text(4), "\n", $codes, "\n";
function page($title) { $n = 3; include __DIR__ . '/page.inc'; return $n; }
echo page("A & B"), "\n";
