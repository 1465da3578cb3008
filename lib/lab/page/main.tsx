import { render } from 'preact'
import { App } from './app.tsx'
import { findEdition } from './asking/edition.ts'

// Requests report this error where they show their own.
findEdition().catch(() => {})
const root = document.getElementById('lab')!
root.replaceChildren()
render(<App />, root)
