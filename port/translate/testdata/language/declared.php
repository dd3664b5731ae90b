<?php
// Without the place of the call, which is a file of PHP.
function message(Throwable $e) { return preg_replace('/, called in.*/', '', $e->getMessage()); }
function parts(string $s, int $n = 3) { $s = explode(',', $s); $n = "n$n"; return count($s) . $n; }
echo parts("a,b,c"), parts("x", 5), "\n";
function opt(?string $s = null) { $s = $s ?? 7; return $s; }
var_dump(opt(), opt("x"));
function deflt(int $a = null) { return $a === null ? 'null' : $a; }
echo deflt(), deflt(3), "\n";
function ret($x): int { return $x; }
function rets($x): string { return $x; }
function retn($x): ?int { return $x; }
var_dump(ret("5"), rets(5), retn(null), retn(5), rets(1.0));
foreach (['x', [], null] as $v) try { var_dump(ret($v)); } catch (TypeError $e) { echo message($e), "\n"; }
class P { public int $n = 1; public ?string $s = null; private string $t = ''; function t($t): self { $this->t = $t; return $this; } function get(): string { return $this->t; } }
$p = new P; $p->n = "12"; var_dump($p->n); $p->s = 5; var_dump($p->s);
try { $p->n = "abc"; } catch (TypeError $e) { echo message($e), "\n"; }
try { $p->n = null; } catch (TypeError $e) { echo message($e), "\n"; }
var_dump($p->t(12)->get());
try { $p->t(null); } catch (TypeError $e) { echo message($e), "\n"; }
try { $p->t([]); } catch (TypeError $e) { echo message($e), "\n"; }
function fl(int $i) { return $i; }
try { echo fl(1.5), "\n"; } catch (TypeError $e) { echo message($e), "\n"; }
try { echo fl("1.0"), fl(" 5 "), fl("1e2"), "\n"; } catch (TypeError $e) { echo message($e), "\n"; }
try { echo fl("1.5"), "\n"; } catch (TypeError $e) { echo message($e), "\n"; }
try { echo fl(1e30), "\n"; } catch (TypeError $e) { echo message($e), "\n"; }
function arr(array $a, array ...$more) { return count($a) + count($more); }
foreach (['x', null, [1, 2], ['a' => 1]] as $v) try { echo arr($v), "\n"; } catch (TypeError $e) { echo message($e), "\n"; }
function vint(int ...$n) { return array_sum($n); }
echo vint(1, "2"), "\n";
try { echo vint("x"); } catch (TypeError $e) { echo message($e), "\n"; }
function few($a, $b) { return 1; }
try { echo few(1); } catch (ArgumentCountError $e) { echo get_class($e), preg_replace('/ in .*? and/', ' and', $e->getMessage()), "\n"; }
$c = function (int $x): string { return $x . '!'; };
echo $c("5"), "\n";
$row = ['id' => '17', 'name' => 'x', 'n' => null];
echo fl($row['id']), "\n";
try { echo fl($row['name']); } catch (TypeError $e) { echo "TE\n"; }
