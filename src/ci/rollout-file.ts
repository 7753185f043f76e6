import { parseDocument, type Document } from 'yaml';
import { size } from '../config/units.js';
import { stableTag } from '../images/registry/stable-tags.js';
import { SerinError } from '../domain/errors.js';

/** How the canary of a rollout file is run, so that it is tested as it will be. */
export interface LaunchWishes {
  readonly containerPort: number;
  readonly health: string;
  readonly env: Readonly<Record<string, string>>;
  /** Bytes. */
  readonly memory: number | undefined;
  readonly cpus: number | undefined;
}

/** What a pipeline reads of a rollout file, and writes into it. */
export interface RolloutFile {
  readonly file: string;
  readonly model: string;
  /** As the file says it; undefined: it says none. */
  readonly canaryImage: string | undefined;
  readonly stableImage: string | undefined;
  readonly launch: LaunchWishes;
  /**
   * The text of the file with another image as the canary, and with the server told to move the tag
   * `stable`, back too when it is rolled back later; all else stays as it is.
   */
  withCanary(image: string): string;
}

const defaultContainerPort = 7000;

/**
 * Reads so much of a rollout file as the pipeline needs; the server reads the whole of it.
 * @throws SerinError `ci-rollout-file-unfit`
 */
export function readRolloutFile(text: string, file: string): RolloutFile {
  const document = parseDocument(text);
  const [fault] = document.errors;
  if (fault !== undefined) throw unfit(file, 'YAML', fault.message.split('\n')[0] ?? '');
  const model = document.getIn(['model']);
  if (typeof model !== 'string') throw unfit(file, 'a model', 'none');
  if (!document.hasIn(['canary', 'image'])) {
    throw unfit(
      file,
      'canary: { image: … }, which the pipeline fills in',
      'another kind of canary',
    );
  }
  return {
    file,
    model,
    canaryImage: textAt(document, 'canary', 'image'),
    stableImage: textAt(document, 'stable', 'image'),
    launch: launchWishes(document, file),
    withCanary: (image) => {
      const changed = document.clone();
      changed.setIn(['canary', 'image'], image);
      const told: unknown = (changed.toJS() as { notify?: unknown }).notify;
      const target = changed.createNode({ tag: stableTag });
      if (!Array.isArray(told)) changed.setIn(['notify'], [target]);
      else if (!told.some(isTag)) changed.addIn(['notify'], target);
      return String(changed);
    },
  };
}

function isTag(target: unknown): boolean {
  return typeof target === 'object' && target !== null && 'tag' in target;
}

function launchWishes(document: Document, file: string): LaunchWishes {
  const memory = textAt(document, 'canary', 'memory');
  if (memory !== undefined && !new RegExp(size.pattern).test(memory)) {
    throw unfit(file, `canary.memory to be ${size.words}`, memory);
  }
  const env = document.getIn(['canary', 'env']);
  return {
    containerPort: numberAt(document, 'containerPort') ?? defaultContainerPort,
    health: textAt(document, 'canary', 'health') ?? '/health',
    env: isMap(env) ? textsOf(env.toJSON()) : {},
    memory: memory === undefined ? undefined : size.read(memory),
    cpus: numberAt(document, 'cpus'),
  };
}

function textAt(document: Document, arm: string, key: string): string | undefined {
  const found = document.hasIn([arm, key]) ? document.getIn([arm, key]) : undefined;
  return typeof found === 'string' ? found : undefined;
}

function numberAt(document: Document, key: string): number | undefined {
  const found = document.getIn(['canary', key]);
  return typeof found === 'number' ? found : undefined;
}

function isMap(node: unknown): node is { toJSON(): unknown } {
  return typeof node === 'object' && node !== null && 'toJSON' in node;
}

function textsOf(values: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values ?? {}).map(([name, value]) => [name, String(value)]),
  );
}

function unfit(file: string, expected: string, found: string): SerinError {
  return new SerinError('ci-rollout-file-unfit', { expected: `${expected} in ${file}`, found });
}
