import type { JSX } from 'preact'
import { maskText } from '../../language/outcome.ts'
import type { Flag } from '../../language/syntax.ts'
import type { DescriptorState, EpollState } from '../../record.ts'
import { words } from '../words.ts'
import type { Player } from './player.ts'

interface Props {
  readonly player: Player
  /** Why the state of this experiment is not read, in the reader's language. */
  readonly unread?: string | undefined
}

/** The kernel's state after the current step: buffers, interest lists, ready lists. */
export function Panes({ player, unread }: Props): JSX.Element | null {
  const t = words.value
  const shown = player.shown.value
  const step = player.steps.value[shown - 1]
  if (step === undefined) return null
  const reading = player.readings.value[shown - 1]
  return (
    <section class="panes" aria-labelledby="state">
      <h2 id="state">
        {t.stateAfter(shown)} <code>{step.op}</code>
      </h2>
      {reading === undefined ? (
        <p class="soft">{player.isRunning.value ? t.reading : t.notReadable}</p>
      ) : 'note' in reading ? (
        <p class="note">
          <b>{t.notReadable}</b> {unread ?? t.note(reading.note)}
        </p>
      ) : (
        <div class="grid">
          <Descriptors descriptors={reading.state.descriptors} bytesMax={bytesMaxOf(player)} />
          <div>
            {reading.state.epolls.map(epoll => (
              <Interest key={epoll.name} epoll={epoll} />
            ))}
          </div>
        </div>
      )}
    </section>
  )
}

/** The largest number of buffered bytes in this run, which scales the bars. */
function bytesMaxOf(player: Player): number {
  const numbers = player.readings.value.flatMap(reading =>
    reading !== undefined && 'state' in reading
      ? reading.state.descriptors.flatMap(({ queuedBytes, unsentBytes }) => [
          queuedBytes ?? 0,
          unsentBytes ?? 0,
        ])
      : [],
  )
  return Math.max(1, ...numbers)
}

interface DescriptorsProps {
  readonly descriptors: readonly DescriptorState[]
  readonly bytesMax: number
}

function Descriptors({ descriptors, bytesMax }: DescriptorsProps): JSX.Element {
  const t = words.value
  return (
    <table class="descriptors">
      <caption>{t.descriptors}</caption>
      <thead>
        <tr>
          <th scope="col">{t.name}</th>
          <th scope="col">fd</th>
          <th scope="col">{t.level}</th>
          <th scope="col">{t.queued}</th>
        </tr>
      </thead>
      <tbody>
        {descriptors.map(one => (
          <tr key={one.name}>
            <th scope="row" title={t.kind(one.kind)}>
              {one.name}
            </th>
            <td>{one.fd}</td>
            <td>
              <Mask mask={one.level} />
            </td>
            <td>
              <Bytes label="FIONREAD" bytes={one.queuedBytes} max={bytesMax} />
              {one.unsentBytes !== null && one.unsentBytes > 0 && (
                <Bytes label="SIOCOUTQ" bytes={one.unsentBytes} max={bytesMax} isUnsent />
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

interface BytesProps {
  readonly label: string
  readonly bytes: number | null
  readonly max: number
  readonly isUnsent?: boolean
}

function Bytes({ label, bytes, max, isUnsent = false }: BytesProps): JSX.Element {
  const t = words.value
  if (bytes === null) return <span class="soft">–</span>
  return (
    <span class={isUnsent ? 'buffer unsent' : 'buffer'} title={label}>
      <span class="bar" aria-hidden="true">
        <span style={{ transform: `scaleX(${bytes / max})` }} />
      </span>
      {isUnsent ? t.unsentBytes(bytes) : t.bytes(bytes)}
    </span>
  )
}

/** The bits of a mask. In an interest list, the two bits that the kernel always adds are dimmed. */
function Mask({
  mask,
  isInterest = false,
}: {
  mask: readonly Flag[] | null
  isInterest?: boolean
}): JSX.Element {
  if (mask === null) return <span class="soft">{words.value.notReadable}</span>
  if (mask.length === 0) return <span class="soft">{isInterest ? '0' : '–'}</span>
  if (!isInterest) return <code>{maskText(mask)}</code>
  const own = mask.filter(flag => flag !== 'ERR' && flag !== 'HUP')
  const added = mask.filter(flag => flag === 'ERR' || flag === 'HUP')
  return (
    <code>
      {own.map((flag, i) => (
        <span key={flag} class={flag === 'ET' ? 'et' : ''}>
          {i > 0 && '|'}
          {flag}
        </span>
      ))}
      {added.length > 0 && (
        <span class="soft">
          {own.length > 0 && '|'}
          {maskText(added)}
        </span>
      )}
    </code>
  )
}

function Interest({ epoll }: { epoll: EpollState }): JSX.Element {
  const t = words.value
  return (
    <table class="interest">
      <caption>
        {t.interestOf} <code>{epoll.name}</code> <span class="soft">fd {epoll.fd}</span>
        <span class={epoll.ready === true ? 'lamp on' : 'lamp'}>
          {epoll.ready === null ? t.notReadable : t.readyList(epoll.ready)}
        </span>
      </caption>
      <thead class="hidden">
        <tr>
          <th scope="col">{t.name}</th>
          <th scope="col">fd</th>
          <th scope="col">{t.mask}</th>
        </tr>
      </thead>
      <tbody>
        {epoll.interest.map(({ fd, name, mask, inode }) => (
          <tr key={`${fd} ${inode}`}>
            <th scope="row">{name}</th>
            <td>fd {fd}</td>
            <td>
              <Mask mask={mask} isInterest />
            </td>
          </tr>
        ))}
        {epoll.interest.length === 0 && (
          <tr>
            <td colSpan={3} class="soft">
              {t.empty}
            </td>
          </tr>
        )}
      </tbody>
    </table>
  )
}
