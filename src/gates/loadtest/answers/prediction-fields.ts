/**
 * Where an answer to /predict holds its prediction, in the words of common model servers; all else
 * (times, ids) differs in each answer.
 */
export const predictionFields: readonly string[] = [
  'prediction',
  'predictions',
  'probability',
  'probabilities',
  'label',
  'labels',
  'score',
  'scores',
  'outputs',
  'result',
  'output',
];
