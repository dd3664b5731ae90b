<!DOCTYPE html>
<?php $title = 'Inbox & more'; $rows = array(array('from' => 'A <a@x>', 'n' => 1), array('from' => 'B', 'n' => 2)); ?>
<title><?= htmlspecialchars($title) ?></title>
<?php if (count($rows) > 0): ?>
<table>
<?php foreach ($rows as $i => $row): ?>
  <tr class="<?= $i % 2 ? 'odd' : 'even' ?>"><td><?php echo htmlspecialchars($row['from']); ?></td><td><?=$row['n']?></td></tr>
<?php endforeach; ?>
</table>
<?php else: ?>
<p>None</p>
<?php endif ?>
<?php for ($i = 1; $i <= 3; $i++) { ?>
page <?= $i ?>

<?php } ?>
<?php while ($rows): array_pop($rows) ?>
popped
<?php endwhile; function block($x) { ?>
  <b><?= $x ?></b>
<?php } block('one'); block('two');
?>
tail
<?php
echo "done";
?>
