import type { JSX } from 'preact'
import { inlines } from '../../prose/inline.ts'

/** A line of a text, with its code and its links. */
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
  // A file of the project is not served, but can be found by its name.
  return (
    <>
      {text} (<code>{address}</code>)
    </>
  )
}
