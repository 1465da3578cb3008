import { integer, optionsOf } from '../sys/index.ts'
import {
  connectionsMax,
  headTimeoutMs,
  idleTimeoutMs,
  requestsMax,
  writeTimeoutMs,
} from './limits.ts'

/** What may be set for one server; each has a default in limits.ts. */
export interface ServerLimits {
  readonly headTimeoutMs: number
  readonly idleTimeoutMs: number
  readonly writeTimeoutMs: number
  readonly connectionsMax: number
  readonly requestsMax: number
}

const defaults: ServerLimits = {
  headTimeoutMs,
  idleTimeoutMs,
  writeTimeoutMs,
  connectionsMax,
  requestsMax,
}

/** @throws RangeError for a limit that is no integer from 1 to 2^31-1 */
export function serverLimits(options?: Partial<ServerLimits>): ServerLimits {
  const limits = { ...defaults, ...optionsOf(options) }
  for (const [name, value] of Object.entries(limits)) integer(name, value, 1, 2 ** 31 - 1)
  return limits
}
