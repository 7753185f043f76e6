import { lookup } from 'node:dns/promises';
import { isIPv6 } from 'node:net';
import { SerinError } from '../../domain/errors.js';
import type { ServerPlan } from './config/plan.js';
import type { ArmServer } from '../front.js';

/**
 * The one address of an arm's server. NGINX would take every address of a name for a server of its
 * own, and a try of the second for stable's answer.
 * @throws SerinError `nginx-settings-invalid` for what is not `http://host:port`, or is not found
 */
export async function resolveServer({ url, version }: ArmServer): Promise<ServerPlan> {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isPlain = parsed?.protocol === 'http:' && parsed.pathname === '/' && parsed.search === '';
  if (parsed === undefined || !isPlain || parsed.username !== '') {
    throw new SerinError('nginx-settings-invalid', {
      expected: 'an arm at http://host:port, without a path',
      found: JSON.stringify(url),
    });
  }
  const host = parsed.hostname.replace(/^\[|\]$/g, '');
  try {
    const { address } = await lookup(host, { order: 'ipv4first' });
    const port = parsed.port === '' ? 80 : Number(parsed.port);
    return { address: `${isIPv6(address) ? `[${address}]` : address}:${port}`, version };
  } catch (cause) {
    throw new SerinError('nginx-settings-invalid', {
      expected: 'the host of an arm to have an address',
      found: `none for ${JSON.stringify(host)}`,
      cause,
    });
  }
}
