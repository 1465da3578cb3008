// The part of `epollet serve` that serves the lab; loaded only with --lab.
import type { ServerOptions } from '../../http/index.ts'
import { LabServer, requestBytesMax } from '../../lab/index.ts'
import { version } from '../version.ts'

export { pages } from '../../lab/index.ts'

export function openLab(hosts: readonly string[], onWarning: (message: string) => void): LabServer {
  return new LabServer({ version, hosts, onWarning })
}

/** The server options for request bodies, which only the lab reads. */
export function optionsOf({ readsBodies }: LabServer): ServerOptions {
  return { readsBodies, bodyBytesMax: requestBytesMax }
}
