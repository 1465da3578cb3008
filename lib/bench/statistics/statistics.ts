/** The reported percentiles and their names. */
export const percentileShares: readonly number[] = [0.5, 0.9, 0.99, 0.999]
export const percentiles: readonly string[] = ['p50', 'p90', 'p99', 'p99.9']

function sorted(values: readonly number[]): Float64Array {
  if (values.length === 0) throw new RangeError('values must not be empty')
  return Float64Array.from(values).sort()
}

/** A quantile of sorted values, interpolated between the nearest two: type 7 of Hyndman and Fan. */
export function quantileOfSorted(values: ArrayLike<number>, share: number): number {
  const place = (values.length - 1) * share
  const low = Math.floor(place)
  const high = Math.ceil(place)
  return values[low]! + (values[high]! - values[low]!) * (place - low)
}

/** Throws RangeError if there are no values. @param share from 0, the smallest, to 1, the largest */
export function quantile(values: readonly number[], share: number): number {
  if (!(share >= 0 && share <= 1)) throw new RangeError(`share must be from 0 to 1, got ${share}`)
  return quantileOfSorted(sorted(values), share)
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('values must not be empty')
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
