import { calls } from './calls.ts'
import { memory } from './memory.ts'
import type { Module } from './module.ts'
import { numbers } from './numbers.ts'
import { scale } from './scale.ts'
import { signals } from './signals.ts'
import { timeouts } from './timeouts.ts'
import { watched } from './watched.ts'

/** All modules by name. */
export const modules: Readonly<Record<string, Module>> = {
  calls,
  memory,
  numbers,
  scale,
  signals,
  timeouts,
  watched,
}
