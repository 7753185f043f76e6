import { afterEach, expect, test } from 'vitest';
import { Load, connections } from './load.js';
import { startTestServer, type TestServer } from './running-server.js';

const changes = 20;
let server: TestServer | undefined;
let load: Load | undefined;

afterEach(async () => {
  await load?.end();
  await server?.close();
  server = load = undefined;
});

// Twenty processes are started on a machine that is busy: half a minute may not do.
test(
  'twenty promotions and roll-backs under load cost no user an answer',
  { timeout: 240_000 },
  async () => {
    const on = (server = await startTestServer());
    const users = (load = new Load(on));
    for (let i = 0; i < changes; i += 1) {
      const { stable } = (await on.get('/api/v1/models/churn')).body;
      const canary = stable.version === '1' ? 'churn/2' : 'churn/1';
      const deployed = await on.post('/admin/deploy-canary', { model_path: canary, weight: 50 });
      expect(deployed.status).toBe(200);
      // Requests that a fault holds up are under way, too, when their arm is replaced.
      const slowed = await on.put('/admin/faults', { arm: 'stable', latency_ms: 50 });
      expect(slowed.status).toBe(200);
      const before = users.answers;
      await expect.poll(() => users.answers > before + connections).toBe(true);
      const path = i % 2 === 0 ? '/admin/promote-canary' : '/admin/rollback-canary';
      expect((await on.post(path)).status).toBe(200);
    }
    const { statuses, fallbacks } = await users.end();
    expect([...statuses]).toEqual([200]);
    expect(fallbacks).toBe(0);
  },
);
