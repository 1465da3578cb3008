import { type File, FileStat } from '../../core/index.ts'
import type { Fields } from '../../http/index.ts'
import { EAGAIN, ENOENT, ENXIO, native, SystemError } from '../../sys/index.ts'
import { fieldsOf } from '../default-fields.ts'
import { type Encoding, encodingSuffixes } from '../encoding.ts'
import type { DirectorySettings } from '../options.ts'
import type { Root } from '../root.ts'
import { appliesToErrors } from '../rules/content-rules.ts'
import type { HeaderRules } from '../rules/header-rules.ts'
import { type Disk, diskOf, stalledError } from './disk.ts'
import { Entry } from './entry.ts'
import { hasSameContent } from './large-file.ts'
import { readCached, readOnPool } from './page-cache.ts'
import { type AnswerRules, isSmall, Resource } from './resource.ts'

interface PathStat {
  readonly path: string
  readonly stat: FileStat
}

interface Opened extends PathStat {
  readonly encoding: Encoding
  readonly file: File
  body: Buffer | null
}

/** A load that waits for a disk. */
interface Running {
  readonly disks: readonly Disk[]
  readonly entry: Promise<Entry>
  /** How many other requests wait for it. */
  joined: number
}

/** How many times a file is read if it changes during each read. */
const triesMax = 3
const encodings = Object.entries(encodingSuffixes) as [Encoding, string][]

/** Opens files below a root with their precompressed siblings, and reads the small ones. */
export class Loader {
  readonly #root: Root
  readonly #settings: DirectorySettings
  readonly #sibling = new FileStat()
  readonly #now = new FileStat()
  readonly #running = new Map<string, Running>()

  constructor(root: Root, settings: DirectorySettings) {
    this.#root = root
    this.#settings = settings
  }

  /**
   * Loads the file at a path below the root, synchronously if no disk is needed. Requests for a file that is being read
   * share the read. Throws, or rejects with, {@link SystemError}: EAGAIN for a file that keeps changing, ETIMEDOUT for
   * a disk that doesn't answer.
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
      // Opening the file again could wait for the stalled disk.
      if (running.disks.some(({ stalled }) => stalled)) throw stalledError()
      running.joined++
      return running.entry.then(entry => {
        if (this.#isCurrent(entry)) return entry
        entry.release()
        return this.load(path, address, rules, performance.now(), isFallback)
      })
    }
    for (let tries = 0; tries < triesMax; tries++) {
      const opened = this.#openAll(path)
      const fields = rules.fieldsFor(address, fieldsOf(path))
      const ruled: AnswerRules = {
        fields: isFallback ? ofFallback(fields) : fields,
        errorFields: rules.fieldsFor(address, [], appliesToErrors),
        etag: this.#settings.etag,
      }
      const build = () => entryOf(opened, ruled, nowMs, file => this.#isAt(file))
      const cold = opened.filter(({ body, stat }) => body === null && isSmall(stat))
      if (cold.length > 0) {
        const warmed = warm(cold, file => this.#isAt(file))
        const entry = warmed.then(build, error => closeAll(opened, error))
        const disks = cold.map(({ stat }) => diskOf(stat))
        return this.#run(key, disks, entry)
      }
      try {
        if (opened.every(isUnchanged)) return build()
      } catch (error) {
        return closeAll(opened, error)
      }
      for (const { file } of opened) file.close()
    }
    throw new SystemError(-EAGAIN, 'pread', JSON.stringify(path))
  }

  /** Counts the requests that joined as users of the entry, before any of them can release it. */
  #run(key: string, disks: readonly Disk[], loading: Promise<Entry>): Promise<Entry> {
    const entry = loading
      .finally(() => {
        if (this.#running.get(key) === running) this.#running.delete(key)
      })
      .then(loaded => {
        loaded.hold(running.joined)
        return loaded
      })
    const running: Running = { disks, joined: 0, entry }
    this.#running.set(key, running)
    return entry
  }

  /** The requests that joined this load arrived after the files were opened, so the files must be unchanged now. */
  #isCurrent(entry: Entry): boolean {
    return entry.resources.every(file => this.#isAt(file) && this.#now.equals(file.stat))
  }

  /** Whether the path still leads to the file; leaves the path's stat in `#now`. */
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
      if (!this.#settings.precompressed) return all
      for (const [encoding, suffix] of encodings) {
        if (!this.#hasSibling(path + suffix, identity.stat)) continue
        const sibling = this.#openSibling(path + suffix, encoding)
        if (sibling !== null) all.push(sibling)
      }
      return all
    } catch (error) {
      return closeAll(all, error)
    }
  }

