// The interface of bench: other layers import only from this file.
export type { Context, Findings, Item } from './item.ts'
export { itemOf, items } from './items.ts'
export { loadRace, type Race } from './load-race.ts'
export { environment } from './measure/environment.ts'
export { compare } from './measure/session.ts'
export {
  fullRaceSizes,
  fullSizes,
  quickRaceSizes,
  quickSizes,
  type Sizes,
} from './measure/sizes.ts'
export { reportOf } from './report/page.ts'
export { changeText } from './result/change-text.ts'
export { changesBetween } from './result/changes.ts'
export { type Claim, claims } from './result/claims.ts'
export { readResult } from './result/read-result.ts'
export {
  type BenchResult,
  type ComparisonResult,
  type FigureTable,
  schema,
} from './result/result.ts'
export { resultSchema } from './result/result-schema.ts'
export { tableOf } from './result/table.ts'
export { contendersOf, quantityText, verificationOf } from './result/verification.ts'
export { seeded } from './statistics/random.ts'
export { type Comparison, comparisons } from './workloads.ts'
