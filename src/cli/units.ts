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

function parseQuantity(text: string, unit: Unit): number {
  const trimmed = text.trim();
  if (!new RegExp(unit.pattern).test(trimmed)) {
    throw new InvalidArgumentError(`Expected ${unit.words}.`);
  }
  return unit.read(trimmed);
}
