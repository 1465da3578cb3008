/** libevent's benchmark: `active` tokens go around a ring of pairs, for `writes` steps in total. */
export const ring = { active: 10, writes: 100 } as const

/** The events of one run: the first step of each token, and all following steps. */
export const ringEvents: number = ring.active + ring.writes
