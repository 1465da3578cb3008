// A thread that ends its process, and those that it has started, when whoever started it is gone: the process itself may
// sleep in the kernel and would not see it.
import { parentPort, workerData } from 'node:worker_threads'

const lookMs = 500
const parent = workerData as number

setInterval(() => {
  if (process.ppid !== parent) process.kill(-process.pid, 'SIGKILL')
}, lookMs)
setImmediate(() => parentPort?.postMessage('watching'))
