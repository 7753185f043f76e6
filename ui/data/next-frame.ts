/** A window that is covered draws no pictures, and must not fall behind all the same. */
const withoutPictureMs = 500;

/** Calls back with the next picture that the browser draws; after a moment where it draws none. @returns what cancels it */
export function withNextFrame(act: () => void): () => void {
  const cancel = (): void => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
  const once = (): void => {
    cancel();
    act();
  };
  const frame = requestAnimationFrame(once);
  const timer = setTimeout(once, withoutPictureMs);
  return cancel;
}
