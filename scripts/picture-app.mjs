// The real app for pictures: a server in a folder of its own, and a browser signed in.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { at, findNode, findProgram } from './project.mjs'

/** `home` is the address without the token; `close` ends all of it and removes the folder. */
export async function openApp(size) {
  const folder = mkdtempSync(join(tmpdir(), 'scenewright-pictures-'))
  const env = { ...process.env, SCENEWRIGHT_STATE: join(folder, 'state'), SCENEWRIGHT_OUTPUT: join(folder, 'runs') }
  const server = spawn(findNode(), [at('out', 'main', 'cli.js'), 'serve', '--port', '0'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const link = await new Promise((resolve) => {
    let said = ''
    server.stdout.on('data', (chunk) => {
      said += chunk
      const found = /http:\/\/\S+token=\S+/.exec(said)
      if (found) resolve(found[0])
    })
  })
  const browser = await chromium.launch({
    executablePath: process.env.E2E_CHROMIUM ?? findProgram('chromium', 'google-chrome'),
    args: ['--no-sandbox', '--use-gl=angle', '--use-angle=gl-egl', '--ignore-gpu-blocklist'],
  })
  const page = await browser.newPage({ viewport: size, colorScheme: 'dark' })
  await page.goto(link)
  await page.getByTestId('start-demo').waitFor()
  const close = async () => {
    await browser.close()
    server.kill('SIGINT')
    await new Promise((resolve) => server.once('exit', resolve))
    rmSync(folder, { recursive: true, force: true })
  }
  return { page, folder, home: new URL('/', link).href, close }
}
