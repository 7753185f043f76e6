import { serialize } from 'node:v8';
import { SerinError } from '../../../domain/errors.js';
import { readKnownPairs } from '../golden/read-known-pairs.js';
import { readRecordedRows } from '../golden/recorded-rows.js';
import { readSubject } from '../subject.js';
import type { ReadingAnswer, ReadingQuestion } from './read-apart.js';

/**
 * The child process that reads what belongs to one model, and answers one question. It ends with the
 * process that started it, and of anything that it has no word for: its exit tells of that.
 */

/** What an answer may take: nothing limits the process that reads it. */
const largestAnswerBytes = 128 * 2 ** 20;

process.once('disconnect', () => process.exit(0));
process.once('message', (question) => void answer(question as ReadingQuestion));

async function answer(question: ReadingQuestion): Promise<void> {
  send(await read(question).then((value): ReadingAnswer => ({ value }), refusal));
}

function read(question: ReadingQuestion): Promise<unknown> {
  switch (question.kind) {
    case 'subject':
      return readSubject(question.model, question.asked);
    case 'pairs':
      return readKnownPairs(question.subject, question.named);
    case 'rows':
      return readRecordedRows(question.subject, question.named);
  }
}

/** The cause stays here: a message cannot hold whatever it is. */
function refusal(thrown: unknown): ReadingAnswer {
  if (!(thrown instanceof SerinError)) throw thrown;
  const { expected, found, advice } = thrown.words;
  const words = {
    ...(expected === undefined ? {} : { expected }),
    ...(found === undefined ? {} : { found }),
    ...(advice === undefined ? {} : { advice }),
  };
  return { refusal: { code: thrown.code, words } };
}

function send(reading: ReadingAnswer): void {
  const { byteLength } = serialize(reading);
  const isSmall = byteLength <= largestAnswerBytes;
  process.send?.(isSmall ? reading : ({ tooLargeBytes: byteLength } satisfies ReadingAnswer));
}
