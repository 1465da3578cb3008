// The load generator. Each message is a task; it runs the task and replies with the result.
import { getSystemErrorName } from 'node:util'
import { benchAddon } from '../measure/addon.ts'
import { percentileShares, quantileOfSorted } from '../statistics/statistics.ts'
import { socketAddress } from './ask.ts'
import type { LoadResult, LoadTask } from './load.ts'
import type { Failure } from './respondent.ts'

function reply(task: LoadTask): LoadResult | Failure {
  const latencies = new Float64Array(task.count)
  const wallNs = benchAddon().httpLoad(
    socketAddress(task.port),
    Buffer.from(task.request, 'latin1'),
    task.answerBytes,
    task.connections,
    Number(task.once),
    task.intervalNs,
    latencies,
  )
  if (wallNs < 0) return { error: `failed under load: ${getSystemErrorName(wallNs)}` }
  latencies.sort()
  return { wallNs, latenciesNs: percentileShares.map(share => quantileOfSorted(latencies, share)) }
}

process.on('message', task => process.send?.(reply(task as LoadTask)))
