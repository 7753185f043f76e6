import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { parseSerinYaml } from '../../config/parse-serin-yaml.js';
import { demoRolloutFile, ObstacleToDemo } from '../../demo/demo-rollout.js';
import { GeneratedTraffic } from '../../demo/generated-traffic.js';
import { SerinError } from '../../domain/errors.js';
import type { RolloutId } from '../../domain/rollout-id.js';
import { toPercent } from '../../domain/share.js';
import { isActive } from '../../rollout/machine/waiting.js';
import type { ServerContext } from '../context.js';
import { DemoBody } from '../contract/demo.js';
import { whoOf } from '../request-facts.js';
import { toRequest } from '../rollouts/body.js';

interface Demo {
  readonly traffic: GeneratedTraffic;
  readonly rollout: RolloutId;
}

/**
 * A rollout to look at where there are only the sample models: with requests that the server makes
 * up and sends to itself.
 * @param dataPlane whether this listener answers predictions, so that they can be sent to it
 */
export function demoRoutes(
  plain: FastifyInstance,
  context: ServerContext,
  dataPlane: boolean,
): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  const { rollouts } = context;
  const tags = ['demo'];
  const response = { 200: DemoBody };
  let demo: Demo | undefined;
  const obstacles = new ObstacleToDemo(context.versions, context.deployments);
  const obstacle = (): Promise<string | undefined> =>
    dataPlane ? obstacles.find() : Promise.resolve('Predictions are answered at another port.');
  const body = async (): Promise<DemoBody> => {
    const whyNot = await obstacle();
    return {
      possible: whyNot === undefined,
      why_not: whyNot ?? null,
      running: demo?.traffic.isRunning ?? false,
      requests: demo?.traffic.requests ?? 0,
      rollout: demo?.rollout ?? null,
    };
  };
  const goesOn = async (id: RolloutId): Promise<boolean> =>
    isActive(await rollouts.controller.show(id));
  plain.addHook('preClose', (done) => {
    demo?.traffic.stop();
    done();
  });

  app.get('/api/v1/demo', { schema: { summary: 'How the demo stands', tags, response } }, body);
  app.post(
    '/api/v1/demo',
    { schema: { summary: 'Start the demo: a rollout, with made-up requests', tags, response } },
    async (request) => {
      const whyNot = await obstacle();
      if (whyNot !== undefined) throw new SerinError('action-not-possible', { found: whyNot });
      const live = context.deployments.model('churn').stable?.upstream.version.version;
      const strategy = parseSerinYaml(demoRolloutFile(live), 'demo.yaml');
      const why = 'a demo, with made-up requests';
      const id = await rollouts.start(strategy, whoOf(request), why);
      demo?.traffic.stop();
      const traffic = new GeneratedTraffic({
        send: (features) => predict(plain, features),
        isWanted: async () => (await goesOn(id)) && (await obstacle()) === undefined,
        random: () => Math.random(),
      });
      demo = { traffic, rollout: id };
      return body();
    },
  );
  app.delete(
    '/api/v1/demo',
    { schema: { summary: 'Stop the demo, and abort its rollout', tags, response } },
    async (request) => {
      if (demo !== undefined) {
        demo.traffic.stop();
        if (await goesOn(demo.rollout)) {
          const asked = { by: whoOf(request), why: 'the demo was stopped', weight: toPercent(0) };
          await rollouts.controller.request(demo.rollout, toRequest('abort', asked));
        }
      }
      return body();
    },
  );
}

/** Over the network, as users' requests come. */
async function predict(app: FastifyInstance, features: readonly number[]): Promise<void> {
  const address = app.server.address();
  if (address === null || typeof address === 'string') return;
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  const answer = await fetch(`http://${host}:${address.port}/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'serin-demo' },
    body: JSON.stringify({ model: 'churn', features }),
  });
  await answer.arrayBuffer();
}
