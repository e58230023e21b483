#!/usr/bin/env node
// The command line from anywhere: installs and builds first when needed, then is the built program.
import { ensureBuilt, ensureInstalled, runCli, tellRefusals } from './project.mjs'

await tellRefusals(async () => {
  ensureInstalled()
  ensureBuilt()
  await runCli(process.argv.slice(2))
})
