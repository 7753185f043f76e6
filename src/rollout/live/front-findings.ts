import type { ModelName } from '../../domain/ids.js';
import type { SourceFinding } from '../../observing/source.js';

/** A source that tells nothing for so long cannot be relied on; each looks every few seconds. */
const silentAfterMs = 30_000;

/** What the sources of every model found last. */
export class FrontFindings {
  readonly #findings = new Map<ModelName, Map<string, SourceFinding>>();

  /**
   * @param nowMs milliseconds since 1970
   * @param troubleOf why a model's front does not serve
   */
  constructor(
    private readonly nowMs: () => number,
    private readonly troubleOf: (model: ModelName) => string | undefined,
  ) {}

  add(model: ModelName, finding: SourceFinding): void {
    const known = this.#findings.get(model) ?? new Map<string, SourceFinding>();
    this.#findings.set(model, known.set(finding.source, finding));
  }

  /** What is known now, each source's last word; silence and a front that is gone are findings too. */
  of(model: ModelName): readonly SourceFinding[] {
    const atMs = this.nowMs();
    const found = [...(this.#findings.get(model)?.values() ?? [])].map((finding) =>
      atMs - finding.atMs > silentAfterMs ? silent(finding, atMs) : finding,
    );
    const trouble = this.troubleOf(model);
    if (trouble === undefined) return found;
    return [{ source: 'nginx', verdict: 'unmeasurable', sentence: trouble, atMs }, ...found];
  }

  /** @param source absent: all of them */
  forget(model: ModelName, source?: string): void {
    if (source === undefined) this.#findings.delete(model);
    else this.#findings.get(model)?.delete(source);
  }
}

function silent({ source, atMs: lastMs }: SourceFinding, atMs: number): SourceFinding {
  const seconds = Math.round((atMs - lastMs) / 1_000);
  return { source, verdict: 'unmeasurable', sentence: `nothing for ${seconds} s`, atMs };
}
