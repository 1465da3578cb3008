/** The two ways to wait on Node's loop. */
export const waits = ['nested', 'thread'] as const
export type Wait = (typeof waits)[number]

/** Loops and watchers created within the call wait that way. */
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
