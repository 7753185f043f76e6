import { EventEmitter } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { LiveScreen } from './live-screen.js';

class RecordedTerminal extends EventEmitter {
  columns = 80;
  rows = 24;
  written: string[] = [];
  write(text: string): void {
    this.written.push(text);
  }
}

let screen: LiveScreen | undefined;
afterEach(() => screen?.close());

function open(): RecordedTerminal {
  const terminal = new RecordedTerminal();
  screen = new LiveScreen(terminal);
  return terminal;
}

test('the cursor is hidden while it is open and comes back once, with what was there before', () => {
  const terminal = open();
  expect(terminal.written.join('')).toBe('\u001b[?1049h\u001b[?25l');
  terminal.written = [];
  screen?.close();
  screen?.close();
  expect(terminal.written).toEqual(['\u001b[?25h\u001b[?1049l']);
  expect(terminal.listenerCount('resize')).toBe(0);
});

test('a frame is one write that clears nothing beforehand, so that nothing flickers', () => {
  const terminal = open();
  screen?.show(() => ['one', 'two']);
  screen?.show(() => ['one']);
  const [, first, second] = terminal.written;
  expect(first).toContain('one\u001b[K\r\ntwo\u001b[K');
  expect(second).toContain('one\u001b[K');
  // What the shorter frame leaves below itself is erased after it is drawn.
  expect(second?.indexOf('\u001b[J')).toBeGreaterThan(second?.indexOf('one') ?? Infinity);
  expect(first).not.toContain('\u001b[2J');
});

test('the same frame is not drawn twice; another size is drawn at once', () => {
  const terminal = open();
  screen?.show(({ columns, rows }) => [`${columns} × ${rows}`]);
  screen?.show(({ columns, rows }) => [`${columns} × ${rows}`]);
  expect(terminal.written).toHaveLength(2);
  terminal.columns = 40;
  terminal.emit('resize');
  expect(terminal.written).toHaveLength(3);
  expect(terminal.written.at(-1)).toContain('40 × 24');
});

test('nothing is drawn after it is closed', () => {
  const terminal = open();
  screen?.close();
  terminal.written = [];
  screen?.show(() => ['late']);
  terminal.emit('resize');
  expect(terminal.written).toEqual([]);
});
