import type { ServerOptions } from '../../http/index.ts'
import { LabServer, requestBytesMax } from '../../lab/index.ts'
import type { Complaints } from '../complaints.ts'
import { version } from '../version.ts'

export { pages } from '../../lab/index.ts'

export function openLab(hosts: readonly string[], { tell }: Complaints): LabServer {
  return new LabServer({ version, hosts, onWarning: tell })
}

/** What a server that has the lab reads of requests. */
export function optionsOf({ readsBodies }: LabServer): ServerOptions {
  return { readsBodies, bodyBytesMax: requestBytesMax }
}
