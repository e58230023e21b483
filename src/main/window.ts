// The application's window: locked down, one page, links to the outside by the system's browser.
import type { BrowserWindow, BrowserWindowConstructorOptions, MessagePortMain, WebContents } from 'electron'
import { portMessage } from '#api/bridge'
import { pageOrigin } from './page-protocol.ts'
import type { Port } from './utility.ts'

export type WindowParts = {
  readonly makeWindow: (options: BrowserWindowConstructorOptions) => BrowserWindow
  readonly preload: string
  readonly openExternal: (url: string) => void
  /** A fresh port to the engine for each load of the page; throws when there is no engine. */
  readonly openPort: () => Port
  readonly onNoEngine: (error: unknown) => void
}

export function windowOptions(preload: string): BrowserWindowConstructorOptions {
  return {
    width: 1440,
    height: 920,
    minWidth: 900,
    minHeight: 600,
    show: false,
    backgroundColor: '#16181c',
    title: 'Scenewright',
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    },
  }
}

export function openWindow({ makeWindow, preload, openExternal, openPort, onNoEngine }: WindowParts): BrowserWindow {
  const window = makeWindow(windowOptions(preload))
  const contents = window.webContents
  lockDown(contents, openExternal)
  window.once('ready-to-show', () => window.show())
  contents.on('did-finish-load', () => {
    try {
      sendPort(contents, openPort())
    } catch (error) {
      onNoEngine(error)
    }
  })
  void window.loadURL(`${pageOrigin}/`)
  return window
}

/** Also after the engine was started again: the page waits for a new port then. */
export function sendPort(contents: Pick<WebContents, 'postMessage'>, port: Port): void {
  contents.postMessage(portMessage, undefined, [port as MessagePortMain])
}

/** Nothing leads away from our pages, nothing opens windows, and no page is ever granted a permission. */
export function lockDown(contents: WebContents, openExternal: (url: string) => void): void {
  const pass = (url: string) => {
    if (isSafeOutside(url)) openExternal(url)
  }
  contents.setWindowOpenHandler(({ url }) => {
    pass(url)
    return { action: 'deny' }
  })
  const guard = (event: { preventDefault(): void }, url: string) => {
    if (isOurPage(url)) return
    event.preventDefault()
    pass(url)
  }
  contents.on('will-navigate', (event, url) => guard(event, url))
  contents.on('will-redirect', (event, url) => guard(event, url))
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  contents.session.setPermissionCheckHandler(() => false)
}

export function isOurPage(url: string): boolean {
  return url === pageOrigin || url.startsWith(`${pageOrigin}/`)
}

/** Only https goes to the system: other schemes start programs. */
export function isSafeOutside(url: string): boolean {
  return URL.canParse(url) && new URL(url).protocol === 'https:'
}
