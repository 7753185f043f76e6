import type { ModelName, RequestId, VersionName } from '../domain/ids.js';
import type { Prediction } from '../domain/observation.js';
import type { Difference } from '../serving/gateway/shadow-agreement.js';
import type { ShadowPair } from '../serving/gateway/shadow-pair.js';
import { keepPayload, readablePayload, type KeptPayload } from './kept-payload.js';
import type { Json } from './readable-tensor.js';

export interface DisagreementsOptions {
  /** Whether requests and answers are kept; otherwise only when it was, and how far apart. */
  readonly keepPayloads: boolean;
  /** Examples of one model: so many of the newest. Default 50. */
  readonly newest?: number;
  /** And so many with the largest difference. Default 50. */
  readonly largest?: number;
  /** Of a request, and of each answer; what is larger is left out. Default 16 KiB. */
  readonly maxPayloadBytes?: number;
}

/** One request that the two arms answered otherwise. */
export interface Disagreement {
  readonly requestId: RequestId;
  /** Milliseconds since 1970, at which the copy was begun. */
  readonly atMs: number;
  readonly versions: { readonly stable: VersionName; readonly canary: VersionName };
  readonly difference: Difference | undefined;
  /** Absent where payloads are not kept. */
  readonly payload?: {
    readonly predictions: {
      readonly stable: Prediction | undefined;
      readonly canary: Prediction | undefined;
    };
    /** Inputs by their names, or the body. */
    readonly inputs: Json;
    /** Outputs by their names, or the body. */
    readonly stable: Json;
    readonly canary: Json;
  };
}

type Kept = Omit<Disagreement, 'payload'> & {
  readonly size: number;
  readonly payload?: {
    readonly predictions: NonNullable<Disagreement['payload']>['predictions'];
    readonly inputs: KeptPayload;
    readonly stable: KeptPayload;
    readonly canary: KeptPayload;
  };
};

interface Page {
  readonly stable: VersionName;
  readonly canary: VersionName;
  /** The newest last. */
  readonly newest: Kept[];
  /** The largest difference first. */
  readonly largest: Kept[];
}

/**
 * Examples of disagreement, for a person to look at: per model the newest and those that are
 * furthest apart, in bounded memory. They are copied when they come and made readable when somebody
 * reads them, as a wrong canary disagrees a thousand times a second and is looked at once. They stay
 * after a roll-back, until the model has another pair of versions; none survives a restart.
 */
export class Disagreements {
  readonly #pages = new Map<ModelName, Page>();
  readonly #newest: number;
  readonly #largest: number;
  readonly #maxPayloadBytes: number;

  constructor(private readonly options: DisagreementsOptions) {
    this.#newest = options.newest ?? 50;
    this.#largest = options.largest ?? 50;
    this.#maxPayloadBytes = options.maxPayloadBytes ?? 16 * 1024;
  }

  get keepsPayloads(): boolean {
    return this.options.keepPayloads;
  }

  record(pair: ShadowPair): void {
    const { newest, largest } = this.#pageOf(pair);
    const size = pair.difference?.absolute ?? 0;
    const kept = { ...this.#keep(pair), size };
    newest.push(kept);
    if (newest.length > this.#newest) newest.shift();
    if (largest.length >= this.#largest && size <= (largest.at(-1)?.size ?? Infinity)) return;
    const position = largest.findIndex((other) => other.size < size);
    largest.splice(position === -1 ? largest.length : position, 0, kept);
    if (largest.length > this.#largest) largest.pop();
  }

  /** The newest first, and behind them the older ones that are furthest apart; each once. */
  of(model: ModelName): readonly Disagreement[] {
    const page = this.#pages.get(model);
    if (page === undefined) return [];
    const all = new Set([...page.newest.toReversed(), ...page.largest]);
    return [...all].map(readable);
  }

  /** Versions are others than before: what is known of those before would only confuse. */
  #pageOf({ original, copy }: ShadowPair): Page {
    const { name } = original.model;
    const known = this.#pages.get(name);
    if (known?.stable === original.version && known.canary === copy.version) return known;
    const page = { stable: original.version, canary: copy.version, newest: [], largest: [] };
    this.#pages.set(name, page);
    return page;
  }

  #keep({ canary, original, copy, request, difference }: ShadowPair): Omit<Kept, 'size'> {
    const about = {
      requestId: canary.requestId,
      atMs: canary.startedAtMs,
      versions: { stable: original.version, canary: copy.version },
      difference,
    };
    const { answer: stable } = original;
    const { answer } = copy;
    if (!this.options.keepPayloads || stable === undefined || answer === undefined) return about;
    const max = this.#maxPayloadBytes;
    const { tensors } = stable;
    const inputs = tensors?.inputs ?? answer.tensors?.inputs;
    return {
      ...about,
      payload: {
        predictions: { stable: stable.prediction, canary: answer.prediction },
        inputs: keepPayload(inputs, request.body, request.headers['content-type'], max),
        stable: keepPayload(tensors?.outputs, stable.body, stable.headers['content-type'], max),
        canary: keepPayload(
          answer.tensors?.outputs,
          answer.body,
          answer.headers['content-type'],
          max,
        ),
      },
    };
  }
}

function readable({ requestId, atMs, versions, difference, payload }: Kept): Disagreement {
  const about = { requestId, atMs, versions, difference };
  if (payload === undefined) return about;
  return {
    ...about,
    payload: {
      predictions: payload.predictions,
      inputs: readablePayload(payload.inputs),
      stable: readablePayload(payload.stable),
      canary: readablePayload(payload.canary),
    },
  };
}
