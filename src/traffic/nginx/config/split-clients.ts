import type { Percent } from '../../../domain/share.js';

/**
 * Each request by a draw of its own: NGINX's request id is random. `split_clients` knows hundredths
 * of a percent and refuses 0%.
 */
export function splitClients(variable: string, weight: Percent): string {
  const canary = weight > 0 && weight < 100 ? `  ${weight.toFixed(2)}% canary;\n` : '';
  return `split_clients $request_id $${variable} {
${canary}  * ${weight === 100 ? 'canary' : 'stable'};
}
`;
}
