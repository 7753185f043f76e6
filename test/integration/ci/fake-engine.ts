import { createServer, type Server } from 'node:http';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CiEngine } from '../../../src/ci/ports.js';
import type { BuildOrder, ContainerState, RunOrder } from '../../../src/images/engine/engine.js';
import type { Digest } from '../../../src/domain/ids.js';
import { SerinError } from '../../../src/domain/errors.js';
import { parseImageName } from '../../../src/images/registry/image-name.js';
import { pushImage } from '../registry/push-image.js';

/** What the fake makes an image of: app.json in the folder. */
export interface FakeApp {
  readonly version: number;
  readonly prediction: number;
  readonly healthy: boolean;
  /** Answers 500 to all predictions after so many. */
  readonly failsAfter?: number;
  /** Takes predictions, and answers none. */
  readonly hangs?: boolean;
}

type Listen = () => Promise<void>;

/**
 * A fake of a container engine: its images hold a description of an app, its containers are servers
 * in this process. It pushes to a real registry.
 */
export class FakeEngine implements CiEngine {
  readonly name = 'a fake engine';
  /** What was done: `build`, `push`, `run`, `remove` of what was there. */
  readonly done: string[] = [];
  /** Requests that its containers were sent. */
  asked = 0;
  /** Containers listen once somebody has asked whether they run, having had no answer. */
  listensLate = false;
  readonly #images = new Map<string, string>();
  readonly #apps = new Map<Digest, string>();
  readonly #containers = new Map<string, { readonly server: Server; readonly listen: Listen }>();

  build({ folder, image }: BuildOrder): Promise<string> {
    this.done.push('build');
    const content = readFileSync(join(folder, 'app.json'), 'utf8');
    const id = `sha256:${createHash('sha256').update(content).digest('hex')}`;
    this.#images.set(image, content).set(id, content);
    return Promise.resolve(id);
  }

  has(imageId: string): Promise<boolean> {
    return Promise.resolve(this.#images.has(imageId));
  }

  async push(image: string): Promise<Digest> {
    this.done.push('push');
    const { registry, repository, tag = '' } = parseImageName(image);
    const content = this.#images.get(image) ?? '';
    const place = { host: registry, path: repository };
    try {
      const digest = await pushImage(place, tag, { content, created: '2026-01-01T00:00:00Z' });
      this.#apps.set(digest, content);
      return digest;
    } catch (cause) {
      throw new SerinError('registry-unreachable', { found: 'a push that broke off', cause });
    }
  }

  async run({ name, image, port }: RunOrder): Promise<void> {
    this.done.push('run');
    const { digest } = parseImageName(image);
    const content = digest === undefined ? undefined : this.#apps.get(digest);
    if (content === undefined) throw new Error(`${image} is not run by a digest that was pushed`);
    const app = JSON.parse(content) as FakeApp;
    let predictions = 0;
    const server = createServer((request, response) => {
      this.asked += 1;
      const isHealth = request.url === '/health';
      if (!isHealth) predictions += 1;
      const isBroken = predictions > (app.failsAfter ?? Infinity);
      response.statusCode = isHealth && !app.healthy ? 503 : !isHealth && isBroken ? 500 : 200;
      if (!isHealth && app.hangs === true) return;
      response.end(JSON.stringify(isHealth ? {} : { prediction: app.prediction }));
    });
    const listen: Listen = () =>
      new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
    if (!this.listensLate) await listen();
    this.#containers.set(name, { server, listen });
  }

  async isRunning(container: string): Promise<boolean> {
    const found = this.#containers.get(container);
    if (found?.server.listening === false) await found.listen();
    return found !== undefined;
  }

  look(container: string): Promise<ContainerState | undefined> {
    const state = { id: container, pid: undefined, exitCode: undefined, wasOutOfMemory: false };
    const isThere = this.#containers.has(container);
    return Promise.resolve(isThere ? { ...state, isRunning: true } : undefined);
  }

  logs(): Promise<readonly string[]> {
    return Promise.resolve(['the last words of the fake']);
  }

  async remove(container: string): Promise<void> {
    const found = this.#containers.get(container);
    if (found === undefined) return;
    const { server } = found;
    this.done.push('remove');
    this.#containers.delete(container);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  /** Whether anything that it started is left. */
  get isIdle(): boolean {
    return this.#containers.size === 0;
  }
}
