import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserWindow, IpcMain, WebContents } from 'electron'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nativeWords, portMessage } from '#api/bridge'
import { Fault } from '#core/base/fault'
import { offerNative } from './native.ts'
import { pageHandler } from './page-protocol.ts'
import { listPages, placesOf } from './places.ts'
import { lockDown, openWindow, sendPort, windowOptions } from './window.ts'

type Listener = (...words: unknown[]) => unknown

/** The part of a window's contents that is used, with a way to fire its events. */
function standInContents() {
  const listeners = new Map<string, Listener>()
  const sent: unknown[] = []
  const rights: Record<string, Listener> = {}
  let opener: Listener = () => undefined
  const contents = {
    on: (event: string, listener: Listener) => listeners.set(event, listener),
    setWindowOpenHandler: (handler: Listener) => {
      opener = handler
    },
    postMessage: (...words: unknown[]) => sent.push(words),
    session: {
      setPermissionRequestHandler: (handler: Listener) => {
        rights.request = handler
      },
      setPermissionCheckHandler: (handler: Listener) => {
        rights.check = handler
      },
    },
  }
  const navigate = (event: string, url: string) => {
    const state = { prevented: false }
    listeners.get(event)?.({ preventDefault: () => (state.prevented = true) }, url)
    return state.prevented
  }
  return { contents: contents as object as WebContents, fire: listeners, sent, rights, navigate, open: (url: string) => opener({ url }) }
}

describe('the window', () => {
  it('never gives a page Node, whatever else is set', () => {
    expect(windowOptions('/p').webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      webviewTag: false,
    })
  })

  it('stays on our pages, opens no windows, and hands only https to the system', () => {
    const { contents, navigate, open } = standInContents()
    const outside: string[] = []
    lockDown(contents, (url) => outside.push(url))
    expect(navigate('will-navigate', 'app://scenewright/runs/1')).toBe(false)
    for (const url of [
      'https://example.org/',
      'file:///etc/passwd',
      'app://scenewright.evil/',
      'app://other/',
      'javascript:alert(1)',
      'not a url',
    ])
      expect(navigate('will-navigate', url), url).toBe(true)
    expect(navigate('will-redirect', 'http://example.org/')).toBe(true)
    expect([open('https://example.org/b'), open('smb://host/x')]).toEqual([{ action: 'deny' }, { action: 'deny' }])
    expect(outside).toEqual(['https://example.org/', 'https://example.org/b'])
  })

  it('grants no permission', () => {
    const { contents, rights } = standInContents()
    lockDown(contents, () => {})
    let granted: unknown
    rights.request!(contents, 'camera', (answer: unknown) => {
      granted = answer
    })
    expect([granted, rights.check!()]).toEqual([false, false])
  })

  it('hands the page a fresh port at each load, and tells when there is no engine', () => {
    const { contents, fire, sent } = standInContents()
    const loaded: string[] = []
    const window = { webContents: contents, once: () => {}, show: () => {}, loadURL: async (url: string) => loaded.push(url) }
    const told: unknown[] = []
    let ports = 0
    openWindow({
      makeWindow: () => window as object as BrowserWindow,
      preload: '/p',
      openExternal: () => {},
      openPort: () => {
        ports += 1
        if (ports > 2) throw new Fault('ENGINE_LOST', { reason: 'x' })
        return { postMessage: () => {}, close: () => {}, on: () => {}, number: ports } as never
      },
      onNoEngine: (error) => told.push(error),
    })
    for (let i = 0; i < 3; i += 1) fire.get('did-finish-load')!()
    expect(loaded).toEqual(['app://scenewright/'])
    expect(sent).toMatchObject([
      [portMessage, undefined, [{ number: 1 }]],
      [portMessage, undefined, [{ number: 2 }]],
    ])
    expect(told).toMatchObject([{ code: 'ENGINE_LOST' }])
    sendPort(contents, { number: 9 } as never)
    expect(sent).toHaveLength(3)
  })
})

describe('what is native', () => {
  const handlers = new Map<string, Listener>()
  const revealed: string[] = []
  offerNative({
    ipcMain: { handle: (word: string, handler: Listener) => handlers.set(word, handler) } as object as IpcMain,
    dialog: { showOpenDialog: async () => ({ canceled: false, filePaths: ['/picked'] }) } as never,
    shell: { showItemInFolder: (path: string) => void revealed.push(path) },
  })
  const ours = { senderFrame: { url: 'app://scenewright/' } }

  it('answers our page', async () => {
    expect(await handlers.get(nativeWords.pickFolder)!(ours, 'Frames')).toBe('/picked')
    expect(await handlers.get(nativeWords.pickFile)!(ours, 'Model', ['onnx'])).toBe('/picked')
    await handlers.get(nativeWords.reveal)!(ours, '/a')
    expect(revealed).toEqual(['/a'])
  })

  it('answers no other page, and no words of a wrong kind', async () => {
    for (const frame of [undefined, { url: 'https://example.org/' }, { url: 'app://scenewright.evil/' }])
      expect(() => handlers.get(nativeWords.reveal)!({ senderFrame: frame }, '/b')).toThrow('our own page')
    await expect(handlers.get(nativeWords.reveal)!(ours, 7)).rejects.toThrow()
    await expect(handlers.get(nativeWords.pickFile)!(ours, 'x', ['../sh'])).rejects.toThrow()
    expect(revealed).toEqual(['/a'])
  })
})

describe('the page protocol', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'scenewright-pages-'))
    mkdirSync(join(folder, 'out', 'renderer', 'assets'), { recursive: true })
    mkdirSync(join(folder, 'out', 'main'))
    writeFileSync(join(folder, 'out', 'build.json'), '{"buildId":"b9"}')
    writeFileSync(join(folder, 'out', 'renderer', 'index.html'), '<meta name="build-id" content="">')
    writeFileSync(join(folder, 'out', 'renderer', 'assets', 'a.js'), '1')
    writeFileSync(join(folder, 'secret.txt'), 'secret')
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const handler = () => {
    const { pages, buildId } = placesOf(join(folder, 'out', 'main'), folder)
    return pageHandler(listPages(pages, buildId), async (query) => {
      if (query.what !== 'file' || query.path !== 'report.html') throw new Fault('PATH_FORBIDDEN', { path: 'x' })
      return { mediaType: 'text/html', header: {}, bytes: new TextEncoder().encode('report') }
    })
  }
  const get = (url: string, method = 'GET') => handler()(new Request(url, { method }))

  it('serves the built pages with type, policy and build', async () => {
    const page = await get('app://scenewright/')
    expect(await page.text()).toContain('content="b9"')
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'")
    expect((await get('app://scenewright/assets/a.js')).headers.get('content-type')).toContain('javascript')
  })

  it('serves nothing else: no file outside, no other host, no other method', async () => {
    for (const path of ['../secret.txt', '../../secret.txt', '%2e%2e/%2e%2e/secret.txt', '..%2f..%2fsecret.txt', 'assets', 'nope.js'])
      expect((await get(`app://scenewright/${path}`)).status, path).toBe(404)
    expect((await get('app://other/')).status).toBe(404)
    expect((await get('app://scenewright/', 'POST')).status).toBe(405)
  })

  it('serves files of a run without the right to scripts, and passes on refusals', async () => {
    const report = await get('app://scenewright/runs/r/files/report.html')
    expect(await report.text()).toBe('report')
    expect(report.headers.get('content-security-policy')).toMatch(/^sandbox(?!.*allow-scripts)/)
    expect((await get('app://scenewright/runs/r/files/..%2f..%2fx')).status).toBe(422)
  })
})
