import type { ListenAddress, NginxFront } from '../domain/front.js';
import { toPercent, toShare } from '../domain/share.js';
import { hostAndPort, type Address, type NginxSchema } from './nginx-schema.js';
import { percent, size, time } from './units.js';

/** `traffic.nginx`, with every unit read. What it leaves out is left to NGINX's own defaults. */
export function toNginxFront(settings: NginxSchema): NginxFront {
  const { listen, maxBody, connectTimeout, readTimeout, canaryTimeout, ...others } = settings;
  const { limits, existing, mostLost, ...same } = others;
  return {
    ...same,
    listen: [listen].flat().map(addressOf),
    ...(maxBody === undefined ? {} : { maxBodyBytes: size.read(maxBody) }),
    ...(connectTimeout === undefined ? {} : { connectTimeoutMs: time.read(connectTimeout) }),
    ...(readTimeout === undefined ? {} : { readTimeoutMs: time.read(readTimeout) }),
    ...(canaryTimeout === undefined ? {} : { canaryTimeoutMs: time.read(canaryTimeout) }),
    ...(mostLost === undefined ? {} : { mostLost: toShare(toPercent(percent.read(mostLost))) }),
    ...(limits === undefined ? {} : { limits }),
    ...(existing === undefined ? {} : { existing }),
  };
}

function addressOf(address: Address): ListenAddress {
  if (typeof address === 'number') return { host: '127.0.0.1', port: address };
  if (typeof address === 'object') {
    const { certificate, key } = address;
    return { ...addressOf(address.address), tls: { certificate, key } };
  }
  const [, host = '', port = ''] = new RegExp(hostAndPort).exec(address) ?? [];
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}
