import { SerinError } from '../../domain/errors.js';
import type { CiEngine } from '../ports.js';
import { CommandLineEngine } from './command-line-engine.js';
import { runEngine } from './run-engine.js';

/** What is asked of each engine to see that it works: docker may be a client without a daemon. */
const questions = {
  docker: ['version', '--format', '{{.Server.Version}}'],
  podman: ['version', '--format', '{{.Client.Version}}'],
} as const;

/**
 * The container engine of this machine: docker where its daemon answers, else podman.
 * @throws SerinError `engine-missing`, with what each of them said
 */
export async function openEngine(): Promise<CiEngine> {
  const found: string[] = [];
  for (const program of ['docker', 'podman'] as const) {
    const { code, stdout, lastWords } = await ask(program);
    const version = stdout.trim();
    if (code === 0 && version !== '') return new CommandLineEngine(program, version);
    found.push(`${program}: ${lastWords.at(-1) ?? 'no answer'}`);
  }
  throw new SerinError('engine-missing', {
    expected: 'docker with its daemon, or podman',
    found: found.join('; '),
  });
}

async function ask(
  program: keyof typeof questions,
): Promise<{ code: number; stdout: string; lastWords: readonly string[] }> {
  try {
    return await runEngine(program, questions[program]);
  } catch (thrown) {
    if (!(thrown instanceof SerinError)) throw thrown;
    return { code: -1, stdout: '', lastWords: [thrown.words.found ?? thrown.message] };
  }
}
