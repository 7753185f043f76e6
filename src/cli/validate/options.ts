import path from 'node:path';
import { InvalidArgumentError } from 'commander';
import { validationCodes } from '../../gates/validate/codes.js';
import { toDatatype, toDimension, type ExpectedValue } from '../../gates/validate/expectations.js';
import { nearestName } from '../../config/nearest-name.js';

type Named<T> = Readonly<Record<string, T>>;

/**
 * What an input or output has to be, beside those said before: `[None, 2]` of the only one,
 * `x=[None, 2]`, `x=FP32[None, 2]`, `x=FP32`.
 */
export function addExpected(text: string, before: Named<ExpectedValue> = {}): Named<ExpectedValue> {
  const [, name = '', type = '', dimensions] =
    /^(?:([^=]+)=)?\s*(\w*)\s*(?:\[([^\]]*)\])?$/.exec(text.trim()) ?? [];
  const datatype = type === '' ? undefined : toDatatype(type);
  const isUnknown = type !== '' && datatype === undefined;
  if (isUnknown || (type === '' && dimensions === undefined)) {
    throw new InvalidArgumentError(
      'Expected a shape or type: [None,2], x=[None,2], x=FP32[None,2].',
    );
  }
  const shape = dimensions
    ?.split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map(toDimension);
  return {
    ...before,
    [name.trim()]: {
      ...(datatype === undefined ? {} : { datatype }),
      ...(shape === undefined ? {} : { shape }),
    },
  };
}

/** `sequence=128`, beside those said before. */
export function addDimension(text: string, before: Named<number> = {}): Named<number> {
  const [, name, size] = /^([^=]+)=(\d+)$/.exec(text.trim()) ?? [];
  if (name === undefined || Number(size) < 1) {
    throw new InvalidArgumentError('Expected a name and a size: sequence=128.');
  }
  return { ...before, [name]: Number(size) };
}

/** `code=why`, beside those said before. */
export function addAccepted(text: string, before: Named<string> = {}): Named<string> {
  const [, code, why] = /^([^=]+)=(.+)$/.exec(text.trim()) ?? [];
  if (code === undefined || why === undefined) {
    throw new InvalidArgumentError(
      'Expected a code and a reason: batch-rows="one image at a time".',
    );
  }
  if (!Object.hasOwn(validationCodes, code)) {
    const near = nearestName(code, Object.keys(validationCodes));
    const hint = near === undefined ? '' : ` Did you mean ${near}?`;
    throw new InvalidArgumentError(`There is no such code.${hint}`);
  }
  return { ...before, [code]: why };
}

/** A path as it is meant from here, beside those said before. */
export function addPath(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, path.resolve(text)];
}

/** How many times: a number above 0. */
export function parseTimes(text: string): number {
  const times = Number(text);
  if (text.trim() !== '' && times > 0 && times < Infinity) return times;
  throw new InvalidArgumentError('Expected a number above 0.');
}
