import type { Text } from '../scenario.ts'
import type { Drawing, Line } from './prose.ts'

/** A part of a drawing, in both languages. */
export type Part = Text
export type Tone = 'ink' | 'soft' | 'line' | 'level' | 'edge'

// As attributes, not as styles: the page allows no styles but its own sheet.
const colours: Readonly<Record<Tone, string>> = {
  ink: 'currentColor',
  soft: 'var(--drawing-soft,currentColor)',
  line: 'var(--drawing-line,currentColor)',
  level: 'var(--drawing-level,currentColor)',
  edge: 'var(--drawing-edge,currentColor)',
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

function same(svg: string): Part {
  return { en: svg, zh: svg }
}

export interface WordLook {
  readonly anchor?: 'start' | 'middle' | 'end'
  readonly sizePx?: number
  readonly tone?: Tone
  /** The words of machines. */
  readonly mono?: boolean
  readonly bold?: boolean
}

/** Words on a line; y is that of their feet. */
export function word(x: number, y: number, text: Text | string, look: WordLook = {}): Part {
  const { anchor = 'start', sizePx = 13, tone = 'ink', mono = false, bold = false } = look
  const family = mono ? ' font-family="var(--mono,ui-monospace,monospace)"' : ''
  const weight = bold ? ' font-weight="600"' : ''
  const attributes = `text-anchor="${anchor}" font-size="${sizePx}" fill="${colours[tone]}"${family}${weight}`
  const drawn = (one: string): string =>
    `<text x="${x}" y="${y}" ${attributes}>${escaped(one)}</text>`
  return typeof text === 'string' ? same(drawn(text)) : { en: drawn(text.en), zh: drawn(text.zh) }
}

export interface LineLook {
  readonly tone?: Tone
  readonly dashed?: boolean
  readonly widthPx?: number
}

function stroke({ tone = 'ink', dashed = false, widthPx = 1.5 }: LineLook): string {
  const dashes = dashed ? ' stroke-dasharray="4 4"' : ''
  return `fill="none" stroke="${colours[tone]}" stroke-width="${widthPx}"${dashes}`
}

export function box(
  x: number,
  y: number,
  width: number,
  height: number,
  look: LineLook & { readonly radiusPx?: number } = {},
): Part {
  const { radiusPx = 6 } = look
  return same(
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radiusPx}" ${stroke(look)}/>`,
  )
}

export function circle(x: number, y: number, radius: number, look: LineLook = {}): Part {
  return same(`<circle cx="${x}" cy="${y}" r="${radius}" ${stroke(look)}/>`)
}

/** A line through points: `10 20 30 40`. */
export function line(points: readonly number[], look: LineLook = {}): Part {
  return same(`<polyline points="${points.join(' ')}" ${stroke(look)}/>`)
}

/** A line through points, with a head at its end. */
export function arrow(points: readonly number[], look: LineLook = {}): Part {
  const [fromX, fromY, x, y] = points.slice(-4) as [number, number, number, number]
  const angle = Math.atan2(y - fromY, x - fromX)
  const corner = (turn: number): string =>
    [x - 8 * Math.cos(angle + turn), y - 8 * Math.sin(angle + turn)]
      .map(one => Number(one.toFixed(1)))
      .join(' ')
  const head = `<polygon points="${x} ${y} ${corner(0.45)} ${corner(-0.45)}" fill="${colours[look.tone ?? 'ink']}"/>`
  return all([line(points, look), same(head)])
}

function all(parts: readonly Part[]): Part {
  return {
    en: parts.map(({ en }) => en).join(''),
    zh: parts.map(({ zh }) => zh).join(''),
  }
}

/** A drawing of these parts, 288 units wide: on a phone of 360 px a unit is a pixel, so the words are readable. */
export function picture(
  height: number,
  alternative: Text,
  caption: Line,
  parts: readonly Part[],
): Drawing {
  const drawn = all(parts)
  const svg = (language: 'en' | 'zh'): string =>
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 288 ${height}" role="img" aria-label="${escaped(alternative[language])}">${drawn[language]}</svg>`
  return { svg: { en: svg('en'), zh: svg('zh') }, alternative, caption }
}
