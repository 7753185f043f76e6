import type { Signature } from '../../domain/signature.js';
import type { OnnxVersion } from '../../domain/version.js';
import type { Upstream } from '../../serving/upstream.js';
import { AnswerForm } from './answers/answer-form.js';
import { rulesOf } from './answers/answer-rules.js';
import { answerCheck } from './answers/check-answer.js';
import { steadyLoadClock } from './drive/steady-load-clock.js';
import { gatherCases } from './inputs/gather-cases.js';
import { withoutPredictions, type LoadCase } from './load-case.js';
import { lookAtAnswers } from './look-at-answers.js';
import type { LoadProgress } from './load-progress.js';
import type { LoadPlan } from './plan.js';
import type { LoadTestResult } from './results/load-test-result.js';
import { runLoadTest, type OpenTarget } from './run-load-test.js';
import { UpstreamSender, upstreamAsker } from './upstream-sender.js';

/** A load test of a version that is loaded in this process, or of two against each other. */
export interface UpstreamLoadOrder {
  readonly version: OnnxVersion;
  readonly upstream: Pick<Upstream, 'answer'>;
  /** What it is compared with, on the same rows; it takes no other traffic from here. */
  readonly stable?: {
    readonly name: string;
    readonly upstream: Pick<Upstream, 'answer'>;
    /** Rows that are made up are such as it takes, too. */
    readonly signature?: Signature;
  };
  /** Instead of the version's golden rows: bodies of the Open Inference Protocol, as a file has them. */
  readonly items?: readonly unknown[] | undefined;
  readonly plan: LoadPlan;
  readonly onProgress?: (progress: LoadProgress) => void;
  readonly signal?: AbortSignal;
}

const clock = steadyLoadClock();

/**
 * Tests a version under load before any router knows it: its golden rows, or made-up ones where it has none,
 * over the Open Inference Protocol, every answer checked. Of stable only the form of answers is checked: that
 * it predicts otherwise is why there is a canary.
 * @throws SerinError `usage` for a plan that measures nothing, `inputs-invalid`, `inputs-missing`
 * where no row that could be made up is taken
 */
export async function loadTestUpstream(order: UpstreamLoadOrder): Promise<LoadTestResult> {
  const { version, upstream, stable, items, plan, onProgress, signal } = order;
  const path = `/v2/models/${version.model}/infer`;
  const name = `${version.model}/${version.version}`;
  const asked = [upstream, ...(stable === undefined ? [] : [stable.upstream])].map((one) => {
    return { url: name, path, ask: upstreamAsker(one, () => clock.nowMs()) };
  });
  const { cases: ofEach, refused } = await gatherCases(asked, {
    version,
    items,
    stableSignature: stable?.signature,
    headers: {},
    seed: plan.seed,
  });
  const [cases = []] = ofEach;
  const result = await runLoadTest({
    plan,
    target: await opened(name, upstream, cases, path, plan),
    ...(stable === undefined
      ? {}
      : {
          stable: await opened(stable.name, stable.upstream, withoutPredictions(cases), path, plan),
        }),
    inputs: cases.length,
    clock,
    wallMs: Date.now,
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(signal === undefined ? {} : { signal }),
  });
  return { ...result, ...(refused === undefined ? {} : { rowsRefused: refused }) };
}

async function opened(
  name: string,
  upstream: Pick<Upstream, 'answer'>,
  cases: readonly LoadCase[],
  path: string,
  plan: LoadPlan,
): Promise<OpenTarget> {
  const requests = cases.map(({ request }) => request);
  const sender = new UpstreamSender(upstream, requests, () => clock.nowMs());
  const form = new AnswerForm();
  const learnt = await lookAtAnswers(sender, cases, name, clock, form);
  const findFault = answerCheck(cases, rulesOf(path, learnt ? form : undefined), plan.timeoutMs);
  return { name, sender, findFault };
}
