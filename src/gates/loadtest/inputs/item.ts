import { SerinError } from '../../../domain/errors.js';
import { isObject, shown } from '../answers/difference.js';
import { defaultTolerance, type Expectation, type LoadCase } from '../load-case.js';
import type { LoadRequest } from '../sender.js';
import { isHeader, isMethod, methods } from './allowed.js';
import { isOpenInference } from './address.js';
import { jsonRequest, type Asking } from './prediction-cases.js';
import { recordedExpectation } from './recorded-answer.js';

const keysOfCase = ['body', 'method', 'headers', 'expect', 'response'];
const keysOfExpect = ['status', 'answer', 'tolerance'];

/**
 * One item of an inputs file: a list is a row of features; an object with a `body` says more about the
 * request and its answer; any other object is the body itself.
 * @param place in words, for errors
 * @throws SerinError `inputs-invalid`
 */
export function caseOfItem(item: unknown, asking: Asking, place: string): LoadCase {
  const fail = (expected: string, found: unknown): SerinError =>
    new SerinError('inputs-invalid', { expected, found: `${shown(found)} in ${place}` });
  const model = asking.model === undefined ? {} : { model: asking.model };
  if (Array.isArray(item)) {
    if (isOpenInference(asking.path)) {
      throw fail('an object with "inputs": a row alone has no names and datatypes here', item);
    }
    return { request: jsonRequest(asking.path, { features: item, ...model }) };
  }
  if (!isObject(item)) throw fail('a list (a row of features) or an object (a body)', item);
  if (!('body' in item)) return { request: jsonRequest(asking.path, { ...item, ...model }) };
  const unknown = Object.keys(item).find((key) => !keysOfCase.includes(key));
  if (unknown !== undefined) throw fail(`beside "body" only ${keysOfCase.join(', ')}`, unknown);
  const expect = expectationOf(item, fail);
  const request = requestOf(item, asking, fail);
  return { request, ...(expect === undefined ? {} : { expect }) };
}

type Fail = (expected: string, found: unknown) => SerinError;

function requestOf(
  { body, method = 'POST', headers = {} }: Readonly<Record<string, unknown>>,
  { path }: Asking,
  fail: Fail,
): LoadRequest {
  if (typeof method !== 'string' || !isMethod(method)) {
    throw fail(`"method" in capitals, one of ${methods.join(', ')}`, method);
  }
  if (!isObject(headers) || !Object.entries(headers).every(isHeader)) {
    throw fail('"headers" as texts of one line by name', headers);
  }
  const given = Object.entries(headers as Readonly<Record<string, string>>);
  const isText = typeof body === 'string';
  return {
    method,
    path,
    headers: {
      'content-type': 'application/json',
      ...Object.fromEntries(given.map(([name, value]) => [name.toLowerCase(), value])),
    },
    body: isText ? body : JSON.stringify(body),
  };
}

function expectationOf(
  { expect, response }: Readonly<Record<string, unknown>>,
  fail: Fail,
): Expectation | undefined {
  if (expect === undefined) {
    if (response === undefined) return undefined;
    if (!isObject(response)) throw fail('"response" with status and body', response);
    const { status = 200, body } = response;
    if (typeof status !== 'number') throw fail('"status" as a number', status);
    return recordedExpectation(status, body);
  }
  if (!isObject(expect)) throw fail('"expect" with status, answer or tolerance', expect);
  const unknown = Object.keys(expect).find((key) => !keysOfExpect.includes(key));
  if (unknown !== undefined) throw fail(`in "expect" only ${keysOfExpect.join(', ')}`, unknown);
  const { status, answer, tolerance = defaultTolerance } = expect;
  if (status !== undefined && typeof status !== 'number')
    throw fail('"status" as a number', status);
  if (typeof tolerance !== 'number' || !(tolerance >= 0)) {
    throw fail('"tolerance" as a number of 0 or more', tolerance);
  }
  return {
    ...(status === undefined ? {} : { status }),
    ...(answer === undefined ? {} : { answer }),
    tolerance,
  };
}
