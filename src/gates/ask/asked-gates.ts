import { SerinError } from '../../domain/errors.js';
import type { RolloutId } from '../../domain/rollout-id.js';
import type { EffectId } from '../../rollout/machine/events.js';
import type { GateAnswer, Gates, OfRollout } from '../../rollout/ports.js';
import type { Gate } from '../../rollout/strategy/gate.js';
import type { Strategy } from '../../rollout/strategy/strategy.js';
import { runCommand } from './command-gate.js';
import { inSeconds } from './reason.js';
import { afterTimeLimit } from './time-limit.js';
import { askWebhook } from './webhook-gate.js';

export type BuiltInGate = Extract<Gate, { kind: 'built-in' }>;

/**
 * Runs one of Serin's own gates.
 * @param signal aborts at the gate's time-out, or when the server stops
 * @param onProgress is told how far it has come, where somebody watches
 * @throws when it could not be carried out, so that it is tried again
 */
export type RunBuiltInGate = (
  of: OfRollout,
  gate: BuiltInGate,
  signal: AbortSignal,
  onProgress?: OnGateProgress,
) => Promise<GateAnswer>;

/** What a gate does now, in a few words, and how much of it is done, 0 to 1. */
export type OnGateProgress = (doing: string, done: number) => void;

export interface AskedGatesOptions {
  /** Serin's own gates, as far as this server has them. */
  readonly builtIn: ReadonlyMap<BuiltInGate['name'], RunBuiltInGate>;
  /** Whether strategies may run commands on this machine. */
  readonly allowCommands: boolean;
}

/** Asks what is outside the judge: webhooks, commands, and Serin's own gates. */
export class AskedGates implements Gates {
  readonly #closing = new AbortController();
  /** What ends the gates that are under way, by rollout. */
  readonly #underWay = new Map<RolloutId, Set<AbortController>>();

  constructor(private readonly options: AskedGatesOptions) {}

  /**
   * Why this server cannot take a strategy for its gates; asked before a rollout starts.
   * @returns `gate-not-available`, `commands-not-allowed`, or undefined when it has all of them
   */
  gatesNotAvailable({ gates, steps }: Strategy): SerinError | undefined {
    const asked = [...gates, ...steps.flatMap((step) => (step.kind === 'gate' ? step.gate : []))];
    return asked.map((gate) => this.#whyNot(gate)).find((why) => why !== undefined);
  }

  async run(of: OfRollout, gate: Gate, effect: EffectId): Promise<GateAnswer> {
    // A server that was started otherwise than when the rollout was: asking again would not help.
    const why = this.#whyNot(gate);
    if (why !== undefined) return { passed: false, reason: `${why.message}. ${why.advice}` };
    const ending = new AbortController();
    const signal = AbortSignal.any([this.#closing.signal, ending.signal]);
    const underWay = this.#underWay.get(of.rolloutId) ?? new Set();
    this.#underWay.set(of.rolloutId, underWay.add(ending));
    try {
      return await this.#ask(of, gate, effect, signal);
    } catch (thrown) {
      // The rollout has gone on without it: asking again would not help.
      if (ending.signal.aborted) return { passed: false, reason: 'nobody waits for it any more' };
      throw thrown;
    } finally {
      underWay.delete(ending);
      if (underWay.size === 0) this.#underWay.delete(of.rolloutId);
    }
  }

  /** A rollout waits for no gate any more: what is under way for it is ended. */
  letGo(rollout: RolloutId): void {
    for (const ending of this.#underWay.get(rollout) ?? []) ending.abort();
  }

  /** The server stops: commands under way are killed, and run again after its next start. */
  close(): void {
    this.#closing.abort();
  }

  #ask(of: OfRollout, gate: Gate, effect: EffectId, signal: AbortSignal): Promise<GateAnswer> {
    switch (gate.kind) {
      case 'webhook':
        return askWebhook(of, gate, effect, signal);
      case 'command':
        return runCommand(of, gate, effect, signal);
      case 'built-in':
        return this.#runBuiltIn(of, gate, signal);
    }
  }

  #whyNot(gate: Gate): SerinError | undefined {
    const { builtIn, allowCommands } = this.options;
    if (gate.kind === 'command' && !allowCommands) {
      return new SerinError('commands-not-allowed', { found: `the gate "${gate.command}"` });
    }
    if (gate.kind !== 'built-in' || builtIn.has(gate.name)) return undefined;
    const known = [...builtIn.keys()];
    return new SerinError('gate-not-available', {
      expected: known.length === 0 ? 'a webhook or a command' : `one of ${known.join(', ')}`,
      found: gate.name,
    });
  }

  async #runBuiltIn(of: OfRollout, gate: BuiltInGate, signal: AbortSignal): Promise<GateAnswer> {
    const run = this.options.builtIn.get(gate.name);
    if (run === undefined) throw new SerinError('gate-not-available', { found: gate.name });
    const stopping = new AbortController();
    const stop = (): void => stopping.abort();
    signal.addEventListener('abort', stop);
    let cancel = stop;
    const late = new Promise<GateAnswer>((resolve) => {
      cancel = afterTimeLimit(gate.timeoutMs, () => {
        resolve({ passed: false, reason: `took longer than ${inSeconds(gate.timeoutMs)}` });
        stop();
      });
    });
    try {
      return await Promise.race([run(of, gate, stopping.signal), late]);
    } catch (thrown) {
      // A version that is not there, or cannot be read, is so the next time, too.
      if (!(thrown instanceof SerinError) || thrown.retriable || thrown.status >= 500) throw thrown;
      return { passed: false, reason: `could not be carried out: ${thrown.message}` };
    } finally {
      cancel();
      signal.removeEventListener('abort', stop);
    }
  }
}
