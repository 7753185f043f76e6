import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import { toSerinError } from '../../domain/errors.js';
import type { RequestId } from '../../domain/ids.js';
import type { ServedArm } from '../../serving/gateway/served-model.js';
import type { ServerContext } from '../context.js';
import { FeedbackReply, FeedbackRequest, type FeedbackEntry } from '../contract/verdict.js';

type Entry = Static<typeof FeedbackEntry>;
type Outcome = Static<typeof FeedbackReply>['outcomes'][number];

/** Whether answers were right, as far as somebody knows it by now. */
export function feedbackRoutes(plain: FastifyInstance, context: ServerContext): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  app.post(
    '/api/v1/feedback',
    {
      schema: {
        summary: 'Say what was true, or how good an answer was, by the id of its request',
        tags: ['predict'],
        body: FeedbackRequest,
        response: { 200: FeedbackReply },
      },
    },
    (request) => {
      const { body } = request;
      const entries = 'feedback' in body ? body.feedback : [body];
      const outcomes = entries.map((entry) => take(context, entry));
      return { counted: outcomes.filter(({ outcome }) => outcome === 'counted').length, outcomes };
    },
  );
}

function take(context: ServerContext, entry: Entry): Outcome {
  const { answers, comparisons, deployments } = context;
  const id = entry.request_id as RequestId;
  const answer = answers.find(id);
  const reply = { request_id: id, arm: answer?.arm ?? null, problem: null };
  if (answer === undefined) return { ...reply, outcome: 'unknown' };
  const { stable, canary } = deployments.model(answer.model);
  const names = { stable: classNamesOf(stable), canary: classNamesOf(canary ?? stable) };
  try {
    return { ...reply, outcome: comparisons.judgeAnswer(id, entry, names) };
  } catch (thrown) {
    return { ...reply, outcome: 'refused', problem: toSerinError(thrown).message };
  }
}

function classNamesOf(arm: ServedArm | undefined): readonly string[] {
  const version = arm?.upstream.version;
  return version?.kind === 'onnx' ? version.prediction.labels : [];
}
