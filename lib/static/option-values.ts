/** The allowed values of each option. @internal */
export const choices = { etag: ['inode', 'mtime-size'], links: ['inside', 'none', 'any'] } as const

/** Whether no part of a path is empty, `.` or `..`, and none contains a NUL. @internal */
export function isPlainPath(path: string): boolean {
  const isName = (part: string) => part !== '' && part !== '.' && part !== '..'
  return !path.includes('\0') && path.split('/').every(isName)
}
