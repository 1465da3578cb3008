import type { RatioInterval } from './interval.ts'

/** What may be said of two things that were measured beside each other. */
export type Verdict = 'cheaper' | 'dearer' | 'cannot tell'

/** Below this nobody should care, and no machine that others use can be trusted. */
export const indifference = 0.02

/**
 * Whether the first is cheaper or dearer than the second: only where the whole interval lies outside of 2 % around
 * equality and outside of the control's, which is the same thing twice; and never where that was told apart.
 */
export function verdictOf(
  { low, high }: Pick<RatioInterval, 'low' | 'high'>,
  control: RatioInterval | null = null,
): Verdict {
  if (control !== null && isBiased(control)) return 'cannot tell'
  if (high < Math.min(1 - indifference, control?.low ?? 1)) return 'cheaper'
  if (low > Math.max(1 + indifference, control?.high ?? 1)) return 'dearer'
  return 'cannot tell'
}

/** Whether a control, the same thing twice, came out as two things. */
export function isBiased(control: RatioInterval): boolean {
  return control.low > 1 + indifference || control.high < 1 - indifference
}

/** What the machine can tell apart now: half the width of the control's interval. */
export function resolutionOf({ low, high }: RatioInterval): number {
  return (high - low) / 2
}
