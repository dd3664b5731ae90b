<?php
class StoreException extends Exception {}
try {
    try { throw new LogicException('low', 3); }
    catch (Exception $e) { throw new StoreException('high', 1, $e); }
} catch (Exception $e) {
    echo get_class($e), $e->getMessage(), ' <- ', $e->getPrevious()->getMessage(), $e->getPrevious()->getCode(), get_class($e->getPrevious()), "\n";
    for ($p = $e; $p; $p = $p->getPrevious()) echo $p->getMessage(), ';';
}
echo "\n";
try { throw new RuntimeException('here'); } catch (Exception $e) { echo 'line ', $e->getLine(), ' ', basename($e->getFile()), $e->getPrevious() === null ? 'none' : 'some', "\n"; }
