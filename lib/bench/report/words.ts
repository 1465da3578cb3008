import type { ComparisonResult } from '../result/result.ts'
import type { Language } from './language.ts'
import { en } from './words-en.ts'
import { zh } from './words-zh.ts'

export type Said = 'cheaper' | 'dearer' | 'cannot tell'

/** All that the report says. */
export interface Words {
  readonly lang: string
  readonly title: string
  readonly raceTitle: string
  readonly raceNote: string
  readonly lead: string
  readonly from: (date: string, processor: string, kernel: string, node: string) => string
  readonly example: string
  readonly own: string
  readonly incomplete: string
  readonly nothing: string
  readonly home: string
  readonly tally: (told: number, all: number) => string
  readonly resolution: (least: string, most: string) => string
  readonly verdicts: Readonly<Record<Said, string>>
  readonly baseline: string
  readonly control: string
  readonly biased: string
  readonly forest: string
  readonly forestNote: string
  readonly forestAxis: string
  readonly costs: string
  readonly costsNote: string
  readonly costsAxes: (x: string, y: string) => string
  readonly descriptors: string
  readonly spent: string
  readonly spentNote: string
  readonly parts: readonly [string, string, string]
  readonly samples: string
  readonly samplesNote: string
  readonly strip: string
  readonly each: (figure: string, unit: string) => string
  readonly sampleAxis: (unit: string) => string
  readonly shown: (shown: number, all: number, disturbed: number) => string
  readonly tables: string
  readonly tablesNote: string
  readonly spread: string
  readonly perEvent: string
  readonly perEventTable: string
  readonly perEventNote: string
  readonly columns: {
    readonly contender: string
    readonly cpu: string
    readonly process: string
    readonly wall: string
    readonly calls: string
    readonly bytes: string
    readonly collections: string
    readonly limiter: string
    readonly ratio: string
    readonly interval: string
    readonly verdict: string
  }
  readonly asTable: string
  readonly notCounted: string
  readonly skipped: (title: string, reason: string) => string
  readonly environment: string
  readonly environmentRows: Readonly<Record<string, string>>
  readonly mitigations: string
  readonly unknown: string
  readonly method: string
  readonly methodLines: readonly string[]
  /** The same for a race of servers. */
  readonly raceLines: readonly string[]
  readonly again: string
  /** Of what stands in a result in English: contenders, units, limiters. */
  readonly term: (text: string) => string
  readonly comparison: (comparison: ComparisonResult) => string
  readonly family: (name: string) => string
}

export function wordsOf(language: Language): Words {
  return language === 'zh' ? zh : en
}
