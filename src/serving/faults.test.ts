import { expect, test, vi } from 'vitest';
import type { SerinError } from '../domain/errors.js';
import type { Tensor } from '../domain/tensor.js';
import type { PredictionSpec } from '../domain/version.js';
import { FaultInjector } from './faults.js';

const probability: PredictionSpec = { output: 'probability', kind: 'probability', labels: [] };
const outputs: Tensor[] = [
  { name: 'probability', datatype: 'FP32', shape: [2, 1], data: Float32Array.of(0.25, 0.75) },
  { name: 'label', datatype: 'INT64', shape: [2], data: BigInt64Array.of(0n, 1n) },
];

const timeoutMs = 60_000;

function always(draw: number): () => number {
  return () => draw;
}

test('nothing is injected until something is planned', async () => {
  const faults = new FaultInjector(always(0));
  expect(faults.isIdle).toBe(true);
  await faults.beforeAnswer(timeoutMs);
  expect(faults.distort(outputs, probability)).toBe(outputs);
});

test('the planned share of requests fails', async () => {
  const draws = [0.04, 0.05, 0.9];
  const faults = new FaultInjector(() => draws.shift() ?? 1);
  faults.plan = { errorShare: 0.05 };
  await expect(faults.beforeAnswer(timeoutMs)).rejects.toThrow(/an injected fault/);
  await faults.beforeAnswer(timeoutMs);
  await faults.beforeAnswer(timeoutMs);
});

test('a distorted probability is still one, but another; a class is another', () => {
  const faults = new FaultInjector(always(0.5));
  faults.plan = { wrongOutputShare: 1 };
  const [first, second] = faults.distort(outputs, probability);
  expect([...(first?.data as Float32Array)]).toEqual([0.75, 0.25]);
  expect([...(second?.data as BigInt64Array)]).toEqual([1n, 0n]);
  expect([...(outputs[0]?.data as Float32Array)]).toEqual([0.25, 0.75]);
});

test('an output that is to be no number is none; a class stays what it is', () => {
  const faults = new FaultInjector(always(0.5));
  faults.plan = { nonFiniteShare: 0.6 };
  expect(faults.isIdle).toBe(false);
  const [first, second] = faults.distort(outputs, probability);
  expect([...(first?.data as Float32Array)]).toEqual([NaN, NaN]);
  expect(second).toBe(outputs[1]);
  expect([...(outputs[0]?.data as Float32Array)]).toEqual([0.25, 0.75]);
});

test('a delay delays this request only', async () => {
  vi.useFakeTimers();
  try {
    const slow = new FaultInjector(always(0.5));
    const fast = new FaultInjector(always(0.5));
    slow.plan = { latency: { distribution: 'fixed', ms: 10 } };
    const order: string[] = [];
    const both = [
      slow.beforeAnswer(timeoutMs).then(() => order.push('slow')),
      fast.beforeAnswer(timeoutMs).then(() => order.push('fast')),
    ];
    await vi.advanceTimersByTimeAsync(9);
    expect(order).toEqual(['fast']);
    await vi.advanceTimersByTimeAsync(1);
    expect(order).toEqual(['fast', 'slow']);
    await Promise.all(both);
  } finally {
    vi.useRealTimers();
  }
});

test.each([
  ['fixed', { distribution: 'fixed', ms: 60_000 }],
  // Beyond what a timer can wait for: node would not wait at all.
  ['drawn', { distribution: 'lognormal', medianMs: 1e6, sigma: 30 }],
] as const)(
  'a %s delay that is longer than an answer may take is a time-out',
  async (_how, latency) => {
    vi.useFakeTimers();
    try {
      const faults = new FaultInjector(always(0.999));
      faults.plan = { latency };
      let code = 'none';
      const asked = faults
        .beforeAnswer(1_000)
        .catch((thrown: unknown) => (code = (thrown as SerinError).code));
      await vi.advanceTimersByTimeAsync(999);
      expect(code).toBe('none');
      await vi.advanceTimersByTimeAsync(1);
      await asked;
      expect(code).toBe('upstream-timeout');
    } finally {
      vi.useRealTimers();
    }
  },
);

test('drawn delays have the planned median', async () => {
  let state = 1;
  const random = (): number => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
  const delays: number[] = [];
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((run: () => void, ms: number) => {
    delays.push(ms);
    run();
  }) as never);
  try {
    const faults = new FaultInjector(random);
    faults.plan = { latency: { distribution: 'lognormal', medianMs: 20, sigma: 0.5 } };
    for (let i = 0; i < 4_000; i += 1) await faults.beforeAnswer(timeoutMs);
  } finally {
    vi.restoreAllMocks();
  }
  delays.sort((a, b) => a - b);
  // The median of 4,000 log-normal draws: ± 4 standard errors of 1.2533·σ/√n on the logarithm.
  expect(Math.abs(Math.log((delays[2_000] ?? 0) / 20))).toBeLessThan((4 * 1.2533 * 0.5) / 63);
});
