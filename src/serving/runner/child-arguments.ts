/** What a runner's child process is started with. */
export interface ChildArguments {
  /** Absolute path of the .onnx file. */
  readonly file: string;
  /** What `ps` shows. */
  readonly title: string;
  /** Rows in the largest batch that it will be sent. */
  readonly maxBatchSize: number;
  /** Threads of one operator. */
  readonly threads: number;
}

/** The descriptor of the child's end of the socket that frames go through. */
export const socketDescriptor = 3;

/** Arguments as they stand on the child's command line. */
export function writeChildArguments(args: ChildArguments): string[] {
  return [args.file, args.title, String(args.maxBatchSize), String(args.threads)];
}

/** Arguments from a command line that `writeChildArguments` wrote, after node and the entry. */
export function readChildArguments(argv: readonly string[]): ChildArguments {
  const [, , file = '', title = '', maxBatchSize, threads] = argv;
  return { file, title, maxBatchSize: Number(maxBatchSize), threads: Number(threads) };
}
