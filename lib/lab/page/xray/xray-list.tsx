import type { JSX } from 'preact'
import { maskText } from '../../language/outcome.ts'
import type { XrayEntry } from '../../server/xray-events.ts'
import { words } from '../words.ts'
import type { Xray } from './xray.ts'

/** The server's interest list, as /proc shows it. */
export function XrayList({ xray }: { xray: Xray }): JSX.Element | null {
  const t = words.value
  const set = xray.set.value
  if (set === null) return null
  const { address, mask, data, received, sent, since } = t.xrayColumns
  return (
    <section aria-labelledby="xray-list">
      <h2 id="xray-list">{t.xraySet(set.pid, set.epoll)}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls on a phone, so the keyboard must reach it */}
      <div class="scroll" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">fd</th>
              <th scope="col">{address}</th>
              <th scope="col">{mask}</th>
              <th scope="col">{data}</th>
              <th scope="col" class="figure">
                {received}
              </th>
              <th scope="col" class="figure">
                {sent}
              </th>
              <th scope="col" class="figure">
                {since}
              </th>
            </tr>
          </thead>
          <tbody>
            {inOrder(set.entries).map(entry => (
              <Entry key={`${entry.fd} ${entry.data}`} entry={entry} />
            ))}
          </tbody>
        </table>
      </div>
      {set.left > 0 && <p class="soft small">{t.xrayLeft(set.left)}</p>}
    </section>
  )
}

/** The listener first, then the others by descriptor. */
export function inOrder(entries: readonly XrayEntry[]): XrayEntry[] {
  const place = ({ kind }: XrayEntry): number => (kind === 'listener' ? 0 : 1)
  return entries.toSorted((a, b) => place(a) - place(b) || a.fd - b.fd)
}

function Entry({ entry }: { entry: XrayEntry }): JSX.Element {
  const t = words.value
  const { fd, kind, address, mask, data, own, sinceMs, receivedBytes, sentBytes } = entry
  const kinds = { listener: t.xrayListener, connection: t.xrayConnection, other: t.xrayOther }
  const added = mask.filter(flag => flag === 'ERR' || flag === 'HUP')
  const asked = mask.filter(flag => flag !== 'ERR' && flag !== 'HUP')
  return (
    <tr class={own ? 'own' : ''}>
      <th scope="row">{fd}</th>
      <td>
        <code>{address ?? '–'}</code> <span class="soft">{kinds[kind]}</span>
        {own && <span class="tag">{t.xrayOwn}</span>}
      </td>
      <td>
        <code>
          {maskText(asked)}
          <span class="soft">|{maskText(added)}</span>
        </code>
      </td>
      <td>
        <code class="soft">{data}</code>
      </td>
      <td class="figure">{receivedBytes ?? '–'}</td>
      <td class="figure">{sentBytes ?? '–'}</td>
      <td class="figure">{sinceMs === null ? t.xrayBefore : seconds(sinceMs)}</td>
    </tr>
  )
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`
}
