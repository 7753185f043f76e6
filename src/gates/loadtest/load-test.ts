import { SerinError } from '../../domain/errors.js';
import { AnswerForm } from './answers/answer-form.js';
import { rulesOf, rulesOfSchema } from './answers/answer-rules.js';
import { answerCheck, type AnswerRules } from './answers/check-answer.js';
import { steadyLoadClock } from './drive/steady-load-clock.js';
import { httpAsker } from './http/ask-http.js';
import { endpointOf, type Endpoint } from './http/endpoint.js';
import { HttpSender } from './http/http-sender.js';
import { gatherCases, type InputSource } from './inputs/gather-cases.js';
import { withoutPredictions, type LoadCase } from './load-case.js';
import { lookAtAnswers } from './look-at-answers.js';
import type { LoadProgress } from './load-progress.js';
import { requirePlan, type LoadPlan } from './plan.js';
import type { LoadTestResult } from './results/load-test-result.js';
import { runLoadTest, type OpenTarget } from './run-load-test.js';

/** A load test of one HTTP server, or of two against each other. */
export interface LoadTestOrder extends InputSource {
  /** What is tested. */
  readonly url: string;
  /**
   * What it is compared with, in the same run: half of the requests go there. Of its answers only
   * status and form are checked.
   */
  readonly against?: string | undefined;
  readonly plan: LoadPlan;
  /** Connections to each of them at most. */
  readonly connections: number;
  /** A JSON Schema that every answer has to fit, and where it comes from. */
  readonly answerSchema?: { readonly schema: unknown; readonly file: string } | undefined;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  /** Stops the test; what was measured until then is the result. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Tests a server under load: finds out what to send and what answers look like, then sends and checks
 * every answer.
 * @throws SerinError `usage` for an address or a plan that cannot be; `target-unreachable` where
 * nothing answers at all; `inputs-invalid`, `inputs-missing`, `model-invalid`,
 * `model-config-invalid` for what cannot be sent
 */
export async function loadTest(order: LoadTestOrder): Promise<LoadTestResult> {
  const { url, against, plan, onProgress, signal } = order;
  requirePlan(plan);
  const schema = order.answerSchema;
  const given = schema === undefined ? undefined : rulesOfSchema(schema.schema, schema.file);
  const endpoint = endpointOf(url);
  const asked = [url, ...(against === undefined ? [] : [against])].map((one) => {
    return { url: one, path: endpointOf(one).path, ask: httpAsker(one, plan.timeoutMs) };
  });
  const { cases: ofEach, refused } = await gatherCases(asked, order);
  const [cases = [], casesOfStable = []] = ofEach;
  const opened: OpenedTarget[] = [];
  try {
    // Stable first: it says what answers look like.
    const stable =
      against === undefined
        ? undefined
        : await openTarget(endpointOf(against), withoutPredictions(casesOfStable), order, given);
    if (stable !== undefined) opened.push(stable);
    const shared = stable?.path === endpoint.path ? stable.rules : given;
    const target = await openTarget(endpoint, cases, order, shared);
    opened.push(target);
    if (stable !== undefined && stable.cases.length !== target.cases.length) {
      throw new SerinError('inputs-invalid', {
        expected: 'as many inputs for both targets',
        found: `${target.cases.length} for ${target.name}, ${stable.cases.length} for ${stable.name}`,
      });
    }
    const result = await runLoadTest({
      plan,
      target,
      ...(stable === undefined ? {} : { stable }),
      inputs: target.cases.length,
      clock,
      wallMs: Date.now,
      ...(onProgress === undefined ? {} : { onProgress }),
      ...(signal === undefined ? {} : { signal }),
    });
    return { ...result, ...(refused === undefined ? {} : { rowsRefused: refused }) };
  } finally {
    for (const { sender } of opened) sender.close();
  }
}

const clock = steadyLoadClock();

interface OpenedTarget extends OpenTarget {
  readonly path: string;
  readonly cases: readonly LoadCase[];
  readonly rules: AnswerRules;
}

/** @param given the rules of its answers, where something else says them */
async function openTarget(
  endpoint: Endpoint,
  cases: readonly LoadCase[],
  { connections, plan }: LoadTestOrder,
  given: AnswerRules | undefined,
): Promise<OpenedTarget> {
  const requests = cases.map(({ request }) => request);
  const sender = new HttpSender(endpoint, requests, { connections, nowMs: () => clock.nowMs() });
  try {
    const form = new AnswerForm();
    const learnt = await lookAtAnswers(sender, cases, endpoint.shownAs, clock, form);
    const rules = given ?? rulesOf(endpoint.path, learnt ? form : undefined);
    const findFault = answerCheck(cases, rules, plan.timeoutMs);
    return { name: endpoint.shownAs, path: endpoint.path, sender, cases, rules, findFault };
  } catch (thrown) {
    sender.close();
    throw thrown;
  }
}
