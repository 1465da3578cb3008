/** The words that an option takes. @internal */
export const choices = { etag: ['inode', 'mtime-size'], links: ['inside', 'none', 'any'] } as const
