// Builds all programs and pages into out/, with the build's id beside them.
import { build, ensureInstalled, tellRefusals } from './project.mjs'

await tellRefusals(() => {
  ensureInstalled()
  build(undefined, true)
})
