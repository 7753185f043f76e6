/** The part of a terminal that is needed to draw on it; `process.stdout` is one. */
export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  write(text: string): unknown;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Sequences of ECMA-48 and of xterm; terminals that do not know one leave it out. */
const escape = '\u001b[';
const enter = `${escape}?1049h${escape}?25l`;
const leave = `${escape}?25h${escape}?1049l`;
const beginFrame = `${escape}?2026h${escape}H`;
const endFrame = `${escape}J${escape}?2026l`;
const restOfLine = `${escape}K`;

/**
 * A screen of its own on a terminal, drawn anew without flicker: each frame is written in one piece
 * over the one before, and the terminal is asked to show it at once. What was there before comes
 * back when it is closed, and the cursor with it.
 */
export class LiveScreen {
  #draw: (size: Size) => readonly string[] = () => [];
  #frame = '';
  #isClosed = false;

  constructor(private readonly terminal: Terminal) {
    terminal.write(enter);
    terminal.on('resize', this.#resized);
    // Also when the process ends in a way that nobody foresaw.
    process.once('exit', this.close);
  }

  /** Draws; and again by itself when the size of the terminal changes. */
  show(draw: (size: Size) => readonly string[]): void {
    this.#draw = draw;
    this.#paint();
  }

  readonly close = (): void => {
    if (this.#isClosed) return;
    this.#isClosed = true;
    process.off('exit', this.close);
    this.terminal.off('resize', this.#resized);
    this.terminal.write(leave);
  };

  readonly #resized = (): void => {
    this.#frame = '';
    this.#paint();
  };

  #paint(): void {
    if (this.#isClosed) return;
    const { columns, rows } = this.terminal;
    const lines = this.#draw({ columns, rows });
    const frame = lines.map((line) => line + restOfLine).join('\r\n');
    if (frame === this.#frame) return;
    this.#frame = frame;
    this.terminal.write(beginFrame + frame + endFrame);
  }
}
