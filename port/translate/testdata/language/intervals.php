<?php
date_default_timezone_set('Europe/Berlin');
$t = 1709164800;
echo date('D, d M Y H:i:s O', $t), '|', date('r', $t), '|', date('c', $t), '|', date('N jS z t L o W y n G g A B u e I T P U', $t), "\n";
echo mktime(12, 0, 0, 2, 29, 2024), ' ', gmmktime(12, 0, 0, 2, 29, 2024), ' ', strtotime('2024-02-29 12:00'), ' ', strtotime('+1 week', $t), ' ', date('Y-m-d', strtotime('last monday', $t)), date('Y-m-d', strtotime('first day of next month', $t)), "\n";
$d = new DateTime('2024-02-28 23:30:00', new DateTimeZone('UTC'));
$d->modify('+1 day'); echo $d->format('Y-m-d H:i'), ' ', $d->getTimestamp(), "\n";
$d->setTimezone(new DateTimeZone('America/New_York')); echo $d->format('c T e'), $d->getOffset(), $d->getTimezone()->getName(), "\n";
$a = new DateTime('2024-01-01'); $b = new DateTime('2024-03-15 13:14:15');
$i = $a->diff($b); echo $i->days, ' ', $i->m, ' ', $i->d, ' ', $i->h, ' ', $i->y, $i->i, $i->s, $i->invert, ' ', $i->format('%a days %R %y-%m-%d %h:%i:%s %H:%I:%S %%'), "\n";
echo $a < $b ? 'before' : 'after', $a == $b ? 'same' : 'diff', "\n";
$d2 = (clone $a)->add(new DateInterval('P1M2DT3H')); echo $d2->format('Y-m-d H:i'), "\n"; $d2->sub(new DateInterval('P10D')); echo $d2->format('Y-m-d H:i'), "\n";
$im = new DateTimeImmutable('2024-05-05'); $im2 = $im->modify('-1 day'); echo $im->format('d'), $im2->format('d'), $im->add(new DateInterval('PT36H'))->format('d H'), "\n";

$x = DateTime::createFromFormat('d/m/Y H:i', '15/08/2023 10:30'); echo $x->format('Y-m-d\TH:i:s'), "\n"; var_dump(DateTime::createFromFormat('Y-m-d', 'bad'));
$x->setDate(2020, 2, 30)->setTime(25, 0, 5); echo $x->format('Y-m-d H:i:s'), "\n"; $x->setTimestamp(0); echo $x->format('c'), "\n";
print_r(getdate(0)); print_r(checkdate(2, 30, 2024)); echo date_create('2024-01-01')->format('U'), "\n";
echo date_diff(date_create('2024-01-01'), date_create('2024-12-25'))->format('%a %R%d'), date_format(date_create('2000-01-01'), 'Y'), date_default_timezone_get(), idate('Y', 0), "\n";
echo strftime('%Y-%m-%d', 0), "\n"; 
echo (new DateInterval('P2Y4DT6H8M'))->format('%y %d %h %i'), (new DateTimeZone('Europe/Paris'))->getOffset(new DateTime('2024-07-01')), "\n";
echo date(DATE_RFC2822, 0), date(DATE_ATOM, 0), gmdate('D, d M Y H:i:s', 0), ' GMT', "\n"; 
