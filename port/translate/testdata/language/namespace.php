<?php
namespace App\Mail;

use InvalidArgumentException;
use App\Mail\Parser as P;

const LIMIT = 10;
interface Reader {}
class Parser implements Reader {
    const NAME = __CLASS__;
    public static function parse(string $s): array {
        if ($s === '') throw new InvalidArgumentException('empty');
        return explode(' ', $s);
    }
}
class Special extends Parser { public function cls() { return static::class; } }
function helper($x) { return strtoupper($x) . \strlen($x); }
echo helper('abc'), ' ', P::NAME, ' ', Parser::class, ' ', __NAMESPACE__, ' ', LIMIT, ' ', \PHP_INT_SIZE, "\n";
try { \App\Mail\Parser::parse(''); } catch (\Exception $e) { echo \get_class($e), "\n"; }
echo implode('|', P::parse('a b')), (new Special)->cls(), "\n";
var_dump(new Special instanceof Reader);
echo \App\Mail\helper('q'), namespace\helper('r'), "\n";
