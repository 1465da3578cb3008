/**
 * What a path of a request names below the root: a relative path for the kernel, or the status that it is
 * refused with.
 */
export type Target = PathTarget | { status: 400 | 404 }

export interface PathTarget {
  /** Without a slash at either end; empty for the root. */
  readonly path: string
  /** Whether the address ended with a slash. */
  readonly directory: boolean
}

const bad: Target = { status: 400 }
const missing: Target = { status: 404 }

/** Decodes %XX once; undefined for a bad escape, a control byte, or bytes that are no UTF-8. */
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

/** A dot that begins a name hides it; .well-known (RFC 8615) alone is there to be seen. */
function isHidden(name: string, depth: number): boolean {
  return name.startsWith('.') && !(depth === 0 && name === '.well-known')
}

/**
 * Resolves an absolute path: escapes are decoded once, `.` and `..` and `//` are taken out within the root, and one
 * above it is refused. An escaped slash is no separator, so no file can have that name.
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
