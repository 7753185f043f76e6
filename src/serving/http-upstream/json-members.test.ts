import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memberText, setMembers } from './json-members.js';

test('what is not set keeps every digit and blank of its value', () => {
  const object = ' { "id" : 9223372036854775807, "model":"b", "deep":{"model":[1, 2]} }\n';
  expect(setMembers(object, { model: '"churn"' })).toBe(
    '{"id" : 9223372036854775807,"deep":{"model":[1, 2]},"model":"churn"}',
  );
});

test('a name is the same however it is escaped, and as often as it comes', () => {
  expect(setMembers('{"a":1,"\\u0061":2}', { a: '3' })).toBe('{"a":3}');
  expect(memberText('{"a":1,"\\u0061": [2]}', 'a')?.trim()).toBe('[2]');
  expect(memberText('{"b":{"a":1}}', 'a')).toBeUndefined();
});

test('whatever the object is, only what is set changes', () => {
  const any = fc.string().filter((name) => name !== '__proto__');
  const names = fc.oneof(fc.constantFrom('model', 'a'), any);
  const values = fc.jsonValue();
  fc.assert(
    fc.property(fc.dictionary(names, values), values, fc.boolean(), (object, value, indented) => {
      const text = JSON.stringify(object, undefined, indented ? 2 : 0);
      const changed = setMembers(text, { model: JSON.stringify(value) });
      const asJson = JSON.parse(JSON.stringify({ ...object, model: value })) as unknown;
      expect(JSON.parse(changed)).toEqual(asJson);
    }),
  );
});
