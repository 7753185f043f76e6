import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelName } from '../../src/domain/ids.js';
import { toPercent, toShare } from '../../src/domain/share.js';
import { armOfHash, stickyHash } from '../../src/traffic/assign.js';
import type { Router } from '../../src/traffic/router.js';

/** A router with a stable and a canary behind it, whose sticky key is the header `x-user-id`. */
export interface RouterInTest {
  readonly router: Router;
  readonly model: ModelName;
  /** The arms that answered requests with these keys (`undefined`: without one), in their order. */
  arms(keys: readonly (string | undefined)[]): Promise<string[]>;
  /** How many copies of requests reached the canary. */
  copies(): number;
  close(): Promise<void>;
}

/** Four standard errors: a right split fails once in 16,000 runs. */
function tolerated(requests: number, share: number): number {
  return 4 * Math.sqrt(requests * share * (1 - share));
}

/**
 * What every router does.
 * @param can what this one says it can do, where routers differ
 * @param open makes one whose canary has weight 0
 */
export function routerConformance(
  name: string,
  can: { readonly sticky: boolean; readonly shadow: boolean },
  open: () => Promise<RouterInTest>,
): void {
  describe(`the router ${name}`, () => {
    let on: RouterInTest;
    beforeAll(async () => void (on = await open()));
    afterAll(() => on.close());

    const without = (count: number) => Array<undefined>(count).fill(undefined);
    const canaries = async (keys: readonly (string | undefined)[]) =>
      (await on.arms(keys)).filter((arm) => arm === 'canary').length;

    test('gives a canary nothing before it is told to', async () => {
      expect(await on.router.weightInForce(on.model)).toBe(0);
      expect(await canaries(without(200))).toBe(0);
    });

    test('gives the canary exactly all at 100, and exactly nothing at 0', async () => {
      await on.router.setWeight(on.model, toPercent(100));
      expect(await canaries(without(400))).toBe(400);
      await on.router.setWeight(on.model, toPercent(0));
      expect(await canaries(without(400))).toBe(0);
    });

    test('gives the canary its share of requests without a key', async () => {
      await on.router.setWeight(on.model, toPercent(25));
      const requests = 4_000;
      const found = await canaries(without(requests));
      expect(Math.abs(found - requests * 0.25)).toBeLessThan(tolerated(requests, 0.25));
    });

    test('reads back the weight that is in force, however often it is set', async () => {
      for (const weight of [10, 10, 0.01, 33.33, 99.99]) {
        await on.router.setWeight(on.model, toPercent(weight));
        expect(await on.router.weightInForce(on.model)).toBe(weight);
      }
    });

    test('knows the least weight that it says it does', async () => {
      const { minimumWeight } = on.router.capabilities;
      await on.router.setWeight(on.model, minimumWeight);
      expect(await on.router.weightInForce(on.model)).toBe(minimumWeight);
    });

    if (can.sticky) {
      test('keeps each user on the arm that the sticky hash gives, at every weight', async () => {
        expect(on.router.capabilities.sticky).toContain('header');
        const keys = Array.from({ length: 500 }, (_, i) => `user-${i}`);
        for (const weight of [5, 50]) {
          await on.router.setWeight(on.model, toPercent(weight));
          const share = toShare(toPercent(weight));
          const expected = keys.map((key) => armOfHash(stickyHash(key, on.model), share));
          expect(await on.arms(keys)).toEqual(expected);
        }
      });
    } else {
      test('says that it keeps no user on an arm', () => {
        expect(on.router.capabilities.sticky).toEqual([]);
      });
    }

    if (can.shadow) {
      test('shows the canary copies while users are answered by stable, until it is told to stop', async () => {
        expect(on.router.capabilities.shadow).toBe(true);
        await on.router.setWeight(on.model, toPercent(0));
        await on.router.startShadow(on.model, toPercent(100));
        const before = on.copies();
        expect(await canaries(without(50))).toBe(0);
        await expect.poll(() => on.copies()).toBe(before + 50);
        await on.router.stopShadow(on.model);
        await on.router.stopShadow(on.model);
        await on.arms(without(50));
        expect(on.copies()).toBe(before + 50);
      });
    } else {
      test('says that it sends no copies, and refuses to', async () => {
        expect(on.router.capabilities.shadow).toBe(false);
        await expect(on.router.startShadow(on.model, toPercent(100))).rejects.toMatchObject({
          code: 'strategy-not-possible',
        });
        await on.router.stopShadow(on.model);
      });
    }
  });
}
