/** R1's scripts post nothing at all: that is a request without wishes. A preValidation hook. */
export function emptyBodyIsNoWishes(
  request: { body: unknown },
  _reply: unknown,
  done: (error?: Error) => void,
): void {
  request.body ??= {};
  done();
}
