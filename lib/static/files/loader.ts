import { type File, FileStat } from '../../core/index.ts'
import type { Fields } from '../../http/index.ts'
import { EAGAIN, ENOENT, ENXIO, native, SystemError } from '../../sys/index.ts'
import { contentTypeOf } from '../content-type.ts'
import { type Encoding, encodingSuffixes } from '../encoding.ts'
import type { DirectorySettings } from '../options.ts'
import type { Root } from '../root.ts'
import { isForErrors } from '../rules/content-rules.ts'
import type { HeaderRules } from '../rules/header-rules.ts'
import { type Disk, diskOf, stalledError } from './disk.ts'
import { Entry } from './entry.ts'
import type { EtagKind } from './file-tag.ts'
import { readCached, readOnPool } from './page-cache.ts'
import { hasSameContent, isSmall, Resource } from './resource.ts'

interface PathStat {
  readonly path: string
  readonly stat: FileStat
}

interface Opened extends PathStat {
  readonly encoding: Encoding
  readonly file: File
  body: Buffer | null
}

/** A load that waits for a disk, and who else waits for it. */
interface Running {
  readonly disks: readonly Disk[]
  readonly entry: Promise<Entry>
  joined: number
}

/** How often a file that changes while it is read is tried again. */
const triesMax = 3
const encodings = Object.entries(encodingSuffixes) as [Encoding, string][]
/** What answers say unless a rule says otherwise: types are what they are said to be, and caches ask each time. */
export const defaultFields: Fields = [
  ['X-Content-Type-Options', 'nosniff'],
  ['Cache-Control', 'no-cache'],
]

/** Opens files below a root, with what stands beside them, and reads the small ones. */
export class Loader {
  readonly #root: Root
  readonly #precompressed: boolean
  readonly #etag: EtagKind
  readonly #sibling = new FileStat()
  readonly #now = new FileStat()
  readonly #running = new Map<string, Running>()

  constructor(root: Root, { precompressed, etag }: DirectorySettings) {
    this.#root = root
    this.#precompressed = precompressed
    this.#etag = etag
  }

