/** The result for a request's path: a path below the root, or the status that refuses it. */
export type Target = PathTarget | { status: 400 | 404 }

export interface PathTarget {
  /** Has no slash at either end; empty for the root. */
  readonly path: string
  /** Whether the request's path names a directory, by a slash or a dot segment at its end. */
  readonly directory: boolean
}

const bad: Target = { status: 400 }
const missing: Target = { status: 404 }

/** Decodes %XX once; undefined for an invalid escape, a control character, or bytes that aren't UTF-8. */
function decode(segment: string): string | undefined {
  if (!segment.includes('%')) return segment
  try {
    const text = decodeURIComponent(segment)
    return hasControl(text) ? undefined : text
  } catch {
    return undefined
  }
}

function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) < 0x20 || text.charCodeAt(i) === 0x7f) return true
  }
  return false
}

/** Names with a leading dot are hidden, except for a `.well-known` (RFC 8615) at the root. */
function isHidden(name: string, depth: number): boolean {
  return name.startsWith('.') && !(depth === 0 && name === '.well-known')
}

/**
 * Resolves an absolute path: decodes escapes once and removes `.`, `..` and repeated slashes. A path that leaves the
 * root is refused with 400. An escaped slash isn't a separator, so no file can have such a name: 404.
 */
export function resolveTarget(path: string, dotfiles = false): Target {
  const names: string[] = []
  const segments = path.split('/').slice(1)
  for (const [i, segment] of segments.entries()) {
    const name = decode(segment)
    if (name === undefined) return bad
    if (name === '..') {
      if (names.pop() === undefined) return bad
    } else if (name !== '.' && name !== '') {
      if (name.includes('/') || name.includes('\\')) return missing
      names.push(name)
    }
    if (i === segments.length - 1)
      return visible(names, name === '' || name === '.' || name === '..', dotfiles)
  }
  return bad
}

function visible(names: string[], directory: boolean, dotfiles: boolean): Target {
  return !dotfiles && names.some(isHidden) ? missing : { path: names.join('/'), directory }
}
