import { outputHighWaterBytes } from '../net/index.ts'
import { integer } from '../sys/index.ts'
import * as limits from './limits.ts'

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
  bodyBytesMax: limits.bodyBytesMax,
  bodyTimeoutMs: limits.bodyTimeoutMs,
  headTimeoutMs: limits.headTimeoutMs,
  idleTimeoutMs: limits.idleTimeoutMs,
  writeTimeoutMs: limits.writeTimeoutMs,
  connectionsMax: limits.connectionsMax,
  connectionsPerAddressMax: limits.connectionsPerAddressMax,
  outputHighWaterBytes,
  requestsMax: limits.requestsMax,
  streamBytesMax: limits.streamBytesMax,
}

export const limitNames = Object.keys(defaults) as (keyof ServerLimits)[]

/** @throws RangeError for a limit that is no integer from 1 to 2^31-1 */
export function serverLimits(given: Partial<ServerLimits>): ServerLimits {
  const all = { ...defaults, ...given }
  for (const [name, value] of Object.entries(all)) integer(name, value, 1, 2 ** 31 - 1)
  return all
}
