/** The pages of the lab that are read: texts in both languages, and the experiments that stand between them. */
import type { Text } from '../scenario.ts'
import type { Depth } from './depths.ts'

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

/** The purpose of a paragraph, if the page shows it. */
export type Role =
  /** Says where a false sentence is found. */
  | 'found'
  /** Says what is true instead. */
  | 'truth'
  /** Says what goes wrong. */
  | 'trap'
  /** Says how to fix it. */
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
  /** A link to an experiment of the lab, shown with its title. */
  | {
      readonly kind: 'experiment'
      readonly id: string
      readonly part: 'transcript' | 'fix'
      /** A sentence that says what the experiment shows. */
      readonly caption: Line
    }
  /** Operations that readers can run in place, as a transcript with the kernel's outcomes, like those of a scenario. */
  | { readonly kind: 'run'; readonly transcript: string; readonly caption: Line }
  /** One of {@link Prose.drawings}. */
  | { readonly kind: 'drawing'; readonly name: string }

export interface Section {
  /** In the page's address: `#/myths/polls-all`. */
  readonly id: string
  readonly heading: Line
  /** The heading is a false sentence that people say. The page puts it in quotes. */
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
  /** A description for readers who cannot see the picture. The picture's aria-label already contains it. */
  readonly alternative: Text
  /** A sentence shown below the picture. */
  readonly caption: Line
}

/** A sentence that leads from one experiment of the course to the next. */
export interface Passage {
  /** The experiment that the reader has just finished. */
  readonly id: string
  /** The next experiment; null after the last one. */
  readonly next: string | null
  readonly text: Line
}

export interface Prose {
  readonly pages: readonly Page[]
  readonly drawings: Readonly<Record<string, Drawing>>
  readonly course: readonly Passage[]
  readonly depths: readonly Depth[]
}

/** The same shape in one language, in which every {@link Text} is a string. */
export type Said<T> = T extends Text
  ? string
  : T extends object
    ? { readonly [K in keyof T]: Said<T[K]> }
    : T
