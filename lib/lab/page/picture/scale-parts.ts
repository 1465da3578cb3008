/**
 * All that the scales of this page need of d3-interpolate and d3-format, for which the bundler takes this file: the whole
 * would bring colours, dates and number formats, an eighth of all scripts.
 */

type Between = (t: number) => number

export function interpolateNumber(from: number, to: number): Between {
  return t => from * (1 - t) + to * t
}

export function interpolateRound(from: number, to: number): Between {
  return t => Math.round(from * (1 - t) + to * t)
}

export { interpolateNumber as interpolate }

function isLeftOut(): never {
  throw new Error('the scales of this page have neither colours nor formats')
}

export {
  isLeftOut as format,
  isLeftOut as formatPrefix,
  isLeftOut as formatSpecifier,
  isLeftOut as piecewise,
  isLeftOut as precisionFixed,
  isLeftOut as precisionPrefix,
  isLeftOut as precisionRound,
}
