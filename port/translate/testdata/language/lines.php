<?php
class StoreException extends Exception { private $extra; public function __construct($m, $extra = 'none', ?Throwable $p = null) { parent::__construct($m, 7, $p); $this->extra = $extra; } function extra() { return $this->extra; } }
try { throw new RuntimeException('here'); } catch (Exception $e) { echo 'line ', $e->getLine(), ' ', basename($e->getFile()), "\n"; }
function f() { throw new StoreException('deep', 'x'); }

try { try { f(); } catch (Exception $x) { throw new LogicException('outer', 1, $x); } } catch (Exception $e) { echo $e->getPrevious()->getLine(), ' ', $e->getLine(), "\n"; $p = $e; while ($p = $p->getPrevious()) { echo get_class($p), $p->getMessage(), "\n"; } }
$e = new Exception('made');
echo $e->getLine(), "\n";
try { throw $e; } catch (Exception $z) { echo $z->getLine(), "\n"; }

echo $e->getTraceAsString(), "\n";
