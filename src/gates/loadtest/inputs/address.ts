/** Whether an address takes predictions, by its last word. */
export function takesPredictions(path: string): boolean {
  return /\/(predict|infer)\/?(?:\?|$)/.test(path);
}

/** Whether an address speaks the Open Inference Protocol; else it is asked as `/predict` is. */
export function isOpenInference(path: string): boolean {
  return /\/infer\/?(?:\?|$)/.test(path);
}
