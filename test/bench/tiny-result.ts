import { type BenchResult, compare, comparisons, schema, seeded } from '../../lib/bench/index.ts'
import { environment } from '../../lib/bench/measure/environment.ts'

const sizes = { processes: 5, rounds: 2, blockMs: 0.1 }

/** A real measurement that is too short for meaningful figures. */
export function tinyResult(...ids: string[]): Promise<BenchResult> {
  const hasPython = environment('0.0.0').python !== null
  return tinyResultWith(new Set(hasPython ? ['python3'] : []), ids)
}

/** The same measurement, as if only these programs were installed. */
export async function tinyResultWith(
  present: ReadonlySet<string>,
  ids: readonly string[] = [],
): Promise<BenchResult> {
  const names = ids.length === 0 ? ['wait/1'] : ids
  const chosen = comparisons.filter(({ id }) => names.includes(id))
  const machine = environment('0.0.0')
  const { signal } = new AbortController()
  const context = { present, sizes, random: seeded(1), signal, onStep: () => {} }
  const results = []
  for (const one of chosen) results.push(await compare(one, context))
  return {
    schema,
    date: '2026-01-02T03:04:05.678Z',
    mode: 'only',
    seed: 1,
    environment: machine,
    comparisons: results,
    figures: [],
    complete: true,
  }
}
