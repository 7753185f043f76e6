/** What every HTTP server is given that Serin starts itself. */
interface ServerLaunch {
  /** The port on this machine; absent: any that is free. */
  readonly port?: number;
  /**
   * Answers with a status from 200 to 299 once the server is ready; absent: `/health`, where 404 is
   * as good, as not every server has it.
   */
  readonly health?: string;
  readonly env: Readonly<Record<string, string>>;
  /**
   * The body of a prediction, as JSON, that it is asked for until its answers become no quicker;
   * absent: its first prediction is a user's.
   */
  readonly warmUp?: unknown;
}

/** How to start a process. It finds its port in the environment variable PORT. */
export interface ProcessLaunch extends ServerLaunch {
  /** The program and its arguments; no shell reads them. */
  readonly command: readonly string[];
  /** Relative to the folder that Serin was started in, which it is where this is absent. */
  readonly cwd?: string;
}

/** How to start a container. Its app finds the port that it has to listen on in PORT. */
export interface ContainerLaunch extends ServerLaunch {
  /** By its digest (`registry.example/churn@sha256:…`), or by its id on this machine (`sha256:…`). */
  readonly image: string;
  /** The port inside, where the container has a network of its own. */
  readonly containerPort: number;
  /** More, and it is ended; absent: no limit. */
  readonly memoryBytes?: number;
  /** So many processors' time at most; absent: no limit. */
  readonly cpus?: number;
}

/**
 * What makes a process the version that it is. Serin cannot see what a program will read once it
 * runs, so that it is what it is told. Where it listens, and how it says that it is ready, makes no
 * other version of it.
 */
export function identityOfProcess({ command, env, cwd = '' }: ProcessLaunch): string {
  return JSON.stringify([command, sorted(env), cwd]);
}

/** What makes a container the version that it is: its image, and what it is given and may use. */
export function identityOfContainer(launch: ContainerLaunch): string {
  const { image, containerPort, env, memoryBytes = 0, cpus = 0 } = launch;
  return JSON.stringify([image, containerPort, sorted(env), memoryBytes, cpus]);
}

function sorted(env: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1));
}
