package functions

import "iter"

// arrayIterator is PHP's class ArrayIterator.
type arrayIterator struct {
	items *Array[any]
	keys  []any
	at    int
}

// newArrayIterator is new ArrayIterator.
//
//php:method ArrayIterator::__construct(array = nil)
func newArrayIterator(items *Array[any]) *arrayIterator {
	if items == nil {
		items = newArray[any]()
	}
	return &arrayIterator{items: items.Clone(), keys: items.Keys()}
}

func (*arrayIterator) phpClass() string { return "ArrayIterator" }

func (i *arrayIterator) phpEach() iter.Seq2[any, any] { return i.items.All() }

func (i *arrayIterator) phpCount() int { return i.items.Len() }

// count is ArrayIterator::count.
//
//php:method ArrayIterator::count()
func (i *arrayIterator) count() int { return i.items.Len() }

// rewind is ArrayIterator::rewind.
//
//php:method ArrayIterator::rewind()
func (i *arrayIterator) rewind() { i.at = 0 }

// valid is ArrayIterator::valid.
//
//php:method ArrayIterator::valid()
func (i *arrayIterator) valid() bool { return i.at < len(i.keys) }

// next is ArrayIterator::next.
//
//php:method ArrayIterator::next()
func (i *arrayIterator) next() { i.at++ }

// key is ArrayIterator::key.
//
//php:method ArrayIterator::key()
func (i *arrayIterator) key() any {
	if !i.valid() {
		return nil
	}
	return i.keys[i.at]
}

// current is ArrayIterator::current.
//
//php:method ArrayIterator::current()
func (i *arrayIterator) current() any {
	if !i.valid() {
		return nil
	}
	return i.items.Get(i.keys[i.at])
}
