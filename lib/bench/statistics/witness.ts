import { readFileSync } from 'node:fs'

/** What else happened on the machine during a round. Null where the kernel does not say. */
export interface Witness {
  /** How long this thread was ready to run and did not: /proc/self/schedstat. */
  readonly runQueueWaitNs: number | null
  /** How often it was sent off the processor. */
  readonly involuntarySwitches: number
  /** What the hypervisor gave to others, of all processors: /proc/stat, in ticks. */
  readonly stealTicks: number | null
  /** How long some task waited for a processor: /proc/pressure/cpu. */
  readonly pressureUs: number | null
}

function numberIn(path: string, pattern: RegExp): number | null {
  try {
    const [, digits] = pattern.exec(readFileSync(path, 'latin1')) ?? []
    return digits === undefined ? null : Number(digits)
  } catch {
    return null
  }
}

/** All of them since the start. */
export function witness(): Witness {
  return {
    runQueueWaitNs: numberIn('/proc/thread-self/schedstat', /^\d+ (\d+)/),
    involuntarySwitches: process.resourceUsage().involuntaryContextSwitches,
    stealTicks: numberIn('/proc/stat', /^cpu +(?:\d+ ){7}(\d+)/),
    pressureUs: numberIn('/proc/pressure/cpu', /^some .*total=(\d+)/),
  }
}

function less(after: number | null, before: number | null): number | null {
  return after === null || before === null ? null : after - before
}

/** What came to pass between two looks. */
export function between(before: Witness, after: Witness): Witness {
  return {
    runQueueWaitNs: less(after.runQueueWaitNs, before.runQueueWaitNs),
    involuntarySwitches: after.involuntarySwitches - before.involuntarySwitches,
    stealTicks: less(after.stealTicks, before.stealTicks),
    pressureUs: less(after.pressureUs, before.pressureUs),
  }
}

const disturbedShare = 0.02

/** The rule, fixed beforehand: marked rounds are shown as such, and never left out. */
export function isDisturbed(seen: Witness, wallNs: number): boolean {
  return (seen.stealTicks ?? 0) > 0 || (seen.runQueueWaitNs ?? 0) > wallNs * disturbedShare
}
