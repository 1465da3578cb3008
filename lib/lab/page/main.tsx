// Starts the page.
import { render } from 'preact'
import { App } from './app.tsx'
import { findEdition } from './asking/edition.ts'

// Each later request reports this error.
findEdition().catch(() => {})
const root = document.getElementById('lab')!
root.replaceChildren()
render(<App />, root)
