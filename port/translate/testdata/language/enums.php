<?php
enum Suit: string { case Hearts = 'H'; case Spades = 'S'; public function label() { return ucfirst(strtolower($this->name)); } }
echo Suit::Hearts->value, Suit::from('S')->label(), "\n";
