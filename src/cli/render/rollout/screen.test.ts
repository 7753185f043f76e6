import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sampleEvent, sampleFront, sampleRollout } from '../../../../test/cli/sample-rollout.js';
import { painted, unpainted } from '../paint.js';
import { renderScreen, type Screen, type Watched } from './screen.js';

const plain: Screen = {
  paint: unpainted,
  columns: 120,
  rows: 40,
  nowMs: Date.parse('2026-03-01T10:02:45Z'),
  timeOf: (at) => at.slice(11, 19),
};
const watched: Watched = {
  rollout: sampleRollout(),
  events: [sampleEvent(1), sampleEvent(2, { by: 'ada', why: 'lunch' })],
  alpha: 0.05,
};

test('the screen shows steps, weight, arms, evidence with odds, the meter, time left and events', () => {
  expect(renderScreen(watched, plain).join('\n')).toMatchInlineSnapshot(`
    "churn: 2 against 1  rollout r-1, started 10:00:00 by ada

    ✓ shadow ─ ✓ 10% ─ ● 25% ─ ○ 100%

    The canary takes 25% of the traffic.
    Waits for the hold of the step: 120 of 200 requests.
    ✓ gate validate: all rows fit

    weight   ██████░░░░░░░░░░░░░░░░░░ 25%
    split    25% so far, meant to be 25%
    step     45s of at least 30s, at most 15m; at least 200 requests
    left     1m at least, 30m at most
    shadow   480 pairs, 97.92% agree; 1 failed, 2 not made
             latency +12% (+8% to +16%) on the same request
             failed by the canary alone 1, by stable alone 0

            version  requests  errors          p50      p95    p99
    stable        1       900       9  1%  1.25 ms  4.00 ms  12 ms
    canary        2       300       0  0%  1.50 ms  5.00 ms      –

    roll back ──────────┼───●────── promote  +40
    Undecided: latency-mean not shown to be safe yet, about 900 more requests.
                  harm        ╷        safe  odds of harm
    errors        ░░░░░░░░░░░░│████████████  1 : 2  canary fails 0% and stable 1% of requests
    mean latency  ░░░░░░░░░███│██████░░░░░░  4 : 1  canary is 12% slower, between 4% and 21%; evidence 4.0 : 1 of harm

    predicted class  stable  canary
    above               50%     48%
    below               50%     52%

    10:00:01    25%  Thing 1 happened.
    10:00:02    25%  Thing 2 happened.  (ada: lunch)"
  `);
});

test('a gate that failed says where its report is, and one that passed does not', () => {
  const report = '/api/v1/rollouts/r-1/reports/smoke';
  const gate = { name: 'smoke', reason: 'smoke failed, 1 error', report } as const;
  const rollout = sampleRollout({
    gates: [
      { ...gate, name: 'validate', state: 'passed' },
      { ...gate, state: 'failed' },
    ],
  });
  const text = renderScreen({ ...watched, rollout }, plain).join('\n');
  expect(text).toContain(`✗ gate smoke: smoke failed, 1 error\n  report   ${report}?format=text`);
  expect(text.match(/reports/g)).toHaveLength(1);
});

test('a server that is gone is said on the first line', () => {
  const [first] = renderScreen({ ...watched, silence: 'The server is gone' }, plain);
  expect(first).toBe('The server is gone');
});

test('behind NGINX, its mode, the weight in force, the split and what its log lost are shown', () => {
  const front = sampleFront({
    findings: [{ source: 'log', verdict: 'unmeasurable', sentence: 'lines are missing' }],
  });
  const text = renderScreen({ ...watched, front }, plain).join('\n');
  expect(text).toContain(`
front    NGINX 1.22.1 on http://127.0.0.1:8088, mode lua as this NGINX has Lua
         weight in force 25%, meant to be 25%, split seen 24.8%
         1196 requests read, 4 lost (0.33% of all); not measured: predictions
         log: lines are missing
`);
  const gone = sampleFront({ version: null, mode: null, problem: 'it was stopped' });
  expect(renderScreen({ ...watched, front: gone }, plain).join('\n')).toContain(
    'front    NGINX does not serve on http://127.0.0.1:8088: it was stopped',
  );
});

