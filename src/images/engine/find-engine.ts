import { SerinError, toSerinError } from '../../domain/errors.js';
import { CliEngine } from './cli/cli-engine.js';
import { docker, podman, type EngineProgram } from './cli/engine-program.js';
import { lastWords } from './cli/last-words.js';
import { runProgram, type Environment } from './cli/run-program.js';
import type { ContainerEngine } from './engine.js';

/** A daemon that takes longer to tell its version does not answer. */
const answerWithinMs = 20_000;

/**
 * Finds the container engine of this machine: docker where its daemon answers, else podman.
 * @param env is given to the engine, too. SERIN_ENGINE: `docker` or `podman`, where it has to be that one;
 * SERIN_CONTAINER_NETWORK: `host`, where containers are to share this machine's network
 * @throws SerinError `engine-missing` with what was found of each, `usage` for another SERIN_ENGINE
 */
export async function findEngine(env: Environment = process.env): Promise<ContainerEngine> {
  const found: string[] = [];
  const network = networkOf(env['SERIN_CONTAINER_NETWORK']);
  for (const engine of candidates(env['SERIN_ENGINE'])) {
    const answer = await versionOf(engine, env);
    if ('version' in answer) {
      return new CliEngine(`${engine.program} ${answer.version}`, engine, network, env);
    }
    found.push(answer.whyNot);
  }
  throw new SerinError('engine-missing', {
    expected: 'docker, or podman',
    found: found.join('; '),
  });
}

/** Finds the engine when it is asked for first; one that is missing is looked for again. */
export function rememberedEngine(env: Environment = process.env): () => Promise<ContainerEngine> {
  let found: ContainerEngine | undefined;
  return async () => (found ??= await findEngine(env));
}

function candidates(wanted: string | undefined): readonly EngineProgram[] {
  const all = [docker, podman];
  if (wanted === undefined || wanted === '') return all;
  const named = all.filter(({ program }) => program === wanted);
  if (named.length > 0) return named;
  const expected = 'SERIN_ENGINE to be docker or podman';
  throw new SerinError('usage', { expected, found: JSON.stringify(wanted) });
}

function networkOf(wanted: string | undefined): 'published' | 'host' {
  if (wanted === undefined || wanted === '') return 'published';
  if (wanted === 'host') return 'host';
  const expected = 'SERIN_CONTAINER_NETWORK to be host, or not set';
  throw new SerinError('usage', { expected, found: JSON.stringify(wanted) });
}

async function versionOf(
  { program, version }: EngineProgram,
  env: Environment,
): Promise<{ readonly version: string } | { readonly whyNot: string }> {
  try {
    const signal = AbortSignal.timeout(answerWithinMs);
    const { code, stdout, stderr } = await runProgram({ program, args: version, env, signal });
    const text = stdout.trim();
    if (code === 0 && text !== '') return { version: text };
    const what = program === 'docker' ? 'but no daemon answers' : 'which does not work';
    return { whyNot: `found ${program}, ${what}: ${lastWords(stderr)}` };
  } catch (thrown) {
    const { cause } = thrown as Error;
    const isMissing = (cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
    return { whyNot: isMissing ? `no ${program}` : toSerinError(thrown).message };
  }
}
