import type { ContainerState } from '../engine.js';

/**
 * Reads what `docker inspect` and `podman inspect` say of one container as JSON.
 * @returns undefined when it is not what they say
 */
export function readContainerState(text: string): Inspected | undefined {
  const parsed: unknown = JSON.parse(text);
  const [first] = Array.isArray(parsed) ? (parsed as unknown[]) : [];
  if (!isRecord(first) || !isRecord(first['State'])) return undefined;
  const { Running, Pid, ExitCode, OOMKilled } = first['State'];
  const config = isRecord(first['Config']) ? first['Config'] : {};
  const isRunning = Running === true;
  return {
    id: String(first['Id']),
    isRunning,
    pid: isRunning && typeof Pid === 'number' && Pid > 0 ? Pid : undefined,
    exitCode: !isRunning && typeof ExitCode === 'number' ? ExitCode : undefined,
    wasOutOfMemory: OOMKilled === true,
    labels: isRecord(config['Labels']) ? config['Labels'] : {},
  };
}

export interface Inspected extends ContainerState {
  readonly labels: Readonly<Record<string, unknown>>;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
