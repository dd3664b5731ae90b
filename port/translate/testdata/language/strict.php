<?php
declare(strict_types=1);
function f(int $a) { return $a; }
function g(float $a) { return $a; }
function s(string $a): string { return $a; }
function r($a): int { return $a; }
var_dump(f(1), g(1), s("x"), r(5));
foreach (["5", 1.0, true, null] as $v) { try { f($v); } catch (TypeError $e) { echo "f ", preg_replace('/, called.*/', '', $e->getMessage()), "\n"; } 
try { r($v); } catch (TypeError $e) { echo "r ", $e->getMessage(), "\n"; } }
try { s(5); } catch (TypeError $e) { echo "s\n"; }
try { f("5"); } catch (TypeError $e) { echo "f\n"; }
