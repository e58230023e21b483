#!/usr/bin/env node
// The `scenewright` program: makes the checkout ready, then hands over to the command line, signals and exit code included.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensureReady, projectNode, root } from './ready.mjs'

ensureReady()
const child = spawn(projectNode(), [join(root, 'out', 'main', 'cli.js'), ...process.argv.slice(2)], { stdio: 'inherit' })
// A terminal sends Ctrl+C to both of us; the child decides what it means, so here it is only not fatal.
process.on('SIGINT', () => {})
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('error', (error) => {
  console.error(`Scenewright could not be started: ${error.message}`)
  process.exit(1)
})
child.on('exit', (code, signal) => process.exit(signal ? 128 + (signal === 'SIGINT' ? 2 : 15) : (code ?? 1)))
