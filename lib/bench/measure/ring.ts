/** libevent's bench: so many tokens go round a ring of pairs, and stop after so many steps. */
export const ring = { active: 10, writes: 100 } as const

/** One run's events: each token's first step, and those that were written on. */
export const ringEvents: number = ring.active + ring.writes
