interface CatalogueEntry {
  /** HTTP status. */
  readonly status: number;
  /** What went wrong, without the particulars. */
  readonly title: string;
  /** What to do, where the place of the error knows nothing better. */
  readonly advice: string;
  /** Whether the same request may succeed when it is sent again. */
  readonly retriable: boolean;
}

function entry(status: number, title: string, advice: string, retriable = false): CatalogueEntry {
  return { status, title, advice, retriable };
}

/**
 * Every error that a user can meet, by its code. `docs/reference/errors.md` says the same; a test
 * keeps the two equal.
 */
export const errorCatalogue = {
  // What a client sent
  'invalid-json': entry(400, 'The body is not valid JSON', 'Send a JSON object.'),
  'invalid-request': entry(
    400,
    'The request has not the expected form',
    'See /swagger-ui for the form of every request.',
  ),
  'invalid-input': entry(
    400,
    'An input does not fit the model',
    "Compare it with the model's signature: GET /v2/models/{model}.",
  ),
  'invalid-binary': entry(
    400,
    'The binary part of the body does not fit its header',
    'Check Inference-Header-Content-Length and every binary_data_size.',
  ),
  'unsupported-extension': entry(
    400,
    'This extension of the Open Inference Protocol is not supported',
    'GET /v2 lists the extensions that are.',
  ),
  'invalid-name': entry(400, 'A name has not the expected form', 'Correct the name.'),
  'unsupported-encoding': entry(
    415,
    'The body has an encoding that is not understood',
    'Send it plain, or with Content-Encoding gzip or deflate.',
  ),
  'weight-out-of-range': entry(
    400,
    'The weight is out of range',
    'Give a percentage from 0 to 100; fractions are allowed.',
  ),
  'unsupported-media-type': entry(
    415,
    'The body is of a type that is not read here',
    'Send JSON, with the header Content-Type: application/json.',
  ),
  'body-too-large': entry(
    413,
    'The body is too large',
    'Send less at a time, or start with a larger --max-body (--max-model for uploads).',
  ),
  'request-timeout': entry(408, 'The request did not arrive in time', 'Send it faster.', true),
  'header-too-large': entry(431, 'The request headers are too large', 'Send fewer headers.'),
  'not-found': entry(404, 'There is nothing at this address', 'See /swagger-ui for what there is.'),
  'method-not-allowed': entry(405, 'This address takes another method', 'See /swagger-ui.'),
  unauthorized: entry(
    401,
    'This needs the admin token',
    'Send it as "Authorization: Bearer <SERIN_ADMIN_TOKEN>".',
  ),
  'page-not-built': entry(
    503,
    'The page was not built',
    'Run `npm run build`; `npm start` does it by itself. The API and the command line work without.',
  ),
  'cross-site-refused': entry(
    403,
    'Admin requests of other web sites are refused',
    'Use the page that Serin serves, the command line, or set SERIN_ADMIN_TOKEN.',
  ),

  // Models and versions
  'model-not-found': entry(404, 'There is no such model', 'See GET /v2/repository/index.'),
  'version-not-found': entry(
    404,
    'The model has no such version',
    'See GET /v2/repository/index; a new folder is seen without a restart.',
  ),
  'version-exists': entry(
    409,
    'There is such a version already, with another file',
    'A version never changes: upload the file as another version.',
  ),
  'version-not-valid': entry(
    422,
    'The file did not pass validation, and was not kept',
    'See the findings in `fields.report`; docs/reference/validate.md says what each of them means.',
  ),
  'version-not-stored': entry(
    503,
    'The file could not be stored',
    'Let the server write to the first folder of --models, and see that its disk has room.',
    true,
  ),
  'version-changed': entry(
    409,
    'The file of this version is another one than it was',
    'Put the file back, and add the new one as a new version; or start with --stable MODEL=VERSION to take it as it is.',
  ),
  'version-not-loaded': entry(
    400,
    'This version is not loaded',
    'Load it with POST /v2/repository/models/{model}/load, or deploy it as a canary.',
  ),
  'model-required': entry(
    400,
    'There is more than one model',
    'Name one: "model" in the body, or the address with the model in it.',
  ),
  'path-outside-roots': entry(
    403,
    'The path is not inside the model repository',
    'Copy the model under the folder given by --models.',
  ),
  'model-file-missing': entry(
    404,
    'There is no model at this path',
    'Name a version folder with a model.onnx, or an .onnx file, under --models.',
  ),
  'model-invalid': entry(
    422,
    'The file is not a model that can be served',
    'Export it again, and try it with ONNX Runtime.',
  ),
  'model-config-invalid': entry(
    422,
    'model.yaml cannot be used',
    'Correct the line that is named.',
  ),
  'model-load-failed': entry(
    422,
    'The runner could not load the model',
    'See the message of ONNX Runtime; the other versions are untouched.',
  ),
  'signature-mismatch': entry(
    409,
    "The canary's signature is not the stable's",
    'Requests that stable understands must be understood by the canary, too.',
  ),

  // Serving
  'upstream-failed': entry(502, 'The version failed to answer', 'Look at its log.', true),
  'upstream-unavailable': entry(
    503,
    'The version is not ready',
    'Try again in a moment; GET /v2/models/{model}/ready says when.',
    true,
  ),
  'upstream-timeout': entry(504, 'The version did not answer in time', 'Try again later.', true),
  'model-run-failed': entry(
    500,
    'The model failed on this input',
    'See the message of ONNX Runtime; other inputs are answered.',
  ),
  'output-not-finite': entry(
    500,
    'The model answered with a number that is not finite',
    'The inputs are outside what this version can predict on.',
  ),
  'output-not-text': entry(
    406,
    'An output holds bytes that are not text, which JSON cannot carry',
    'Ask for it as bytes at /v2/models/{model}/infer: "parameters": {"binary_data": true}.',
  ),
  overloaded: entry(503, 'Too many requests are waiting', 'Try again later.', true),

  // Arms and state
  'no-canary': entry(409, 'There is no canary', 'Deploy one: serin deploy MODEL/VERSION.'),
  'canary-exists': entry(
    409,
    'There is a canary already',
    'Promote it or roll it back before deploying another.',
  ),
  'canary-is-stable': entry(409, 'This version is the stable one already', 'Name another version.'),
  'stable-unloadable': entry(
    409,
    'The version that takes live traffic cannot be unloaded',
    'Promote or roll back first.',
  ),
  conflict: entry(409, 'Somebody else changed this meanwhile', 'Look again and repeat.', true),
  'faults-disabled': entry(
    403,
    'Fault injection is switched off',
    'Start the server with --enable-faults; never do so in production.',
  ),

  // Starting and configuration
  'unsafe-listen': entry(
    500,
    'Listening beyond this machine needs an admin token',
    'Set SERIN_ADMIN_TOKEN to a secret of 16 or more characters, or listen on 127.0.0.1.',
  ),
  'address-in-use': entry(
    409,
    'The address is taken',
    'Stop the other program, or choose another --port.',
  ),
  'no-models': entry(
    500,
    'There is no model to serve',
    'Put one at models/<model>/<version>/model.onnx, or run `serin train-samples`.',
  ),
  'sample-data-missing': entry(
    500,
    'The data that the samples are trained on are not installed',
    'Run this in a clone of the repository, after `npm ci`.',
  ),
  usage: entry(400, 'The command was not understood', 'See --help.'),
  'server-unreachable': entry(
    503,
    'No Serin server answers',
    'Start one with `npm start`, or name its address with --url.',
    true,
  ),
  'server-refused': entry(502, 'The server refused', 'See what it said.'),
  'config-invalid': entry(
    422,
    'The rollout file cannot be used',
    'Correct the lines that are named; docs/reference/serin-yaml.md has every key.',
  ),
  'store-failed': entry(
    500,
    'The state could not be stored',
    'Check space and permissions of the --data folder.',
  ),
  'store-newer': entry(
    500,
    'The state was written by a newer Serin',
    'Start the newer version, or another --data folder.',
  ),
  'store-locked': entry(
    500,
    'Another Serin uses this data folder',
    'Stop it, or choose another --data folder.',
  ),

  // Rollouts
  'rollout-not-found': entry(404, 'There is no such rollout', 'See `serin rollout list`.'),
  'rollout-exists': entry(
    409,
    'The model has a rollout already',
    'Wait for its end, or abort it: `serin rollout abort`.',
  ),
  'rollout-cooling-down': entry(
    409,
    'The canary was rolled back a moment ago',
    'Look at why it was, or try another version; the strategy sets the cool-down.',
  ),
  'action-not-possible': entry(
    409,
    'The rollout cannot do this now',
    'See `serin rollout show` for what it is doing.',
  ),
  'strategy-not-possible': entry(
    422,
    'The router cannot carry this strategy out',
    'Change what is named, or take another router.',
  ),
  'stable-differs': entry(
    409,
    'Another version is stable than the strategy says',
    'Correct `stable` in the rollout file: the canary is compared with what is live.',
  ),
  'rollout-log-invalid': entry(
    500,
    'An event of a rollout cannot be read',
    'Start the Serin that wrote it, or a newer one.',
  ),
  'notification-failed': entry(
    502,
    'Somebody could not be told of a rollout',
    'Look at the address under `notify`; the rollout goes on.',
    true,
  ),
  'gate-unreachable': entry(
    502,
    'A gate could not be asked',
    'Look at its address and at the server behind it; it is asked again for a while.',
    true,
  ),
  'gate-not-available': entry(
    422,
    'This server does not run this gate',
    'Leave it out, or start the server with what it needs.',
  ),
  'launch-failed': entry(
    502,
    'A server that Serin starts did not start',
    'Look at its last words, and try the command by itself, with PORT set.',
  ),
  'commands-not-allowed': entry(
    403,
    'This server runs no commands of strategies',
    'Start it with --allow-commands, where all who may start a rollout may run programs there.',
  ),

  // The judge
  'invalid-statistics-input': entry(
    400,
    'The numbers cannot be judged',
    'Only finite numbers in the stated range are accepted.',
  ),
  'invalid-judge-settings': entry(
    400,
    'The settings of the judge cannot be used',
    'Correct the setting that is named.',
  ),
  'recording-invalid': entry(
    400,
    'The recorded observations cannot be read',
    'JSON lines or CSV with time, arm and latency; see docs/reference/judge.md.',
  ),
  'insufficient-data': entry(409, 'There is not enough data', 'Wait for more requests.', true),

  // NGINX
  'nginx-missing': entry(
    500,
    'NGINX cannot be run',
    'Install it (Debian: nginx-light and libnginx-mod-http-lua), or name the program.',
  ),
  'nginx-settings-invalid': entry(
    422,
    'NGINX cannot be set up like this',
    'Correct the setting that is named; docs/guide/nginx.md has every one.',
  ),
  'nginx-refused': entry(
    502,
    'NGINX refused its configuration',
    'Traffic goes on as before; correct what NGINX names.',
  ),
  'nginx-reload-failed': entry(
    502,
    'NGINX did not take its new configuration',
    "Traffic goes on as before; see NGINX's error log.",
    true,
  ),
  'nginx-unreachable': entry(
    503,
    'NGINX does not answer Serin',
    'Serin starts its own again by itself; start one that somebody else runs.',
    true,
  ),
  'weight-not-in-force': entry(
    502,
    'NGINX has another weight in force than it was told',
    'Somebody else may change its configuration; it is told again.',
    true,
  ),

  // Sources of observations
  'source-silent': entry(
    502,
    'A source of observations does not answer as it should',
    'The rollout waits: what is missing is not taken for good.',
    true,
  ),
  'source-settings-invalid': entry(
    422,
    'A source of observations cannot be set up like this',
    'Correct the setting that is named.',
  ),

  // Load tests and smoke tests
  'target-unreachable': entry(
    503,
    'The target does not answer',
    'Start it, or correct the address.',
    true,
  ),
  'inputs-invalid': entry(
    400,
    'The inputs cannot be used',
    'JSON lines, JSON, a HAR capture or a model; see docs/reference/loadtest.md.',
  ),
  'inputs-missing': entry(
    400,
    'Nothing says what to send',
    'Give --inputs with a file of requests, or with a model (its folder or .onnx file).',
  ),

  // Images and registries
  'image-name-invalid': entry(
    400,
    'The name of an image has not the expected form',
    'Name it as registry.example/team/churn:tag; docs/guide/ci.md says how REGISTRY, IMAGE_NAME and IMAGE_TAG make it up.',
  ),
  'image-not-found': entry(
    404,
    'The registry has no such image',
    'Push it first, or correct its name and tag.',
  ),
  'registry-unreachable': entry(
    503,
    'The registry does not answer',
    'See whether it runs and its address is right, then do the same again: what is done stays done.',
    true,
  ),
  'registry-unauthorized': entry(
    502,
    'The registry lets nobody in who is known here',
    'Sign in with `docker login` or `podman login`, or set REGISTRY_USERNAME and REGISTRY_PASSWORD beside REGISTRY.',
  ),
  'registry-denied': entry(
    502,
    'The registry does not allow this',
    'Give the account the right to read, write and, to delete old images, delete here.',
  ),
  'registry-busy': entry(
    503,
    'The registry takes no more requests for now',
    'Wait as long as it says, then do the same again: what is done stays done.',
    true,
  ),
  'registry-failed': entry(
    502,
    'The registry failed',
    'Try again in a moment: what is done stays done. Its own log has the particulars.',
    true,
  ),
  'registry-answer-invalid': entry(
    502,
    'The registry answered with something that cannot be',
    'See what stands between here and the registry; nothing was done with it.',
  ),
  'registry-credentials-invalid': entry(
    400,
    'The credentials for the registry cannot be read',
    'Correct the file, or sign in again with `docker login` or `podman login`.',
  ),
  'tag-moved': entry(
    409,
    'A tag points to another image than it should',
    'See who else moves it, then do the same again.',
  ),

  'engine-missing': entry(
    500,
    'There is no container engine',
    'Install podman, or docker and start its daemon.',
  ),
  'engine-failed': entry(
    502,
    'The container engine failed',
    'See its last words; the same command goes on from here.',
    true,
  ),

  // Pipelines
  'ci-stage-missing': entry(
    409,
    'An earlier stage of the pipeline is missing',
    'Run it first, or the whole of `serin ci`.',
  ),
  'ci-running': entry(
    409,
    'Another `serin ci` works in this folder',
    'Wait until it has ended, or stop it.',
  ),
  'ci-state-invalid': entry(
    422,
    'The state of the pipeline cannot be used',
    'Delete the folder .serin-ci: everything is then done anew.',
  ),
  'ci-rollout-file-unfit': entry(
    422,
    'The pipeline cannot use this rollout file',
    'Correct what is named; docs/guide/ci.md has an example.',
  ),
  'ci-overtaken': entry(
    409,
    'Something else was promoted since',
    'Leave the tag where it is: what is newer is live. Start the pipeline for what is to come next.',
  ),
  'dockerfile-missing': entry(
    422,
    'There is nothing to build the image by',
    'Name a Dockerfile with --file, or put the models into models/ of the folder: deploy/Dockerfile.model of Serin builds them in.',
  ),
  'no-stable-image': entry(
    409,
    'There is no stable image yet to compare with',
    '`serin ci --first` makes this one the stable one, without a canary.',
  ),

  internal: entry(
    500,
    'Something went wrong inside Serin',
    'The server log has the particulars; please report it.',
  ),
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof errorCatalogue;
