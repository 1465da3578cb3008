/** A text in both languages of the lab. */
export interface Text {
  readonly en: string
  readonly zh: string
}

/** Asks the learner for a prediction. The kernel gives the answer. */
export interface Question {
  readonly text: Text
  /** Two to four outcomes in a transcript's notation. */
  readonly choices: readonly string[]
}

/** The part of an experiment to run: the surprise, or its fix. */
export type Part = 'transcript' | 'fix'

export interface Link {
  readonly label: string
  readonly url: string
}

/** An experiment: a common belief, and operations that show what the kernel really does. */
export interface Scenario {
  /** Counted from 1. */
  readonly number: number
  /** Used in URLs and on the command line, such as `half-read`. */
  readonly id: string
  /** From 1 to 8. */
  readonly chapter: number
  readonly title: Text
  /** The belief, as people say it. */
  readonly belief: Text
  /**
   * The operations with their outcomes, one per line: `wait E ? -> r:IN`. In an outcome, `*` matches anything, `>1000`
   * a larger number, and ` or ` separates alternatives.
   */
  readonly transcript: string
  /** One for each `?` of the transcript, in order. */
  readonly questions: readonly Question[]
  /** One sentence, shown after the last answer. */
  readonly rule: Text
  /** The correct way, with its transcript. */
  readonly fix: { readonly text: Text; readonly transcript: string }
  /** Man pages and incident reports. */
  readonly links: readonly Link[]
  /** Kernel versions with a different outcome. */
  readonly kernels?: readonly { readonly range: string; readonly text: Text }[]
  /** Why states are not read: reading them would change the outcome. */
  readonly unread?: Text
  /**
   * The file below `modules/` that adds the operations which the language lacks. The transcript is checked as usual.
   */
  readonly module?: string
}
