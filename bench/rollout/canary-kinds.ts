import type { Static } from 'typebox';
import type { FaultRequest } from '../../src/api/contract/admin.js';

/** What goes wrong with an arm, as the API is told it. */
export type Fault = Omit<Static<typeof FaultRequest>, 'arm' | 'model' | 'why'>;

/** One kind of canary, and how its rollout must end. */
export interface CanaryKind {
  readonly name: string;
  /** For people: what is wrong with it. */
  readonly what: string;
  readonly canary: string;
  /** Of the rollout file; by default two weights, each until the judge has said enough. */
  readonly steps?: string;
  /** Of the checks, beside latency and errors. */
  readonly checks?: string;
  /** Of latency and errors; by default wider than a busy machine's own differences. */
  readonly tolerances?: string;
  readonly more?: string;
  /** Both arms have this from before the rollout. */
  readonly always?: Fault;
  /** The canary has this as soon as it has its first requests. */
  readonly fault?: Fault;
  /** The canary's requests before the fault. */
  readonly afterRequests?: number;
  readonly outcome: 'promoted' | 'rolled-back' | 'failed';
  /** Who or what must have moved it, and what the sentence must say. */
  readonly by: string | null;
  readonly says: RegExp;
  /** Requests of both arms, and of the canary, at which STATISTICS.md says that it is rolled back. */
  readonly promised?: { readonly requests: number; readonly canary: number };
}

/** Those of STATISTICS.md, as its ramp, so that what it promises can be asked for here. */
const asPromised = {
  tolerances: `latency: { tolerance: 5%, p95: 10%, p99: 25% }
  errors: { tolerance: 0.1% }`,
  steps:
    '[{ weight: 10, hold: { requests: 400 } }, { weight: 25, hold: { requests: 1000 } }, { weight: 50 }]',
};

/** Where a canary is held until it is crashed, or until its memory is too large. */
const held = '[{ weight: 50, hold: { min: 5m, max: 10m } }]';

export const canaryKinds: readonly CanaryKind[] = [
  {
    name: 'good',
    what: 'churn/2, as good as churn/1',
    canary: 'churn/2',
    outcome: 'promoted',
    by: 'the judge',
    says: /./,
  },
  {
    name: 'slow',
    what: 'latency × 2: each request takes 100 ms longer, on stable 50 ms',
    canary: 'churn/2',
    ...asPromised,
    // Beside these a request's own one to three milliseconds hardly count.
    always: { latency_ms: 50 },
    fault: { latency_ms: 100 },
    outcome: 'rolled-back',
    by: 'the judge',
    says: /% slower|exceeds (twice )?stable's p9[59]/,
    promised: { requests: 600, canary: 61 },
  },
  {
    name: 'errors',
    what: '5% of the requests fail',
    canary: 'churn/2',
    ...asPromised,
    fault: { error_share: 0.05 },
    outcome: 'rolled-back',
    by: 'the judge',
    says: /requests fail/,
    promised: { requests: 2_000, canary: 191 },
  },
  {
    name: 'wrong-answers',
    what: 'every probability p becomes 1 − p, found by how the answers of both arms are spread',
    canary: 'churn/2',
    // Half of the answers are above 0.5 with p and with 1 − p: the two spreads differ by 17 points.
    checks: 'predictions: { drift: 0.05 }',
    fault: { wrong_output_share: 1 },
    outcome: 'rolled-back',
    by: 'the judge',
    says: /predict|answer/i,
  },
  {
    name: 'wrong-copies',
    what: 'every probability p becomes 1 − p, found by copies of requests',
    canary: 'churn/2',
    steps: '[{ shadow: { requests: 2000 } }, { weight: 20 }]',
    fault: { wrong_output_share: 1 },
    outcome: 'rolled-back',
    by: 'the judge',
    says: /same|differ|agree|otherwise/i,
  },
  {
    name: 'worse-model',
    what: 'churn/3, trained on a broken table',
    canary: 'churn/3',
    outcome: 'rolled-back',
    by: 'the judge',
    says: /predict|answer/i,
  },
  {
    name: 'nan',
    what: 'one answer in twenty is NaN',
    canary: 'churn/2',
    fault: { non_finite_share: 0.05 },
    outcome: 'rolled-back',
    by: 'fast-fail: non-finite-output',
    says: /NaN/,
  },
  {
    name: 'crash-at-start',
    what: 'its process dies of a signal while it loads the file',
    canary: 'churn/9',
    outcome: 'failed',
    by: null,
    says: /SIGFPE/,
  },
  {
    name: 'crash-later',
    what: 'its process is killed after 1,000 of its requests',
    canary: 'churn/2',
    steps: held,
    afterRequests: 1_000,
    fault: { crash: true },
    outcome: 'rolled-back',
    by: 'fast-fail: crash',
    says: /SIGKILL|not there/,
  },
  {
    name: 'memory',
    what: 'its process takes 64 MiB more each second; 512 MiB are allowed',
    canary: 'churn/2',
    steps: held,
    more: 'fastFail: { memory: 512MiB }',
    fault: { memory_mib_per_second: 64 },
    outcome: 'rolled-back',
    by: 'fast-fail: memory',
    says: /at most 512 MiB/,
  },
];
