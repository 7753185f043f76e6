import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import type { Static } from 'typebox';
import { toSerinError } from '../../domain/errors.js';
import type { RequestId } from '../../domain/ids.js';
import { feedbackValue } from '../../observing/feedback-value.js';
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
  const reply = { request_id: entry.request_id, arm: null, problem: null };
  const answer = answers.find(entry.request_id as RequestId);
  if (answer === undefined) return { ...reply, outcome: 'unknown' };
  const { model: name, arm, prediction } = answer;
  if (answer.judged) return { ...reply, arm, outcome: 'known' };
  const comparison = comparisons.stillOpenFor(answer);
  const measure = comparison?.judge.settings.checks.feedback?.measure;
  if (comparison === undefined || measure === undefined) return { ...reply, arm, outcome: 'over' };
  const version = deployments.model(name).stable?.upstream.version;
  const labels = version?.kind === 'onnx' ? version.prediction.labels : [];
  try {
    comparison.judge.recordFeedback(arm, feedbackValue(measure, entry, prediction, labels));
  } catch (thrown) {
    return { ...reply, arm, outcome: 'refused', problem: toSerinError(thrown).message };
  }
  comparison.unsaved = true;
  answer.judged = true;
  return { ...reply, arm, outcome: 'counted' };
}
