import type { ContenderResult, Metric, ProcessRun, Round, Sample } from '../result/result.ts'
import { type RatioInterval, ratioInterval } from '../statistics/interval.ts'
import { median } from '../statistics/statistics.ts'
import { verdictOf } from '../statistics/verdict.ts'
import type { Contender } from './contender.ts'
import { controlSuffix } from './measure.ts'

/** Summarizes the measurements of all processes, by contender. */
export class Summary {
  readonly #runs: readonly ProcessRun[]
  readonly #metric: Metric
  readonly #baseline: string
  /** The ratio of the baseline to itself. */
  readonly control: RatioInterval

  constructor(runs: readonly ProcessRun[], metric: Metric, baseline: string) {
    this.#runs = runs
    this.#metric = metric
    this.#baseline = baseline
    this.control = this.#ratio(baseline + controlSuffix)
  }

  of({ id, title, limiter }: Contender): ContenderResult {
    const samples = this.#samples(id)
    const per = (value: (sample: Sample) => number): number =>
      median(samples.map(sample => value(sample) / sample.events))
    const ratio = id === this.#baseline ? null : this.#ratio(id)
    const uncollected = samples.filter(({ collections }) => collections === 0)
    return {
      id,
      title,
      limiter,
      cpuNsPerEvent: per(({ cpuNs }) => cpuNs),
      wallNsPerEvent: per(({ wallNs }) => wallNs),
      processCpuNsPerEvent: per(({ processCpuNs }) => processCpuNs),
      systemCallsPerEvent: this.#systemCalls(id, samples),
      allocatedBytesPerEvent:
        uncollected.length === 0
          ? null
          : Math.max(0, median(uncollected.map(({ heapBytes, events }) => heapBytes / events))),
      collectionsPer1000Events:
        (1000 * sum(samples, ({ collections }) => collections)) / sum(samples, one => one.events),
      ratio,
      verdict: ratio === null ? null : verdictOf(ratio, this.control),
    }
  }

  #systemCalls(contender: string, samples: readonly Sample[]): number | null {
    const calls = this.#runs[0]!.systemCalls[contender] ?? null
    const { events, iterations } = samples[0]!
    return calls === null ? null : (calls * iterations) / events
  }

  #samples(contender: string): Sample[] {
    return this.#runs.flatMap(({ rounds }) => rounds.map(round => sampleOf(round, contender)))
  }

  /** The ratio of the cost per event to that of the baseline, in each round. */
  #ratio(contender: string): RatioInterval {
    const perEvent = (sample: Sample): number => sample[this.#metric] / sample.events
    const ratios = this.#runs.map(({ rounds }) =>
      rounds.map(round => {
        const baseline = perEvent(sampleOf(round, this.#baseline))
        return perEvent(sampleOf(round, contender)) / baseline
      }),
    )
    return ratioInterval(ratios, 1)
  }
}

function sampleOf({ samples }: Round, contender: string): Sample {
  return samples.find(sample => sample.contender === contender)!
}

function sum<T>(things: readonly T[], of: (thing: T) => number): number {
  return things.reduce((total, thing) => total + of(thing), 0)
}
