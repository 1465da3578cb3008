/** An experiment: something that people believe, and the operations that show what the kernel does. */

/** A text for readers, in both languages of the lab. */
export interface Text {
  readonly en: string
  readonly zh: string
}

/** A prediction that is asked for; the answer comes from the kernel, not from here. */
export interface Question {
  readonly text: Text
  /** Two to four outcomes, as a transcript writes them. */
  readonly choices: readonly string[]
}

/** What of an experiment is run: the surprise, or how it is done right. */
export type Part = 'transcript' | 'fix'

export interface Link {
  readonly label: string
  readonly url: string
}

export interface Scenario {
  /** The experiment's number in the lab's own list, from 1. */
  readonly number: number
  /** `half-read`: in addresses and on the command line. */
  readonly id: string
  /** From 1 to 8. */
  readonly chapter: number
  readonly title: Text
  /** The sentence that people believe, as they would say it. */
  readonly belief: Text
  /**
   * The operations with what the kernel answered, a line each: `wait E ? -> r:IN`. A `*` in an outcome stands for
   * anything, `>1000` for a larger number, ` or ` between outcomes for either.
   */
  readonly transcript: string
  /** One for each `?` of the transcript, in its order. */
  readonly questions: readonly Question[]
  /** One sentence, said only afterwards. */
  readonly rule: Text
  /** How it is done right: what is changed, and the transcript of that. */
  readonly fix: { readonly text: Text; readonly transcript: string }
  /** Man pages and incidents. */
  readonly links: readonly Link[]
  /** Where another kernel answers otherwise: since and until which version, and what it says. */
  readonly kernels?: readonly { readonly range: string; readonly text: Text }[]
  /** Why the state is not read between the steps: the readings would take part in the experiment. */
  readonly unread?: Text
  /**
   * The experiment is a module of its own below `modules/`, as the language cannot say it; its transcript is checked
   * all the same.
   */
  readonly module?: string
}
