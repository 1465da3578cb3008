import type { RatioInterval } from './interval.ts'

/** The result of comparing a contender with the baseline: `dearer` takes more time. */
export type Verdict = 'cheaper' | 'dearer' | 'cannot tell'

/** The verdicts as shown in results. */
export const verdictTexts: Readonly<Record<Verdict, string>> = {
  cheaper: 'faster',
  dearer: 'slower',
  'cannot tell': 'unclear',
}

/** Smaller differences do not matter, and cannot be measured on a shared machine. */
export const indifference = 0.02

/**
 * There is a verdict only if the interval lies completely outside 1 ± 2 % and outside the control's interval. The
 * control is the baseline measured twice; if it differs from 1, there are no verdicts.
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

/** Whether the control differs from the baseline, although both run the same code. */
export function isBiased(control: RatioInterval): boolean {
  return control.low > 1 + indifference || control.high < 1 - indifference
}

/** The smallest difference that this measurement can detect: half the width of the control's interval. */
export function resolutionOf({ low, high }: RatioInterval): number {
  return (high - low) / 2
}
