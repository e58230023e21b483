// `npm run build`: builds when sources changed, and notes what was built.
import { ensureReady } from './ready.mjs'

ensureReady()
