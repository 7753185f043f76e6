import Type, { type Static } from 'typebox';
import { NginxMode } from '../domain/front.js';
import { choice, closed, quantity } from './schema-parts.js';
import { share, size, time } from './units.js';

const Port = Type.Integer({ title: 'a port from 1 to 65535', minimum: 1, maximum: 65_535 });

/** `127.0.0.1:8088`, `[::1]:8088`, `*:8088`. */
export const hostAndPort = '^(\\*|[A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+\\]):([0-9]{1,5})$';

const File = (description: string) =>
  Type.String({ title: 'the path of a file', description, pattern: '^/', maxLength: 4096 });

const Command = (description: string) =>
  Type.String({ title: 'a command', description, minLength: 1, maxLength: 4096 });

const Address = Type.Union(
  [
    Port,
    Type.String({ title: 'host:port, such as 127.0.0.1:8088', pattern: hostAndPort }),
    Type.Object(
      {
        address: Type.Union([Port, Type.String({ title: 'host:port', pattern: hostAndPort })], {
          title: 'a port, or host:port',
        }),
        certificate: File('In PEM form, with the chain.'),
        key: File('The private key, in PEM form.'),
      },
      { ...closed, title: '{ address, certificate, key }' },
    ),
  ],
  { title: 'a port, host:port, or { address, certificate, key } for TLS' },
);
export type Address = Static<typeof Address>;

const Limits = Type.Object(
  {
    requestsPerSecond: Type.Optional(Type.Integer({ minimum: 1, maximum: 1e6 })),
    burst: Type.Optional(
      Type.Integer({
        description: 'So many above the rate are taken at once; 0 by default.',
        minimum: 0,
        maximum: 1e6,
      }),
    ),
    connections: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
  },
  {
    ...closed,
    title: '{ requestsPerSecond, burst, connections }',
    description: 'What one client address may do; more is answered 429.',
  },
);

const Existing = Type.Object(
  {
    includeFile: File("The file that NGINX's configuration includes inside http { }."),
    reloadCommand: Command('Reloads it gracefully, such as systemctl reload nginx.'),
    testCommand: Type.Optional(Command('Tests its configuration; nginx -t by default.')),
    reopenCommand: Type.Optional(Command('Makes it open its logs anew.')),
  },
  {
    ...closed,
    title: '{ includeFile, reloadCommand, testCommand, reopenCommand }',
    description: 'An NGINX that is there already; the server needs --allow-commands.',
  },
);

/** `traffic.nginx`: the NGINX in front of both arms. */
export const NginxSchema = Type.Object(
  {
    listen: Type.Union([Address, Type.Array(Address, { minItems: 1, maxItems: 20 })], {
      title: 'a port, host:port, or { address, certificate, key } for TLS; or a list of them',
      description: 'Where clients come in; a port alone is one of 127.0.0.1.',
    }),
    mode: Type.Optional(
      choice(
        Object.values(NginxMode),
        'lua changes weights without a reload; the default where NGINX has it.',
      ),
    ),
    forceArmHeader: Type.Optional(
      Type.String({
        title: 'the name of a header',
        description: 'A request with this header, stable or canary in it, chooses its arm.',
        pattern: '^[A-Za-z0-9-]+$',
        maxLength: 128,
      }),
    ),
    limits: Type.Optional(Limits),
    maxBody: Type.Optional(quantity(size, 'A larger request is answered 413; 16MiB by default.')),
    connectTimeout: Type.Optional(quantity(time, 'Until an arm is reached; 1s by default.')),
    readTimeout: Type.Optional(quantity(time, 'Between two reads of an answer; 30s by default.')),
    canaryTimeout: Type.Optional(
      quantity(
        time,
        'A canary that takes longer is answered for by stable; a third of readTimeout by default.',
      ),
    ),
    retryPosts: Type.Optional(
      Type.Boolean({
        title: 'true or false',
        description:
          'Whether stable answers a POST that the canary may have begun to work on; true by default.',
      }),
    ),
    workers: Type.Optional(
      Type.Integer({
        title: 'a number of processes from 1',
        description: 'One a CPU by default.',
        minimum: 1,
        maximum: 1024,
      }),
    ),
    mostLost: Type.Optional(
      quantity(
        share,
        "When more of the last minute's requests are missing from its log, nothing is promoted; 1% by default.",
      ),
    ),
    existing: Type.Optional(Existing),
  },
  {
    ...closed,
    title: '{ listen: port, … }',
    description: 'The NGINX in front of both arms, with router: nginx.',
  },
);
export type NginxSchema = Static<typeof NginxSchema>;
