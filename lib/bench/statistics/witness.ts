import { fileText } from '../../sys/index.ts'

/** Other activity on the machine during a round. A value is null if the kernel does not report it. */
export interface Witness {
  /** The time that this thread was runnable but did not run: /proc/thread-self/schedstat. */
  readonly runQueueWaitNs: number | null
  /** The number of preemptions. */
  readonly involuntarySwitches: number
  /** The time that the hypervisor took from all processors, in ticks: /proc/stat. */
  readonly stealTicks: number | null
  /** The time that some task waited for a processor: /proc/pressure/cpu. */
  readonly pressureUs: number | null
}

function numberIn(path: string, pattern: RegExp): number | null {
  const [, digits] = pattern.exec(fileText(path)) ?? []
  return digits === undefined ? null : Number(digits)
}

/** The current counters. */
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

/** The difference between two readings. */
export function between(before: Witness, after: Witness): Witness {
  return {
    runQueueWaitNs: less(after.runQueueWaitNs, before.runQueueWaitNs),
    involuntarySwitches: after.involuntarySwitches - before.involuntarySwitches,
    stealTicks: less(after.stealTicks, before.stealTicks),
    pressureUs: less(after.pressureUs, before.pressureUs),
  }
}

const disturbedShare = 0.02

/** Whether other activity disturbed a round. Disturbed rounds are marked, but never dropped. */
export function isDisturbed(seen: Witness, wallNs: number): boolean {
  return (seen.stealTicks ?? 0) > 0 || (seen.runQueueWaitNs ?? 0) > wallNs * disturbedShare
}
