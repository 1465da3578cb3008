import type { JSX } from 'preact'
import { maskText } from '../../language/outcome.ts'
import type { XrayWait } from '../../server/xray-events.ts'
import { words } from '../words.ts'
import type { Xray } from './xray.ts'
import { seconds } from './xray-list.tsx'

const listedMax = 24

/** The last waits that returned events, newest first. */
export function XrayWaits({ xray }: { xray: Xray }): JSX.Element {
  const t = words.value
  const waits = xray.waits.value
  return (
    <section aria-labelledby="xray-waits">
      <h2 id="xray-waits">{t.xrayWaits}</h2>
      {waits.length === 0 && <p class="soft">{t.xrayNoWaits}</p>}
      <ol class="waits" reversed>
        {waits.slice(0, listedMax).map(wait => (
          <Wait key={wait.atMs} wait={wait} />
        ))}
      </ol>
    </section>
  )
}

function Wait({ wait: { atMs, result, events, left } }: { wait: XrayWait }): JSX.Element {
  const t = words.value
  return (
    <li>
      <span class="soft">{seconds(atMs)}</span>
      <code>epoll_wait → {result}</code>
      <span class="reports">
        {events.map(({ fd, mask, own }, i) => (
          <code key={i} class={own ? 'own' : ''}>
            {fd === null ? '?' : `fd ${fd}`}:{maskText(mask)}
          </code>
        ))}
        {left > 0 && <span class="soft">{t.xrayLeft(left)}</span>}
      </span>
    </li>
  )
}
