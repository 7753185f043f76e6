import { parseArgs } from 'node:util';
import { trainSamples } from './train-samples.js';

// node dist/examples/training/main.js [--out models] [--seed 1985] [--force]
const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'models' },
    seed: { type: 'string' },
    force: { type: 'boolean', default: false },
  },
});

const trained = await trainSamples({
  outDir: values.out,
  ...(values.seed === undefined ? {} : { seed: Number(values.seed) }),
  force: values.force,
  onProgress: ({ model, version, done }) => {
    if (process.stderr.isTTY) {
      process.stderr.write(`\r${model}/${version} ${Math.round(100 * done)}%   \r`);
    }
  },
});
for (const { model, version, outcome, heldOutAccuracy } of trained) {
  const accuracy =
    heldOutAccuracy === undefined
      ? ''
      : `, ${(100 * heldOutAccuracy).toFixed(1)}% right on held-out rows`;
  console.log(`${model}/${version} ${outcome}${accuracy}`);
}
