import type { JSX } from 'preact'
import { useEffect, useMemo } from 'preact/hooks'
import { edition, fetchJson, isRecorded } from '../asking/edition.ts'
import { TroubleNote } from '../asking/trouble-note.tsx'
import { Command } from '../parts/command.tsx'
import { commandLine } from '../parts/share.ts'
import { Title } from '../title.tsx'
import { words } from '../words.ts'
import { Xray } from './xray.ts'
import { XrayList } from './xray-list.tsx'
import { XrayTimeline } from './xray-timeline.tsx'
import { XrayWaits } from './xray-waits.tsx'

/** The number of simultaneous requests, for which the browser opens several connections. */
const requestsAtOnce = 6

/** Shows the server's own epoll while it serves. */
export function XrayPage(): JSX.Element {
  const t = words.value
  return (
    <div class="xray">
      <div class="hero small">
        <Title>{t.xrayTitle}</Title>
        <p>{t.xrayLead}</p>
      </div>
      {isRecorded(edition.value) ? (
        <div class="run-live">
          <p>{t.xrayRecorded}</p>
          <Command text={commandLine('serve --lab')} />
        </div>
      ) : (
        <Live />
      )}
    </div>
  )
}

function Live(): JSX.Element {
  const t = words.value
  const xray = useMemo(() => new Xray(), [])
  useEffect(() => {
    void xray.open()
    return () => xray.pause()
  }, [xray])
  const state = xray.state.value
  const { waits, empty } = xray.total.value
  return (
    <>
      <div class="ways">
        <button type="button" class="primary" disabled={state !== 'open'} onClick={poke}>
          {t.xrayPoke}
        </button>
        <button
          type="button"
          onClick={() => (state === 'paused' ? void xray.open() : xray.pause())}
        >
          {state === 'paused' ? t.xrayResume : t.xrayPause}
        </button>
        <p class="soft" role="status">
          {state === 'connecting' && t.xrayConnecting}
          {state === 'paused' && xray.trouble.value === null && t.xrayPaused}
          {state === 'open' && t.xrayCount(waits, empty)}
        </p>
      </div>
      <TroubleNote trouble={xray.trouble.value} onAgain={() => void xray.open()} />
      <XrayTimeline xray={xray} />
      <XrayList xray={xray} />
      <XrayWaits xray={xray} />
    </>
  )
}

/** Sends several requests at the same time, so that the browser opens several connections. */
function poke(): void {
  for (let i = 0; i < requestsAtOnce; i++)
    fetchJson(`edition.json?${Date.now()}-${i}`).catch(() => {})
}
