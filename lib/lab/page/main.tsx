import { render } from 'preact'
import { App } from './app.tsx'
import { findEdition } from './asking/edition.ts'

// What goes wrong with it is told where something is asked for.
findEdition().catch(() => {})
const root = document.getElementById('lab')!
root.replaceChildren()
render(<App />, root)
