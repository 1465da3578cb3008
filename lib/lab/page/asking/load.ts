import { type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { Prose, Said } from '../../prose/prose.ts'
import type { Language } from '../language.ts'
import { fetchJson } from './edition.ts'
import type { Experiment } from './experiment.ts'
import { Trouble } from './trouble.ts'

/** A file for each language, fetched when it is first read. */
export class Texts<T> {
  readonly #name: string
  readonly #found = new Map<Language, Signal<T | Trouble | null>>()

  constructor(name: string) {
    this.#name = name
  }

  /** Null while the file is being fetched. */
  in(language: Language): ReadonlySignal<T | Trouble | null> {
    const there = this.#found.get(language)
    if (there !== undefined) return there
    const found = signal<T | Trouble | null>(null)
    this.#found.set(language, found)
    void this.#fetch(language, found)
    return found
  }

  /** Fetches again if the last fetch failed. */
  again(language: Language): void {
    const found = this.#found.get(language)
    if (!(found?.value instanceof Trouble)) return
    found.value = null
    void this.#fetch(language, found)
  }

  async #fetch(language: Language, found: Signal<T | Trouble | null>): Promise<void> {
    try {
      found.value =
        (await fetchJson<T>(`${this.#name}.${language}.json`)) ?? new Trouble('unserved')
    } catch (error) {
      found.value = error instanceof Trouble ? error : new Trouble('other', String(error))
    }
  }
}

/** The pages of lib/lab/prose. */
export const proseTexts: Texts<Said<Prose>> = new Texts('text')

export const experimentTexts: Texts<readonly Experiment[]> = new Texts('scenarios')
