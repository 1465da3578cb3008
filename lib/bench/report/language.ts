/** The languages of a report. */
export type Language = 'en' | 'zh'
