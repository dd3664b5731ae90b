<?php
class MailException extends Exception {
    private $server;
    public function __construct($message, $server = 'none', $code = 0, $previous = null) { parent::__construct($message, $code, $previous); $this->server = $server; }
    public function getServer() { return $this->server; }
}
class AuthException extends MailException {}
function risky($n) {
    try {
        if ($n == 1) throw new AuthException('auth failed', 'imap.example', 42);
        if ($n == 2) throw new InvalidArgumentException('bad arg');
        if ($n == 3) throw new RuntimeException('runtime', 7);
        if ($n == 4) return 'early';
        echo "no exception; ";
    } catch (InvalidArgumentException $e) {
        echo 'inner ', $e->getMessage(), '; ';
        return 'handled';
    } finally {
        echo "finally $n; ";
    }
    return 'end';
}
for ($i = 0; $i <= 4; $i++) {
    try {
        echo risky($i), "\n";
    } catch (AuthException $e) {
        echo get_class($e), ' ', $e->getMessage(), ' ', $e->getServer(), ' ', $e->getCode(), "\n";
    } catch (MailException | RuntimeException $e) {
        echo get_class($e), ' ', $e->getMessage(), ' ', $e->getCode(), "\n";
    }
}
function wrap() {
    try {
        try { throw new LogicException('low'); }
        catch (Exception $e) { throw new MailException('high', 's', 1, $e); }
    } finally { echo "cleanup\n"; }
}
try { wrap(); } catch (Exception $e) {
    echo $e->getMessage(), "\n";
}
function f() { try { return 'try'; } finally { echo 'in finally '; } }
echo f(), "\n";
function g() { foreach ([1, 2, 3] as $i) { try { if ($i == 2) continue; echo $i; } finally { echo "f$i "; } } }
g();
echo "\n";
try { try { throw new Exception('rethrown'); } catch (Exception $e) { throw $e; } } catch (Exception $e) { echo $e->getMessage(), "\n"; }
$val = fn($v) => $v ?? throw new Exception('was null');
try { echo $val(5); $val(null); } catch (Exception) { echo " caught\n"; }
while (true) { try { throw new Exception('x'); } catch (Exception $e) { break; } }
$retries = 0;
do { try { $retries++; if ($retries < 3) throw new Exception('retry'); echo "ok after $retries\n"; break; } catch (Exception $e) { echo $e->getMessage(), ' '; } } while ($retries < 5);
