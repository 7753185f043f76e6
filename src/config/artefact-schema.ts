import Type from 'typebox';
import { size } from './units.js';

/*
 * What may stand for an arm in serin.yaml.
 */

const closed = { additionalProperties: false } as const;

const artefactWords =
  'a folder with a model.onnx, an .onnx file, http://host:port, { process: [program, …] } or { image: name:tag }';

/** What every server is given that Serin starts itself. */
const launch = {
  port: Type.Optional(
    Type.Integer({
      title: 'a port: a whole number from 1 to 65535',
      description: 'Where it listens on this machine; any free port by default.',
      minimum: 1,
      maximum: 65_535,
    }),
  ),
  health: Type.Optional(
    Type.String({
      title: 'a path, such as /health',
      description: 'Answers 2xx once it is ready; /health by default.',
      pattern: '^/[^\\s]*$',
      maxLength: 2048,
    }),
  ),
  env: Type.Optional(
    Type.Record(
      Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }),
      Type.Union([Type.String({ maxLength: 32_768 }), Type.Number(), Type.Boolean()], {
        title: 'a text, a number, true or false',
      }),
      {
        title: 'environment variables: { NAME: value }',
        description: 'Is kept with the rollout, and shown: no place for secrets.',
      },
    ),
  ),
  warmUp: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), {
      title: 'the body of a prediction: { features: [0.5, 1.2] }',
      description:
        'Is sent to /predict, before any user, until the answers become no quicker; nothing by default.',
    }),
  ),
};

const Process = Type.Object(
  {
    process: Type.Array(Type.String({ minLength: 1, title: 'a text' }), {
      title: 'a program and its arguments: [node, app.js]',
      description: 'Is run on the machine of the server, which needs --allow-commands.',
      minItems: 1,
      maxItems: 1000,
    }),
    ...launch,
    cwd: Type.Optional(
      Type.String({
        title: 'a folder',
        description: 'Where it is run; relative to the folder that the server was started in.',
        minLength: 1,
      }),
    ),
  },
  { ...closed, title: '{ process: [program, …], port, health, env, warmUp, cwd }' },
);

const Image = Type.Object(
  {
    image: Type.String({
      title: 'an image with its tag or digest, such as registry.example/churn:2',
      pattern: '^[A-Za-z0-9][A-Za-z0-9._/:@-]*$',
      maxLength: 512,
    }),
    ...launch,
    containerPort: Type.Optional(
      Type.Integer({
        title: 'a port: a whole number from 1 to 65535',
        description: 'Where the app listens inside the container; 7000 by default.',
        minimum: 1,
        maximum: 65_535,
      }),
    ),
    memory: Type.Optional(
      Type.String({
        title: size.words,
        description: 'A container that takes more is ended.',
        pattern: size.pattern,
      }),
    ),
    cpus: Type.Optional(
      Type.Number({
        title: 'a number of processors above 0, such as 0.5',
        description: 'So much of their time at most.',
        exclusiveMinimum: 0,
        maximum: 1024,
      }),
    ),
  },
  {
    ...closed,
    title: '{ image: name:tag, port, containerPort, health, env, warmUp, memory, cpus }',
  },
);

/** An arm: a text, a process or an image. */
export function artefact(description: string) {
  return Type.Union(
    [Type.String({ title: artefactWords, pattern: '^\\S', maxLength: 4096 }), Process, Image],
    { title: artefactWords, description },
  );
}
