import { outputHighWaterBytes } from '../net/index.ts'
import { integer } from '../sys/index.ts'
import {
  bodyBytesMax,
  bodyTimeoutMs,
  connectionsMax,
  connectionsPerAddressMax,
  headTimeoutMs,
  idleTimeoutMs,
  requestsMax,
  streamBytesMax,
  writeTimeoutMs,
} from './limits.ts'

/** What may be set for one server; each has a default in limits.ts. */
export interface ServerLimits {
  readonly bodyBytesMax: number
  readonly bodyTimeoutMs: number
  readonly headTimeoutMs: number
  readonly idleTimeoutMs: number
  readonly writeTimeoutMs: number
  readonly connectionsMax: number
  readonly connectionsPerAddressMax: number
  readonly outputHighWaterBytes: number
  readonly requestsMax: number
  readonly streamBytesMax: number
}

const defaults: ServerLimits = {
  bodyBytesMax,
  bodyTimeoutMs,
  headTimeoutMs,
  idleTimeoutMs,
  writeTimeoutMs,
  connectionsMax,
  connectionsPerAddressMax,
  outputHighWaterBytes,
  requestsMax,
  streamBytesMax,
}

export const limitNames = Object.keys(defaults) as (keyof ServerLimits)[]

/** @throws RangeError for a limit that is no integer from 1 to 2^31-1 */
export function serverLimits(given: Partial<ServerLimits>): ServerLimits {
  const limits = { ...defaults, ...given }
  for (const [name, value] of Object.entries(limits)) integer(name, value, 1, 2 ** 31 - 1)
  return limits
}
