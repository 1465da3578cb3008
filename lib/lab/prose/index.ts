import type { Prose } from './prose.ts'

/** All that is read in the lab, apart from its experiments; `text.en.json` and `text.zh.json` are this, each in its language. */
export const prose: Prose = { pages: [], drawings: {}, course: [] }
