// The face of the race between servers; load-race.ts imports it.
export { peers } from './contestants.ts'
export { isThere } from './field.ts'
export { raceDefaults, raceItems } from './items.ts'
export { raceNames } from './works.ts'
