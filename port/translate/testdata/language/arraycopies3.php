<?php
class Tracker { public $counts = []; 
 public function adopt($other, $note)
    {
        if (!$other instanceof Tracker) {
            throw new \InvalidArgumentException('no tracker: ' . gettype($other));
        }
        $this->counts = $other->counts;
        $this->counts[$note] = 1;
        return $note;
    }
   function add($word, $times=1) {
            if (!isset($this->counts[$word])) {
                $this->counts[$word] = 0;
            }
            $this->counts[$word] += $times;
   }
 }
$t = new Tracker; $u = new Tracker; $t->add('a'); $t->add('b'); $t->add('a', 3); $u->adopt($t, 'x'); print_r($u->counts);
foreach ([$t, 'text'] as $x) { try { $u->adopt($x, 'y'); } catch (Exception $e) { echo $e->getMessage(); } }
print_r($u->counts);
