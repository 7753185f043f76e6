/**
 * What each number on the screen is, and what would change it, for somebody who sees it for the
 * first time. One place, so that the same number is explained the same way everywhere.
 */
export const explanations = {
  meter:
    'All evidence so far in one number. −100: enough evidence of harm to roll back. +100: harm larger than the tolerances is excluded, so it may be promoted. 0: nothing is known yet. More requests move it; a calm middle means “not known yet”, not “fine”.',
  weight:
    'The share of requests that the canary is meant to answer. The next step of the strategy raises it; a person can set it.',
  step: 'Which step of the strategy is being carried out. A step is left when its time and its requests are served and no check leans to harm.',
  timeLeft:
    'How long it takes to the end of the last step: at least if all goes well, at most if every step needs all its time. Pauses and gates that wait for somebody are not counted.',
  requests:
    'Requests that this arm was given in the current step. More traffic, or a higher weight, makes it grow faster.',
  errors:
    'Requests that this arm failed to answer, or answered with an error. What stable answered in place of a failed canary counts against the canary.',
  errorShare: 'Of the requests of this arm, how many failed.',
  requestRate: 'Requests a second that each arm was given. The split decides how they are shared.',
  p50: 'Half of the requests were answered faster than this, half slower.',
  p95: 'One request in twenty took longer than this.',
  p99: 'One request in a hundred took longer than this: the slow ones that users remember.',
  mean: 'The average time to an answer.',
  newest:
    'The end of the newest second that was measured. While the rollout goes on, it is never far from now; if it stands still, nothing is measured.',
  split:
    'The canary’s share of the requests that really came, beside the share it was meant to have. If the two are too far apart to be chance, the router does not do what it was told, and nothing can be judged.',
  predictions:
    'How often each answer was given, by each arm, in the current step. Both arms see the same kind of traffic, so bars that differ mean that the canary answers differently.',
  estimate:
    'How much worse (+) or better (−) the canary is than stable on the same traffic, as far as it is known. More requests make the interval around it narrower.',
  interval:
    'Where the truth lies, as far as it is known. It holds however often anyone looks, and closes as requests come in.',
  evidence:
    'How strongly the data speak for harm beyond the tolerance: at 37 : 1 such data are 37 times what a harmless canary would explain. It rolls back on its own when the sum over all checks reaches 1/alpha (20 : 1 by default).',
  safeEvidence:
    'How strongly the data speak against a harm of the gate’s size. At 1/alpha (20 : 1 by default) the gate is passed.',
  alpha:
    'The chance of ever rolling back a harmless canary: over the whole rollout, all checks together, however often anyone looks.',
  tolerance: 'A canary that is worse by more than this harms. Set by the rollout file.',
  gate: 'Before promotion a harm of this size must be excluded: the interval must end below it.',
  p: 'The chance of evidence this strong against a harmless canary. It holds however often anyone looks, unlike an ordinary p-value.',
  overdispersion:
    'Requests lean on each other (bursts, queues), so that a thousand may tell only as much as some hundreds. Samples count as samples divided by this.',
  samples: 'Requests of stable and of the canary on which this check rests.',
  requestsNeeded: 'About how many more requests are needed until it can be told, at this traffic.',
  pairs:
    'Requests that both versions answered. Users only ever got stable’s answer; the canary’s was compared and thrown away.',
  agreeing: 'Pairs in which both gave the same answer, within the tolerance.',
  disagreeing: 'Pairs in which the answers differ. Some of them are listed with their inputs.',
  copiesFailed: 'Copies that the canary could not answer. No user noticed.',
  copiesShed: 'Copies that were not made, because there was too much to do. They tell nothing.',
  fallbacks:
    'Requests that the canary failed and stable answered in its place, so that users noticed nothing. Each counts against the canary.',
  restarts: 'How often the version’s process had to be started again.',
  memory: 'Memory of the version’s process. A leak would make it grow for ever.',
  digest:
    'The SHA-256 of the file: two versions with the same digest are the same model. `sha256sum model.onnx` gives the same.',
  find: 'Until a canary that is so much worse is found and rolled back, with the chance that is set.',
  exclude: 'Until a harmless canary has passed this check’s gate, with the chance that is set.',
  size: 'Bytes of the model’s files on the disk.',
  keptWarm:
    'The version before stays loaded until then, so that going back takes a moment and not a load.',
} as const;

export type Explained = keyof typeof explanations;
