import type { FastifyInstance } from 'fastify';

/** Which methods every address takes, to tell a wrong method from a wrong address. */
export class KnownAddresses {
  readonly #methods = new Map<string, Set<string>>();

  /** Learns every route that is added from now on. */
  constructor(app: FastifyInstance) {
    app.addHook('onRoute', ({ url, method }) => {
      const methods = this.#methods.get(url) ?? new Set();
      for (const one of [method].flat()) methods.add(one);
      this.#methods.set(url, methods);
    });
  }

  /** @param path without its query; empty when there is nothing at this address at all */
  methodsAt(path: string): readonly string[] {
    const asked = path.split('/');
    return [...this.#methods].flatMap(([route, methods]) =>
      isAt(route.split('/'), asked) ? [...methods] : [],
    );
  }
}

function isAt(route: readonly string[], asked: readonly string[]): boolean {
  return (
    route.length === asked.length &&
    route.every((part, i) => (part.startsWith(':') ? asked[i] !== '' : part === asked[i]))
  );
}
