/**
 * What each number on the screen is, and what would change it, for somebody who sees it for the
 * first time. One place, so that the same number is explained the same way everywhere.
 */
export const explanations = {
  meter:
    'All evidence so far in one number. −100: enough evidence of harm to roll back. +100: harm as large as the gates is excluded and nothing leans to harm, so it may be promoted. 0: nothing is known yet. More requests move it; a calm middle means “not known yet”, not “fine”.',
  weight:
    'The share of requests that the canary is meant to answer. The next step of the strategy raises it; a person can set it.',
  step: 'Which step of the strategy is being carried out. A step is left when its time and its requests are served and no check leans to harm.',
  timeLeft:
    'How long it takes to the end of the last step: at least if all goes well, at most if every step needs all its time. Pauses and gates that wait for somebody are not counted. More traffic makes it shorter, until only the time of each step is left.',
  requests:
    'Requests that this arm was given in the current step. More traffic, or a higher weight, makes it grow faster.',
  armTraffic:
    'The share of requests that this arm is meant to answer now. A rollout’s next step, a person, or a roll-back changes it.',
  armRequests:
    'Requests that this arm was given since the canary has its weight; without a canary: as stable, since the server started; a version that was just promoted begins at 0. More traffic adds to them, another weight begins anew.',
  armFailed:
    'Of these requests, how many failed; without a canary, of those of the last minute. A version that fails more often raises it.',
  armP50:
    'Half of these requests were answered faster than this, half slower. A faster version lowers it; more traffic than it can take raises it.',
  armP99:
    'One of a hundred of these requests took longer than this. Pauses, restarts and a busy machine raise it; it needs many requests to stand still.',
  errorShare:
    'Of the requests of this arm, how many failed. A version that fails more often raises it; one failure weighs less the more requests there are.',
  requestRate: 'Requests a second that each arm was given. The split decides how they are shared.',
  p50: 'Half of the requests were answered faster than this, half slower. A faster version lowers it; more traffic than it can take raises it.',
  p95: 'One request in twenty took longer than this. Bursts, queues and large inputs raise it before they raise the middle.',
  p99: 'One request in a hundred took longer than this: the slow ones that users remember. Pauses, restarts and a busy machine raise it; it needs many requests to stand still.',
  newest:
    'The end of the newest second that was measured. While the rollout goes on, it is never far from now; if it stands still, nothing is measured.',
  split:
    'The canary’s share of the requests that really came, beside the share it was meant to have. If the two are too far apart to be chance, the router does not do what it was told, and nothing can be judged. More requests bring the two together.',
  splitSoFar:
    'The canary’s share of the requests of all weight steps so far, beside the share that their weights meant: it lies between them. If the two are too far apart to be chance, nothing can be judged. More requests bring the two together.',
  predictions:
    'How often each answer was given, by each arm, in the current step. Both arms see the same kind of traffic, so bars that differ mean that the canary answers differently.',
  estimate:
    'How much worse (+) or better (−) the canary is than stable on the same traffic, as far as it is known. More requests make the interval around it narrower.',
  interval:
    'Where the truth lies, as far as all steps together tell. It holds however often anyone looks, and closes as requests come in. What is decided is decided by the evidence below the picture, which also looks at each step from its beginning.',
  evidence:
    'How strongly the data speak for harm beyond the tolerance: at 37 : 1 such data are 37 times what a harmless canary would explain. It rolls back on its own when the sum over all checks reaches 1/alpha (20 : 1 by default). Requests on which the canary does worse raise it; good ones lower it.',
  safeEvidence:
    'How strongly the data speak against a harm of the gate’s size. At 1/alpha (20 : 1 by default) the gate is passed. Requests on which the canary does no worse raise it.',
  alpha:
    'The evidence for harm, of all checks together, at which it is rolled back: 1/alpha. alpha is the chance of ever rolling back a harmless canary, however often anyone looks; a smaller one in the rollout file asks for more evidence.',
  tolerance:
    'A canary that is worse by more than this harms: it is rolled back once that is sure. Set by the rollout file. Two of them follow stable, and may move a little: a latency may always be 0.5 ms longer, which is more than the file’s percentage where stable is fast; and failures are harm only where both the ratio and the points that are tolerated are exceeded, so the line is at the larger of the two.',
  tailGate:
    'The chart counts how often the canary is slow by more than the tolerance. The gate allows more, counts again, and is passed when it is excluded that the canary is slow more often than stable by that count. “Against harm” says how far it is; more requests, or a faster canary, bring it nearer.',
  noLines:
    'How many times as often the canary fails says nothing while stable never did. How many more of all requests fail decides alone. The lines come with stable’s first failure.',
  gate: 'Before promotion a harm of this size must be excluded: the interval must end below it. It is never less than the tolerance, and follows from that of the rollout file; where stable is fast, both may be the same 0.5 ms. What lies between the two is harm, but one that promotion does not wait to exclude.',
  p: 'The chance of evidence this strong against a harmless canary. It holds however often anyone looks, unlike an ordinary p-value. More evidence of harm makes it smaller.',
  overdispersion:
    'Requests lean on each other (bursts, queues), so that a thousand may tell only as much as some hundreds. Samples count as samples divided by φ. Longer bursts and queues raise it; 1 is the least.',
  samples:
    'Requests of stable and of the canary on which this check rests. More traffic adds to them; a weight nearer to 50% shares them better.',
  requestsNeeded:
    'About how many more requests are needed until it can be told, at this traffic; at least so many, while nothing is known yet of one of the checks. Each request makes them fewer; a canary that does a little worse makes them more.',
  pairs:
    'Requests that both versions answered. Users only ever got stable’s answer; the canary’s was compared and thrown away. More traffic, or a larger share that is copied, adds to them.',
  agreeing:
    'Pairs in which both gave the same answer, within the tolerance. A larger tolerance in the rollout file, or a canary more like stable, gives more of them.',
  disagreeing:
    'Pairs in which the answers differ. Some of them are listed with their inputs. A smaller tolerance, or inputs on which the versions were trained differently, give more of them.',
  copiesFailed:
    'Copies that the canary could not answer. No user noticed. A canary that breaks adds to them.',
  copiesShed:
    'Copies that were not made, because there was too much to do. They tell nothing. Less traffic, a smaller share that is copied or a faster canary makes them fewer.',
  pairedLatency:
    'How much slower (+) or faster (−) the canary answers the same request, typically: its time over stable’s, pair by pair. More pairs make the range around it narrower.',
  pairedFailures:
    'Requests that the canary failed although stable answered them, and the other way round. Those that both failed say nothing about the canary. Only a canary that breaks where stable does not adds to the first number.',
  pairedNumbers:
    'How far apart the two answers to the same request are on average, and at most, where both are numbers. Other inputs, or a canary that was trained otherwise, change it.',
  fallbacks:
    'Requests since the server started that a canary failed and stable answered in its place, so that users noticed nothing. Each counts against that canary. Only a canary that fails adds to them.',
  restarts: 'How often the version’s process had to be started again. Each crash adds one.',
  memory: 'Memory of the version’s process. A leak would make it grow for ever.',
  digest:
    'The SHA-256 of the file: two versions with the same digest are the same model. `sha256sum model.onnx` gives the same. One other byte gives another.',
  find: 'Until a canary that is so much worse is found and rolled back, with a chance of 80%. A larger regression or more traffic makes it shorter.',
  exclude:
    'Until a harmless canary has passed this check’s gate, with a chance of 80%. More traffic or a larger tolerance makes it shorter.',
  frontMode:
    'How NGINX is told of a new weight. lua: it reads it at every request, at once; plain: its configuration is written anew and reloaded.',
  frontWeight:
    'What NGINX says that it does now. If it stays apart from what is meant, Serin waits, and says so; nothing is judged meanwhile.',
  frontSplit:
    'The canary’s share of the requests that came at this weight, by NGINX’s log. Chance moves it a little; more requests bring it nearer to the weight.',
  frontObserved:
    'Requests that were read from NGINX’s log since Serin started. Every request that NGINX answers adds one.',
  frontLost:
    'Requests that NGINX answered and whose lines are missing from its log: their numbers have gaps. Where many are lost, nothing is judged. A log that is taken away before it was read adds to them.',
  processState:
    'Whether what answers for the version is ready; with the number (pid) of its process on this machine. Loading, a crash or a restart changes it.',
  faults:
    'What somebody asked this version to do wrong, to try Serin out: `PUT /admin/faults`. They last until they are taken away.',
  when: 'The moment at which it happened, in the time of this computer.',
  what: 'What was done, and to which version, weight or rollout.',
  who: 'The name that whoever did it gave, and the address that he came from; or the rollout that did it.',
  startedAndEndedBy:
    'Who started it; and below, what or who brought it to its end: the judge, the strategy, a gate, or a person.',
  started: 'When it was started, in the time of this computer.',
  ended: 'When it was decided and done, in the time of this computer. Nothing moves it any more.',
  listedEvents:
    'The newest of what happened are listed here; looks of the judge that changed nothing are one line. All of them: `serin rollout events`. Each change of weight, verdict or phase adds one.',
  listedRollouts:
    'So many fit what is asked for above, of those that were read. “Show older ones” reads more, where there are more.',
  took: 'From its start to its end. Longer holds, less traffic and pauses make it longer.',
  plannedStep:
    'The canary’s share of the traffic in this step, or the share of requests that are copied to it. Set by `steps`.',
  countedSince:
    'When the counting began: with the step, or when its weight was last set. The next step begins anew.',
  predictionBin:
    'The answer, or the range in which the score lies. Ranges are chosen by what both arms answered.',
  predictionShare:
    'Of this arm’s answers in the step, how many were this one. They sum to 100%. Other inputs or another version change it.',
  stepNote:
    'How far the step is served: its time, and the canary’s requests in it. More traffic serves the requests faster; time only passes.',
  weightThen:
    'The canary’s share of the traffic after that. A step, a person or a decision changes it.',
  planPower:
    'In four of five such rollouts it is found, or passed, by then. Chance makes the others take longer.',
  planHold:
    'From the earliest to the latest moment at which the step may be left, by the file’s `hold` at this traffic. A bar that ends behind it is not reached in the step.',
  planCheck:
    'What this check finds on its own, of its own data alone. A larger regression, more traffic or a weight nearer to 50% makes it faster; a larger tolerance slower.',
  planRate:
    'Requests of both arms together. Twice as many halve every time below: what is needed are requests.',
  planErrors:
    'Of the requests that stable answers today, how many fail. Where few do, a rise is seen sooner.',
  planSpread:
    'Standard deviation of the logarithm of the latency: 0.5 is common; the more the latencies differ among each other, the longer a slowdown is hidden among them.',
  planSlowdown:
    'How much slower the bad canary is that should be found. Half of it takes four times as long.',
  planRegressedErrors:
    'How many requests would fail with the bad canary that should be found. The more, the sooner it is found.',
  planLatencyTolerance:
    'So much slower is no harm. The nearer it is to the regression, the longer it takes to tell them apart.',
  planErrorTolerance:
    'So many more failed requests, in percentage points, are no harm. The nearer it is to the regression, the longer it takes to tell them apart.',
  size: 'Bytes of the model’s files on the disk. Another architecture or precision changes it; other weights alone do not.',
  version:
    'The name of the version: of its folder in the repository, or the address of its server.',
  serves: 'Which traffic this version answers now. A rollout changes it.',
  kind: 'Whether Serin runs the file itself, or sends requests to a server that answers for it.',
  description: 'What its model.yaml says of it.',
  inputs:
    'What it must be sent: name, datatype, and size of every dimension. Where the two differ, requests of the one may be refused by the other.',
  outputs:
    'What it answers: name, datatype, and size of every dimension. Another export of the model changes it; where the two differ, whoever reads the answers may have to change, too.',
  prediction:
    'The output that is compared between versions, and how it is read. Said by model.yaml, or guessed from the outputs.',
  opsets:
    'The edition of the ONNX operators that the file is written in. The exporter that made it chose it.',
  producer: 'The program that wrote the file, and its version.',
  metadata: 'What whoever made the file wrote into it.',
  goldenRows:
    'Rows whose answers are known, in its model.yaml: it must give these answers before it takes any traffic. More of them find more mistakes.',
  problem: 'Why it cannot be used, where it cannot.',
  rowsCompared:
    'Rows that both versions answered. Golden and recorded rows are taken first, and more are made up where those are few: put more of them beside the model.',
  sameClass:
    'Of these rows, how many both versions put into the same class. Versions that were trained on more alike data agree more often.',
  exactlyEqual:
    'Rows whose numbers are the same to the last digit. The same file gives all of them; a version that was trained anew hardly any.',
  meanDifference:
    'How much higher (or lower, with a minus) the second version answers on average. Far from zero: it is shifted as a whole. Other rows, or a version that was trained otherwise, change it.',
  largestDifference:
    'The row that is furthest apart, without its sign. See it in the list below. One odd row is enough to raise it; other rows or another version change it.',
  notAnswered:
    'Rows that the version refused, or failed on. They are not compared. Rows that fit the inputs of both versions make them fewer.',
  differenceBins:
    'Each bar is a range of differences, and its height how many rows lie in it. The middle one is around no difference: a tall one there means that the versions agree; a second hill beside it, that some rows are answered otherwise.',
  changedRows:
    'Rows whose class changed from the first column’s to the second’s. A version more like the other changes fewer.',
  changedShare: 'The same, of all rows that were compared. More rows make it steadier.',
  apart:
    'How far the two answers are apart, where they are numbers; of several numbers, those furthest apart. Another input or another version changes it.',
  takes:
    'From the first traffic to promotion, without pauses and gates: at least if every step is left as soon as it may be, at most if each needs all its time. The file’s `hold` changes it.',
  holdMin: 'How long the step is held at least, however good it looks. Set by `hold: min`.',
  holdMax:
    'When the step is over at the latest; then `onUndecided` says what happens. Set by `hold: max`.',
  holdRequests:
    'So many requests the canary must have served in the step. Set by `hold: requests`.',
  measured:
    'What the newest gates of the version’s rollouts measured. Another machine, or one that is busier, gives other times.',
  keptWarm:
    'The version before stays loaded until then, so that going back takes a moment and not a load. Set by `keepWarm`.',
  attempt:
    'How often this rollout was begun. A person who tries it again after a roll-back adds one; its evidence begins anew.',
} as const;

export type Explained = keyof typeof explanations;
