import { afterEach, expect, test } from 'vitest';
import type { RolloutSummary } from '../../api/contract/rollouts.js';
import { sampleRollout } from '../../../test/cli/sample-rollout.js';
import { ScriptedServer } from '../../../test/cli/scripted-server.js';
import { connect } from '../client.js';
import { findRollout } from './find-rollout.js';

let server: ScriptedServer | undefined;
afterEach(async () => {
  await server?.vanish();
  server = undefined;
});

/** A server that knows these rollouts, the newest first. */
async function find(
  rollouts: readonly RolloutSummary[],
  named?: string,
  ofThoseThatEnded?: 'promoted',
): Promise<RolloutSummary> {
  server = await ScriptedServer.start((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', server?.url);
    const model = searchParams.get('model');
    if (pathname === '/api/v1/rollouts') {
      const listed = rollouts.filter((one) => model === null || one.model === model);
      response.end(JSON.stringify({ rollouts: listed }));
      return;
    }
    const found = rollouts.find(({ id }) => pathname === `/api/v1/rollouts/${id}`);
    response.statusCode = found === undefined ? 404 : 200;
    response.end(JSON.stringify(found ?? { code: 'rollout-not-found', found: 'no such thing' }));
  });
  return findRollout(connect(server.url), named, ofThoseThatEnded);
}

const active = sampleRollout({ id: 'active' });
const ended = sampleRollout({ id: 'ended', outcome: 'promoted', phase: 'promoted' });
const older = sampleRollout({ id: 'older', outcome: 'aborted', phase: 'aborted' });
const other = sampleRollout({ id: 'other', model: 'digits' });

test('without a name, the only one in progress is meant', async () => {
  expect((await find([ended, active])).id).toBe('active');
});

test('without a name and with none in progress, the newest of the only model is meant', async () => {
  expect((await find([ended, older])).id).toBe('ended');
});

test('without a name, two that could be meant are named', async () => {
  await expect(find([active, other])).rejects.toMatchObject({
    code: 'usage',
    words: { expected: 'one of churn (active), digits (other)' },
  });
  await expect(find([])).rejects.toMatchObject({ code: 'rollout-not-found' });
});

test('by its model, the one in progress is meant, else the newest', async () => {
  expect((await find([other, ended, active], 'churn')).id).toBe('active');
  await server?.vanish();
  expect((await find([other, ended, older], 'churn')).id).toBe('ended');
});

test.each([undefined, 'churn'])(
  'to take a version back, the promoted one is meant, whatever was tried since (named: %s)',
  async (named) => {
    expect((await find([older, ended], named, 'promoted')).id).toBe('ended');
    await server?.vanish();
    expect((await find([older], named, 'promoted')).id).toBe('older');
    await server?.vanish();
    expect((await find([older, active, ended], named, 'promoted')).id).toBe('active');
  },
);

test('by its id, any is found; what is neither is refused in the words of the server', async () => {
  expect((await find([active, ended, older], 'older')).id).toBe('older');
  await server?.vanish();
  await expect(find([active], 'nothing')).rejects.toMatchObject({
    code: 'rollout-not-found',
    words: { found: 'no such thing' },
  });
});
