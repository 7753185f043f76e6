import type { Arm } from '../domain/arm.js';
import type { RequestId } from '../domain/ids.js';
import type { Prediction } from '../domain/observation.js';
import type { Tensor } from '../domain/tensor.js';
import type { Version } from '../domain/version.js';

/** The two ways to ask for a prediction. */
export const Protocol = { Predict: 'predict', OpenInference: 'open-inference' } as const;
export type Protocol = (typeof Protocol)[keyof typeof Protocol];

/** One request for a prediction, as the client sent it. */
export interface Call {
  readonly requestId: RequestId;
  readonly arm: Arm;
  readonly protocol: Protocol;
  /** The path that the client asked for, with its query. */
  readonly path: string;
  /** The client's headers, names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The body, content encoding already undone. */
  readonly body: Buffer;
  /** From `performance.now()`: when the request arrived. */
  readonly arrivedAtMs: number;
  /** A copy of a request that was answered already: nobody waits for this answer. */
  readonly isCopy?: boolean | undefined;
}

/** What an upstream answered; a status of 500 or more is a failure of the upstream. */
export interface Answer {
  readonly status: number;
  /** One that was sent several times is a list: set-cookie cannot be joined (RFC 9110, 5.3). */
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string | Buffer;
  /** The first row's prediction, where it could be read. */
  readonly prediction?: Prediction | undefined;
  /** How many rows were predicted. */
  readonly rows: number;
  /** What the version was asked and what it gave, where Serin itself ran it: the body, understood. */
  readonly tensors?: Tensors | undefined;
}

/** The named inputs and outputs behind one answer. */
export interface Tensors {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

/** What answers an arm's requests: a runner process, or an HTTP server. */
export interface Upstream {
  readonly version: Version;
  /** Where an HTTP server answers for it: `http://host:port`; absent where none does. */
  readonly address?: string;
  /** Whether a request sent now has a chance. */
  isReady(): boolean;
  /**
   * Answers one request.
   * @throws SerinError with a status under 500 when the request is wrong; with 500 or more when
   * the upstream failed (`upstream-failed`, `upstream-timeout`, `upstream-unavailable`,
   * `output-not-finite`, `overloaded`)
   */
  answer(call: Call): Promise<Answer>;
  /** Lets what is under way finish, then frees everything. */
  close(): Promise<void>;
}