  /**
   * Loads the file at a path below the root, at once where no disk has to be waited for. A request that comes while it
   * is read waits for the same reading. Throws, or rejects with, {@link SystemError}: EAGAIN for a file that does not stay as
   * it is, ETIMEDOUT for a disk that does not answer.
   */
  load(
    path: string,
    address: string,
    rules: HeaderRules,
    nowMs: number,
    isFallback = false,
  ): Entry | Promise<Entry> {
    const key = JSON.stringify([path, address, isFallback])
    const running = this.#running.get(key)
    if (running !== undefined) {
      // Another open(2) could wait for the disk.
      if (running.disks.some(({ stalled }) => stalled)) throw stalledError()
      running.joined++
      const again = () => this.load(path, address, rules, performance.now(), isFallback)
      return running.entry.then(entry => (this.#isCurrent(entry) ? entry : released(entry, again)))
    }
    for (let tries = 0; tries < triesMax; tries++) {
      const opened = this.#openAll(path)
      const fields = rules.fieldsFor(address, fieldsOf(path))
      const ruled: Ruled = {
        fields: isFallback ? ofFallback(fields) : fields,
        errorFields: rules.fieldsFor(address, [], isForErrors),
        etag: this.#etag,
      }
      const build = () => entryOf(opened, ruled, nowMs, file => this.#isAt(file))
      const cold = opened.filter(({ body, stat }) => body === null && isSmall(stat))
      if (cold.length > 0) {
        const entry = warmed(cold, file => this.#isAt(file)).then(build, error =>
          failed(opened, error),
        )
        return this.#run(
          key,
          cold.map(({ stat }) => diskOf(stat)),
          entry,
        )
      }
      try {
        if (opened.every(isUnchanged)) return build()
      } catch (error) {
        return failed(opened, error)
      }
      for (const { file } of opened) file.close()
    }
    throw new SystemError(-EAGAIN, 'pread', JSON.stringify(path))
  }

  /** Those who have joined hold the entry before anybody can release it. */
  #run(key: string, disks: readonly Disk[], entry: Promise<Entry>): Promise<Entry> {
    const ended = (): void => {
      if (this.#running.get(key) === running) this.#running.delete(key)
    }
    const running: Running = {
      disks,
      joined: 0,
      entry: entry.then(
        loaded => {
          ended()
          loaded.hold(running.joined)
          return loaded
        },
        error => {
          ended()
          throw error
        },
      ),
    }
    this.#running.set(key, running)
    return running.entry
  }

  /** For who has asked after it was opened. */
  #isCurrent(entry: Entry): boolean {
    return entry.resources.every(
      ({ path, stat }) => this.#isAt({ path, stat }) && this.#now.equals(stat),
    )
  }

  /** Whether a path leads to a file still. */
  #isAt({ path, stat }: PathStat): boolean {
    if (this.#root.closed) return false
    const result = native.fstatat(this.#root.fileno(), path, 0, this.#now.fields)
    return result === 0 && this.#now.isSameFile(stat)
  }

  #openAll(path: string): Opened[] {
    const all: Opened[] = []
    try {
      const identity = this.#open(path, 'identity')
      all.push(identity)
      if (!this.#precompressed) return all
      for (const [encoding, suffix] of encodings) {
        if (!this.#hasSibling(path + suffix, identity.stat)) continue
        const sibling = this.#openSibling(path + suffix, encoding)
        if (sibling !== null) all.push(sibling)
      }
      return all
    } catch (error) {
      return failed(all, error)
    }
  }

  #open(path: string, encoding: Encoding): Opened {
    const file = this.#root.open(path)
    try {
      const stat = file.stat()
      // A directory, or a device: by now, or as the page for what is not there.
      if (!stat.isFile) throw new SystemError(-ENOENT, 'openat2', JSON.stringify(path))
      const body = isSmall(stat) ? readCached(file, stat, stat.sizeBytes) : null
      return { path, encoding, file, stat, body }
    } catch (error) {
      file.close()
      throw error
    }
  }

  /** A sibling that is older than its file was made from another one. */
  #hasSibling(path: string, { mtimeS }: FileStat): boolean {
    const sibling = this.#sibling
    if (native.fstatat(this.#root.fileno(), path, 0, sibling.fields) < 0) return false
    // No coding makes nothing of something: an empty one is what a build has left that failed.
    return sibling.isFile && sibling.sizeBytes > 0 && sibling.mtimeS >= mtimeS
  }

  /** One that cannot be opened is as good as none. */
  #openSibling(path: string, encoding: Encoding): Opened | null {
    try {
      return this.#open(path, encoding)
    } catch (error) {
      if (error instanceof SystemError) return null
      throw error
    }
  }
}

/** The fields of an answer with a file, before rules change them. */
export function fieldsOf(path: string): Fields {
  return [['Content-Type', contentTypeOf(path)], ...defaultFields]
}

/** Who asks for an image under the same address gets a 404: nobody may keep the page for that. */
function ofFallback(fields: Fields): Fields {
  return [
    ...fields.filter(
      field => !isNamed('cache-control')(field) && !isNamed('content-encoding')(field),
    ),
    ['Cache-Control', 'no-cache'],
    ['Vary', 'Sec-Fetch-Dest'],
  ]
}

function failed(opened: readonly Opened[], error: unknown): never {
  for (const { file } of opened) file.close()
  throw error
}

function released(entry: Entry, again: () => Entry | Promise<Entry>): Entry | Promise<Entry> {
  entry.release()
  return again()
}

/** Also whether it is the same still is asked on the thread pool: a slow disk is as slow to say that. */
async function warmed(cold: readonly Opened[], isAt: (file: PathStat) => boolean): Promise<void> {
  for (const one of cold) {
    const { bytes, stat } = await readOnPool(one.file, one.stat)
    const isSame = hasSameContent(stat, one.stat, () => !isAt(one))
    if (!isSame) throw new SystemError(-EAGAIN, 'pread', JSON.stringify(one.path))
    assertWhole(one, bytes)
    one.body = bytes
  }
}

/** Whether the bytes read are the whole file. Throws for a file of /sys, which always has fewer than it says. */
function isUnchanged(opened: Opened): boolean {
  const { file, stat, body } = opened
  if (body === null) return true
  if (!file.stat().equals(stat)) return false
  assertWhole(opened, body)
  return true
}

function assertWhole({ path, stat }: PathStat, body: Buffer): void {
  if (body.length < stat.sizeBytes) throw new SystemError(-ENXIO, 'pread', JSON.stringify(path))
}

function isNamed(wanted: string): (field: Fields[number]) => boolean {
  return ([name]) => name.toLowerCase() === wanted
}

/** That of the rules, and ours. */
function varyOf(fields: Fields): string {
  const ruled = fields.filter(isNamed('vary')).map(([, value]) => String(value))
  const has = ruled.some(value => /(^|[\s,])accept-encoding([\s,]|$)/i.test(value))
  return (has ? ruled : [...ruled, 'Accept-Encoding']).join(', ')
}

/** What rules make of the answers for an address: with its content, and without. */
interface Ruled {
  readonly fields: Fields
  readonly errorFields: Fields
  readonly etag: EtagKind
}

function entryOf(
  opened: readonly Opened[],
  { fields, errorFields, etag }: Ruled,
  nowMs: number,
  isAt: (file: PathStat) => boolean,
): Entry {
  const negotiated = opened.length > 1
  const isCoding = isNamed('content-encoding')
  const type = fields.filter(isNamed('content-type'))
  // A file that has siblings is not coded itself: a rule for its whole folder does not mean it.
  const ruledCoding = negotiated ? [] : fields.filter(isCoding)
  const others = fields.filter(field => !isNamed('content-type')(field) && !isCoding(field))
  const varied = (fields: Fields): Fields =>
    negotiated
      ? [...fields.filter(field => !isNamed('vary')(field)), ['Vary', varyOf(fields)]]
      : fields
  const all = { fields: varied(others), errorFields: varied(errorFields), etag }
  const resources = opened.map(({ path, encoding, file, stat, body }) => {
    const coding: Fields = encoding === 'identity' ? ruledCoding : [['Content-Encoding', encoding]]
    const content = [...type, ...coding]
    return new Resource(path, file, stat, body, content, all, nowMs, () => !isAt({ path, stat }))
  })
  const coded = opened.slice(1).map(({ encoding }, i) => [encoding, resources[i + 1]!] as const)
  return new Entry(resources[0]!, new Map(coded))
}