describe('on any terminal', () => {
  test('no line is wider than the screen, and there are not more lines than rows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 80 }), (c, r) => {
        const lines = renderScreen(watched, { ...plain, paint: painted, columns: c, rows: r });
        expect(lines.length).toBeLessThanOrEqual(r);
        for (const line of lines) {
          expect(stripVTControlCharacters(line).length).toBeLessThanOrEqual(c);
        }
      }),
    );
  });

  test('colours are all that distinguishes the painted screen, and none is left switched on', () => {
    const lines = renderScreen(watched, { ...plain, paint: painted, columns: 37 });
    const bare = renderScreen(watched, { ...plain, columns: 37 });
    expect(lines.map((line) => stripVTControlCharacters(line))).toEqual(bare);

    const switches = lines.map((line) => [...line.matchAll(/\u001b\[(\d+)m/g)].length % 2);
    expect(switches.every((odd) => odd === 0)).toBe(true);
  });

  test('where rows are few, the newest events are kept', () => {
    const events = Array.from({ length: 30 }, (_, i) => sampleEvent(i));
    const lines = renderScreen({ ...watched, events }, { ...plain, rows: 24 });
    expect(lines).toHaveLength(24);
    expect(lines.at(-1)).toContain('Thing 29 happened.');
    expect(lines.join('\n')).not.toContain('predicted class');
  });
});

test('of many steps, those around the current one are shown', () => {
  const [first] = sampleRollout().plan;
  const plan = Array.from({ length: 100 }, (_, i) => ({
    ...first!,
    title: `${i}%`,
    state: i < 50 ? ('done' as const) : i === 50 ? ('current' as const) : ('coming' as const),
  }));
  const rollout = sampleRollout({ plan, step: 50, steps: 100 });
  const lines = renderScreen({ ...watched, rollout }, { ...plain, columns: 60 });
  expect(lines.find((line) => line.includes('●'))).toMatchInlineSnapshot(
    `"… ─ ✓ 47% ─ ✓ 48% ─ ✓ 49% ─ ● 50% ─ ○ 51% ─ ○ 52% ─ …"`,
  );
});

test.each([
  ['paused', '‖ 25%'],
  ['rolled-back', '✗ 25%'],
  ['progressing', '● 25%'],
] as const)('a rollout that is %s shows it at its step', (phase, shown) => {
  const rollout = sampleRollout({ phase });
  expect(renderScreen({ ...watched, rollout }, plain).join('\n')).toContain(shown);
});

test('before there is traffic, nothing is made up', () => {
  const rollout = sampleRollout({
    phase: 'preparing',
    step: -1,
    weight: 0,
    meter: null,
    arms: null,
    verdict: null,
    shadow: null,
    predictions: null,
    step_since: null,
    time_left: null,
    plan: sampleRollout().plan.map((step) => ({ ...step, state: 'coming' as const })),
  });
  const text = renderScreen({ ...watched, rollout, events: [] }, plain).join('\n');
  expect(text).toMatchInlineSnapshot(`
    "churn: 2 against 1  rollout r-1, started 10:00:00 by ada

    ○ shadow ─ ○ 10% ─ ○ 25% ─ ○ 100%

    The canary takes 25% of the traffic.
    Waits for the hold of the step: 120 of 200 requests.
    ✓ gate validate: all rows fit

    weight   ░░░░░░░░░░░░░░░░░░░░░░░░ 0%"
  `);
});

test('of no requests, no share and no odds are said', () => {
  const verdict = sampleRollout().verdict!;
  const none = { requests: 0, errors: 0, p50_ms: null, p95_ms: null, p99_ms: null };
  const rollout = sampleRollout({
    arms: { stable: none, canary: none },
    verdict: {
      ...verdict,
      split: { intended: 0.25, seen: null, wrong: false },
      evidence: verdict.evidence.map((one) => ({ ...one, samples: { stable: 0, canary: 0 } })),
    },
    predictions: { kind: 'class', bins: [{ label: 'above', stable: 1, canary: 0 }] },
  });
  const text = renderScreen({ ...watched, rollout }, plain).join('\n');
  expect(text).toContain('split    – so far, meant to be 25%');
  expect(text).toMatch(/^errors .* –  canary fails/m);
  expect(text).toMatch(/^above +100% +–$/m);
  expect(text).toMatch(/^canary +2 +0 +0 +– +– +– +–$/m);
});
