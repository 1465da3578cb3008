import type { ComparisonResult } from '../result/result.ts'
import { aUnit } from '../result/unit.ts'

const families: Readonly<Record<string, string>> = {
  wait: 'A wait with one descriptor ready',
  active: 'A wait with all descriptors ready',
  maxevents: 'How many events a wait may report',
  trigger: 'A message: sent, waited for, received',
  ring: 'libevent’s ring',
  wake: 'Waking a thread',
  rivals: 'Costly rivals: a thread or a process for each connection',
  control: 'Changing what is watched',
  serve: 'A request to a web server',
}

/** The texts of the report in English. */
export const en = {
  lang: 'en',
  title: 'What epoll costs from Node',
  raceTitle: 'What a request costs: epollet serve beside other servers',
  raceNote:
    'Medians. The CPU time is of all threads and children of a server. Where the time on the wall is as long, the server had no rest: it was what held the answers up.',
  lead: 'Every figure here is a ratio of neighbours in time, with the interval in which it lies in 95 of 100 sessions. Where that interval does not leave 2\u00a0% around equality, or what the same thing measured twice came out as, the answer is “cannot tell”: that is an answer too.',
  from: (date: string, processor: string, kernel: string, node: string): string =>
    `Measured ${date} on ${processor}, Linux ${kernel}, Node ${node}.`,
  example: 'These are the figures of one machine on one day. Yours:',
  own: 'These are the figures of your own run.',
  incomplete: 'This run was ended before all of it was measured. What is here is whole.',
  nothing: 'It was ended before anything was measured.',
  home: 'epollet',
  tally: (told: number, all: number): string =>
    `${told} of ${all} comparisons have a verdict; ${all - told} cannot be told here.`,
  resolution: (least: string, most: string): string =>
    least === most
      ? `The same thing measured twice came out within ±${least}\u00a0%.`
      : `The same thing measured twice came out within ±${least} to ±${most}\u00a0%, by comparison.`,
  verdicts: { cheaper: 'cheaper', dearer: 'dearer', 'cannot tell': 'cannot tell' },
  baseline: 'baseline',
  control: 'the baseline once more',
  biased: 'The same thing twice was told apart: no verdicts here.',
  forest: 'What it costs beside the baseline',
  forestNote:
    'Each mark is a ratio to the baseline, named at the top of its group; the line through it is its 95\u00a0% interval. Left of 1 is cheaper, right of 1 dearer. The band is ±2\u00a0%, and the hollow mark is the baseline measured against itself: an interval that touches the one’s or the other’s gets no verdict. The axis is logarithmic; an arrow at its end means farther out, as the figure beside it says.',
  forestAxis: 'times the baseline',
  costs: 'Cost against the number of descriptors',
  costsNote:
    'One descriptor is ready, all the others are idle. epoll knows which one; poll and select look at all of them at each call. Both axes are logarithmic: a straight slope is a cost that grows with the number. Marks are medians, lines through them the middle half of all rounds.',
  costsAxes: (x: string, y: string): string => `${y}, against ${x}`,
  descriptors: 'descriptors',
  spent: 'Where the time of an event goes',
  spentNote:
    'The loop in C is what the kernel takes. Epoll.wait() makes the same call from JavaScript: what it costs more is the crossing. Epoll.poll() also makes arrays: what it costs more than wait() is JavaScript.',
  parts: ['C and kernel', 'crossing', 'JavaScript'] as readonly [string, string, string],
  samples: 'Every sample',
  samplesNote:
    'A dot is one block of one contender, in the order of rounds; lines part the processes. The strip below shows how long the thread was ready to run in a round and had to wait: noise that others made. Disturbed rounds are coloured there and never left out.',
  strip: 'Strip: ready, but not running,',
  each: (figure: string, unit: string): string => `${figure} ns ${aUnit(unit)}`,
  sampleAxis: (unit: string): string => `ns ${aUnit(unit)}`,
  shown: (shown: number, all: number, disturbed: number): string =>
    `${shown < all ? `${shown} of ${all} rounds are shown` : `${all} rounds`}; ${disturbed} of ${all} were disturbed`,
  tables: 'Figures of their own',
  tablesNote:
    'What no ratio of neighbours says: each figure is the median of several processes, and behind it stand the least and the most of them.',
  spread: 'median of the processes, behind it their least and most',
  perEvent: 'What an event takes',
  perEventTable: 'Time, system calls, memory',
  perEventNote:
    'Medians. System calls are counted, not sampled. Bytes are what JavaScript’s heap grew by; the collector’s own work is in the process’s time, not in the thread’s.',
  columns: {
    contender: 'contender',
    cpu: 'CPU of the thread, ns',
    process: 'of the process, ns',
    wall: 'on the wall, ns',
    calls: 'system calls',
    bytes: 'bytes allocated',
    collections: 'collections in 1000',
    limiter: 'most of it is',
    ratio: 'ratio',
    interval: '95\u00a0% interval',
    verdict: 'verdict',
  },
  asTable: 'The same as a table',
  notCounted: 'not counted',
  skipped: (title: string, reason: string): string => `${title} was left out: it ${reason}.`,
  environment: 'Where it was measured',
  environmentRows: {
    processor: 'processor',
    processors: 'processors',
    memoryBytes: 'memory',
    kernel: 'Linux',
    node: 'Node',
    v8: 'V8',
    epollet: 'epollet',
    python: 'Python',
    clocksource: 'clock source',
    governor: 'frequency governor',
    openFilesMax: 'open files at most',
  } as Readonly<Record<string, string>>,
  mitigations: 'Mitigations of the processor’s vulnerabilities',
  unknown: 'the kernel does not say',
  method: 'How it was measured',
  methodLines: [
    'Contenders take turns in random order within a round, in the same thread of the same process; ratios are taken within a round, so that what disturbs the machine disturbs both sides.',
    'Each comparison runs in at least five fresh processes: where code and memory come to lie differs from process to process, and no number of rounds in one of them would show it. The interval comes from a bootstrap over processes, widened by Student’s t for their small number.',
    'In each process the baseline also runs against itself. Where these two come out as different, the machine is biased just then, and there are no verdicts.',
    'All orders and draws come from a seed, which stands here with the command.',
  ] as readonly string[],
  raceLines: [
    'Servers take turns in random order within a round, one at a time, while the others wait for nothing; ratios are taken within a round. What counts is the CPU time of a server’s threads and children, as the scheduler keeps it: it holds even where the client is slower than the server.',
    'Each work runs with at least five sets of fresh processes. The interval comes from a bootstrap over these sets, widened by Student’s t for their small number.',
    'A second process of ours runs in each set beside the first. Where these two come out as different, the machine is biased just then, and there are no verdicts.',
    'Before anything is timed, status and bytes of each server’s answer are looked at: one that answers wrongly is left out. All orders come from a seed, which stands here with the command.',
  ] as readonly string[],
  again: 'Measure it again:',
  term: (text: string): string => text,
  comparison: ({ title }: ComparisonResult): string =>
    title.startsWith('libevent') ? title : `${title.charAt(0).toUpperCase()}${title.slice(1)}`,
  family: (name: string): string => families[name] ?? name,
}

export type Words = typeof en
