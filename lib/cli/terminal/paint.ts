import { styleText } from 'node:util'

/** Styles for terminal text. Colour is never the only signal. */
export interface Paint {
  readonly strong: (text: string) => string
  readonly faint: (text: string) => string
  readonly changed: (text: string) => string
}

/** Uses colours on a terminal that has them, unless NO_COLOR (no-color.org) is set. */
export function paintOf(stream: NodeJS.WriteStream): Paint {
  const { NO_COLOR = '' } = process.env
  const isColoured = NO_COLOR === '' && stream.isTTY === true && stream.hasColors()
  const styled = (style: 'bold' | 'dim' | 'cyan') => (text: string) =>
    isColoured ? styleText(style, text, { validateStream: false }) : text
  return { strong: styled('bold'), faint: styled('dim'), changed: styled('cyan') }
}
