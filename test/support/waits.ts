/** The two ways in which a loop or watcher waits for events: nested in Node's loop, or in a thread. */
export const waits = ['nested', 'thread'] as const
export type Wait = (typeof waits)[number]

/** Calls a function; the loops and watchers that the function creates wait in the given way. */
export function waitingBy<T>(wait: Wait, make: () => T): T {
  const { EPOLLET_WATCH: before } = process.env
  delete process.env['EPOLLET_WATCH']
  if (wait === 'thread') process.env['EPOLLET_WATCH'] = wait
  try {
    return make()
  } finally {
    if (before === undefined) delete process.env['EPOLLET_WATCH']
    else process.env['EPOLLET_WATCH'] = before
  }
}
