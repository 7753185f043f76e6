import type { Digest } from '../../domain/ids.js';

/**
 * What builds images and runs containers. Every method throws SerinError `engine-failed` with the
 * engine's last words. A container is Serin's when it bears Serin's label: no method touches one
 * that does not.
 */
export interface ContainerEngine {
  /** `podman 4.3.1`. */
  readonly name: string;
  /** @returns the image's id, which is the same for the same content */
  build(order: BuildOrder): Promise<string>;
  /** Pushes an image under its name. @returns the digest that the registry has it under */
  push(image: string, signal: AbortSignal): Promise<Digest>;
  /** Fetches an image from its registry, by its digest where the name has one. */
  pull(image: string, signal: AbortSignal): Promise<void>;
  /** @returns the id of an image that is on this machine; undefined: there is none of this name */
  idOf(image: string): Promise<Digest | undefined>;
  /** Whether an image is on this machine, by its id or name. */
  has(image: string): Promise<boolean>;
  /** Starts a container, in place of one of Serin's of this name; it may not be ready yet. */
  run(order: RunOrder): Promise<void>;
  /** @returns undefined: there is no such container */
  look(container: string): Promise<ContainerState | undefined>;
  isRunning(container: string): Promise<boolean>;
  /** The last lines that it wrote, the newest last; none where there is no such container. */
  logs(container: string, lines: number): Promise<readonly string[]>;
  /** Asks a container to end, and ends it by force when it has not within its grace. */
  stop(container: string, graceMs: number): Promise<void>;
  /** Ends a container at once, as a crash would. */
  kill(container: string): Promise<void>;
  /** Stops and removes a container; nothing where it is gone already. */
  remove(container: string): Promise<void>;
  /** Names of the containers that an owner started, whether they run or not. */
  containersOf(owner: string): Promise<readonly string[]>;
}

export interface BuildOrder {
  readonly folder: string;
  /** Relative to the folder. */
  readonly dockerfile: string;
  /** With its tag. */
  readonly image: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** `NAME=value` for each ARG of the Dockerfile. */
  readonly buildArgs?: readonly string[];
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

export interface RunOrder {
  readonly name: string;
  /** By its digest or id: a tag may mean another image tomorrow. */
  readonly image: string;
  /** On 127.0.0.1 of this machine. */
  readonly port: number;
  readonly containerPort: number;
  readonly env: Readonly<Record<string, string>>;
  /** Bytes. */
  readonly memory: number | undefined;
  readonly cpus: number | undefined;
  /** Who may stop it; `serin` where nobody in particular does. */
  readonly owner?: string;
}

export interface ContainerState {
  /** The engine's own, which no two containers share. */
  readonly id: string;
  readonly isRunning: boolean;
  /** Of its first process, as the engine's machine counts; undefined while it does not run. */
  readonly pid: number | undefined;
  /** Of its end; undefined while it runs. */
  readonly exitCode: number | undefined;
  /** The engine saw that it was ended at its limit of memory; not every engine sees it. */
  readonly wasOutOfMemory: boolean;
}
