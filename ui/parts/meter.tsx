/** All evidence in one number, from −100 (roll back) to +100 (promote). */
export function Meter({
  value,
  small = false,
}: {
  readonly value: number | null;
  readonly small?: boolean;
}) {
  const shown = value === null ? 0 : Math.max(-100, Math.min(100, value));
  const words = meterWords(value);
  return (
    <div class={small ? 'meter small' : 'meter'}>
      <div
        class="meter-track"
        role="meter"
        aria-label="Evidence"
        aria-valuemin={-100}
        aria-valuemax={100}
        aria-valuenow={Math.round(shown)}
        aria-valuetext={words}
      >
        <div
          class={shown < 0 ? 'meter-fill bad' : 'meter-fill good'}
          style={{
            left: `${shown < 0 ? 50 + shown / 2 : 50}%`,
            width: `${Math.abs(shown) / 2}%`,
          }}
        />
        <div class="meter-centre" />
        {value === null ? null : <div class="meter-hand" style={{ left: `${50 + shown / 2}%` }} />}
      </div>
      {small ? null : (
        <div class="meter-scale" aria-hidden="true">
          <span>−100 roll back</span>
          <span>0</span>
          <span>promote +100</span>
        </div>
      )}
    </div>
  );
}

/** The number as it is written: `+37`, `−12`. */
export function meterNumber(value: number | null): string {
  if (value === null) return '–';
  const whole = Math.round(value);
  if (whole === 0) return '0';
  return whole > 0 ? `+${whole}` : `−${-whole}`;
}

function meterWords(value: number | null): string {
  if (value === null) return 'nothing is measured';
  if (value <= -100) return `${meterNumber(value)}: enough evidence to roll back`;
  if (value >= 100) return `${meterNumber(value)}: enough evidence to promote`;
  if (Math.round(value) === 0) return '0: nothing is known yet';
  return `${meterNumber(value)}: leans to ${value < 0 ? 'roll back' : 'promote'}`;
}
