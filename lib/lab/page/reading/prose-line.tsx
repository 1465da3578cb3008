import type { JSX } from 'preact'
import { inlines } from '../../prose/inline.ts'

/** A line of text with inline code and links. */
export function ProseLine({ text }: { text: string }): JSX.Element {
  return (
    <>
      {inlines(text).map((part, i) => {
        if (part.kind === 'link') return <Link key={i} text={part.text} address={part.address} />
        return part.kind === 'code' ? <code key={i}>{part.text}</code> : part.text
      })}
    </>
  )
}

function Link({ text, address }: { text: string; address: string }): JSX.Element {
  if (/^(https:|#)/.test(address)) return <a href={address}>{text}</a>
  // Files of the repository are not served, so their paths are shown instead of links.
  return (
    <>
      {text} (<code>{address}</code>)
    </>
  )
}
