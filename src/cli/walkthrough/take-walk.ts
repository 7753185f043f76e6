import type { Client } from '../client.js';

/** One step of the walk-through: what was done, what came of it, whether that is right. */
export interface WalkStep {
  readonly title: string;
  readonly shown: readonly string[];
  readonly expected: string;
  readonly ok: boolean;
}

export interface WalkPlan {
  /** MODEL/VERSION of the canary. */
  readonly version: string;
  /** Predictions before, and after, the slow-down. */
  readonly requests: number;
}

interface Prediction {
  readonly probability: number;
  readonly model_used: 'stable' | 'canary';
  readonly latency_ms: number;
}

interface Health {
  readonly alert_triggered: boolean;
  readonly p_value: number | null;
  readonly message: string;
  readonly stable_avg_latency_ms: number | null;
  readonly canary_avg_latency_ms: number | null;
  readonly stable_sample_count: number;
  readonly canary_sample_count: number;
}

/** Under this many canary requests the health check has nothing to say. */
const fewestCanaryRequests = 20;

/** How often the requests to a slow canary are sent again until the health check finds it slow. */
const mostRepeats = 5;

/**
 * R1's client walk-through: deploy, predictions, health, slow-down, predictions, health, roll back,
 * one prediction, power analysis.
 * @param onStep called after every step
 */
export async function takeWalk(
  client: Client,
  plan: WalkPlan,
  onStep: (step: WalkStep) => void,
): Promise<WalkStep[]> {
  const [model = ''] = plan.version.split('/');
  const steps: WalkStep[] = [];
  const tell: Tell = (title, shown, expected, ok) => {
    const step = { title, shown, expected, ok };
    steps.push(step);
    onStep(step);
  };

  const deployed = await client.post<{ status: string; message: string }>('/admin/deploy-canary', {
    model_path: plan.version,
  });
  tell('Deploy the canary', [deployed.message], 'status success', deployed.status === 'success');

  try {
    await walkWithCanary(client, model, plan, tell);
  } catch (thrown) {
    // A walk that ends early must not leave a slow canary behind.
    await client.post('/admin/rollback-canary', { model, why: 'walk-through: it ended early' });
    throw thrown;
  }

  const [last] = await predict(client, model, 1);
  tell(
    'Predict once more',
    [`answered by ${last?.model_used ?? 'nobody'} with probability ${last?.probability ?? '–'}`],
    'an answer by stable',
    last?.model_used === 'stable',
  );

  const power = await client.get<{ recommended_sample_size_per_group: number }>(
    '/admin/power-analysis?effect_size=0.666&alpha=0.05&power=0.8',
  );
  const size = power.recommended_sample_size_per_group;
  tell(
    'Ask how many requests such a test needs',
    [`${size} an arm, to find an effect of 0.666 standard deviations with power 0.8`],
    '36 an arm',
    size === 36,
  );
  return steps;
}

type Tell = (title: string, shown: string[], expected: string, ok: boolean) => void;

async function walkWithCanary(
  client: Client,
  model: string,
  plan: WalkPlan,
  tell: Tell,
): Promise<void> {
  const query = `?model=${encodeURIComponent(model)}`;
  tell(...(await predictions(client, model, plan.requests, 'healthy')));
  const before = await client.get<Health>(`/admin/check-canary-health${query}`);
  tell(
    'Check its health',
    [...healthLines(before), 'By chance alone, 1 healthy canary in 40 alarms at such a look.'],
    'a p-value from enough requests',
    before.p_value !== null && before.canary_sample_count >= fewestCanaryRequests,
  );

  const toggled = await client.post<{ simulate_slowdown: boolean; message: string }>(
    '/admin/toggle-slowdown',
    { model },
  );
  tell('Slow the canary down', [toggled.message], 'slow-down on', toggled.simulate_slowdown);

  tell(...(await predictions(client, model, plan.requests, 'slow')));
  let after = await client.get<Health>(`/admin/check-canary-health${query}`);
  // A busy machine's own delays hide 10 ms: then it takes more requests to find them.
  for (let more = 0; more < mostRepeats && !after.alert_triggered; more += 1) {
    await predict(client, model, plan.requests);
    after = await client.get<Health>(`/admin/check-canary-health${query}`);
  }
  tell('Check its health again', healthLines(after), 'an alarm', after.alert_triggered);

  const rolledBack = await client.post<{ status: string; message: string }>(
    '/admin/rollback-canary',
    { model, why: 'walk-through: it was slow' },
  );
  tell('Roll back', [rolledBack.message], 'status success', rolledBack.status === 'success');
}

async function predictions(
  client: Client,
  model: string,
  requests: number,
  what: string,
): Promise<[string, string[], string, boolean]> {
  const answers = await predict(client, model, requests);
  // The split is drawn: now and then a few more requests are needed until the test can speak.
  while (answers.filter((answer) => answer.model_used === 'canary').length < fewestCanaryRequests) {
    if (answers.length >= 10 * requests) break;
    answers.push(...(await predict(client, model, 50)));
  }
  const canary = answers.filter((answer) => answer.model_used === 'canary').length;
  const share = ((100 * canary) / answers.length).toFixed(1);
  return [
    `Send ${answers.length} predictions (${what} canary)`,
    [`${canary} of them were answered by the canary (${share}%)`],
    `probabilities from both arms, at least ${fewestCanaryRequests} by the canary`,
    canary >= fewestCanaryRequests &&
      canary < answers.length &&
      answers.every(({ probability }) => probability >= 0 && probability <= 1),
  ];
}

async function predict(client: Client, model: string, requests: number): Promise<Prediction[]> {
  const answers: Prediction[] = [];
  for (let i = 0; i < requests; i += 1) {
    // Rows that differ, without randomness: the walk-through is the same every time.
    const features = [0.5, 1.2, 0.8, 0.3, 1.1].map(
      (value, column) => value + ((i + column) % 7) / 10,
    );
    answers.push(await client.post<Prediction>('/predict', { model, features }));
  }
  return answers;
}

function healthLines(health: Health): string[] {
  const { stable_avg_latency_ms: stable, canary_avg_latency_ms: canary } = health;
  return [
    health.message,
    `stable ${ms(stable)} over ${health.stable_sample_count} requests, ` +
      `canary ${ms(canary)} over ${health.canary_sample_count}`,
  ];
}

function ms(value: number | null): string {
  return value === null ? '–' : `${value.toFixed(2)} ms`;
}
