import { setTimeout as sleep } from 'node:timers/promises';
import type { FrontStatus } from '../../src/api/contract/front.js';
import type { ModelStatus } from '../../src/api/contract/models.js';
import type { RolloutBody } from '../../src/api/contract/rollouts.js';
import { nginxFolderOf } from '../../src/assemble/nginx-folder.js';
import { toModelName } from '../../src/domain/ids.js';
import { findOwnProcesses } from '../../src/traffic/nginx/own-processes.js';
import { KillableSerin } from '../../test/integration/nginx/killable-serin.js';
import { waitUntil } from '../serving/serin.js';

const weight = 25;

/** A whole `serin serve` whose rollout is held at 25% behind its NGINX, with one worker. */
export class SerinInFront {
  private constructor(
    private readonly serin: KillableSerin,
    private readonly rollout: string,
  ) {}

  static async start(port: number, arms: readonly [number, number]): Promise<SerinInFront> {
    const [stable, canary] = arms.map((arm) => `http://127.0.0.1:${arm}`);
    const serin = new KillableSerin(String(stable));
    await serin.start();
    const yaml = `model: score
stable: ${stable}
canary: ${canary}
traffic: { router: nginx, nginx: { listen: ${port}, workers: 1 } }
steps: [{ weight: ${weight}, hold: { min: 50m, max: 1h } }]
# At a load that takes all of a machine two servers of one program may differ; what is measured here
# is the NGINX in front of them, at this weight.
onHarm: pause
`;
    const { id } = await serin.post<RolloutBody>('/api/v1/rollouts', { yaml });
    const inFront = new SerinInFront(serin, id);
    await waitUntil(async () => (await inFront.#front())?.weight_in_force === weight);
    return inFront;
  }

  get pid(): number {
    return this.serin.pid;
  }

  /** Master and worker. */
  async nginxPids(): Promise<number[]> {
    const folder = nginxFolderOf(this.serin.dataFolder, undefined, toModelName('score'));
    return (await findOwnProcesses(folder)).map(({ pid }) => pid);
  }

  /** Serin's process does nothing meanwhile, and has worked off what it missed when this ends. */
  async whileHalted<Result>(work: () => Promise<Result>): Promise<Result> {
    process.kill(this.pid, 'SIGSTOP');
    try {
      return await work();
    } finally {
      process.kill(this.pid, 'SIGCONT');
      await this.#hasCaughtUp();
    }
  }

  /**
   * What Serin says that it saw.
   * @throws Error where the weight is no longer what was measured
   */
  async seen(): Promise<FrontStatus> {
    const front = await this.#front();
    if (front?.weight_in_force === weight) return front;
    const { sentence } = await this.serin.get<RolloutBody>(`/api/v1/rollouts/${this.rollout}`);
    throw new Error(`the rollout went on meanwhile: ${sentence}`);
  }

  stop(): Promise<void> {
    return this.serin.kill('SIGTERM');
  }

  /** Nothing more came within a quarter of a second. */
  async #hasCaughtUp(): Promise<void> {
    let before: number | undefined;
    await waitUntil(async () => {
      await sleep(250);
      const now = (await this.#front())?.observed;
      const isSame = now === before;
      before = now;
      return isSame;
    });
  }

  async #front(): Promise<FrontStatus | null> {
    return (await this.serin.get<ModelStatus>('/api/v1/models/score')).front;
  }
}
