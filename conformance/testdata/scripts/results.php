<?php
// The values that functions return, as scripts treat them: shown, copied, changed,
// walked through, compared.
// mailbox INBOX multipart-mixed recipients-500 calendar

require __DIR__ . '/lib/mail.php';

foreach ([IMAP, POP3] as $server) {
    echo "== $server\n";
    $mbox = imap_open($server . 'INBOX', USER, PASSWORD);
    $results = [
        'header' => imap_headerinfo($mbox, 1), 'structure' => imap_fetchstructure($mbox, 1), 'part' => imap_bodystruct($mbox, 1, '1'),
        'overview' => imap_fetch_overview($mbox, '1,3'), 'check' => imap_check($mbox), 'info' => imap_mailboxmsginfo($mbox),
        'status' => imap_status($mbox, $server . 'INBOX', SA_MESSAGES | SA_RECENT), 'search' => imap_search($mbox, 'ALL'),
        'mailboxes' => imap_getmailboxes($mbox, $server, '*'), 'words' => imap_mime_header_decode('=?utf-8?q?a?= b'), 'addresses' => imap_rfc822_parse_adrlist('a@b, C <d>', 'h'),
    ];
    unset($results['check']->Date, $results['info']->Date);
    foreach ($results as $name => $result) {
        echo "-- $name\n";
        var_dump($result);
        print_r($result);
        var_export($result);
        echo json_encode($result, JSON_PRETTY_PRINT), "\n", serialize($result), "\n";
        foreach ($result as $key => $value) {
            echo gettype($key), " $key ", gettype($value), "\n";
        }
        countProperties($result);
        $copy = $result;
        if (is_object($result)) {
            $clone = clone $result;
            $copy->added = 1;
            var_dump(isset($result->added), isset($clone->added), $clone == $result, $copy === $result, get_class($result), get_object_vars($clone) === (array) $clone);
            $clone->deep = &$clone->added;
            $clone->deep = 2;
            var_dump($clone->added, property_exists($result, 'nothing'), $result?->nothing ?? 'none');
        } else {
            $copy[] = 'added';
            $reference = &$copy[0];
            $reference = 'changed';
            var_dump(count($result), count($copy), $result[0] === $copy[0], array_is_list($result));
            is_object($result[0]) && var_dump(clone $result[0] == $result[0]);
        }
        var_dump(unserialize(serialize($result)) == $result);
    }
    // Two calls make two objects.
    var_dump(imap_headerinfo($mbox, 1) === imap_headerinfo($mbox, 1), imap_headerinfo($mbox, 1) == imap_headerinfo($mbox, 1));
    ['parts' => $parts] = (array) $results['structure'];
    foreach ($parts as &$part) {
        $part->subtype = strtolower($part->subtype);
    }
    unset($part);
    echo implode(' ', array_column($parts, 'subtype')), ' ', $results['structure']->parts[0]->subtype, "\n";
    usort($results['overview'], fn ($a, $b) => $b->size <=> $a->size);
    echo implode(' ', array_column($results['overview'], 'size')), "\n";
}

function countProperties(mixed $value): void
{
    echo is_object($value) ? count(get_object_vars($value)) : count($value), "\n";
}
