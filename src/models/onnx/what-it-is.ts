interface Look {
  readonly found: string;
  readonly matches: (start: Buffer) => boolean;
}

const looks: readonly Look[] = [
  { found: 'an empty file', matches: (start) => start.length === 0 },
  {
    found: 'a Git LFS pointer (run `git lfs pull` to get the model itself)',
    matches: startsWith('version https://git-lfs'),
  },
  {
    found: 'an HTML page (an error page saved in the place of a download?)',
    matches: (start) => /^\s*(<!--[^]*?-->\s*)?<(!doctype html|html|head|body)/i.test(text(start)),
  },
  { found: 'a zip archive (a PyTorch checkpoint or Keras file?)', matches: startsWith('PK\x03\x04') },
  { found: 'a gzip archive (unpack it first)', matches: startsWith('\x1f\x8b') },
  { found: 'an HDF5 file (a Keras model?)', matches: startsWith('\x89HDF') },
  { found: 'a Python pickle', matches: (start) => start[0] === 0x80 && (start[1] ?? 9) <= 5 },
  { found: 'a TensorFlow Lite model', matches: (start) => text(start.subarray(4, 8)) === 'TFL3' },
  { found: 'an ORT-format model', matches: (start) => text(start.subarray(4, 8)) === 'ORTM' },
  { found: 'JSON', matches: (start) => /^\s*[{[]/.test(text(start)) && isText(start) },
  { found: 'text', matches: isText },
];

/**
 * Names what a file that is no ONNX model seems to be, for an error message.
 * @returns for example `an HTML page`; undefined when it looks like nothing known
 */
export function whatItIs(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 1024));
  return looks.find(({ matches }) => matches(start))?.found;
}

function startsWith(prefix: string): (start: Buffer) => boolean {
  return (start) => text(start).startsWith(prefix);
}

function text(start: Buffer): string {
  return start.toString('latin1');
}

function isText(start: Buffer): boolean {
  return start.every((byte) => byte >= 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09);
}
