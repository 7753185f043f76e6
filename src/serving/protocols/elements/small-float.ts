/**
 * Numbers as FP16 (IEEE 754-2019, binary16) and BF16 (the upper half of binary32): 16 bits of
 * sign, exponent and fraction, which is how tensors hold them.
 */
interface SmallFloatFormat {
  readonly fractionBits: number;
  /** What is added to an exponent to store it; the smallest normal exponent is 1 − bias. */
  readonly bias: number;
}

const fp16: SmallFloatFormat = { fractionBits: 10, bias: 15 };
const bf16: SmallFloatFormat = { fractionBits: 7, bias: 127 };

/** The FP16 bits nearest to a number, ties to even; infinity where it is too large. */
export function toFp16Bits(value: number): number {
  return toBits(value, fp16);
}

/** The number that 16 FP16 bits stand for. */
export function fromFp16Bits(bits: number): number {
  return fromBits(bits, fp16);
}

/** The BF16 bits nearest to a number, ties to even; infinity where it is too large. */
export function toBf16Bits(value: number): number {
  return toBits(value, bf16);
}

/** The number that 16 BF16 bits stand for. */
export function fromBf16Bits(bits: number): number {
  return fromBits(bits, bf16);
}

/** Whether 16 FP16 bits stand for a finite number: not every exponent bit is set. */
export function isFiniteFp16(bits: number): boolean {
  return (bits & 0x7c00) !== 0x7c00;
}

/** Whether 16 BF16 bits stand for a finite number. */
export function isFiniteBf16(bits: number): boolean {
  return (bits & 0x7f80) !== 0x7f80;
}

function toBits(value: number, { fractionBits, bias }: SmallFloatFormat): number {
  const infinity = (2 * bias + 1) << fractionBits;
  if (Number.isNaN(value)) return infinity | (1 << (fractionBits - 1));
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (magnitude === Infinity) return sign | infinity;
  const smallest = 1 - bias;
  const exponent = Math.max(exponentOf(magnitude), smallest);
  // In units of the last place at this exponent: dividing by a power of two loses nothing. A
  // normal number's leading one carries into the exponent field by itself.
  const units = roundHalfToEven(magnitude / 2 ** (exponent - fractionBits));
  return sign | Math.min((exponent - smallest) * 2 ** fractionBits + units, infinity);
}

function fromBits(bits: number, { fractionBits, bias }: SmallFloatFormat): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  const exponent = (bits & 0x7fff) >> fractionBits;
  const fraction = bits & (2 ** fractionBits - 1);
  if (exponent === 2 * bias + 1) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** (1 - bias - fractionBits);
  return sign * (2 ** fractionBits + fraction) * 2 ** (exponent - bias - fractionBits);
}

/** The largest e with 2ᵉ ≤ magnitude; −∞ for zero. */
function exponentOf(magnitude: number): number {
  const guess = Math.floor(Math.log2(magnitude));
  // log2 rounds: next to a power of two its floor can be one too large.
  return 2 ** guess > magnitude ? guess - 1 : guess;
}

/** Adding 2⁵² leaves no bits for a fraction, so the addition itself rounds, ties to even. */
function roundHalfToEven(magnitude: number): number {
  return magnitude < 2 ** 52 ? magnitude + 2 ** 52 - 2 ** 52 : magnitude;
}
