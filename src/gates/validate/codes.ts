import { Severity } from '../report/report.js';

interface CodeEntry {
  readonly severity: Severity;
  /** What it means, in a sentence or two: the section in docs/reference/validate.md. */
  readonly meaning: string;
  /** What to do, where the place of the finding knows nothing better. */
  readonly advice: string;
}

function error(meaning: string, advice: string): CodeEntry {
  return { severity: Severity.Error, meaning, advice };
}

function warning(meaning: string, advice: string): CodeEntry {
  return { severity: Severity.Warning, meaning, advice };
}

function info(meaning: string, advice: string): CodeEntry {
  return { severity: Severity.Info, meaning, advice };
}

/**
 * Everything that `serin validate` can find, by its code. Codes never change their meaning.
 * docs/reference/validate.md has a section for each; a test keeps the two equal.
 */
export const validationCodes = {
  // The files
  'not-onnx': error(
    'The file is not an ONNX model, or only the beginning of one.',
    'Export it again, and copy the whole file.',
  ),
  'external-data-missing': error(
    'The model keeps weights in another file, and that file is not there.',
    'Copy every file that the export made, not the .onnx alone.',
  ),
  'external-data-short': error(
    'The file with the weights is shorter than the model says.',
    'Copy it again: it was cut off.',
  ),
  'external-data-outside': error(
    "The model's weights, or its model.yaml, would be read from outside its own folder, also by a symbolic link. A model file that names other files of the machine is refused.",
    "Put every file of the version into the version's folder.",
  ),
  'read-failed': error(
    'The process that reads the files used more memory (`--memory`) or time (`--deadline`) than allowed, or died. A description of a graph takes little of both: this one is damaged, or made to do harm.',
    'Export the model again; raise the limits where it is really that large.',
  ),
  'config-invalid': error(
    'model.yaml cannot be used, or does not fit the model.',
    'Correct the line that is named; docs/guide/models.md has every key.',
  ),
  'digest-mismatch': error(
    'The digest is not the expected one: these are other bytes than those that were built.',
    'Copy the right file, or correct the expected digest.',
  ),
  'size-over-limit': error(
    "The file and its weights are larger than the limit (`validate.maxSize`), or more times stable's size than allowed (`validate.maxGrowth`, 4 where nothing is said).",
    'Look for weights that were exported twice or in double precision; or raise the limit.',
  ),
  'size-grown': warning(
    "The file and its weights are more than half as large again as stable's.",
    'Look for weights that were exported twice; if it is meant, accept it.',
  ),

  // What the file says of itself
  'ir-version-unsupported': error(
    'The file was written in a version of the ONNX format that the runtime does not read.',
    'Export it with an older version of onnx, or convert it.',
  ),
  'opset-unsupported': error(
    'The model uses an operator set that is newer than the runtime.',
    'Export it with a lower opset_version.',
  ),
  'opset-old': warning(
    'The model uses operators of before opset 7, whose behaviour the runtime does not guarantee.',
    'Convert it with onnx.version_converter.',
  ),
  'operator-domain': error(
    'The model uses operators of a domain that is not allowed (`validate.domains`; where nothing is said: those that the runtime brings along). Custom operators are code that no model file brings along.',
    'Export it with standard operators.',
  ),
  'random-operator': warning(
    'The model draws random numbers without a seed: the same input gives another answer each time.',
    'Export it in evaluation mode, or give the operator a seed.',
  ),
  'unused-initializer': warning(
    'The file holds weights that nothing reads: they cost size and memory.',
    'Simplify the model when exporting it (onnxsim, or the optimisations of the exporter).',
  ),
  'unused-input': warning(
    'Callers have to send an input that nothing reads: whatever is in it changes no answer.',
    'Look whether a feature was lost in the export; otherwise leave the input out.',
  ),
  'initializer-as-input': info(
    'Some weights are listed as inputs too (usual up to IR version 3), so that callers could replace them, and the runtime cannot fold constants.',
    'Export it with keep_initializers_as_inputs=False.',
  ),

  // Signature
  'unservable-signature': error(
    'An input or output is something that cannot be served: a sequence, a map, a datatype that the Open Inference Protocol does not know, an input without a shape; or there is none at all.',
    'Export it with tensors as inputs and outputs.',
  ),
  'signature-unexpected': error(
    'Inputs or outputs are not the expected ones: another name, datatype or shape than `--expect-input`, `--expect-output` or `validate.inputs` and `validate.outputs` say.',
    'Export it with the expected signature, or correct the expectation.',
  ),
  'signature-breaking': error(
    'Requests that stable understands would be refused, or answered in another form: an input or output is missing, is named otherwise, has another datatype, or takes fewer shapes.',
    "Keep stable's inputs and outputs, or serve the version as a model of its own.",
  ),
  'signature-widened': info(
    'The version takes everything that stable takes, and more; or it answers more.',
    'Nothing to do; after a roll back the additions are gone again.',
  ),
  'labels-reordered': error(
    "The classes are the same as stable's, in another order: whoever reads the numbers of the answer takes one class for another.",
    "Put the classes into stable's order, in the output and in model.yaml.",
  ),

  // Loading and running
  'load-failed': error(
    'ONNX Runtime refused to load the model.',
    'See its message; export the model again.',
  ),
  'load-crashed': error(
    'The process that loaded the model died. The file is malformed, or meets a fault of the runtime.',
    'Export it again; run onnx.checker.check_model on it.',
  ),
  'load-over-limit': error(
    'The model was not ready in time (`--deadline`, `validate.maxLoadTime`).',
    'Look for constants that are computed while loading; or raise the limit.',
  ),
  'load-slower': warning(
    'The model took more than three times as long as stable to be ready: so long does a restart take.',
    'Look at its size and at constants that are computed while loading.',
  ),
  'memory-over-limit': error(
    'The process used more memory than allowed (`--memory`, `validate.maxMemory`), and was ended.',
    'Look for weights or intermediate values that are larger than meant; or raise the limit.',
  ),
  'memory-grown': warning(
    'The process used more than twice as much memory as that of stable.',
    'Look for weights in double precision, and for large intermediate values.',
  ),
  'never-answered': error(
    'The model refused every input that was made up for it, and there is no golden row that says what it takes. It was not seen to answer, so that nothing can be said of it.',
    'Add golden rows, sizes of dynamic dimensions (`validate.dimensions`) or ranges of inputs (`validate.inputs`) to model.yaml.',
  ),
  'input-refused': warning(
    'The model failed on some of the inputs that were made up for it.',
    'Say in model.yaml which values it takes: `validate.inputs: { x: { min: 0, max: 9 } }`.',
  ),
  'run-crashed': error(
    'The process died while it predicted.',
    'Look at the operators that the message names; a client could do the same.',
  ),
  'run-timeout': error(
    'A prediction was not there in time (`--timeout`).',
    'Look for loops that depend on the input; or raise the limit.',
  ),
  'output-not-declared': error(
    'An output has another shape than the model itself says.',
    'Export the model again, with its dynamic dimensions named.',
  ),
  'batch-refused': error(
    'The model says that it takes any number of rows, and fails on more than one.',
    'Export it with a dynamic first dimension everywhere, or with a fixed one.',
  ),
  'batch-rows': warning(
    'The model does not answer one row for one row, so that requests cannot be put together. Serin asks it for one request at a time.',
    'If the first dimension is no batch, say `batching: { enabled: false }` in model.yaml.',
  ),
  'batch-dependent': error(
    "A row's answer depends on the other rows of its batch: users would get each other's answers.",
    'Look for means over the batch: normalisation in training mode, a softmax over the wrong axis.',
  ),
  'not-finite': error(
    'An output is NaN or infinite on an ordinary input.',
    'Look for divisions by zero, logarithms and overflows; say in `validate.inputs` which values are ordinary.',
  ),
  'not-finite-far-out': warning(
    'An output is NaN or infinite on an input far from the ordinary: a large number, or one on which stable fails as well.',
    'Clip the inputs inside the model, or say in `validate.inputs` which values it takes.',
  ),
  'nan-hidden': info(
    'An input of NaN or infinity gives a finite answer: nobody notices that something was missing.',
    'Nothing to do where it is meant, as in trees; otherwise refuse such inputs.',
  ),
  'output-out-of-range': error(
    'An output holds a number outside of its range (`validate.outputs`; a probability: 0 to 1).',
    'Look whether the last activation was exported.',
  ),
  'non-deterministic': error(
    'The same input gives different answers.',
    'Export it in evaluation mode (without dropout), or give random operators a seed.',
  ),

  // What it answers
  'golden-invalid': error(
    'Golden pairs or recorded rows cannot be read, or do not fit the model.',
    'Correct the file that is named; docs/guide/validate.md has the forms.',
  ),
  'golden-missing': info(
    'There is no row whose answer is known, so that nobody knows whether the answers are right.',
    'Add `golden` to model.yaml, or give a file with --golden.',
  ),
  'golden-mismatch': error(
    'The answer to a golden row is not the known one.',
    'Look whether the right weights were exported, and the same preprocessing.',
  ),
  'golden-class': error(
    'The most likely class of a golden row is another one than the known one.',
    'Look whether the classes are in the right order.',
  ),
  'labels-swapped': error(
    "The answers would agree with stable's if the classes were in another order, or their numbers would rise and fall together: the labels are swapped.",
    'Put the classes into the known order before the export.',
  ),
  'agreement-low': error(
    "Too few answers agree with stable's on the same rows: fewer than `validate.minAgreement`; where nothing is said, fewer than 50% of recorded rows.",
    'Look whether features are in the same order and scaled alike; if the change is meant, say so in `validate.minAgreement` or accept it.',
  ),
  'agreement-reduced': warning(
    "Fewer than 90% of the answers agree with stable's on recorded rows; or fewer than 50% on made-up ones, which are noise to most models.",
    'Look at the rows on which they differ before it takes traffic.',
  ),
  'agreement-uninformative': warning(
    'Stable gives the same answer to every row on which the two were compared, however wide they were made: labels that are swapped, or features in another order, would not show.',
    'Give recorded rows of which stable knows two classes or more: `validate.rows` in model.yaml, or --rows.',
  ),
  'scores-rescaled': warning(
    "The scores go up and down with stable's, and are others: their mean is more than one standard deviation of stable's away, or they are more than twice as wide, or less than half.",
    'Look for another unit, or a normalisation that was left out; if it is meant, tell those who read the score.',
  ),
  'latency-slower': error(
    "The version is slower than stable by more than allowed (`validate.maxSlowdown`, 2 times where nothing is said), measured side by side; even the lower end of the ratio's interval is above.",
    'Look at what was added to the graph; or raise the limit.',
  ),
  'latency-over-limit': error(
    'One row takes longer than allowed in 99 of 100 cases (`validate.maxLatency`).',
    'Make the model smaller, or raise the limit.',
  ),

  // Of the comparison
  'stable-invalid': error(
    'Stable itself cannot be read or started, so that there is nothing to compare with.',
    'Name another version with --against, or leave it out.',
  ),
} as const satisfies Record<string, CodeEntry>;

export type ValidationCode = keyof typeof validationCodes;
