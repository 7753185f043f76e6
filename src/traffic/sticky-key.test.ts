import { describe, expect, test } from 'vitest';
import { parseStickyKey, stickyKeyOf } from './sticky-key.js';

const byUser = parseStickyKey('field:parameters.user');
const json = Buffer.from('{"parameters":{"user":"ann"},"inputs":[]}');
/** What an unmodified Triton client sends: JSON, and behind it the tensors' bytes. */
const withTensor = Buffer.concat([json, Buffer.from(new Float32Array([0.5, 1.2, 0.8]).buffer)]);

function headersFor(length: number | string): Record<string, string> {
  return { 'inference-header-content-length': String(length) };
}

describe('the key in a field of the body', () => {
  test('is read from a body that is JSON', () => {
    expect(stickyKeyOf(byUser, {}, json)).toBe('ann');
    expect(stickyKeyOf(byUser, headersFor(json.length), json)).toBe('ann');
  });

  test('is read from JSON with binary tensors behind it', () => {
    expect(stickyKeyOf(byUser, headersFor(json.length), withTensor)).toBe('ann');
  });

  test.each([
    ['no length', {}],
    ['a length in the midst of the JSON', headersFor(json.length - 1)],
    ['a length beyond the body', headersFor(withTensor.length + 1)],
    ['a length that is no number', headersFor('41 bytes')],
    ['two lengths', { 'inference-header-content-length': ['41', '41'] }],
  ])(
    'is missing from a body with tensors and %s: the protocol will refuse it',
    (_what, headers) => {
      expect(stickyKeyOf(byUser, headers, withTensor)).toBeUndefined();
    },
  );

  test('may be a number, and is nothing else', () => {
    expect(stickyKeyOf(byUser, {}, Buffer.from('{"parameters":{"user":7}}'))).toBe('7');
    for (const value of ['""', 'null', 'true', '{}', '[1]']) {
      const body = Buffer.from(`{"parameters":{"user":${value}}}`);
      expect(stickyKeyOf(byUser, {}, body)).toBeUndefined();
    }
  });
});
