import { spawn } from 'node:child_process'
import { native } from '../../sys/index.ts'
import { nothing } from '../language/outcome.ts'
import { type Module, ok } from './module.ts'

const signal = 'SIGUSR2'
const msPerS = 1000
const staysS = 20
const events = new Uint32Array(4)

/**
 * Starts a shell that sleeps, then runs the command: `$PPID` is this process, descriptor 3 is `fd`. The shell stays
 * alive until the run is over, because its exit would send SIGCHLD.
 */
function later(ms: string, command: string, fd: number | null): void {
  const script = `sleep ${Number(ms) / msPerS}; ${command}; exec sleep ${staysS}`
  spawn('/bin/sh', ['-c', script], { stdio: ['ignore', 'ignore', 'ignore', fd ?? 'ignore'] })
}

/**
 * `handler` installs a signal handler; `signal_in 30` and `write_in 60 w` send a signal or a byte while this process is
 * blocked in the kernel. `epoll_wait E 300` makes a single call, while `wait` would repeat it after EINTR.
 */
export const signals: Module = {
  epoll_wait: (context, epoll = '', ms = '') => {
    const result = native.epollWait(context.fdOf(epoll), events, 1, Number(ms))
    return result === 0 ? { result, says: nothing } : { result }
  },
  // Node installs handlers with SA_RESTART. The JavaScript handler is only called after the run.
  handler: context => {
    const onSignal = (): void => {}
    process.on(signal, onSignal)
    context.atEnd(() => process.off(signal, onSignal))
    return ok
  },
  signal_in: (_context, ms = '') => {
    later(ms, 'kill -s USR2 $PPID', null)
    return ok
  },
  write_in: (context, ms = '', name = '') => {
    later(ms, 'printf x >&3', context.fdOf(name))
    return ok
  },
}
