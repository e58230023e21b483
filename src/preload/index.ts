// Hands the page its port to the engine, and offers it the desktop's dialogs.
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { bridgeName, type NativeExtras, nativeWords, portMessage } from '#api/bridge'

// A port cannot cross the context bridge; a window message carries it. Only this window hears it.
ipcRenderer.on(portMessage, (event) => window.postMessage(portMessage, window.location.origin, event.ports))

const native: NativeExtras = {
  pickFolder: (title) => ipcRenderer.invoke(nativeWords.pickFolder, title),
  pickFile: (title, extensions) => ipcRenderer.invoke(nativeWords.pickFile, title, [...extensions]),
  pathOfFile: (file) => (file instanceof File ? webUtils.getPathForFile(file) : ''),
  reveal: (path) => ipcRenderer.invoke(nativeWords.reveal, path),
}
contextBridge.exposeInMainWorld(bridgeName, native)
