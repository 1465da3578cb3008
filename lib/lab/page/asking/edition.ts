import { type ReadonlySignal, signal } from '@preact/signals'
import { Trouble } from './trouble.ts'

/**
 * The source of the answers: a live kernel, or recorded answers. `command` is the command with which this reader runs
 * epollet.
 */
export type Edition =
  | {
      readonly edition: 'live'
      readonly token: string
      readonly kernel: string
      readonly pid: number
      readonly command: string
    }
  | {
      readonly edition: 'recorded'
      readonly kernel: string
      readonly date: string
      readonly command: string
    }

const current = signal<Edition | Trouble | null>(null)

/** Null while it is being fetched. */
export const edition: ReadonlySignal<Edition | Trouble | null> = current

export function isLive(found: Edition | Trouble | null): found is Edition & { edition: 'live' } {
  return found !== null && !(found instanceof Trouble) && found.edition === 'live'
}

export function isRecorded(
  found: Edition | Trouble | null,
): found is Edition & { edition: 'recorded' } {
  return found !== null && !(found instanceof Trouble) && found.edition === 'recorded'
}

/** Fetches a JSON file next to this page; null when it is missing or is not JSON. */
export async function fetchJson<T>(path: string): Promise<T | null> {
  let response: Response
  try {
    response = await fetch(path)
  } catch {
    throw new Trouble('gone')
  }
  if (response.status === 403) throw new Trouble('refused', await messageOf(response))
  if (!response.ok) return null
  try {
    return (await response.json()) as T
  } catch {
    return null
  }
}

export async function messageOf(response: Response): Promise<string> {
  try {
    const { message } = (await response.json()) as { message?: unknown }
    return typeof message === 'string' ? message : ''
  } catch {
    return ''
  }
}

async function find(): Promise<Edition> {
  const file = await fetchJson<Edition>('edition.json')
  if (file === null) throw new Trouble('unserved')
  if (file.edition === 'recorded') return file
  const session = await fetchJson<Edition>('api/session')
  if (session === null) throw new Trouble('unserved')
  return session
}

let finding: Promise<Edition> | null = null

/** Fetches the edition once; fetches it again after a failure, or with `anew` (after the server rejected the token). */
export async function findEdition(anew = false): Promise<Edition> {
  if (anew) finding = null
  finding ??= find()
  try {
    const found = await finding
    current.value = found
    return found
  } catch (error) {
    finding = null
    const trouble = error instanceof Trouble ? error : new Trouble('other', String(error))
    current.value = trouble
    throw trouble
  }
}
