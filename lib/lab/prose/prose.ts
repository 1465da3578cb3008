/** The pages of the lab that are read: texts in both languages, and the experiments that stand between them. */
import type { Text } from '../scenario.ts'

/**
 * A text of a line. Two marks in it, and no others; they are not nested, and there is no way to escape them:
 *
 * - `` `code` ``: as it is, in the language of machines;
 * - `[label](address)`: a link, whose label is plain text. The address is `https://…`, a place in the lab
 *   (`#/e/half-read`, `#/myths/polls-all`), or a file of the project (`docs/tutorial.md`).
 *
 * {@link inlines} in inline.ts cuts a line into these.
 */
export type Line = Text

/** What a paragraph is for, where that is to be seen. */
export type Role =
  /** Where a false sentence is found. */
  | 'found'
  /** What is so. */
  | 'truth'
  /** What goes wrong. */
  | 'trap'
  /** How to fix it. */
  | 'fix'

export type Block =
  | { readonly kind: 'paragraph'; readonly text: Line; readonly role?: Role }
  | { readonly kind: 'list'; readonly ordered?: boolean; readonly items: readonly Line[] }
  | {
      readonly kind: 'code'
      readonly language: 'typescript' | 'python' | 'c' | 'shell' | 'text'
      readonly text: string
      /** The file of the project in which these lines stand, one after the other (indented as they are there or less). */
      readonly from?: string
    }
  /** An experiment of the lab: shown by its title, and led to. */
  | {
      readonly kind: 'experiment'
      readonly id: string
      readonly part: 'transcript' | 'fix'
      /** What is to be seen in it. */
      readonly caption: Line
    }
  /** Operations to be run where they stand; a transcript, with what the kernel answered, as in a scenario. */
  | { readonly kind: 'run'; readonly transcript: string; readonly caption: Line }
  /** One of {@link Prose.drawings}. */
  | { readonly kind: 'drawing'; readonly name: string }

export interface Section {
  /** In the page's address: `#/myths/polls-all`. */
  readonly id: string
  readonly heading: Line
  /** The heading is a sentence that people say, and is false: the page puts it in quotes. */
  readonly said?: true
  readonly blocks: readonly Block[]
}

export interface Page {
  readonly id: 'myths' | 'inside' | 'tutorial'
  readonly title: Text
  readonly lead: Line
  readonly sections: readonly Section[]
}

/** A picture that is part of a page. */
export interface Drawing {
  /**
   * `<svg …>…</svg>` to be put into the page as it is. It has a viewBox 288 units wide and no size of its own, and takes
   * its colours from currentColor and from these custom properties of the page, which have fallbacks:
   * `--drawing-soft`, `--drawing-line`, `--drawing-level`, `--drawing-edge`.
   */
  readonly svg: Text
  /** What is seen in it, for who does not see it. It is the picture's aria-label already. */
  readonly alternative: Text
  /** A sentence to stand below it. */
  readonly caption: Line
}

/** A sentence that leads from one experiment of the course to the next. */
export interface Passage {
  /** The experiment that was done. */
  readonly id: string
  /** The one that follows; null after the last. */
  readonly next: string | null
  readonly text: Line
}

export interface Prose {
  readonly pages: readonly Page[]
  readonly drawings: Readonly<Record<string, Drawing>>
  readonly course: readonly Passage[]
}

/** The same shape, in one language: every {@link Text} is a string. */
export type Said<T> = T extends Text
  ? string
  : T extends object
    ? { readonly [K in keyof T]: Said<T[K]> }
    : T
