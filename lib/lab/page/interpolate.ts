/**
 * Between two numbers: all that the scales of this page need of d3-interpolate, for which the bundler takes this file.
 * The whole would bring colours, dates and strings, a tenth of all scripts.
 */

type Between = (t: number) => number

export function interpolateNumber(from: number, to: number): Between {
  return t => from * (1 - t) + to * t
}

export function interpolateRound(from: number, to: number): Between {
  return t => Math.round(from * (1 - t) + to * t)
}

export { interpolateNumber as interpolate }

/** Not used by any scale of this page, but named by the module that has them all. */
export function piecewise(): never {
  throw new Error('there are no scales of several pieces here')
}
