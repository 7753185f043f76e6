/** What a registry asks for with status 401. */
export type Challenge =
  | { readonly kind: 'basic' }
  | {
      readonly kind: 'bearer';
      /** The address that hands out tokens. */
      readonly realm: string;
      readonly service: string | undefined;
      /** Such as `repository:team/churn:pull,push`. */
      readonly scope: string | undefined;
    };

/**
 * Reads a WWW-Authenticate header: Bearer where it is offered, else Basic.
 * Source: RFC 9110, 11.6.1, and the token authentication of the distribution project.
 * @returns undefined: neither is offered
 */
export function readChallenge(header: string): Challenge | undefined {
  const bearer = /(?:^|,\s*)bearer\s+(.*)$/i.exec(header)?.[1];
  if (bearer !== undefined) {
    const parameters = new Map(
      [...bearer.matchAll(/(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g)].map(
        ([, name = '', quoted, plain = '']) => [
          name.toLowerCase(),
          quoted?.replaceAll(/\\(.)/g, '$1') ?? plain,
        ],
      ),
    );
    const realm = parameters.get('realm');
    if (realm !== undefined) {
      return {
        kind: 'bearer',
        realm,
        service: parameters.get('service'),
        scope: parameters.get('scope'),
      };
    }
  }
  return /(?:^|,\s*)basic\b/i.test(header) ? { kind: 'basic' } : undefined;
}
