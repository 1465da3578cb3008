import { computed, type ReadonlySignal } from '@preact/signals'
import type { Text } from '../scenario.ts'
import type { TroubleKind } from './asking/trouble.ts'
import { language } from './language.ts'
import type { Trigger } from './picture/lanes.ts'
import { en } from './words-en.ts'
import { zh } from './words-zh.ts'

/** What the page says itself; the experiments and the texts have their own. */
export interface Words {
  readonly skip: string
  readonly pages: Readonly<
    Record<'course' | 'experiments' | 'sandbox' | 'myths' | 'inside' | 'tutorial' | 'xray', string>
  >
  readonly navigation: string
  readonly home: string
  readonly otherLanguage: string
  readonly live: string
  readonly recorded: string
  readonly liveBadge: (kernel: string, pid: number) => string
  readonly recordedBadge: (kernel: string, date: string) => string
  readonly noAnswerer: string
  readonly loading: string
  readonly missingPage: string
  readonly toCourse: string

  readonly courseTitle: string
  readonly courseLead: string
  readonly courseStart: string
  readonly courseGoOn: string
  readonly courseAgain: string
  readonly courseList: string
  readonly seen: string
  readonly howToRead: (isRecorded: boolean) => string
  readonly howToReadEnd: string
  readonly principles: readonly { readonly title: string; readonly text: string }[]
  readonly allExperiments: string
  readonly allLead: (count: number) => string
  readonly inCourse: string
  readonly courseOf: (place: number, all: number) => string

  readonly operations: string
  readonly transcript: string
  readonly otherThan: (expected: string) => string
  readonly belief: string
  readonly quoted: (text: string) => string
  readonly fixed: string
  readonly stage: string
  readonly asking: string
  readonly notRun: string
  readonly colon: string
  readonly took: (duration: string) => string
  readonly controls: string
  readonly back: string
  readonly play: string
  readonly pause: string
  readonly step: string
  readonly speed: string
  readonly operation: string
  readonly stepSays: (shown: number, all: number, op: string, outcome: string) => string
  readonly legend: Readonly<
    Record<'level' | 'bytes' | 'edge' | 'levelReport' | 'edgeReport' | 'none' | 'ready', string>
  >
  readonly edges: string
  readonly triggers: Readonly<Record<Trigger, string>>
  readonly pictureShows: (shown: number, all: number) => string
  readonly laneSays: (lane: string, high: string, edges: string) => string
  readonly answeredBy: (kernel: string, pid: number) => string
  readonly recordedBy: (kernel: string, date: string, pid: number) => string

  readonly predictFirst: (isRecorded: boolean) => string
  readonly showMe: string
  /** A pattern of outcomes, as people write it. */
  readonly pattern: (text: string) => string
  readonly gloss: (choice: string) => string
  readonly youSaid: string
  readonly kernelSays: string
  readonly asYouSaid: string
  readonly otherwise: string
  readonly rule: string
  readonly fix: string
  readonly runFixed: string
  readonly backToExperiment: string
  readonly openInSandbox: string
  readonly next: string
  readonly links: string
  readonly compare: string
  readonly exchanged: string
  readonly differences: string
  readonly noDifference: string

  readonly stateAfter: (count: number) => string
  readonly reading: string
  readonly notReadable: string
  readonly note: (note: string) => string
  readonly descriptors: string
  readonly name: string
  readonly kind: (kind: string) => string
  readonly level: string
  readonly queued: string
  readonly mask: string
  readonly bytes: (bytes: number) => string
  readonly unsentBytes: (bytes: number) => string
  readonly interestOf: string
  readonly readyList: (isReady: boolean) => string
  readonly empty: string

  readonly code: string
  /** In both languages, as what writes programs says such things. */
  readonly codeGone: Text
  readonly copy: string
  readonly copied: string
  readonly notCopied: string

  readonly sandboxTitle: string
  readonly sandboxLead: string
  readonly editor: string
  readonly editorHelp: string
  readonly editorRuns: string
  readonly run: string
  readonly runAgain: string
  readonly contents: string
  readonly roles: Readonly<Record<'found' | 'truth' | 'trap' | 'fix', string>>
  readonly fixedTitle: (title: string) => string
  readonly referenceSays: string
  readonly share: string
  readonly invitation: string
  readonly startFrom: string
  readonly ownText: string
  readonly mistakes: (count: number) => string
  readonly at: (line: number, column: number) => string
  readonly noMistakes: (count: number) => string
  readonly suggestions: string
  readonly vocabulary: string
  readonly edited: string
  readonly askYourOwn: string
  readonly runLive: string
  readonly runLiveWhole: string

  readonly troubles: Readonly<Record<TroubleKind, { readonly what: string; readonly how: string }>>
  readonly tryAgain: string
  readonly reload: string

  readonly xrayTitle: string
  readonly xrayLead: string
  readonly xrayOwn: string
  readonly xrayListener: string
  readonly xrayConnection: string
  readonly xrayOther: string
  readonly xraySet: (pid: number, epoll: number) => string
  readonly xrayWaits: string
  readonly xrayNoWaits: string
  readonly xrayCount: (waits: number, empty: number) => string
  readonly xrayLeft: (count: number) => string
  readonly xrayPause: string
  readonly xrayResume: string
  readonly xrayPaused: string
  readonly xrayConnecting: string
  readonly xrayPoke: string
  readonly xrayRecorded: string
  readonly xrayColumns: Readonly<
    Record<'address' | 'mask' | 'data' | 'received' | 'sent' | 'since', string>
  >
  readonly xrayBefore: string
  readonly xrayNow: string
  readonly xrayTimeline: (events: number) => string
}

const all: Readonly<Record<'en' | 'zh', Words>> = { en, zh }

export const words: ReadonlySignal<Words> = computed(() => all[language.value])
