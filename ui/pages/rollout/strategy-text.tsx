/** The strategy as it was started, with everything that was left out filled in. */
export function StrategyText({
  strategy,
  why,
}: {
  readonly strategy: unknown;
  readonly why: string;
}) {
  return (
    <section class="card">
      <h2>Strategy</h2>
      {why === '' ? null : <p class="note words">Started because: “{why}”</p>}
      <details>
        <summary>As it was started</summary>
        <pre class="scroll" tabIndex={0} aria-label="Strategy">
          {JSON.stringify(strategy, null, 2)}
        </pre>
      </details>
    </section>
  );
}