  #open(path: string, encoding: Encoding): Opened {
    const file = this.#root.open(path)
    try {
      const stat = file.stat()
      // The path may have become a directory or a device, or an option may name one.
      if (!stat.isFile) throw new SystemError(-ENOENT, 'openat2', JSON.stringify(path))
      const body = isSmall(stat) ? readCached(file, stat, stat.sizeBytes) : null
      return { path, encoding, file, stat, body }
    } catch (error) {
      file.close()
      throw error
    }
  }

  /** A sibling older than the file was made from an earlier version; an empty one is left over from a failed build. */
  #hasSibling(path: string, { mtimeS }: FileStat): boolean {
    const sibling = this.#sibling
    if (native.fstatat(this.#root.fileno(), path, 0, sibling.fields) < 0) return false
    return sibling.isFile && sibling.sizeBytes > 0 && sibling.mtimeS >= mtimeS
  }

  #openSibling(path: string, encoding: Encoding): Opened | null {
    try {
      return this.#open(path, encoding)
    } catch (error) {
      if (error instanceof SystemError) return null
      throw error
    }
  }
}

/**
 * The fields of a fallback. Only navigations get it; an `<img>` with the same URL gets a 404, hence
 * `Vary: Sec-Fetch-Dest` and `no-cache`.
 */
function ofFallback(fields: Fields): Fields {
  return [
    ...without(without(fields, 'cache-control'), 'content-encoding'),
    ['Cache-Control', 'no-cache'],
    ['Vary', 'Sec-Fetch-Dest'],
  ]
}

function closeAll(opened: readonly Opened[], error: unknown): never {
  for (const { file } of opened) file.close()
  throw error
}

/** Reads files and their stats on the thread pool, because both may wait for a slow disk. */
async function warm(cold: readonly Opened[], isAt: (file: PathStat) => boolean): Promise<void> {
  for (const one of cold) {
    const { bytes, stat } = await readOnPool(one.file, one.stat)
    const isSame = hasSameContent(stat, one.stat, () => !isAt(one))
    if (!isSame) throw new SystemError(-EAGAIN, 'pread', JSON.stringify(one.path))
    assertWhole(one, bytes)
    one.body = bytes
  }
}

/** Whether the bytes read are still the file's content. */
function isUnchanged(opened: Opened): boolean {
  const { file, stat, body } = opened
  if (body === null) return true
  if (!file.stat().equals(stat)) return false
  assertWhole(opened, body)
  return true
}

/** Throws ENXIO for a file in /sys, whose size is always larger than its content. */
function assertWhole({ path, stat }: PathStat, body: Buffer): void {
  if (body.length < stat.sizeBytes) throw new SystemError(-ENXIO, 'pread', JSON.stringify(path))
}

function only(fields: Fields, wanted: string): Fields {
  return fields.filter(([name]) => name.toLowerCase() === wanted)
}

function without(fields: Fields, unwanted: string): Fields {
  return fields.filter(([name]) => name.toLowerCase() !== unwanted)
}

/** Adds Accept-Encoding to the Vary that rules give. */
function varied(fields: Fields): Fields {
  const ruled = only(fields, 'vary').map(([, value]) => String(value))
  const has = ruled.some(value => /(^|[\s,])accept-encoding([\s,]|$)/i.test(value))
  const all = has ? ruled : [...ruled, 'Accept-Encoding']
  return [...without(fields, 'vary'), ['Vary', all.join(', ')]]
}

function entryOf(
  opened: readonly Opened[],
  { fields, errorFields, etag }: AnswerRules,
  nowMs: number,
  isAt: (file: PathStat) => boolean,
): Entry {
  const isNegotiated = opened.length > 1
  const type = only(fields, 'content-type')
  // A file with siblings isn't compressed itself, so a Content-Encoding rule for its folder doesn't apply to it.
  const ruledCoding = isNegotiated ? [] : only(fields, 'content-encoding')
  const others = without(without(fields, 'content-type'), 'content-encoding')
  const ruled = isNegotiated
    ? { fields: varied(others), errorFields: varied(errorFields), etag }
    : { fields: others, errorFields, etag }
  const resources = opened.map(({ path, encoding, file, stat, body }) => {
    const coding: Fields = encoding === 'identity' ? ruledCoding : [['Content-Encoding', encoding]]
    const content = [...type, ...coding]
    return new Resource(path, file, stat, body, content, ruled, nowMs, () => !isAt({ path, stat }))
  })
  const coded = opened.slice(1).map(({ encoding }, i) => [encoding, resources[i + 1]!] as const)
  return new Entry(resources[0]!, new Map(coded))
}
