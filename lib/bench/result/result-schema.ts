import { processesMin } from '../statistics/interval.ts'
import { schema } from './result.ts'

/** The subset of JSON Schema that is used here and supported by `conforms.ts`. */
export interface Shape {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly minItems?: number
  readonly items?: Shape
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Shape>>
  readonly additionalProperties?: Shape | false
  readonly anyOf?: readonly Shape[]
}

export interface ResultSchema extends Shape {
  readonly $schema: string
  readonly $id: string
  readonly title: string
  readonly $defs: Readonly<Record<string, Shape>>
}

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/u
/** The patterns used in the schema, by their source. */
export const patterns: ReadonlyMap<string, RegExp> = new Map([[instant.source, instant]])

const text: Shape = { type: 'string' }
const textOrNull: Shape = { type: ['string', 'null'] }
const count: Shape = { type: 'integer', minimum: 0 }
const figure: Shape = { type: 'number', minimum: 0 }
const figureOrNull: Shape = { type: ['number', 'null'], minimum: 0 }
const above0: Shape = { type: 'number', exclusiveMinimum: 0 }
const ref = (name: string): Shape => ({ $ref: `#/$defs/${name}` })
const orNull = (shape: Shape): Shape => ({ anyOf: [shape, { type: 'null' }] })
const list = (items: Shape, minItems = 0): Shape => ({ type: 'array', items, minItems })
const map = (additionalProperties: Shape): Shape => ({ type: 'object', additionalProperties })

/** An object with exactly these properties. */
function whole(properties: Readonly<Record<string, Shape>>): Shape {
  const required = Object.keys(properties)
  return { type: 'object', required, properties, additionalProperties: false }
}

const sample = whole({
  contender: text,
  iterations: count,
  events: above0,
  cpuNs: figure,
  processCpuNs: figure,
  wallNs: figure,
  heapBytes: { type: 'number' },
  collections: count,
})

const witness = whole({
  runQueueWaitNs: figureOrNull,
  involuntarySwitches: count,
  stealTicks: figureOrNull,
  pressureUs: figureOrNull,
})

const interval = whole({
  ratio: above0,
  low: above0,
  high: above0,
  processes: { type: 'integer', minimum: processesMin },
  rounds: count,
})

const contender = whole({
  id: text,
  title: text,
  limiter: text,
  cpuNsPerEvent: figure,
  wallNsPerEvent: figure,
  processCpuNsPerEvent: figure,
  systemCallsPerEvent: figureOrNull,
  allocatedBytesPerEvent: figureOrNull,
  collectionsPer1000Events: figure,
  ratio: orNull(ref('interval')),
  verdict: { enum: ['cheaper', 'dearer', 'cannot tell', null] },
})

const comparison = whole({
  id: text,
  title: text,
  unit: text,
  metric: { enum: ['cpuNs', 'processCpuNs', 'wallNs'] },
  descriptors: count,
  ready: count,
  sizeBytes: count,
  baseline: text,
  contenders: list(ref('contender'), 1),
  control: ref('interval'),
  skipped: list(whole({ id: text, reason: text })),
  disturbedRounds: count,
  processes: list(
    whole({ pid: count, rounds: list(ref('round')), systemCalls: map(figureOrNull) }),
  ),
})

const number: Shape = { type: 'number' }

const figureTable = whole({
  id: text,
  title: text,
  unit: text,
  columns: list(text, 1),
  rows: list(
    whole({
      title: text,
      figures: list(orNull(whole({ value: number, samples: list(number, 1) })), 1),
    }),
    1,
  ),
  notes: list(text),
})

const environment = whole({
  epollet: text,
  node: text,
  v8: text,
  kernel: text,
  processor: text,
  processors: { type: 'integer', minimum: 1 },
  memoryBytes: count,
  python: textOrNull,
  clocksource: textOrNull,
  governor: textOrNull,
  mitigations: map(text),
  openFilesMax: { type: ['integer', 'null'], minimum: 0 },
})

/** The format of `epollet bench --json`, as JSON Schema 2020-12. */
export const resultSchema: ResultSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: `urn:${schema.replace('/', ':')}`,
  title: 'A result of epollet bench',
  ...whole({
    schema: { const: schema },
    date: { type: 'string', pattern: instant.source },
    mode: { enum: ['quick', 'full', 'only', 'serve'] },
    seed: count,
    environment: ref('environment'),
    comparisons: list(ref('comparison')),
    figures: list(ref('figureTable')),
    complete: { type: 'boolean' },
  }),
  $defs: {
    environment,
    comparison,
    contender,
    figureTable,
    interval,
    round: whole({
      samples: list(ref('sample'), 1),
      witness: ref('witness'),
      disturbed: { type: 'boolean' },
    }),
    sample,
    witness,
  },
}
