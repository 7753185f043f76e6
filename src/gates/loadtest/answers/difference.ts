/**
 * Where JSON is not what was expected of it: the first difference in words, undefined where there is
 * none. Objects may hold more than was expected; lists have to be as long.
 * @param tolerance largest allowed absolute difference of a number
 * @param place what the value is called, for the words
 */
export function differenceOf(
  expected: unknown,
  found: unknown,
  tolerance: number,
  place = 'the answer',
): string | undefined {
  if (typeof expected === 'number') {
    if (typeof found === 'number' && Math.abs(found - expected) <= tolerance) return undefined;
    return `${place} should be ${expected}${tolerance === 0 ? '' : ` (±${tolerance.toString()})`}, and is ${shown(found)}`;
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(found)) return `${place} should be a list, and is ${shown(found)}`;
    if (found.length !== expected.length) {
      return `${place} should have ${expected.length} elements, and has ${found.length}`;
    }
    return first(expected.keys(), (index) =>
      differenceOf(expected[index], found[index], tolerance, `${place}[${index}]`),
    );
  }
  if (isObject(expected)) {
    if (!isObject(found)) return `${place} should be an object, and is ${shown(found)}`;
    return first(Object.keys(expected), (key) =>
      differenceOf(expected[key], found[key], tolerance, key),
    );
  }
  return Object.is(expected, found)
    ? undefined
    : `${place} should be ${shown(expected)}, and is ${shown(found)}`;
}

/** A JSON value in a few words, with numbers as they are. */
export function shown(value: unknown): string {
  if (value === undefined) return 'not there';
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function first<T>(
  values: Iterable<T>,
  differenceAt: (value: T) => string | undefined,
): string | undefined {
  for (const value of values) {
    const difference = differenceAt(value);
    if (difference !== undefined) return difference;
  }
  return undefined;
}
