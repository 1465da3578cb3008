import { Head } from './head.ts'
import { RequestView } from './request.ts'

/** Where a thread answers one request at a time, in the memory that it came in. */
class Desk {
  readonly request: RequestView = new RequestView(new Head())
  /** Whose requests are answered. A handler may answer another connection's too: what that one sent on waits. */
  owner: object | null = null
}

/** One for a thread. */
export const desk: Desk = new Desk()
