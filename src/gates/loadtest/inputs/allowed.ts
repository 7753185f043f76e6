/** Methods whose answers have a body like any other; the answer to HEAD has none. */
export const methods: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

export function isMethod(name: string): boolean {
  return methods.includes(name);
}

/** Whether a pair is a header of one line: a line break in it would begin another header. */
export function isHeader([name, value]: readonly [string, unknown]): boolean {
  return /^[\w!#$%&'*+.^`|~-]+$/.test(name) && typeof value === 'string' && !/[\r\n\0]/.test(value);
}
