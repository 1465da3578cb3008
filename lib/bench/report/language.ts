/** What a report can be written in. */
export type Language = 'en' | 'zh'
