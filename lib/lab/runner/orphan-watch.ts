// A thread that kills its process group when the parent process is gone. The main thread could not do this while it is
// blocked in the kernel.
import { parentPort, workerData } from 'node:worker_threads'

const lookMs = 500
const parent = workerData as number

setInterval(() => {
  if (process.ppid !== parent) process.kill(-process.pid, 'SIGKILL')
}, lookMs)
setImmediate(() => parentPort?.postMessage('watching'))
