import type { FrontStatus } from '../../src/api/contract/front.js';
import type { RolloutBody, RolloutEventBody } from '../../src/api/contract/rollouts.js';

type Evidence = NonNullable<RolloutBody['verdict']>['evidence'][number];

const hold = { min_ms: 30_000, max_ms: 900_000, requests: 200 };

function weightStep(percent: number, state: RolloutBody['plan'][number]['state']) {
  return {
    kind: 'weight' as const,
    title: `${percent}%`,
    percent,
    hold,
    on_undecided: 'pause' as const,
    state,
  };
}

function evidenceOf(check: string, wishes: Partial<Evidence>): Evidence {
  return {
    check,
    verdict: 'undecided',
    harm_log_e: -0.7,
    safe_log_e: 1.1,
    weight: 0.5,
    estimate: null,
    samples: { stable: 900, canary: 300 },
    overdispersion: 1,
    approximate: false,
    shown: {},
    sentence: `${check}: nothing leans to harm`,
    ...wishes,
  };
}

/** A rollout in the middle of its second weight, as the API tells it. */
export function sampleRollout(wishes: Partial<RolloutBody> = {}): RolloutBody {
  return {
    id: 'r-1',
    model: 'churn',
    stable: '1',
    canary: '2',
    phase: 'progressing',
    sentence: 'The canary takes 25% of the traffic.',
    outcome: null,
    step: 2,
    steps: 4,
    weight: 25,
    meter: 40,
    started_at: '2026-03-01T10:00:00.000Z',
    changed_at: '2026-03-01T10:02:00.000Z',
    ended_at: null,
    started_by: 'ada',
    sequence: 9,
    attempt: 1,
    why: 'better offline',
    waits_for: 'the hold of the step: 120 of 200 requests',
    by: 'the strategy',
    step_since: '2026-03-01T10:02:00.000Z',
    time_left: { at_least_ms: 60_000, at_most_ms: 1_800_000 },
    warm_until: null,
    plan: [
      {
        kind: 'shadow',
        title: 'shadow',
        percent: 100,
        hold,
        on_undecided: 'pause',
        state: 'done',
      },
      weightStep(10, 'done'),
      weightStep(25, 'current'),
      weightStep(100, 'coming'),
    ],
    gates: [{ name: 'validate', state: 'passed', reason: 'all rows fit', report: null }],
    actions: [
      { name: 'pause', possible: true, why_not: null },
      { name: 'resume', possible: false, why_not: 'it is not paused' },
    ],
    arms: {
      stable: { requests: 900, errors: 9, p50_ms: 1.25, p95_ms: 4, p99_ms: 12.4 },
      canary: { requests: 300, errors: 0, p50_ms: 1.5, p95_ms: 5, p99_ms: null },
    },
    verdict: {
      model: 'churn',
      verdict: 'undecided',
      sentence: 'Undecided: latency-mean not shown to be safe yet, about 900 more requests.',
      reasons: [],
      meter: 40,
      p: 1,
      harm_log_e: -0.5,
      leans_to_harm: false,
      may_promote: false,
      missing: [{ check: 'latency-mean', progress: 0.5, requests_needed: 900 }],
      requests_needed: 900,
      requests_needed_at_least: null,
      requests: { stable: 900, canary: 300 },
      judged: { stable: 900, canary: 300 },
      split: { intended: 0.25, seen: 0.25, wrong: false },
      evidence: [
        evidenceOf('errors', { sentence: 'canary fails 0% and stable 1% of requests' }),
        evidenceOf('latency-mean', {
          harm_log_e: Math.log(4),
          sentence: 'canary is 12% slower, between 4% and 21%; evidence 4.0 : 1 of harm',
        }),
      ],
      at: '2026-03-01T10:02:40.000Z',
    },
    predictions: {
      kind: 'class',
      bins: [
        { label: 'above', stable: 0.5, canary: 0.48 },
        { label: 'below', stable: 0.5, canary: 0.52 },
      ],
    },
    shadow: {
      pairs: 480,
      agreeing: 470,
      disagreeing: 10,
      failed: 1,
      shed: 2,
      paired: {
        latency: { pairs: 479, ratio: 1.12, low: 1.08, high: 1.16 },
        failures: { neither: 479, only_stable: 0, only_canary: 1, both: 0 },
        numbers: null,
      },
    },
    strategy: {},
    ...wishes,
  };
}

export function sampleEvent(sequence: number, wishes: Partial<RolloutEventBody> = {}) {
  return {
    sequence,
    at: `2026-03-01T10:00:${String(sequence).padStart(2, '0')}.000Z`,
    type: 'tick',
    sentence: `Thing ${sequence} happened.`,
    by: null,
    why: null,
    phase: 'progressing',
    weight: 25,
    particulars: {},
    ...wishes,
  } satisfies RolloutEventBody;
}

/** An NGINX that does what it was told, as the API tells it. */
export function sampleFront(wishes: Partial<FrontStatus> = {}): FrontStatus {
  return {
    router: 'nginx',
    version: '1.22.1',
    mode: 'lua',
    why_mode: 'as this NGINX has Lua',
    listen: ['http://127.0.0.1:8088'],
    weight_in_force: 25,
    split_seen: 24.8,
    observed: 1_196,
    lost: 4,
    not_measured: ['predictions'],
    findings: [],
    problem: null,
    ...wishes,
  };
}
