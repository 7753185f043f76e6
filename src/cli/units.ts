import { InvalidArgumentError } from 'commander';
import { size, time, type Unit } from '../config/units.js';

/** A size with its unit (`16MiB`), in bytes. */
export function parseBytes(text: string): number {
  return parseQuantity(text, size);
}

/** A time with its unit (`30s`), in milliseconds. */
export function parseDurationMs(text: string): number {
  return parseQuantity(text, time);
}

/** A share of traffic, with or without its sign (`10`, `0.5%`), in percent. */
export function parsePercentage(text: string): number {
  const [, number = ''] = /^(\d+(?:\.\d+)?) ?%?$/.exec(text.trim()) ?? [];
  if (number !== '' && Number(number) <= 100) return Number(number);
  throw new InvalidArgumentError('Expected a percentage from 0 to 100: 10, 0.5%.');
}

/** A percentage of anything, with or without its sign (`0.5%`, `20`), as a share: up to 1,000%. */
export function parseRelative(text: string): number {
  const [, number = ''] = /^(\d+(?:\.\d+)?) ?%?$/.exec(text.trim()) ?? [];
  if (number !== '' && Number(number) <= 1000) return Number(number) / 100;
  throw new InvalidArgumentError('Expected a percentage from 0 to 1000: 20, 0.5%.');
}

/** A number of things: one or more. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text.trim()) && count > 0 && Number.isSafeInteger(count)) return count;
  throw new InvalidArgumentError('Expected a whole number from 1.');
}

/** The sequence of an event: 0 or more. */
export function parseSequence(text: string): number {
  const sequence = Number(text);
  if (/^\d+$/.test(text.trim()) && Number.isSafeInteger(sequence)) return sequence;
  throw new InvalidArgumentError('Expected a whole number from 0.');
}

/** A rate or spread: a number above 0, with or without fractions. */
export function parsePositive(text: string): number {
  const trimmed = text.trim();
  const number = Number(trimmed);
  if (/^\d+(?:\.\d+)?$/.test(trimmed) && number > 0 && number < Infinity) return number;
  throw new InvalidArgumentError('Expected a number above 0: 50, 0.5.');
}

function parseQuantity(text: string, unit: Unit): number {
  const trimmed = text.trim();
  if (!new RegExp(unit.pattern).test(trimmed)) {
    throw new InvalidArgumentError(`Expected ${unit.words}.`);
  }
  return unit.read(trimmed);
}
