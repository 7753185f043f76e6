import { checkAgreement } from './answers/agreement.js';
import { checkBatches } from './answers/batches.js';
import { checkFinite } from './answers/finite.js';
import { checkGolden } from './answers/golden.js';
import { checkLatency } from './answers/latency.js';
import { checkRepeats } from './answers/repeats.js';
import { checkResources } from './answers/resources.js';
import { checkUnusual } from './answers/unusual.js';
import type { CheckOutcome, FileContext } from './check.js';
import { checkLint } from './file/lint.js';
import { checkOperators } from './file/operators.js';
import { checkSignature } from './file/signature.js';
import { checkSize } from './file/size.js';
import { checkVersions } from './file/versions.js';
import type { LiveContext } from './live-context.js';

interface Check<Context> {
  /** Stable: reports and pipelines call it so. */
  readonly name: string;
  readonly check: (context: Context) => CheckOutcome | Promise<CheckOutcome>;
}

/** What is asked of the files, before anything of the model is run. */
export const fileChecks: readonly Check<FileContext>[] = [
  { name: 'size', check: checkSize },
  { name: 'versions', check: checkVersions },
  { name: 'operators', check: checkOperators },
  { name: 'signature', check: checkSignature },
  { name: 'lint', check: checkLint },
];

/** What is asked of the running model, in this order. */
export const liveChecks: readonly Check<LiveContext>[] = [
  { name: 'golden', check: checkGolden },
  { name: 'finite', check: checkFinite },
  { name: 'repeats', check: checkRepeats },
  { name: 'batches', check: checkBatches },
  { name: 'unusual', check: checkUnusual },
  { name: 'agreement', check: checkAgreement },
  { name: 'latency', check: checkLatency },
  { name: 'resources', check: checkResources },
];
