import type { Arm } from '../domain/arm.js';
import { fetchJson } from './fetch-json.js';
import { valueAt } from './json-path.js';
import { PolledSource, type PolledSettings } from './polled-source.js';
import type { Source } from './source.js';
import type { Reading } from './threshold-finding.js';

export interface HealthSettings extends Omit<PolledSettings, 'threshold'> {
  /** Where each arm itself reports, never through the split: `http://host:7012/health`. */
  readonly urls: Readonly<Record<Arm, string>>;
  /** Where in the answer the percentage is; `.error_rate` by default. */
  readonly path?: string;
  /** Percent; 5 by default. */
  readonly threshold?: number;
  readonly timeoutMs?: number;
}

/**
 * The error rate that each arm reports of itself at `/health`, in percent (R2). A rate that is
 * missing, not a number, or no percentage, is unmeasurable.
 * @throws SerinError `source-settings-invalid` for a path that cannot be read
 */
export function openHealthSource(settings: HealthSettings): Source {
  const { urls, path = '.error_rate', threshold = 5, timeoutMs = 2_000 } = settings;
  const find = valueAt(path);
  const ask = async (arm: Arm): Promise<Reading> => {
    const found = find(await fetchJson(urls[arm], timeoutMs));
    const value = typeof found === 'string' && found.trim() !== '' ? Number(found) : found;
    if (typeof value === 'number' && value >= 0 && value <= 100) return { value };
    const words = found === undefined ? 'nothing' : JSON.stringify(found).slice(0, 100);
    return { missing: `${words} at ${path} of ${urls[arm]}, instead of a percentage` };
  };
  return new PolledSource(
    { ...settings, threshold },
    { name: 'health', of: 'error_rate', unit: '%', ask },
  );
}
