import type { StageContext } from './stage.js';

/** After a failure that has its own words, which count. */
export async function removeQuietly({ ports }: StageContext, container: string): Promise<void> {
  const engine = await ports.engine();
  await engine.remove(container).catch(() => undefined);
}
