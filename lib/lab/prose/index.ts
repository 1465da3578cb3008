import type { Prose } from './prose.ts'

/** What is read in the lab, apart from its experiments; `text.en.json` and `text.zh.json` are this, each in its language. */
export const pages: Prose['pages'] = []
export const drawings: Prose['drawings'] = {}
export const course: Prose['course'] = []
