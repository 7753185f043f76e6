/** Text of model files and of processes as a terminal may have it: nothing moves the cursor or paints. */
export function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}
