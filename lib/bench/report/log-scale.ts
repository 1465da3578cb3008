/** The share of the axis that is left free at each end. */
const share = 0.04

/** Maps values to positions on a logarithmic axis, in percent of its length. */
export class LogScale {
  readonly low: number
  readonly high: number

  constructor(values: readonly number[]) {
    const [low, high] = [Math.min(...values), Math.max(...values)]
    const room = (high / low) ** (share / (1 - 2 * share))
    this.low = low / room
    this.high = high * room
  }

  percent(value: number): number {
    return (100 * Math.log(value / this.low)) / Math.log(this.high / this.low)
  }

  /** About five round numbers for the axis. */
  ticks(): number[] {
    const decades = Math.log10(this.high / this.low)
    if (decades > 4) return this.#powers([1]).filter((_, i) => decades < 8 || i % 2 === 0)
    if (decades > 3) return this.#powers([1])
    if (decades > 1.2) return this.#powers([1, 3])
    if (decades > 0.9) return this.#powers([1, 2, 5])
    if (decades > 0.5) return this.#powers([1, 1.5, 2, 3, 5, 7])
    return this.#even()
  }

  #powers(steps: readonly number[]): number[] {
    const [first, last] = [Math.floor(Math.log10(this.low)), Math.ceil(Math.log10(this.high))]
    return Array.from({ length: last - first + 1 }, (_, i) => first + i)
      .flatMap(power => steps.map(step => Number(`${step}e${power}`)))
      .filter(tick => tick >= this.low && tick <= this.high)
  }

  /** Equal steps, for a short axis: there they also look equal on a logarithmic scale. */
  #even(): number[] {
    const rough = (this.high - this.low) / 5
    const power = 10 ** Math.floor(Math.log10(rough))
    const step = power * ([1, 2, 5, 10].find(one => one * power >= rough) ?? 10)
    const first = Math.ceil(this.low / step)
    const count = Math.floor(this.high / step) - first + 1
    return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(6)))
  }
}
