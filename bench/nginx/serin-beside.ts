import { setTimeout as sleep } from 'node:timers/promises';
import { Judge } from '../../src/analysis/judge.js';
import { toPercent } from '../../src/domain/share.js';
import { openNginxLog } from '../../src/observing/nginx-log/open-nginx-log.js';
import { openNginxRouter } from '../../src/traffic/nginx/open-nginx-router.js';
import type { NginxSettings } from '../../src/traffic/nginx/settings.js';
import { ObservedSplits, type ObservedSplit } from './observed-splits.js';

/** What the bench asks the process beside NGINX. */
export type Question =
  | { readonly ask: 'set-weight'; readonly weight: number }
  | { readonly ask: 'change-weights'; readonly times: number; readonly url: string }
  | { readonly ask: 'counts' }
  | { readonly ask: 'stop' };

/** What it answers. */
export interface Answer {
  readonly counts: Readonly<Record<string, number>>;
  readonly canary: number;
  readonly changesMs: readonly number[];
  readonly wrongArms: number;
  /** Of every weight that was set while others were set, too. */
  readonly splits: readonly ObservedSplit[];
  readonly finding: string;
}

/** Serin beside NGINX: the router, the reader of the log, and the judge that is told everything. */
const settings = JSON.parse(process.argv[2] ?? '') as NginxSettings;
const nowMs = (): number => performance.timeOrigin + performance.now();
const nginx = await openNginxRouter(settings, (message) => console.error(message));
const model = settings.routes[0]?.model;
if (model === undefined) throw new Error('the bench needs one route');

const judge = Judge.open();
judge.beginStep({ kind: 'weight', share: 0.25, last: false }, nowMs());
let canary = 0;
let finding = '';
const splits = new ObservedSplits();
const source = openNginxLog(nginx.log, { models: [model], nowMs });
await source.start({
  observed: (_, observation) => {
    if (observation.arm === 'canary') canary += 1;
    judge.record(observation);
    splits.observed(observation);
  },
  found: (_, found) => (finding = found.sentence),
});
const ticking = setInterval(() => judge.tick(nowMs()), 1_000);

process.on('message', (question: Question) => {
  void answer(question).then((more) =>
    process.send?.({
      ...{ counts: source.counts(), canary, finding, changesMs: [], wrongArms: 0 },
      splits: splits.byWeight(),
      ...more,
    } satisfies Answer),
  );
});
// The bench was ended: nothing of it stays.
process.on('disconnect', () => void answer({ ask: 'stop' }));
process.send?.('ready');

async function answer(question: Question): Promise<Partial<Answer>> {
  switch (question.ask) {
    case 'set-weight':
      await setWeight(question.weight);
      return {};
    case 'change-weights':
      return changeWeights(question.times, question.url);
    case 'counts':
      return {};
    case 'stop':
      clearInterval(ticking);
      await source.close();
      await nginx.close();
      process.exit();
  }
}

async function setWeight(weight: number): Promise<void> {
  if (model !== undefined) await nginx.router.setWeight(model, toPercent(weight));
}

/** @returns how many of three requests were not answered by the only arm that may */
async function askInWrongArm(url: string, weight: 0 | 100): Promise<number> {
  const expected = weight === 100 ? 'canary' : 'stable';
  let wrong = 0;
  for (let look = 0; look < 3; look += 1) {
    const { headers } = await fetch(url, { method: 'POST', body: '{}' });
    if (headers.get('serin-arm') !== expected) wrong += 1;
  }
  return wrong;
}

/** How long each weight is in force at least, for its split to be observed. */
const dwellMs = 40;

/** Changes the weight again and again, and looks at the next answers where it leaves no choice. */
async function changeWeights(times: number, url: string): Promise<Partial<Answer>> {
  const changesMs: number[] = [];
  let wrongArms = 0;
  const weights = [10, 25, 50, 75, 100, 0];
  for (let change = 0; change < times; change += 1) {
    const weight = weights[change % weights.length] ?? 0;
    const from = performance.now();
    splits.end(nowMs());
    await setWeight(weight);
    splits.begin(weight, nowMs());
    changesMs.push(performance.now() - from);
    if (weight === 0 || weight === 100) wrongArms += await askInWrongArm(url, weight);
    await sleep(dwellMs);
  }
  splits.end(nowMs());
  return { changesMs, wrongArms };
}
