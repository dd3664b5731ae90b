<?php
mb_internal_encoding('UTF-8');
echo mb_encode_mimeheader('Grüße aus Köln', 'UTF-8', 'B'), "\n";
echo mb_encode_mimeheader('Grüße aus Köln', 'UTF-8', 'Q'), "\n";
echo mb_encode_mimeheader('plain text', 'UTF-8'), "\n";
echo mb_encode_mimeheader('Ein sehr langer Betreff mit Ümlauten, der über die Grenze von fünfundsiebzig Zeichen hinausgeht', 'UTF-8', 'B', "\r\n", 9), "\n";
echo mb_encode_mimeheader('Ein sehr langer Betreff mit Ümlauten, der über die Grenze von fünfundsiebzig Zeichen hinausgeht', 'UTF-8', 'Q', "\n"), "\n";
echo mb_encode_mimeheader('Grüße', 'ISO-8859-1', 'Q'), "\n";
echo mb_strimwidth('Hello World', 0, 8, '...'), mb_strimwidth('Grüße aus Köln', 0, 10, '…'), mb_strwidth('日本語ab'), "\n";
