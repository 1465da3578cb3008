// The face of the race between servers; load-race.ts imports it.
export { peers } from './contestants.ts'
export { raceDefaults, raceItems } from './items.ts'
export { isAvailable } from './lineup.ts'
export { raceNames } from './works.ts'
