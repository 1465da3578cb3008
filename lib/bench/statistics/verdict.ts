import type { RatioInterval } from './interval.ts'

/** The result of comparing a contender with the baseline: `dearer` takes more time. */
export type Verdict = 'cheaper' | 'dearer' | 'cannot tell'

/** Verdicts for people. */
export const verdictTexts: Readonly<Record<Verdict, string>> = {
  cheaper: 'faster',
  dearer: 'slower',
  'cannot tell': 'unclear',
}

/** Differences below this do not matter, and a shared machine cannot measure them. */
export const indifference = 0.02

/**
 * A verdict needs an interval that lies completely outside of 1 ± 2 % and outside of the control's interval. The control
 * is the baseline measured twice; if it differs from 1, there are no verdicts.
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

/** Whether the control differs from the baseline, although both are the same. */
export function isBiased(control: RatioInterval): boolean {
  return control.low > 1 + indifference || control.high < 1 - indifference
}

/** The smallest difference that can be measured now: half the width of the control's interval. */
export function resolutionOf({ low, high }: RatioInterval): number {
  return (high - low) / 2
}
