// The desktop program: wires Electron's own things to the parts that are tested without them.
import { fork } from 'node:child_process'
import { join } from 'node:path'
import { app, BrowserWindow, dialog, ipcMain, MessageChannelMain, type MessagePortMain, protocol, shell, utilityProcess } from 'electron'
import { connectEngine } from '#api/client'
import { Fault, sentenceOfFault } from '#core/base/fault'
import { startEngineProcess } from './engine-process.ts'
import { offerNative } from './native.ts'
import { pageHandler, pageScheme, schemeRights } from './page-protocol.ts'
import { listPages, placesOf } from './places.ts'
import type { ForkUtility } from './utility.ts'
import { openWindow, sendPort } from './window.ts'
import { workerStarter } from './worker-fallback.ts'
import { startNodeWorker, startUtilityWorker } from './worker-process.ts'

const places = placesOf(import.meta.dirname, process.resourcesPath)
const makePorts = () => new MessageChannelMain()
const killNow = (pid: number) => process.kill(pid, 'SIGKILL')
const forkUtility: ForkUtility = (file, args, serviceName) => {
  const child = utilityProcess.fork(file, [...args], { serviceName, stdio: 'inherit' })
  return {
    get pid() {
      return child.pid
    },
    postMessage: (message, ports) => child.postMessage(message, ports as MessagePortMain[] | undefined),
    kill: () => child.kill(),
    on: (event: string, listener: (value: never) => void) => child.on(event as 'message', listener as (message: unknown) => void),
  }
}

function tellFault(fault: Fault): void {
  const { title, message, remedy } = sentenceOfFault(fault)
  dialog.showErrorBox(title, `${message}\n\n${remedy}`)
}

function start(): void {
  const node = places.node
  // Workers inherit it; the networks that they optimise are kept there.
  process.env.SCENEWRIGHT_NETWORK_CACHE ??= join(app.getPath('userData'), 'networks')
  const engine = startEngineProcess({
    fork: forkUtility,
    makePorts,
    engineFile: places.engine,
    options: {
      stateFolder: app.getPath('userData'),
      defaultOutput: process.env.SCENEWRIGHT_OUTPUT || join(app.getPath('home'), 'scenewright-runs'),
      home: app.getPath('home'),
      buildId: places.buildId,
      version: app.getVersion(),
      workerCode: places.workerCode,
      commit: places.commit,
      electronFound: `Electron ${process.versions.electron}, Node ${process.versions.node}`,
    },
    startWorker: workerStarter({
      utility: () => startUtilityWorker(places.worker, forkUtility, makePorts, killNow),
      node: node
        ? async () =>
            startNodeWorker(() =>
              fork(places.headlessWorker, { execPath: node, serialization: 'advanced', stdio: ['ignore', 2, 2, 'ipc'] }),
            )
        : undefined,
      onFallback: (device, reason) => console.error(`The worker for ${device} was lost (${reason}); its next one runs in plain Node.`),
    }),
    killNow,
    now: () => performance.now(),
    onLost: ({ reason, restarted }) => {
      if (!restarted) tellFault(new Fault('ENGINE_LOST', { reason }))
      else for (const window of BrowserWindow.getAllWindows()) sendPort(window.webContents, engine.openPort())
    },
  })
  protocol.handle(
    pageScheme,
    pageHandler(listPages(places.pages, places.buildId), (query, signal) => {
      const client = connectEngine(engine.open())
      return client.bytes(query, signal).finally(() => client.close())
    }),
  )
  offerNative({ ipcMain, dialog, shell })
  const open = () =>
    openWindow({
      makeWindow: (options) => new BrowserWindow(options),
      preload: places.preload,
      openExternal: (url) => void shell.openExternal(url),
      openPort: () => engine.openPort(),
      onNoEngine: (error) => tellFault(error instanceof Fault ? error : new Fault('UNEXPECTED', { reason: String(error) })),
    })
  open()
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) open()
  })
  let closed = false
  app.on('before-quit', (event) => {
    if (closed) return
    event.preventDefault()
    void engine.close().then(() => {
      closed = true
      app.quit()
    })
  })
}

protocol.registerSchemesAsPrivileged([{ ...schemeRights, privileges: { ...schemeRights.privileges } }])
app.enableSandbox()
// A second start shows the window of the first: two engines would take each other's runs for lost ones.
if (!app.requestSingleInstanceLock()) app.quit()
else {
  app.on('second-instance', () => BrowserWindow.getAllWindows()[0]?.focus())
  app.on('window-all-closed', () => app.quit())
  void app.whenReady().then(start)
}
