import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { trainSamples } from '../../examples/training/train-samples.js';
import { repositoryFile } from '../serving/repository-file.js';

const pathOf = (file: string): string => fileURLToPath(repositoryFile(file));

/** What the app of the example takes. */
export const appRow = '{"features":[0.5,0.5]}';

/** A server of bare node:http; resolves when it answers. */
export function startNode(port: number): Promise<ChildProcess> {
  return startScript(pathOf('bench/peers/bare-node.js'), [String(port)], port);
}

/** The app of examples/churn-containers, which is that of reference system R2, with both versions. */
export async function startApps(ports: readonly [number, number]): Promise<ChildProcess[]> {
  const outDir = mkdtempSync(join(tmpdir(), 'serin-wages-'));
  const trained = await trainSamples({ outDir, seed: 1985, force: false, models: ['wage-net'] });
  const versions = trained.map(({ version }) => join(outDir, 'wage-net', version));
  const script = pathOf('dist/examples/churn-containers/app/main.js');
  try {
    return await Promise.all(
      ports.map((port, arm) =>
        startScript(script, [], port, { MODEL: String(versions[arm]), PORT: String(port) }),
      ),
    );
  } finally {
    // They have read their models.
    rmSync(outDir, { recursive: true, force: true });
  }
}

async function startScript(
  script: string,
  args: readonly string[],
  port: number,
  environment: NodeJS.ProcessEnv = {},
): Promise<ChildProcess> {
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, [script, ...args], { stdio: 'ignore', env });
  for (;;) {
    try {
      await fetch(`http://127.0.0.1:${port}`);
      return child;
    } catch {
      if (child.exitCode !== null) throw new Error(`${script} ended at its start`);
      // It does not listen yet.
      await sleep(10);
    }
  }
}
