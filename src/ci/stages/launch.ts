import { randomUUID } from 'node:crypto';
import { containerNameFor } from '../container-name.js';
import { removeQuietly } from '../remove-quietly.js';
import type { Stage, StageContext } from '../stage.js';

/** Runs the pushed image as the rollout will, beside whatever serves. */
export const launchStage: Stage<'launch'> = {
  name: 'launch',
  summary: 'run the image by its digest, for the next two stages',
  inputs: launchInputs,
  stillHolds: async ({ container }, { ports, isDone }) => {
    // It is there for the two tests; once they have passed it is gone, and need not come back.
    if ((await isDone('health')) && (await isDone('loadtest'))) return true;
    return (await ports.engine()).isRunning(container);
  },
  run: async (context) => {
    const { settings, ports, progress, signal, resultOf, keep } = context;
    const { image } = await resultOf('push');
    const engine = await ports.engine();
    const container = containerNameFor(settings.folder);
    await engine.remove(container);
    const port = await ports.freePort(settings.port);
    const url = `http://127.0.0.1:${port}`;
    const result = { container, url, id: randomUUID() };
    await keep('launch', result);
    progress.say(`at ${url}`);
    const { containerPort, env, memory, cpus } = settings.rolloutFile.launch;
    try {
      await engine.run({ name: container, image, port, containerPort, env, memory, cpus });
      // The tests that would remove it are not going to run.
      signal.throwIfAborted();
    } catch (thrown) {
      // One that was made is there all the same.
      await removeQuietly(context, container);
      throw thrown;
    }
    return { passed: true, detail: `${image} at ${url}`, findings: [], result };
  },
};

/** What decides how the container behaves. */
async function launchInputs({ settings, resultOf }: StageContext): Promise<string> {
  const { image } = await resultOf('push');
  return JSON.stringify([image, settings.port ?? null, settings.rolloutFile.launch]);
}
