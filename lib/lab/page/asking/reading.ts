import type { State } from '../../record.ts'

/** The state after a step, or why it was not read. */
export type Reading = { readonly state: State } | { readonly note: string }
