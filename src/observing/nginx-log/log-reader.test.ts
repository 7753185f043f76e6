import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LogReader } from './log-reader.js';

let file: string;
let told: string[];
let readers: LogReader[];

beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), 'serin-log-')), 'observations.log');
  told = [];
  readers = [];
});
afterEach(() => {
  for (const reader of readers) reader.close();
});

function open(startsAtEnd = false): LogReader {
  const reader = new LogReader(file, startsAtEnd, (bytes, start, end) => {
    told.push(bytes.toString('latin1', start, end));
  });
  readers.push(reader);
  return reader;
}

test('a log that is not there yet is read once it is', () => {
  const reader = open();
  reader.read(0);
  appendFileSync(file, 'one\n');
  reader.read(1);
  expect(told).toEqual(['one']);
});

test('half a line waits for its other half', () => {
  const reader = open();
  appendFileSync(file, 'one\ntw');
  reader.read(0);
  expect(told).toEqual(['one']);
  appendFileSync(file, 'o\nthree\n');
  reader.read(1);
  expect(told).toEqual(['one', 'two', 'three']);
});

test('reading goes on after a restart, where it stopped', () => {
  appendFileSync(file, 'one\nhal');
  open().read(0);
  appendFileSync(file, 'f\ntwo\n');
  open(true).read(0);
  expect(told).toEqual(['one', 'half', 'two']);
});

test('a first look that fails is made up for: reading goes on where it stopped before', () => {
  appendFileSync(file, 'one\ntwo\n');
  open().read(0);
  const position = `${file}.position`;
  const kept = readFileSync(position, 'utf8');
  rmSync(position);
  mkdirSync(position);
  const reader = open(true);
  expect(() => reader.read(0)).toThrow('EISDIR');
  rmdirSync(position);
  writeFileSync(position, kept);
  appendFileSync(file, 'three\n');
  reader.read(1);
  expect(told).toEqual(['one', 'two', 'three']);
});

test('what was written before anybody read is no news', () => {
  appendFileSync(file, 'old\n');
  const reader = open(true);
  reader.read(0);
  appendFileSync(file, 'new\n');
  reader.read(1);
  expect(told).toEqual(['new']);
});

test('a renamed log is read to its end, beside the new one', () => {
  const reader = open();
  appendFileSync(file, 'one\n');
  reader.read(0);
  const old = `${file}.old`;
  renameSync(file, old);
  appendFileSync(old, 'late in the old one\n');
  reader.read(10);
  appendFileSync(file, 'new\n');
  reader.read(20);
  appendFileSync(old, 'later\n');
  reader.read(30);
  expect(told.toSorted()).toEqual(['late in the old one', 'later', 'new', 'one']);
  rmSync(old);
  reader.read(10_000);
  appendFileSync(file, 'newer\n');
  reader.read(10_001);
  expect(told.at(-1)).toBe('newer');
});

test('a log that was cut short is read from its start', () => {
  const reader = open();
  appendFileSync(file, 'one\ntwo\n');
  reader.read(0);
  truncateSync(file);
  appendFileSync(file, 'x\n');
  reader.read(1);
  expect(told).toEqual(['one', 'two', 'x']);
});

test('a log of many chunks comes whole', () => {
  const lines = Array.from({ length: 60_000 }, (_, i) => `line ${i} äöü`);
  appendFileSync(file, `${lines.join('\n')}\n`, 'latin1');
  expect(open().read(0)).toBe(true);
  expect(told).toEqual(lines);
});

test('a very long log is read in several goes', () => {
  const line = `${'x'.repeat(999)}\n`;
  appendFileSync(file, line.repeat(10_000));
  const reader = open();
  expect(reader.read(0)).toBe(false);
  expect(told.length).toBeLessThan(10_000);
  expect(reader.read(1)).toBe(true);
  expect(told).toHaveLength(10_000);
});

test('what has no end of line is not waited for without end, and what comes after it is read', () => {
  const reader = open();
  appendFileSync(file, `${'x'.repeat(600_000)}\none\n`);
  reader.read(0);
  expect(told.join('')).toBe(`${'x'.repeat(600_000)}one`);
  expect(told.at(-1)).toBe('one');
});

test('a log that is replaced while it grows is left for the new one', () => {
  const reader = open();
  appendFileSync(file, 'one\n');
  reader.read(0);
  const old = `${file}.old`;
  renameSync(file, old);
  appendFileSync(file, 'new\n');
  for (let nowMs = 5; nowMs <= 500; nowMs += 5) {
    appendFileSync(old, 'old\n');
    reader.read(nowMs);
  }
  expect(told).toContain('new');
  expect(told.filter((line) => line === 'old')).toHaveLength(100);
});
