import { calls } from './calls.ts'
import type { Dialect } from './dialect.ts'
import { numbers } from './numbers.ts'
import { scale } from './scale.ts'
import { signals } from './signals.ts'
import { timeouts } from './timeouts.ts'

/** The modules that there are; nothing else can be run by a name. */
export const modules: Readonly<Record<string, Dialect>> = {
  calls,
  numbers,
  scale,
  signals,
  timeouts,
}
