import { Answer, type Fields, type Responder, reasonOf, textFields } from '../http/index.ts'
import { appliesToErrors } from './rules/content-rules.ts'
import type { HeadersFile } from './rules/headers-file.ts'

export const notFoundText = 'file not found, 请输入正确的url'

/** Answers with a short text instead of a file, and with the fields that rules add for the address. */
export class Replies {
  readonly #headers: HeadersFile
  /** The 404s of a directory without rules, by persistence: they are the same for all paths. */
  readonly #missing: (Answer | undefined)[] = []

  constructor(headers: HeadersFile) {
    this.#headers = headers
  }

  text(responder: Responder, status: number, address: string, fields: Fields = []): void {
    const text = status < 400 ? '' : `${status} ${reasonOf(status)}\n`
    responder.send(this.#answer(responder, status, text, address, fields))
  }

  notFound(responder: Responder, address: string): void {
    const { persistence } = responder
    const made = () => this.#answer(responder, 404, notFoundText, address, [])
    if (this.#headers.hasRules) return responder.send(made())
    this.#missing[persistence] ??= made()
    responder.send(this.#missing[persistence])
  }

  #answer(
    { persistence }: Responder,
    status: number,
    text: string,
    address: string,
    fields: Fields,
  ): Answer {
    const body = Buffer.from(text)
    const ruled = this.#headers.rules.fieldsFor(address, textFields, appliesToErrors)
    const all: Fields = [...ruled, ['Content-Length', body.length], ...fields]
    return new Answer(status, all, body, persistence)
  }
}
